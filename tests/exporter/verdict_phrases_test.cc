// SPDX-License-Identifier: Apache-2.0
#include "exporter/verdict_phrases.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

const WallTime kNow = EmptyReport().now;

/// A healthy lineage's verdict after `change` to its Lineage and its plan.
template <typename Change>
Verdict Changed(Change change) {
  Verdict verdict = SampleVerdict(Source::kCertbot, "x", 50);
  Bundle bundle = *verdict.bundle;
  Lineage lineage = *bundle.lineage;
  change(lineage, verdict.plan);
  bundle.lineage = std::make_shared<const Lineage>(std::move(lineage));
  verdict.bundle = std::make_shared<const Bundle>(std::move(bundle));
  return verdict;
}

TEST(RenewalPhrase, SaysFromWhenOn) {
  EXPECT_EQ(RenewalPhrase(SampleVerdict(Source::kCertbot, "x", 50), kNow),
            "webroot, from 2026-10-21");
  EXPECT_EQ(RenewalPhrase(SampleVerdict(Source::kCertbot, "x", 20), kNow),
            "webroot, due since 2026-09-21");
}

TEST(RenewalPhrase, SaysWhyNothingRenewsIt) {
  EXPECT_EQ(RenewalPhrase(Changed([](Lineage& lineage, RenewalPlan&) { lineage.has_conf = false; }),
                          kNow),
            "none");
  EXPECT_EQ(RenewalPhrase(Changed([](Lineage&, RenewalPlan& plan) { plan.enabled = false; }), kNow),
            "webroot, off");
  EXPECT_EQ(RenewalPhrase(Changed([](Lineage& lineage, RenewalPlan&) {
                            lineage.conf.fault = ConfFault::kUnparseable;
                          }),
                          kNow),
            "webroot, skipped");
}

TEST(RenewalPhrase, DoesNotGuess) {
  EXPECT_EQ(RenewalPhrase(Changed([](Lineage& lineage, RenewalPlan&) {
                            lineage.conf_failure = Failure{Reason::kPermissionDenied, ""};
                          }),
                          kNow),
            "unknown");
  EXPECT_EQ(RenewalPhrase(SampleVerdict(Source::kFile, "/x.pem", 50), kNow), "file");
}

TEST(ExpiryPhrase, CountsFromBothSidesOfTheEnd) {
  EXPECT_EQ(ExpiryPhrase(SampleVerdict(Source::kFile, "x", 50), kNow), "in 49 days");
  EXPECT_EQ(ExpiryPhrase(SampleVerdict(Source::kFile, "x", -3), kNow), "3 days 4 hours ago");
  const Verdict verdict = SampleVerdict(Source::kFile, "x", 0);
  const WallTime end = verdict.leaf()->not_after;
  EXPECT_EQ(ExpiryPhrase(verdict, end), "in less than a minute");
  EXPECT_EQ(ExpiryPhrase(verdict, end + std::chrono::seconds{1}), "less than a minute ago");
}

TEST(LookedAtPhrase, NamesCollectorsAndDirectories) {
  EXPECT_EQ(LookedAtPhrase(SampleReport()), "certbot (/etc/letsencrypt) and files");
}

}  // namespace
}  // namespace certhealth
