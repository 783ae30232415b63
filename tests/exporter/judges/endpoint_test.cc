// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/endpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using enum Severity;

namespace {

using S = JudgeScene;
using std::chrono::days;
using std::chrono::hours;

constexpr std::string_view kDown = "endpoint_down";
constexpr std::string_view kUntrusted = "endpoint_untrusted";
constexpr std::string_view kWrongName = "endpoint_wrong_name";
constexpr std::string_view kSoon = "endpoint_expires_soon";
constexpr std::string_view kOld = "serves_old_certificate";

/// A healthy endpoint with one change.
JudgeCase With(std::string_view id, std::string_view what, std::optional<Severity> severity,
               std::function<void(S&)> change) {
  return {id, what,
          [change = std::move(change)](S& s) {
            s.UseEndpoint();
            change(s);
          },
          severity};
}

void Distrust(S& s, EndpointFailure reason) { s.endpoint.distrust = EndpointFault{reason, "x"}; }

void Fail(S& s, EndpointFailure reason) {
  s.presents_leaf = false;
  s.endpoint.hostname_matches.reset();
  s.endpoint.failure = EndpointFault{reason, "x"};
}

/// The endpoint presents the version before of what is on disk.
void ServeTheVersionBefore(S& s) {
  Certificate newest = s.leaf;
  newest.sha256.fill(77);
  newest.serial = "NEW";
  newest.not_before = s.now - days{2};
  newest.not_after = newest.not_before + days{90};
  s.PutOnDisk(newest);
  s.lineage_on_disk->sha256_before = s.leaf.sha256;
}

/// The endpoint presents what looks like an older version of what is on disk.
void ServeALookalike(S& s) {
  ServeTheVersionBefore(s);
  s.lineage_on_disk->sha256_before.reset();
  s.endpoint.local = true;
}

std::vector<JudgeCase> DownCases() {
  return {
      With(kDown, "a healthy one", {}, [](S&) {}),
      With(kDown, "a refused connection", kCritical,
           [](S& s) { Fail(s, EndpointFailure::kConnectRefused); }),
      With(kDown, "what this machine could not ask", kWarning,
           [](S& s) { Fail(s, EndpointFailure::kLocalError); }),
      With(kDown, "a verdict on what was presented", {},
           [](S& s) { Distrust(s, EndpointFailure::kSelfSigned); }),
      With(kDown, "one address of two", kWarning,
           [](S& s) {
             s.endpoint.addresses = 2;
             s.endpoint.failed_addresses = {{"192.0.2.9", {EndpointFailure::kConnectTimeout, ""}}};
           }),
  };
}

std::vector<JudgeCase> UntrustedCases() {
  return {
      With(kUntrusted, "a healthy one", {}, [](S&) {}),
      With(kUntrusted, "an unknown root", kCritical,
           [](S& s) { Distrust(s, EndpointFailure::kUnknownIssuer); }),
      With(kUntrusted, "a wrong name, which is another problem", {},
           [](S& s) { Distrust(s, EndpointFailure::kWrongName); }),
      With(kUntrusted, "one that has expired since it was probed", kCritical,
           [](S& s) { s.SetLife(days{90}, days{91}); }),
      With(kUntrusted, "a private CA's on a configured endpoint", kCritical,
           [](S& s) {
             s.PutOnDisk(s.leaf);
             Distrust(s, EndpointFailure::kUnknownIssuer);
           }),
      With(kUntrusted, "a private CA's that lies on this disk, served here", {},
           [](S& s) {
             s.endpoint.local = true;
             s.PutOnDisk(s.leaf);
             Distrust(s, EndpointFailure::kUnknownIssuer);
           }),
      With(kUntrusted, "cert.pem served in the place of fullchain.pem", kCritical,
           [](S& s) {
             s.endpoint.local = true;
             s.PutOnDisk(s.leaf);
             s.rest.clear();
             Distrust(s, EndpointFailure::kIncompleteChain);
           }),
      With(kUntrusted, "all that lies on this disk, served here", {},
           [](S& s) {
             s.endpoint.local = true;
             s.PutOnDisk(s.leaf);
             Distrust(s, EndpointFailure::kIncompleteChain);
           }),
      With(kUntrusted, "another one with the name, served here", kWarning,
           [](S& s) {
             s.endpoint.local = true;
             Distrust(s, EndpointFailure::kSelfSigned);
           }),
      With(kUntrusted, "an expired one of unknown origin, served here", kCritical,
           [](S& s) {
             s.endpoint.local = true;
             s.SetLife(days{90}, days{91});
           }),
      With(kUntrusted, "a self-signed one of a mail server, for other mail servers", kInfo,
           [](S& s) {
             s.endpoint.local = true;
             s.endpoint.target.port = 25;
             s.endpoint.target.starttls = StartTls::kSmtp;
             Distrust(s, EndpointFailure::kSelfSigned);
           }),
      With(kUntrusted, "an old protocol, whatever the certificate", kWarning,
           [](S& s) {
             s.endpoint.local = true;
             s.PutOnDisk(s.leaf);
             Distrust(s, EndpointFailure::kWeakProtocol);
           }),
      With(kUntrusted, "an old version, which is another problem", {},
           [](S& s) {
             ServeTheVersionBefore(s);
             s.endpoint.local = true;
             Distrust(s, EndpointFailure::kIncompleteChain);
           }),
  };
}

std::vector<JudgeCase> NameCases() {
  return {
      With(kWrongName, "the right name", {}, [](S&) {}),
      With(kWrongName, "another name", kCritical,
           [](S& s) { s.endpoint.hostname_matches = false; }),
      With(kWrongName, "another name at a listener of this machine", {},
           [](S& s) {
             s.endpoint.local = true;
             s.endpoint.hostname_matches = false;
           }),
      With(kSoon, "much left", {}, [](S&) {}),
      With(kSoon, "a week left", kCritical, [](S& s) { s.SetLife(days{90}, days{83}); }),
      With(kSoon, "two weeks left", kWarning, [](S& s) { s.SetLife(days{90}, days{76}); }),
      With(kSoon, "nothing left, which is another problem", {},
           [](S& s) { s.SetLife(days{90}, days{91}); }),
      With(kSoon, "a week left of what lies on this disk, where it is told", {},
           [](S& s) {
             s.SetLife(days{90}, days{83});
             s.PutOnDisk(s.leaf);
           }),
  };
}

std::vector<JudgeCase> OldCases() {
  return {
      With(kOld, "what is on disk", {}, [](S& s) { s.PutOnDisk(s.leaf); }),
      With(kOld, "the version before", kWarning, ServeTheVersionBefore),
      With(kOld, "the version before, while the reload may still come", {},
           [](S& s) {
             ServeTheVersionBefore(s);
             s.lineage_on_disk->newest_saved = s.now - std::chrono::minutes{30};
           }),
      With(kOld, "the version before, as of a probe that was before the renewal", {},
           [](S& s) {
             ServeTheVersionBefore(s);
             s.endpoint.probed = s.now - days{2} - hours{1};
           }),
      With(kOld, "the version before with a week left", kCritical,
           [](S& s) {
             s.SetLife(days{90}, days{83});
             ServeTheVersionBefore(s);
           }),
      With(kOld, "an older one with the same names, served here", kWarning, ServeALookalike),
      With(kOld, "an older one of another intermediate of the same CA", kWarning,
           [](S& s) {
             ServeALookalike(s);
             s.leaf.issuer = "CN=R10,O=Some CA";
           }),
      With(kOld, "an older one with the same names on another machine", {},
           [](S& s) {
             ServeALookalike(s);
             s.endpoint.local = false;
           }),
      With(kOld, "another CA's with the same names", {},
           [](S& s) {
             ServeALookalike(s);
             s.leaf.issuer = "CN=example.com";
           }),
      With(kOld, "one with other names", {},
           [](S& s) {
             ServeALookalike(s);
             s.leaf.dns_names.push_back("else.example.com");
           }),
      With(kOld, "a newer one that is not on disk", {},
           [](S& s) {
             ServeALookalike(s);
             s.leaf.not_before = s.now - days{1};
           }),
  };
}

}  // namespace

std::vector<JudgeCase> EndpointCases() {
  std::vector<JudgeCase> all;
  for (const auto& cases : {DownCases(), UntrustedCases(), NameCases(), OldCases()})
    all.insert(all.end(), cases.begin(), cases.end());
  return all;
}

namespace {

TEST(EndpointJudges, Cases) { CheckCases(EndpointCases()); }

TEST(EndpointJudges, SayWhichVersionsAndSinceWhen) {
  S s;
  s.UseEndpoint();
  s.leaf.serial = "OLD";
  ServeTheVersionBefore(s);
  const Verdict verdict = s.JudgeOne();
  ASSERT_EQ(verdict.problems.size(), 1U);
  EXPECT_EQ(verdict.problems[0].detail,
            "presents serial OLD, valid until 2026-08-10 00:00 UTC; since 2026-05-30 00:00 UTC "
            "on-disk has serial NEW on disk");
  ASSERT_TRUE(verdict.serves);
  EXPECT_FALSE(verdict.serves->is_newest);
  const Report report = s.Judge();
  EXPECT_EQ(report.verdicts[0].bundle->name, "on-disk");
  ASSERT_EQ(report.verdicts[0].served_at.size(), 1U);
  EXPECT_EQ(report.verdicts[0].served_at[0].endpoint->name, "example.com");
}

TEST(EndpointJudges, SayWhoseCertificateAWrongOneIs) {
  S s;
  s.UseEndpoint();
  s.PutOnDisk(s.leaf);
  s.endpoint.hostname_matches = false;
  s.endpoint.target.server_name = "shop.example.com";
  EXPECT_EQ(s.JudgeOne().problems[0].detail,
            "asked for shop.example.com, it presents a certificate for example.com and "
            "www.example.com, the one of on-disk on this machine");
}

TEST(EndpointJudges, LeaveTheJudgesOfFilesAlone) {
  S s;
  s.UseEndpoint();
  s.SetLife(days{90}, days{91});
  for (const ActiveProblem& problem : s.JudgeOne().problems)
    EXPECT_EQ(problem.kind->group, ProblemGroup::kServed) << problem.kind->id;
}

TEST(EndpointJudges, TakeTheOnlyLineageWithItsNames) {
  S s;
  s.UseEndpoint();
  ServeALookalike(s);
  s.neighbours = {s.leaf.dns_names};
  EXPECT_FALSE(s.JudgeOne().serves) << "either could be meant";
}

}  // namespace
}  // namespace certhealth
