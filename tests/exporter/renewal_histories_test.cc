// SPDX-License-Identifier: Apache-2.0
#include "exporter/renewal_histories.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "exporter/report.h"

namespace certhealth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using Names = std::vector<std::string>;

constexpr WallTime kNoon = std::chrono::sys_days(std::chrono::year(2026) / 11 / 23) + hours(12);

/// One look at a certbot with a hook and no readable log.
struct Machine {
  Machine() {
    machine.roots.resize(2);
    run.collector = "certbot";
    run.finished = kNoon + hours(1);
  }

  /// A lineage that has been renewed once; it expires `left` after noon.
  Lineage& Add(const std::string& name, Names names, days left = days(20)) {
    auto certificate = std::make_shared<Certificate>();
    certificate->dns_names = std::move(names);
    certificate->not_after = kNoon + left;
    certificate->not_before = certificate->not_after - days(90);
    auto lineage = std::make_shared<Lineage>();
    lineage->name = name;
    lineage->has_conf = true;
    lineage->archive = {true, 2, 2, 1};
    lineage->newest = std::move(certificate);
    auto bundle = std::make_shared<Bundle>();
    bundle->source = Source::kCertbot;
    bundle->name = name;
    bundle->lineage = lineage;
    run.bundles.push_back(std::move(bundle));
    return *lineage;
  }
  void RecordFailed(WallTime at, Names names) {
    records.failed.push_back({at, 7, std::move(names)});
  }
  void RecordRenewed(const std::string& name, WallTime at) { records.renewed[name] = {at, 7, {}}; }

  /// Calls `see` with the history of each lineage.
  std::map<std::string, std::shared_ptr<const LineageHistory>> Histories() {
    machine.roots[0].hook_records = std::make_shared<const HookRecords>(records);
    run.certbot = std::make_shared<const CertbotMachine>(machine);
    const RenewalHistories histories(run);
    std::map<std::string, std::shared_ptr<const LineageHistory>> told;
    for (const auto& bundle : run.bundles) told[bundle->name] = histories.Of(*bundle);
    return told;
  }
  /// The lineages that the hook's records say have failed last.
  Names FailedLineages() {
    Names failed;
    for (const auto& [name, history] : Histories()) {
      if (history && history->last_attempt->result.outcome == LineageOutcome::kFailed)
        failed.push_back(name);
    }
    return failed;
  }

  CollectorRun run;
  CertbotMachine machine;
  HookRecords records;
};

TEST(RenewalHistories, AttributesAFailureByAllNamesOfTheNewestCertificate) {
  Machine machine;
  machine.Add("one", {"a.example", "www.a.example"});
  machine.Add("other", {"b.example"});
  machine.Add("partly", {"b.example", "c.example"});
  machine.RecordFailed(kNoon, {"www.a.example", "a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("one"));
  EXPECT_EQ(machine.Histories()["one"]->last_attempt->at, kNoon);
}

TEST(RenewalHistories, AttributesAddressesToo) {
  Machine machine;
  Lineage& lineage = machine.Add("address", {});
  auto certificate = std::make_shared<Certificate>(*lineage.newest);
  certificate->ip_addresses = {"2001:db8::1"};
  lineage.newest = certificate;
  Lineage& both = machine.Add("both", {"a.example"});  // its address did not fail
  auto with_address = std::make_shared<Certificate>(*both.newest);
  with_address->ip_addresses = {"192.0.2.1"};
  both.newest = with_address;
  machine.RecordFailed(kNoon, {"2001:db8::1", "a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("address"));
}

TEST(RenewalHistories, DoesNotBlameALineageWhoseNamesBelongToALargerOne) {
  Machine machine;
  machine.Add("large", {"a.example", "www.a.example"});
  machine.Add("small", {"www.a.example"});
  machine.RecordFailed(kNoon, {"a.example", "www.a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("large"));
  machine.records.failed[0].names.push_back("www.a.example");  // both did
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("large", "small"));
}

TEST(RenewalHistories, BlamesOfTwoWithTheSameNamesTheOneThatWasDue) {
  Machine machine;
  machine.Add("a.example", {"a.example"}, days(80));
  machine.Add("a.example-0001", {"a.example"}, days(20));
  machine.RecordFailed(kNoon, {"a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("a.example-0001"));
}

TEST(RenewalHistories, RemembersTheNewestFailureOfEachLineage) {
  Machine machine;
  machine.Add("one", {"a.example"});
  machine.Add("other", {"b.example"});
  machine.RecordFailed(kNoon, {"b.example"});
  machine.RecordFailed(kNoon - hours(12), {"a.example", "b.example"});
  EXPECT_EQ(machine.Histories()["one"]->last_attempt->at, kNoon - hours(12));
  EXPECT_EQ(machine.Histories()["other"]->last_attempt->at, kNoon);
}

TEST(RenewalHistories, KnowsThatASuccessClearsAFailure) {
  Machine machine;
  machine.Add("one", {"a.example"});
  machine.RecordFailed(kNoon - hours(12), {"a.example"});
  machine.RecordRenewed("one", kNoon);
  EXPECT_THAT(machine.FailedLineages(), testing::IsEmpty());
  EXPECT_EQ(machine.Histories()["one"]->last_success, kNoon);
}

TEST(RenewalHistories, KnowsThatANewerCertificateDisprovesAFailure) {
  Machine machine;
  machine.Add("one", {"a.example"}, days(90));  // issued at noon
  machine.RecordFailed(kNoon - hours(12), {"a.example"});
  EXPECT_EQ(machine.Histories()["one"], nullptr);
  machine.RecordFailed(kNoon + minutes(1), {"a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::ElementsAre("one"));
}

TEST(RenewalHistories, KnowsThatAFirstIssueIsNoRenewal) {
  Machine machine;
  Lineage& lineage = machine.Add("one", {"a.example"});
  lineage.archive = {true, 1, 1, 0};
  machine.RecordRenewed("one", kNoon);
  EXPECT_EQ(machine.Histories()["one"], nullptr);
  lineage.archive = {};  // not to be seen: then the hook's word has to do
  EXPECT_NE(machine.Histories()["one"], nullptr);
}

TEST(RenewalHistories, BlamesNoLineageThatCertbotDoesNotRenew) {
  Machine machine;
  machine.Add("one", {"a.example"}).has_conf = false;
  machine.RecordFailed(kNoon, {"a.example"});
  EXPECT_THAT(machine.FailedLineages(), testing::IsEmpty());
}

TEST(RenewalHistories, KeepsConfigurationDirectoriesApart) {
  Machine machine;
  machine.Add("one", {"a.example"}).root = 1;
  machine.RecordFailed(kNoon, {"a.example"});
  machine.RecordRenewed("one", kNoon);
  EXPECT_EQ(machine.Histories()["one"], nullptr);
}

TEST(RenewalHistories, TakesNothingFromTheFuture) {
  Machine machine;
  machine.Add("one", {"a.example"});
  machine.Add("other", {"b.example"});
  machine.RecordFailed(kNoon + days(1), {"a.example"});
  machine.RecordRenewed("other", kNoon + days(1));
  EXPECT_EQ(machine.Histories()["one"], nullptr);
  EXPECT_EQ(machine.Histories()["other"], nullptr);
}

TEST(RenewalHistories, SharesTheLogsHistoryWhereTheHookAddsNothing) {
  Machine machine;
  machine.Add("one", {"a.example"});
  auto log = std::make_shared<CertbotHistory>();
  log->lineages["one"].last_attempt = RenewalAttempt{kNoon, "2.1.0", {}, kNoon};
  machine.machine.roots[0].history = log;
  EXPECT_EQ(machine.Histories()["one"].get(), &log->lineages["one"]);
}

TEST(RenewalHistories, ReachTheProblemAndTheVerdict) {
  Machine machine;
  machine.Add("one", {"a.example"});
  machine.RecordFailed(kNoon, {"a.example"});
  machine.Histories();
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->runs.push_back(std::make_shared<const CollectorRun>(machine.run));
  const Report report = Evaluate(snapshot, {}, kNoon);
  std::string detail;
  for (const ActiveProblem& problem : report.verdicts.at(0).problems) {
    if (problem.kind->id == "last_renewal_failed") detail = problem.detail;
  }
  EXPECT_EQ(detail,
            "the attempt of 2026-11-23 12:00 UTC failed, other: the hook saw it fail; certbot's "
            "log says why");
}

TEST(RenewalHistories, PassOverHostileRecordsQuickly) {
  Machine machine;
  for (int i = 0; i < 2000; ++i)
    machine.Add("lineage" + std::to_string(i), {"a.example", std::to_string(i) + ".example"});
  const Names names(8192, "a.example");
  for (int i = 0; i < 64; ++i) machine.RecordFailed(kNoon - hours(i), names);
  EXPECT_THAT(machine.FailedLineages(), testing::IsEmpty());
}

}  // namespace
}  // namespace certhealth
