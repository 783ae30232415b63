// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/lineage.h"

#include <gtest/gtest.h>

#include "tests/support/judge_scene.h"

namespace certhealth {

using std::chrono::hours;
using enum Severity;

std::vector<JudgeCase> LineageCases() {
  using S = JudgeScene;
  const auto fails = NextRenewal::kFails;
  const auto remove_live = [](S& s) {
    s.lineage.has_live = false;
    for (LineageLink& link : s.lineage.links) link = {LinkState::kMissing, "", 0};
    s.presents_leaf = false;
  };
  const auto break_cert = [](S& s) { s.lineage.links[0] = {LinkState::kMissing, "", 0}; };
  return {
      {"links_broken", "one is missing", break_cert, kCritical, fails},
      {"links_broken", "a copy instead of a link",
       [](S& s) {
         s.lineage.links[1] = {LinkState::kNotALink, "", 0};
       },
       kCritical, fails},
      {"links_broken", "one leads nowhere",
       [](S& s) {
         s.lineage.links[2] = {LinkState::kDangling, "", 3};
       },
       kCritical, fails},
      {"links_broken", "its target has no version",
       [](S& s) {
         s.lineage.links[3] = {LinkState::kGood, "", 0};
       },
       kCritical, fails},
      {"links_broken", "without a conf nothing is to fail",
       [=](S& s) {
         break_cert(s);
         s.lineage.has_conf = false;
       },
       kWarning},
      {"links_broken",
       "four previous links repair it",
       [=](S& s) {
         break_cert(s);
         s.lineage.previous_links = 4;
       },
       {}},
      {"links_broken", "three previous links repair nothing",
       [=](S& s) {
         break_cert(s);
         s.lineage.previous_links = 3;
       },
       kCritical, fails},
      {"links_broken",
       "what may not be seen is not judged",
       [](S& s) {
         for (LineageLink& link : s.lineage.links) link = {LinkState::kUnseen, "", 0};
       },
       {}},
      {"links_broken", "no live/ at all is another problem", remove_live, {}},

      {"live_behind_archive", "since an hour: the next run repairs it",
       [](S& s) {
         s.SetLinks(2);
         s.lineage.newest_saved = s.now - hours{1};
       },
       kWarning},
      {"live_behind_archive", "since two days",
       [](S& s) {
         s.SetLinks(2);
         s.lineage.newest_saved = s.now - hours{48};
       },
       kCritical},
      {"live_behind_archive",
       "the newest version is incomplete",
       [](S& s) {
         s.lineage.archive = {true, 3, 4, 2};
       },
       {}},
      {"live_behind_archive",
       "the links differ: that is told as such",
       [](S& s) {
         s.SetLinks(2);
         s.lineage.links[0].version = 3;
       },
       {}},

      {"fullchain_mismatch", "another leaf",
       [](S& s) { s.lineage.fullchain = FullchainState::kOtherLeaf; }, kCritical},
      {"fullchain_mismatch", "other intermediates",
       [](S& s) { s.lineage.fullchain = FullchainState::kOtherChain; }, kWarning},
      {"fullchain_mismatch",
       "not compared",
       [](S& s) { s.lineage.fullchain = FullchainState::kNotCompared; },
       {}},

      {"update_interrupted", "a previous link is left", [](S& s) { s.lineage.previous_links = 1; },
       kWarning},
      {"update_interrupted", "links of two versions", [](S& s) { s.lineage.links[0].version = 2; },
       kWarning},
      {"update_interrupted", "half a version in archive/",
       [](S& s) {
         s.lineage.archive = {true, 3, 4, 2};
       },
       kWarning},
      {"update_interrupted",
       "an archive that may not be seen",
       [](S& s) { s.lineage.archive = {}; },
       {}},

      {"orphan_live", "no conf", [](S& s) { s.lineage.has_conf = false; }, kWarning},
      {"orphan_live",
       "a conf that may not be read is there",
       [](S& s) {
         s.lineage.conf_failure = {Reason::kPermissionDenied, "may not"};
       },
       {}},

      {"orphan_conf", "no live/", remove_live, kCritical, fails},
      {"orphan_conf",
       "links elsewhere",
       [](S& s) {
         s.lineage.has_live = false;
         s.lineage.links[0].path = "/elsewhere/cert.pem";
       },
       {}},

      {"duplicate_names", "the same names in another order",
       [](S& s) {
         s.neighbours = {{"www.example.com", "example.com"}};
       },
       kWarning},
      {"duplicate_names", "some of the names", [](S& s) { s.neighbours = {{"example.com"}}; }, {}},
      {"duplicate_names",
       "without a conf it is not renewed",
       [](S& s) {
         s.neighbours = {s.leaf.dns_names};
         s.lineage.has_conf = false;
       },
       {}},

      {"names_dropped", "by intent, perhaps",
       [](S& s) { s.lineage.dropped_names = {"old.example.com"}; }, kInfo},
      {"names_dropped", "by allow_subset_of_names",
       [](S& s) {
         s.lineage.dropped_names = {"old.example.com"};
         s.conf().allow_subset_of_names = true;
       },
       kWarning},
      {"names_dropped", "nothing dropped", [](S& s) { s.conf().allow_subset_of_names = true; }, {}},
  };
}

namespace {

TEST(LineageJudges, RaiseWhatIsWrongAndNothingThatIsNot) { CheckCases(LineageCases()); }

TEST(LineageJudges, ThousandsOfLineagesOfTheSameNamesAreJudgedInOneGo) {
  JudgeScene scene;
  // Were each told the names of all others, that would be four hundred million strings.
  for (int i = 0; i < 20'000; ++i) scene.neighbours.push_back(scene.leaf.dns_names);
  const Report report = scene.Judge();
  EXPECT_EQ(report.verdicts.size(), 20'001U);
  for (const Verdict& verdict : report.verdicts) {
    for (const ActiveProblem& problem : verdict.problems) EXPECT_LT(problem.detail.size(), 2000U);
  }
}

}  // namespace
}  // namespace certhealth
