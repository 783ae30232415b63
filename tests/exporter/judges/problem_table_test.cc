// SPDX-License-Identifier: Apache-2.0
// Holds the table of problems against all the cases beside it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "exporter/problem.h"
#include "tests/support/judge_scene.h"

namespace certhealth {
namespace {

std::vector<JudgeCase> AllCases() {
  std::vector<JudgeCase> all;
  for (const auto& cases :
       {CertificateCases(), LineageCases(), NextRenewalCases(), ChallengeCases(), RenewingCases(),
        ClientCases(), ReloadCases(), StandaloneCases(), WebrootCases(), HookCases(),
        CredentialsCases(), WebServerCases(), ServedWebrootCases(), BoxCases(), EndpointCases(),
        PreflightCases()}) {
    all.insert(all.end(), cases.begin(), cases.end());
  }
  return all;
}

TEST(ProblemTable, EveryRowHasACaseThatRaisesItAndOneThatMustNot) {
  std::set<std::string_view> raised;
  std::set<std::string_view> near_miss;
  for (const JudgeCase& one : AllCases()) {
    EXPECT_NE(FindProblem(one.id), nullptr) << one.id;
    (one.severity ? raised : near_miss).insert(one.id);
  }
  for (const ProblemKind& kind : Problems()) {
    EXPECT_TRUE(raised.contains(kind.id)) << kind.id;
    EXPECT_TRUE(near_miss.contains(kind.id)) << kind.id;
  }
}

TEST(ProblemTable, WorstIsTheWorstThatAJudgeComesTo) {
  std::map<std::string_view, Severity> worst;
  for (const JudgeCase& one : AllCases()) {
    if (!one.severity) continue;
    Severity& known = worst.try_emplace(one.id, Severity::kInfo).first->second;
    known = std::max(known, *one.severity);
  }
  for (const ProblemKind& kind : Problems())
    EXPECT_EQ(NameOf(kind.worst), NameOf(worst[kind.id])) << kind.id;
}

TEST(ProblemTable, WhatMakesTheNextRenewalFailIsCritical) {
  for (const JudgeCase& one : AllCases()) {
    if (one.next_renewal == NextRenewal::kFails) {
      EXPECT_EQ(one.severity, Severity::kCritical);
    }
  }
}

TEST(ProblemTable, IdsAreUniqueSnakeCaseAndTextsAreWhole) {
  std::set<std::string_view> ids;
  for (const ProblemKind& kind : Problems()) {
    EXPECT_TRUE(ids.insert(kind.id).second) << kind.id;
    EXPECT_THAT(std::string(kind.id), testing::MatchesRegex("[a-z]+(_[a-z]+)*"));
    EXPECT_EQ(FindProblem(kind.id), &kind);
    EXPECT_EQ(kind.meaning.find('\n'), std::string_view::npos) << kind.id;
    EXPECT_TRUE(kind.meaning.ends_with('.')) << kind.id;
    EXPECT_LE(kind.meaning.size(), 100U) << kind.id;
    EXPECT_TRUE(kind.advice.ends_with('.')) << kind.id;
    EXPECT_EQ(std::ranges::count(kind.advice, '`') % 2, 0) << kind.id;
  }
  EXPECT_EQ(FindProblem("no_such_problem"), nullptr);
}

TEST(ProblemTable, IsInTheOrderOfItsGroups) {
  EXPECT_TRUE(std::ranges::is_sorted(Problems(), {}, &ProblemKind::group));
}

TEST(ProblemTable, AHealthyLineageHasNoneOfThem) {
  const Verdict verdict = JudgeScene().JudgeOne();
  for (const ActiveProblem& problem : verdict.problems) ADD_FAILURE() << problem.kind->id;
  EXPECT_TRUE(verdict.next_renewal_ok());
}

}  // namespace
}  // namespace certhealth
