// SPDX-License-Identifier: Apache-2.0
// The one test of this folder that takes real time: a writer renews without a pause in a thread of
// its own while the collector looks without a pause.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <memory>
#include <set>
#include <thread>

#include "exporter/report.h"
#include "tests/support/certbot_stand.h"
#include "tests/support/lineage_tree.h"

namespace certhealth {
namespace {

using std::chrono::milliseconds;

TEST(CertbotSwapChaos, NoLookDuringEndlessRenewalsRaisesOrLosesAnything) {
  const std::string name = "example.com";
  LineageTree tree;
  tree.AddLineage(name);
  std::set<WallTime> ends;
  for (int version = 1; version < 20'000; ++version) ends.insert(tree.NotAfter(name, version));

  std::atomic<bool> stop = false;
  std::atomic<int> renewals = 0;
  std::thread writer([&] {
    while (!stop) {
      tree.Renew(name);
      ++renewals;
    }
  });
  const auto files = MakePosixFileSystem(tree.root());
  const SystemClock clock;
  CertificateReader certificates;
  CertbotCollector collector(
      {*files, clock, certificates, [](milliseconds pause) { std::this_thread::sleep_for(pause); }},
      {{{tree.config_dir(), std::nullopt}}, std::nullopt, ReadKeys::kNo});

  std::map<std::string, int> raised;
  int looks = 0;
  const auto until = clock.Ticks() + milliseconds{2000};
  while (clock.Ticks() < until) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->runs.push_back(std::make_shared<const CollectorRun>(collector.Look({})));
    const Report report = Evaluate(snapshot, {}, ends.empty() ? clock.Now() : *ends.begin());
    ++looks;
    if (report.verdicts.size() != 1 || report.verdicts.front().leaf() == nullptr) {
      ++raised["lost"];
      continue;
    }
    const Verdict& verdict = report.verdicts.front();
    if (!ends.contains(verdict.leaf()->not_after)) ++raised["invented"];
    for (const ActiveProblem& problem : verdict.problems) {
      const std::string_view id = problem.kind->id;
      for (const std::string_view torn :
           {"links_broken", "update_interrupted", "live_behind_archive", "fullchain_mismatch",
            "unreadable", "conf_invalid", "orphan_live", "orphan_conf"}) {
        if (id == torn) ++raised[std::string(id) + ": " + problem.detail];
      }
    }
  }
  stop = true;
  writer.join();
  EXPECT_THAT(raised, testing::IsEmpty()) << looks << " looks at " << renewals << " renewals";
  EXPECT_GT(looks, 3);
  EXPECT_GT(renewals, 20);
}

}  // namespace
}  // namespace certhealth
