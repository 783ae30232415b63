// SPDX-License-Identifier: Apache-2.0
#include "exporter/remedy.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "exporter/advice.h"
#include "tests/support/judge_scene.h"

namespace certhealth {
namespace {

TEST(Remedy, IsAnotherForEveryReason) {
  std::set<std::string_view> remedies;
  const int last = static_cast<int>(RenewalFailure::kOther);
  for (int reason = 0; reason <= last; ++reason) {
    const std::string_view remedy = RemedyFor(static_cast<RenewalFailure>(reason));
    EXPECT_TRUE(remedy.ends_with('.')) << remedy;
    EXPECT_EQ(std::ranges::count(remedy, '`') % 2, 0) << remedy;
    EXPECT_TRUE(remedies.insert(remedy).second) << remedy;
  }
}

TEST(Remedy, IsPartOfWhatIsAdvisedAfterAFailure) {
  JudgeScene scene;
  RenewalAttempt attempt;
  attempt.at = scene.now - std::chrono::hours{5};
  attempt.result.outcome = LineageOutcome::kFailed;
  attempt.result.reason = RenewalFailure::kWebroot;
  scene.history.emplace().last_attempt = attempt;
  const Verdict verdict = scene.JudgeOne();
  ASSERT_EQ(verdict.problems.size(), 1U);
  const std::string advice = AdviceText(verdict.problems[0], verdict.bundle.get());
  EXPECT_TRUE(
      advice.starts_with("Set the webroot for every name: certbot reconfigure --cert-name "
                         "example.com"))
      << advice;
  EXPECT_NE(advice.find("then try certbot renew --dry-run --cert-name example.com"),
            std::string::npos)
      << advice;
}

}  // namespace
}  // namespace certhealth
