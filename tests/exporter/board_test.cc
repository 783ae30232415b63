// SPDX-License-Identifier: Apache-2.0
#include "exporter/board.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "tests/support/fake_clock.h"

namespace certhealth {
namespace {

using testing::HasSubstr;
using testing::Not;

class BoardTest : public testing::Test {
 protected:
  static CollectorRun Run(std::string_view collector, const std::vector<std::string>& unreadable,
                          const std::vector<std::string>& silent = {}) {
    CollectorRun run;
    run.collector = collector;
    const auto add = [&](const std::string& name, std::vector<Failure> failures) {
      Bundle bundle;
      bundle.name = name;
      bundle.failures = std::move(failures);
      run.bundles.push_back(std::make_shared<const Bundle>(std::move(bundle)));
    };
    for (const std::string& name : silent) add(name, {});
    for (const std::string& name : unreadable)
      add(name, {{Reason::kBadCertificate, name + " does not decode"}});
    return run;
  }
  std::string TakeLog() {
    std::string text = out.str();
    out.str("");
    return text;
  }
  static std::string PageOf(const Published& published) {
    std::string text;
    for (const Block& block : published.page->Assemble("", ContentEncoding::kIdentity))
      text += TextOf(block);
    return text;
  }

  FakeClock clock;
  std::ostringstream out;
  Log log{LogLevel::kInfo, LogFormat::kLogfmt, clock, out};
  Board board{{"certbot", "files"}, {}, DnsNameSeries::kNo, clock, log};
};

TEST_F(BoardTest, HasAnEmptyPageBeforeTheFirstLook) {
  ASSERT_NE(board.Latest(), nullptr);
  EXPECT_FALSE(board.Latest()->complete);
  EXPECT_TRUE(board.Latest()->snapshot->runs.empty());
  EXPECT_TRUE(board.Judge().verdicts.empty());
}

TEST_F(BoardTest, IsCompleteOnceEachCollectorHasLookedWhateverTheOrder) {
  board.Publish(Run("files", {}));
  EXPECT_FALSE(board.Latest()->complete);
  board.Publish(Run("files", {}));
  EXPECT_FALSE(board.Latest()->complete) << "the same one twice";
  board.Publish(Run("certbot", {}));
  ASSERT_TRUE(board.Latest()->complete);
  EXPECT_EQ(board.Latest()->snapshot->runs[0]->collector, "certbot");
  EXPECT_EQ(board.Latest()->snapshot->runs[1]->collector, "files");
}

TEST_F(BoardTest, TakesALookInTheLastOnesPlaceAndLeavesWhatReadersHold) {
  board.Publish(Run("files", {"/a.pem"}));
  const auto held = board.Latest();
  board.Publish(Run("files", {"/b.pem"}));
  EXPECT_THAT(PageOf(*held), HasSubstr("/a.pem"));
  EXPECT_THAT(PageOf(*board.Latest()), HasSubstr("/b.pem"));
  EXPECT_THAT(PageOf(*board.Latest()), Not(HasSubstr("/a.pem")));
  EXPECT_EQ(board.Latest()->snapshot->runs.size(), 1U);
}

TEST_F(BoardTest, IgnoresACollectorThatIsNotItsOwn) {
  board.Publish(Run("stranger", {"/a.pem"}));
  EXPECT_TRUE(board.Latest()->snapshot->runs.empty());
}

TEST_F(BoardTest, LogsAProblemWhenItAppearsAndWhenItClearsAndNotInBetween) {
  board.Publish(Run("files", {"/a.pem"}));
  std::string text = TakeLog();
  EXPECT_THAT(text, HasSubstr("problem=unreadable"));
  EXPECT_THAT(text, HasSubstr("/a.pem"));
  board.Publish(Run("files", {"/a.pem"}));
  EXPECT_EQ(TakeLog(), "");
  board.Publish(Run("files", {}, {"/a.pem"}));
  text = TakeLog();
  EXPECT_THAT(text, HasSubstr("problem cleared"));
  EXPECT_THAT(text, HasSubstr("/a.pem"));
}

TEST_F(BoardTest, LogsNothingOfOtherCollectorsProblemsWhenOneLooks) {
  board.Publish(Run("files", {"/a.pem"}));
  TakeLog();
  board.Publish(Run("certbot", {}));
  EXPECT_EQ(TakeLog(), "");
}

TEST_F(BoardTest, LogsNoMoreThanAFewDozenLinesOfOneLook) {
  std::vector<std::string> names;
  for (int i = 0; i < 500; ++i) names.push_back("/" + std::to_string(i) + ".pem");
  board.Publish(Run("files", names));
  const std::string text = TakeLog();
  EXPECT_LE(std::ranges::count(text, '\n'), 51);
  EXPECT_THAT(text, HasSubstr("changes=500"));
}

TEST_F(BoardTest, JudgesAtTheMomentItIsAsked) {
  board.Publish(Run("files", {"/a.pem"}));
  clock.Advance(std::chrono::hours{5});
  EXPECT_EQ(board.Judge().now, clock.Now());
}

}  // namespace
}  // namespace certhealth
