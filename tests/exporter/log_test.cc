// SPDX-License-Identifier: Apache-2.0
#include "exporter/log.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace certhealth {
namespace {

class ChristmasClock final : public Clock {
 public:
  WallTime Now() const override { return WallTime(std::chrono::seconds(1798070400)); }
  std::chrono::steady_clock::time_point Ticks() const override { return {}; }
};

class LogTest : public testing::Test {
 protected:
  ChristmasClock clock_;
  std::ostringstream out_;
};

TEST_F(LogTest, WritesLogfmt) {
  const Log log(LogLevel::kInfo, LogFormat::kLogfmt, clock_, out_);
  log.Info("configuration loaded", {{"file", "/etc/certhealth.ini"}, {"sections", "3"}});
  log.Error("no");
  EXPECT_EQ(out_.str(),
            "ts=2026-12-24T00:00:00Z level=info msg=\"configuration loaded\" "
            "file=/etc/certhealth.ini sections=3\n"
            "ts=2026-12-24T00:00:00Z level=error msg=no\n");
}

TEST_F(LogTest, QuotesWhatLogfmtWouldTakeApart) {
  const Log log(LogLevel::kInfo, LogFormat::kLogfmt, clock_, out_);
  log.Warn("x", {{"a", ""}, {"b", "k=v"}, {"c", "say \"hi\""}, {"d", "a\nlevel=error"}});
  EXPECT_EQ(out_.str(),
            "ts=2026-12-24T00:00:00Z level=warn msg=x a=\"\" b=\"k=v\" c=\"say \\\"hi\\\"\" "
            "d=\"a\\nlevel=error\"\n");
}

TEST_F(LogTest, WritesJsonThatAParserReads) {
  const Log log(LogLevel::kDebug, LogFormat::kJson, clock_, out_);
  log.Debug("look", {{"path", "/a\n\"b\"\xFF"}});
  const std::string text = out_.str();
  ASSERT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  const nlohmann::json expected = {{"ts", "2026-12-24T00:00:00Z"},
                                   {"level", "debug"},
                                   {"msg", "look"},
                                   {"path", "/a\n\"b\"\xEF\xBF\xBD"}};
  EXPECT_EQ(nlohmann::json::parse(text), expected);
}

TEST_F(LogTest, LeavesOutWhatIsBelowItsLevel) {
  const Log log(LogLevel::kWarn, LogFormat::kLogfmt, clock_, out_);
  log.Debug("a");
  log.Info("b");
  EXPECT_EQ(out_.str(), "");
  log.Warn("c");
  log.Error("d");
  const std::string text = out_.str();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
}

TEST_F(LogTest, NeverMixesTheLinesOfThreads) {
  const Log log(LogLevel::kInfo, LogFormat::kJson, clock_, out_);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log] {
      for (int n = 0; n < 200; ++n) log.Info("line", {{"value", std::string(100, 'x')}});
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::istringstream lines(out_.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    EXPECT_FALSE(nlohmann::json::parse(line, nullptr, false).is_discarded()) << line;
  }
  EXPECT_EQ(count, 800);
}

}  // namespace
}  // namespace certhealth
