// SPDX-License-Identifier: Apache-2.0
// Real logs of certbot 0.28 to 5.5, judged by a person: attributed.json beside each says what every
// run in it meant. Every field of it is held against what the grammar makes of the log.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "collectors/certbot_log/gunzip.h"
#include "collectors/certbot_log/record.h"
#include "collectors/certbot_log/run_reader.h"

namespace certhealth {
namespace {

using nlohmann::json;

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  std::string bytes = text.str();
  if (!LooksLikeGzip(bytes)) return bytes;
  Gunzip gunzip;
  gunzip.Give(bytes);
  std::string plain(1 << 22U, '\0');
  plain.resize(gunzip.Inflate(plain).produced);
  return plain;
}

/// The runs of a sample, its files read oldest first.
std::vector<LogRun> RunsOf(const std::filesystem::path& sample) {
  std::map<int, std::string, std::greater<>> files;  // by number, 0 for letsencrypt.log
  const std::filesystem::path directory = sample / "var/log/letsencrypt";
  if (std::filesystem::exists(directory)) {
    for (const auto& entry : std::filesystem::directory_iterator(directory)) {
      const std::string name = entry.path().filename().string();
      if (!name.starts_with("letsencrypt.log")) continue;
      const std::string number = name.substr(std::min<std::size_t>(16, name.size()));
      files[number.empty() ? 0 : std::stoi(number)] = Slurp(entry.path());
    }
  }
  RunReader reader{TimeZone()};
  for (const auto& [number, text] : files) {
    reader.Read(text);
    reader.EndFile();
  }
  std::vector<LogRun> runs = reader.TakeFinished();
  for (LogRun& run : reader.Unfinished(RunState::kOver)) runs.push_back(std::move(run));
  return runs;
}

/// "2026-11-22 21:18:46,068" of the lab, whose clock was UTC.
WallTime Moment(const std::string& text) {
  const auto record = ParseRecordHead(text + ":DEBUG:a:");
  EXPECT_TRUE(record) << text;
  return WallTime(record->time.time_since_epoch());
}

std::string OutcomeName(LineageOutcome outcome) {
  switch (outcome) {
    case LineageOutcome::kRenewed:
      return "success";
    case LineageOutcome::kFailed:
    case LineageOutcome::kRenewedNotDeployed:
      return "failure";
    case LineageOutcome::kParseFailed:
      return "parsefail";
    default:
      return std::string(NameOf(outcome));
  }
}

std::string SummaryName(SummaryVerdict verdict) {
  switch (verdict) {
    case SummaryVerdict::kSuccess:
      return "success";
    case SummaryVerdict::kFailure:
      return "failure";
    case SummaryVerdict::kSkipped:
      return "not_due";
  }
  return "";
}

/// attributed.json has an error with the phrase around it; the grammar tells the error alone.
std::string WithoutPhrase(std::string error) {
  const auto skip_to = [&error](std::string_view phrase) {
    const std::size_t at = error.find(phrase);
    if (at != std::string::npos) error.erase(0, at + phrase.size());
  };
  skip_to("produced an unexpected error: ");
  if (error.starts_with("The error was ")) skip_to("The error was ");
  for (const std::string_view end : {". Skipping the file", ". Skipping", "\nSkipping."}) {
    if (error.ends_with(end)) error.resize(error.size() - end.size());
  }
  return error;
}

std::vector<std::string> HookTexts(const std::vector<HookFailure>& hooks) {
  std::vector<std::string> texts;
  for (const HookFailure& hook : hooks) {
    texts.push_back(hook.hook + ":" + std::to_string(hook.exit_code));
  }
  return texts;
}

void ExpectLineage(const LineageResult& lineage, const json& expected) {
  SCOPED_TRACE(lineage.name);
  EXPECT_EQ(OutcomeName(lineage.outcome), expected["outcome"]);
  EXPECT_EQ(lineage.attempted.has_value(), expected.contains("attempt"));
  if (expected.contains("attempt") && lineage.attempted) {
    EXPECT_EQ(*lineage.attempted, Moment(expected["attempt"]));
  }
  EXPECT_EQ(lineage.saved_version.has_value(), expected.contains("saved_version"));
  if (expected.contains("saved_version")) {
    EXPECT_EQ(lineage.saved_version, expected["saved_version"].get<int>());
    EXPECT_EQ(lineage.saved, Moment(expected["saved_at"]));
  }
  const std::string error = expected.value("error", "");
  EXPECT_EQ(lineage.message,
            lineage.outcome == LineageOutcome::kParseFailed ? WithoutPhrase(error) : error);
  EXPECT_EQ(lineage.reason.has_value(), expected.contains("error"));
  EXPECT_EQ(lineage.summary ? SummaryName(*lineage.summary) : "", expected.value("summary", ""));
  std::vector<AcmeProblem> problems;
  for (const json& problem : expected.value("acme", json::array())) {
    problems.push_back({problem["id"], problem["type"], problem["detail"]});
  }
  EXPECT_EQ(lineage.problems, problems);
  EXPECT_THAT(lineage.dropped_names, testing::IsEmpty());
}

/// attributed.json leaves the hooks of old versions to the run, and gives post hooks, which belong
/// to the run, to the lineage before them; "Hook" is one whose kind the failure does not tell.
void ExpectHooks(const LogRun& run, const json& expected) {
  std::vector<std::string> wanted = expected.value("hook_errors", std::vector<std::string>());
  std::vector<std::string> got = HookTexts(run.failed_hooks);
  for (const std::string& hook : got) EXPECT_THAT(hook, testing::StartsWith("post-hook:"));
  for (const LineageResult& lineage : run.lineages) {
    const std::vector<std::string> mine = HookTexts(lineage.failed_hooks);
    got.insert(got.end(), mine.begin(), mine.end());
  }
  for (const json& lineage : expected["lineages"]) {
    for (const std::string& hook : lineage.value("hook_errors", std::vector<std::string>())) {
      wanted.push_back(hook);
    }
  }
  if (std::ranges::any_of(wanted, [](const std::string& h) { return h.starts_with("Hook:"); })) {
    for (std::string& hook : got) hook = "Hook" + hook.substr(hook.find(':'));
  }
  EXPECT_THAT(got, testing::UnorderedElementsAreArray(wanted));
}

void ExpectRun(const LogRun& run, const json& expected) {
  SCOPED_TRACE(expected["start"]);
  EXPECT_EQ(run.start, Moment(expected["start"]));
  EXPECT_TRUE(run.start_seen);
  EXPECT_EQ(run.version, expected["version"]);
  EXPECT_EQ(run.arguments, expected["args"]);
  EXPECT_EQ(run.dry_run, expected["dry_run"]);
  EXPECT_THAT(run.plugins, testing::Contains("standalone"));
  // Here `renew` is also said of a certonly that was not due, and not of renewals before 1.10 of
  // which none was told but by "no renewal failures".
  const bool certonly_not_due = expected["failures"].is_null() && !expected["unattributed"].empty();
  const bool is_renew = (expected["renew"] && !certonly_not_due) || !expected["failures"].is_null();
  EXPECT_EQ(run.command == CertbotCommand::kRenew, is_renew);
  EXPECT_EQ(run.failures.has_value(), !expected["failures"].is_null());
  if (run.failures && !expected["failures"].is_null()) {
    EXPECT_EQ(run.failures->renew, expected["failures"][0]);
    EXPECT_EQ(run.failures->parse, expected["failures"][1]);
  }
  EXPECT_EQ(run.unattributed_not_due, expected["unattributed"].size());
  EXPECT_EQ(run.error.has_value(), !expected["run_error"].is_null());
  if (run.error && !expected["run_error"].is_null()) {
    // There without the class of the exception that certbot puts before an unexpected error.
    EXPECT_THAT(run.error->message, testing::EndsWith(expected["run_error"].get<std::string>()));
  }
  std::vector<std::string> names;
  for (const LineageResult& lineage : run.lineages) names.push_back(lineage.name);
  std::vector<std::string> expected_names;
  for (const auto& item : expected["lineages"].items()) expected_names.push_back(item.key());
  EXPECT_THAT(names, testing::UnorderedElementsAreArray(expected_names));
  for (const LineageResult& lineage : run.lineages) {
    if (expected["lineages"].contains(lineage.name)) {
      ExpectLineage(lineage, expected["lineages"][lineage.name]);
    }
  }
  ExpectHooks(run, expected);
}

std::vector<std::string> SampleNames() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(CERTHEALTH_SAMPLES)) {
    if (std::filesystem::exists(entry.path() / "attributed.json")) {
      names.push_back(entry.path().filename().string());
    }
  }
  std::ranges::sort(names);
  return names;
}

class AttributedLog : public testing::TestWithParam<std::string> {};

TEST_P(AttributedLog, IsDerivedFromTheLogAlone) {
  const std::filesystem::path sample = std::filesystem::path(CERTHEALTH_SAMPLES) / GetParam();
  const json expected = json::parse(Slurp(sample / "attributed.json"));
  const std::vector<LogRun> runs = RunsOf(sample);
  ASSERT_EQ(runs.size(), expected["runs"].size());
  for (std::size_t i = 0; i < runs.size(); ++i) ExpectRun(runs[i], expected["runs"][i]);
}

INSTANTIATE_TEST_SUITE_P(Samples, AttributedLog, testing::ValuesIn(SampleNames()),
                         [](const auto& sample) {
                           std::string name = sample.param;
                           std::ranges::replace_if(
                               name, [](char c) { return std::isalnum(c) == 0; }, '_');
                           return name;
                         });

TEST(AttributedLogs, AreThere) { EXPECT_EQ(SampleNames().size(), 87U); }

}  // namespace
}  // namespace certhealth
