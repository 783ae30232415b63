// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/hook_script.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "collectors/certbot_hook/hook_records.h"
#include "tests/support/hook_caller.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr long long kNow = 1'795'407'295;
const Ended kSilentSuccess{0, ""};

/// Both programs in a directory of their own, with a state directory beside it.
class HookScriptTest : public testing::TestWithParam<std::vector<std::string>> {
 protected:
  HookScriptTest() {
    tree.MakeDirectory("state");
    for (const HookStage stage : {HookStage::kDeploy, HookStage::kPost}) {
      const std::string path = tree.Write(NameOf(stage), HookScript(stage, state, records));
      chmod(path.c_str(), 0755);
    }
  }

  /// Calls it with the shell under test.
  Ended Call(HookStage stage, Environment variables, long long now = kNow) const {
    std::vector<std::string> words = GetParam();
    words.push_back(tree.Path(NameOf(stage)));
    variables.emplace_back("PATH", caller.search_path());
    variables.emplace_back("NOW", std::to_string(now));
    return RunProgram(words, variables);
  }
  Ended Deploy(const std::string& lineage, long long now = kNow) const {
    return Call(HookStage::kDeploy, {{"RENEWED_LINEAGE", lineage}}, now);
  }
  Ended Post(const std::string& failed, long long now = kNow) const {
    return Call(HookStage::kPost, {{"FAILED_DOMAINS", failed}}, now);
  }

  std::vector<HookRecord> Read(const std::string& file) const {
    std::ifstream in(records + "/" + file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return ParseHookRecords(text.str());
  }
  std::vector<std::string> Names() const {
    const std::vector<HookRecord> failed = Read("failed");
    return failed.empty() ? std::vector<std::string>() : failed.front().names;
  }
  /// All files below the state directory.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator(state)) {
      if (!entry.is_directory()) files.push_back(fs::relative(entry.path(), records).string());
    }
    std::ranges::sort(files);
    return files;
  }

  TemporaryTree tree;
  HookCaller caller;
  std::string state = tree.Path("state");
  std::string records = HookRecordsDirectory(state, "/etc/letsencrypt");
};

TEST_P(HookScriptTest, RecordsARenewedLineage) {
  EXPECT_EQ(Deploy("/etc/letsencrypt/live/a.example"), kSilentSuccess);
  EXPECT_THAT(Files(), ElementsAre("renewed/a.example"));
  const auto read = Read("renewed/a.example");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].at.time_since_epoch().count(), kNow);
  EXPECT_EQ(read[0].run, static_cast<std::uint64_t>(getpid()));
}

TEST_P(HookScriptTest, RecordsTheNamesThatFailed) {
  EXPECT_EQ(Post("a.example *.b.example 192.0.2.1 2001:db8::1 a.example"), kSilentSuccess);
  EXPECT_THAT(Files(), ElementsAre("failed"));
  const auto read = Read("failed");
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(read[0].at.time_since_epoch().count(), kNow);
  EXPECT_THAT(read[0].names,
              ElementsAre("a.example", "*.b.example", "192.0.2.1", "2001:db8::1", "a.example"));
}

TEST_P(HookScriptTest, RecordsNothingWhereCertbotTellsNothing) {
  EXPECT_EQ(Call(HookStage::kDeploy, {}), kSilentSuccess);
  EXPECT_EQ(Call(HookStage::kPost, {}), kSilentSuccess);  // before 2.7
  // From 2.7 to 4.1, and after a run without failures.
  EXPECT_EQ(Call(HookStage::kPost, {{"RENEWED_DOMAINS", "a.example"}, {"FAILED_DOMAINS", ""}}),
            kSilentSuccess);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_P(HookScriptTest, KeepsAFewRunsTheNewestFirst) {
  for (int i = 0; i < 20; ++i) Post(std::to_string(i) + ".example", kNow + i);
  const auto read = Read("failed");
  ASSERT_EQ(read.size(), 8U);
  EXPECT_THAT(read.front().names, ElementsAre("19.example"));
  EXPECT_EQ(read.front().at.time_since_epoch().count(), kNow + 19);
  EXPECT_THAT(read.back().names, ElementsAre("12.example"));
  EXPECT_EQ(read.back().at.time_since_epoch().count(), kNow + 12);
}

TEST_P(HookScriptTest, KeepsOfTheSameFailureTheNewestOnly) {
  Post("a.example", kNow);
  Post("b.example c.example", kNow + 1);
  for (int i = 2; i < 20; ++i) Post("a.example", kNow + i);
  const auto read = Read("failed");
  ASSERT_EQ(read.size(), 2U);
  EXPECT_EQ(read[0].at.time_since_epoch().count(), kNow + 19);
  EXPECT_THAT(read[1].names, ElementsAre("b.example", "c.example"));
}

TEST_P(HookScriptTest, EvaluatesNothingThatItIsGiven) {
  const std::string trap = tree.Path("trap");
  for (const std::string& hostile :
       {"$(touch " + trap + ")", "`touch " + trap + "`", ";touch " + trap, "\ntouch " + trap + "\n",
        "'; touch " + trap + "; '", "\"; touch " + trap + "; \"", "$((x[`touch " + trap + "`]))",
        "a && touch " + trap, std::string("-n"), std::string("-e \\n"), std::string("\\c"),
        std::string("%s%n"), std::string("*"), std::string("../../x"), std::string("..")}) {
    EXPECT_EQ(Deploy(hostile), kSilentSuccess) << hostile;
    EXPECT_EQ(Deploy("/live/" + hostile), kSilentSuccess) << hostile;
    EXPECT_EQ(Post(hostile), kSilentSuccess) << hostile;
    EXPECT_EQ(Post("a.example " + hostile + " b.example"), kSilentSuccess) << hostile;
    EXPECT_THAT(Names(),
                testing::AllOf(testing::Contains("a.example"), testing::Contains("b.example")))
        << hostile;
    EXPECT_FALSE(fs::exists(trap)) << hostile;
  }
  // Nothing was written but records, in the places of records.
  for (const std::string& file : Files())
    EXPECT_TRUE(file == "failed" || (file.starts_with("renewed/") && file.find("..") == file.npos))
        << file;
  std::vector<std::string> beside;
  for (const auto& entry : fs::directory_iterator(tree.root()))
    beside.push_back(entry.path().filename().string());
  EXPECT_THAT(beside, testing::UnorderedElementsAre("state", "deploy", "post"));
}

TEST_P(HookScriptTest, WritesOddLineagesUnderTheirOwnNames) {
  for (const std::string name : {"a b", "-f", "it's", "\"", "a\nb", "*", "\xff", "~"}) {
    EXPECT_EQ(Deploy("/etc/letsencrypt/live/" + name), kSilentSuccess) << name;
    EXPECT_EQ(Read("renewed/" + name).size(), 1U) << name;
  }
  for (const std::string none : {"/live/", "/live/.", "/live/..", "/live/.hidden", ""})
    EXPECT_EQ(Deploy(none), kSilentSuccess) << none;
  EXPECT_EQ(Deploy("/live/" + std::string(300, 'x')), kSilentSuccess);
  EXPECT_EQ(Files().size(), 8U);
}

TEST_P(HookScriptTest, DropsTheNameThatCertbotCutsThrough) {
  for (const std::size_t cut : {16'000U, 32'000U}) {
    std::string names;
    while (names.size() < cut) names += "name.example ";
    const std::size_t whole = names.rfind(' ', cut - 1);
    EXPECT_EQ(Post(names.substr(0, cut)), kSilentSuccess);
    EXPECT_EQ(Names().size(), (whole + 1) / std::string("name.example ").size()) << cut;
    EXPECT_EQ(Names().back(), "name.example");
  }
}

TEST_P(HookScriptTest, IsQuickWithAThousandNames) {
  std::string names;
  for (int i = 0; i < 1000; ++i) names += "n" + std::to_string(i) + ".example ";
  Post(names);
  Post(names + "other.example");
  const auto started = std::chrono::steady_clock::now();
  EXPECT_EQ(Post(names + "another.example"), kSilentSuccess);
  EXPECT_LT(std::chrono::steady_clock::now() - started, std::chrono::seconds(5));
  EXPECT_EQ(Names().size(), 1001U);
}

TEST_P(HookScriptTest, IsReadableByAllWhateverTheUmask) {
  const mode_t before = umask(0777);
  EXPECT_EQ(Deploy("/live/a.example"), kSilentSuccess);
  umask(before);
  const auto others = fs::perms::others_read;
  EXPECT_EQ(fs::status(records + "/renewed/a.example").permissions() & others, others);
  EXPECT_EQ(fs::status(records + "/renewed").permissions() & fs::perms::all, fs::perms(0755));
}

TEST_P(HookScriptTest, SucceedsInSilenceWhereItCannotRecord) {
  // No programs at all.
  for (const HookStage stage : {HookStage::kDeploy, HookStage::kPost}) {
    std::vector<std::string> words = GetParam();
    words.push_back(tree.Path(NameOf(stage)));
    EXPECT_EQ(RunProgram(words, {{"PATH", "/nowhere"},
                                 {"RENEWED_LINEAGE", "/live/a.example"},
                                 {"FAILED_DOMAINS", "a.example"}}),
              kSilentSuccess);
  }
  // A file where the state directory was, then no directory above it.
  fs::remove_all(state);
  tree.Write("state", "");
  EXPECT_EQ(Deploy("/live/a.example"), kSilentSuccess);
  EXPECT_EQ(Post("a.example"), kSilentSuccess);
  const std::string lost = tree.Write("lost", HookScript(HookStage::kPost, "/no/such/state",
                                                         "/no/such/state/hook/etc-letsencrypt"));
  std::vector<std::string> words = GetParam();
  words.push_back(lost);
  EXPECT_EQ(RunProgram(words, {{"FAILED_DOMAINS", "a.example"}}), kSilentSuccess);
}

TEST_P(HookScriptTest, KeepsTheOldRecordOnAFullDisk) {
  ASSERT_EQ(Post("a.example"), kSilentSuccess);
  // A file size limit of nothing stands for the disk.
  std::vector<std::string> words = {"/bin/bash", "-c", "trap '' XFSZ; ulimit -f 0; exec \"$@\"",
                                    "-"};
  for (const std::string& word : GetParam()) words.push_back(word);
  words.push_back(tree.Path("post"));
  EXPECT_EQ(RunProgram(words, {{"PATH", caller.search_path()},
                               {"NOW", std::to_string(kNow + 1)},
                               {"FAILED_DOMAINS", "b.example"}}),
            kSilentSuccess);
  EXPECT_THAT(Names(), ElementsAre("a.example"));
  EXPECT_THAT(Files(), ElementsAre("failed"));
}

TEST_P(HookScriptTest, WritesNowhereThatIsAnothersToChange) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root to give a directory away";
  ASSERT_EQ(chown(state.c_str(), 65534, 65534), 0);
  EXPECT_EQ(Deploy("/live/a.example"), kSilentSuccess);
  EXPECT_THAT(Files(), IsEmpty());
}

TEST_P(HookScriptTest, TakesNoNamesFromTheWorkingDirectory) {
  std::vector<std::string> words = {"/bin/bash", "-c", "cd \"$0\" && exec \"$@\"", tree.root()};
  for (const std::string& word : GetParam()) words.push_back(word);
  words.push_back(tree.Path("post"));
  EXPECT_EQ(RunProgram(words, {{"FAILED_DOMAINS", "a.example * p*t"}}), kSilentSuccess);
  EXPECT_THAT(Names(), ElementsAre("a.example", "*", "p*t"));
}

TEST_P(HookScriptTest, SucceedsWhereNoProcessCanBeStarted) {
  if (geteuid() != 0) GTEST_SKIP() << "takes root to be somebody else";
  chmod(tree.root().c_str(), 0755);
  std::vector<std::string> words = {"/usr/bin/setpriv",
                                    "--reuid=65534",
                                    "--clear-groups",
                                    "/bin/bash",
                                    "-c",
                                    "ulimit -u 0; exec \"$@\"",
                                    "-"};
  for (const std::string& word : GetParam()) words.push_back(word);
  words.push_back(tree.Path("deploy"));
  const Ended ended = RunProgram(words, {{"RENEWED_LINEAGE", "/live/a.example"}});
  EXPECT_EQ(ended.exit_code, 0) << ended.output;
}

TEST_P(HookScriptTest, RecordsNoDryRun) {
  for (const char* flag : {"--dry-run", "--dry-r", "--dry"}) {
    // The shell stands for certbot: it calls the hook and goes on.
    std::vector<std::string> words = {
        "/bin/bash", "-c", "/bin/sh -c \"$0\"; exit $?", tree.Path("post"), "certbot",
        "renew",     flag};
    const Environment variables = {{"PATH", caller.search_path()},
                                   {"NOW", std::to_string(kNow)},
                                   {"FAILED_DOMAINS", "a.example"}};
    EXPECT_EQ(RunProgram(words, variables), kSilentSuccess);
    EXPECT_THAT(Files(), IsEmpty()) << flag;
    words.back() = "--no-random-sleep-on-renew";
    EXPECT_EQ(RunProgram(words, variables), kSilentSuccess);
    EXPECT_THAT(Files(), ElementsAre("failed"));
    fs::remove_all(records);
  }
}

INSTANTIATE_TEST_SUITE_P(Shells, HookScriptTest, testing::ValuesIn(ShellsHere()),
                         [](const auto& shell) {
                           return std::to_string(shell.index) + "_" +
                                  fs::path(shell.param.front()).filename().string();
                         });

TEST(HookScript, SaysWhoseItIs) {
  EXPECT_TRUE(IsHookScript(HookScript(HookStage::kDeploy, "/s", "/s/hook/x")));
  EXPECT_TRUE(IsHookScript(HookScript(HookStage::kPost, "/s", "/s/hook/x")));
  for (const char* other : {"", "#!/bin/sh", "#!/bin/sh\n", "#!/bin/sh\nnginx -s reload\n",
                            "#!/bin/sh\n\n# certhealth_exporter hook: no\n"})
    EXPECT_FALSE(IsHookScript(other)) << other;
}

TEST(HookScript, QuotesTheDirectories) {
  TemporaryTree tree;
  const std::string state = tree.MakeDirectory("it's $(touch x) \"a\" `b` \\ c");
  const std::string records = HookRecordsDirectory(state, "/etc/letsencrypt");
  const std::string path = tree.Write("deploy", HookScript(HookStage::kDeploy, state, records));
  EXPECT_EQ(RunProgram({"/bin/sh", path}, {{"RENEWED_LINEAGE", "/live/a.example"}}),
            kSilentSuccess);
  EXPECT_TRUE(fs::exists(records + "/renewed/a.example"));
}

}  // namespace
}  // namespace certhealth
