// SPDX-License-Identifier: Apache-2.0
#include "exporter/triage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/support/sample_report.h"

namespace certhealth {
namespace {

using testing::ElementsAre;

std::vector<std::string> NamesOf(const std::vector<const Verdict*>& verdicts) {
  std::vector<std::string> names;
  for (const Verdict* verdict : verdicts) names.push_back(verdict->bundle->name);
  return names;
}

TEST(Triage, PutsTheWorstFirstAndThenWhatExpiresFirst) {
  const Report report = SampleReport();
  EXPECT_THAT(NamesOf(ByUrgency(report)),
              ElementsAre("shop.example.org", "intranet.example.org", "api.example.org",
                          "/etc/ssl/private/vpn/server key.pem", "old.example.org",
                          "/etc/ssl/private/backup.pem", "ghost.example.org", "mail.example.org",
                          "www.example.org", "example.org", "/etc/ssl/private/printer.pem"));
}

TEST(Triage, PutsTheWorstProblemOfACertificateFirst) {
  Verdict verdict = SampleVerdict(Source::kCertbot, "x", 50);
  AddProblem(verdict, "webroot_missing", "");
  AddProblem(verdict, "never_renewed", "");
  AddProblem(verdict, "account_missing", "");
  std::vector<std::string_view> ids;
  for (const ActiveProblem* problem : ByUrgency(verdict.problems)) ids.push_back(problem->kind->id);
  EXPECT_THAT(ids, ElementsAre("account_missing", "webroot_missing", "never_renewed"));
}

TEST(Triage, CountsCertificatesNotProblems) {
  EXPECT_EQ(TallyPhrase(CountCertificates(SampleReport())),
            "11 certificates: 3 critical, 4 warning, 4 healthy");
  EXPECT_EQ(TallyPhrase(CountCertificates(HealthyReport(1))),
            "1 certificate: 0 critical, 0 warning, 1 healthy");
}

}  // namespace
}  // namespace certhealth
