// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/support/certbot_log_text.h"
#include "tests/support/log_directory.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(LogCollectorTest, OpensNothingWhenNothingIsNew) {
  tree_.Write("logs/letsencrypt.log.2.gz", Gzip(SuccessAt("01:00:00", "a", 2)));
  tree_.Write("logs/letsencrypt.log.1", SuccessAt("02:00:00", "a", 3));
  Append(SuccessAt("03:00:00", "a", 4));
  const auto told = Look();
  files_.opened = 0;
  EXPECT_EQ(Look(), told);
  EXPECT_EQ(files_.opened, 0);
}

TEST_F(LogCollectorTest, ReadsOnlyWhatWasAppended) {
  Append(SuccessAt("01:00:00", "a", 2));
  tree_.Write("logs/letsencrypt.log.1", FailureAt("00:10:00", "b"));
  Look();
  Append(FailureAt("02:00:00", "a"));
  EXPECT_EQ(OpenedByLook(), 1);
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(Look()->runs, 3U);
}

TEST_F(LogCollectorTest, WaitsForTheRestOfALine) {
  const std::string text = FailureAt("01:00:00", "shop.example");
  const std::size_t cut = text.find("shop.example with error") + 4;
  Append(text.substr(0, cut));
  EXPECT_FALSE(Look()->lineages.contains("shop"));
  Append(text.substr(cut));
  EXPECT_TRUE(Look()->lineages.contains("shop.example"));
  EXPECT_THAT(Look()->lineages, SizeIs(1));
}

TEST_F(LogCollectorTest, FollowsCertbotsRotation) {
  for (int i = 0; i < 5; ++i) {
    Rotate();
    Append(i % 2 == 0 ? FailureAt("01:00:00", "a") : SuccessAt("02:00:00", "a", i));
    EXPECT_EQ(OpenedByLook(), 1) << i;
    EXPECT_EQ(Look()->runs, static_cast<std::size_t>(i + 1));
  }
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(FreshLook()->runs, 5U);
}

TEST_F(LogCollectorTest, ReadsTheRestOfAFileThatWasRotatedMeanwhile) {
  const std::string text = FailureAt("01:00:00", "a");
  Append(text.substr(0, text.size() / 2));
  Look();
  Append(text.substr(text.size() / 2));
  Rotate();
  Append(SuccessAt("02:00:00", "b", 2));
  const auto told = Look();
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kFailed);
  EXPECT_EQ(told->runs, 2U);
}

TEST_F(LogCollectorTest, JoinsARunThatLiesInSeveralFiles) {
  const std::string text = SuccessAt("01:00:00", "a", 2);
  const std::size_t first = text.find('\n', text.size() / 3) + 1;
  const std::size_t second = text.find('\n', 2 * text.size() / 3) + 1;
  tree_.Write("logs/letsencrypt.log.10", text.substr(0, first));
  tree_.Write("logs/letsencrypt.log.9", text.substr(first, second - first));
  tree_.Write(kLog, text.substr(second));
  const auto told = Look();
  EXPECT_EQ(told->runs, 1U);
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
}

TEST_F(LogCollectorTest, FollowsLogrotateThroughCompression) {
  Append(FailureAt("01:00:00", "a"));
  Look();
  // What was written after the look goes into the compressed file unseen.
  Append(SuccessAt("02:00:00", "a", 2));
  std::ifstream in(tree_.Path(kLog), std::ios::binary);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  std::filesystem::remove(tree_.Path(kLog));
  tree_.Write("logs/letsencrypt.log.1.gz", Gzip(text));
  Append(NotDueAt("03:00:00", "a"));
  const auto told = Look();
  EXPECT_EQ(told->runs, 3U);
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
  Rename("letsencrypt.log.1.gz", "letsencrypt.log.2.gz");
  Rename("letsencrypt.log", "letsencrypt.log.1");
  EXPECT_EQ(OpenedByLook(), 0);
  EXPECT_EQ(Look()->runs, 3U);
}

TEST_F(LogCollectorTest, LeavesOutAFileThatIsBeingCompressed) {
  const std::string text = SuccessAt("01:00:00", "a", 2);
  tree_.Write("logs/letsencrypt.log.1", text);
  tree_.Write("logs/letsencrypt.log.1.gz", Gzip(text).substr(0, 40));
  EXPECT_EQ(Look()->runs, 1U);
  std::filesystem::remove(tree_.Path("logs/letsencrypt.log.1"));
  tree_.Write("logs/letsencrypt.log.1.gz", Gzip(text));
  EXPECT_EQ(Look()->runs, 1U);
}

TEST_F(LogCollectorTest, FollowsCopytruncate) {
  Append(FailureAt("01:00:00", "a"));
  Look();
  std::filesystem::copy(tree_.Path(kLog), tree_.Path("logs/letsencrypt.log.1"));
  std::filesystem::resize_file(tree_.Path(kLog), 0);
  EXPECT_EQ(Look()->runs, 1U);
  Append(SuccessAt("02:00:00", "a", 2));
  EXPECT_EQ(Look()->runs, 2U);
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
}

TEST_F(LogCollectorTest, SeesThatAFileWasReplacedByALongerOne) {
  Append(FailureAt("01:00:00", "a"));
  Look();
  std::ofstream(tree_.Path(kLog), std::ios::trunc | std::ios::binary)
      << SuccessAt("02:00:00", "b", 2) << SuccessAt("02:10:00", "b", 3)
      << SuccessAt("02:20:00", "b", 4);
  const auto told = Look();
  EXPECT_EQ(told->lineages.at("b").last_success, OnThatDay("02:20:07"));
  EXPECT_EQ(told->last_run->start, OnThatDay("02:20:00"));
  EXPECT_EQ(told->runs, 4U);  // its beginning was read too
}

TEST_F(LogCollectorTest, DoesNotJoinALineToThatOfAnotherFile) {
  CertbotLogText log("01:00:00");
  log.Start().Processing("a").Due();
  Append(log.text() + "2026-11-22 01:00:06,123:ERROR:certbot._internal.renewal:Failed to renew ce");
  Look();
  Rotate();
  Append(NotDueAt("02:00:00", "a"));
  const auto told = Look();
  EXPECT_EQ(told->runs, 2U);
  EXPECT_EQ(told->last_run->start, OnThatDay("02:00:00"));
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kInterrupted);
}

TEST_F(LogCollectorTest, ReadsAllAgainWhenSomethingOldTurnsUp) {
  Append(SuccessAt("02:00:00", "a", 3));
  Look();
  tree_.Write("logs/letsencrypt.log.1", FailureAt("01:00:00", "b"));
  const auto told = Look();
  EXPECT_EQ(told->runs, 2U);
  EXPECT_EQ(told->last_run->start, OnThatDay("02:00:00"));
  EXPECT_TRUE(told->lineages.contains("b"));
}

TEST_F(LogCollectorTest, KeepsWhatItKnowsOfFilesThatAreGone) {
  tree_.Write("logs/letsencrypt.log.1", FailureAt("01:00:00", "b"));
  Append(SuccessAt("02:00:00", "a", 3));
  Look();
  std::filesystem::remove(tree_.Path("logs/letsencrypt.log.1"));
  EXPECT_TRUE(Look()->lineages.contains("b"));
}

TEST_F(LogCollectorTest, ReadsWhatIsThereOfATruncatedGzip) {
  std::string text;
  for (int i = 10; i < 60; ++i) text += SuccessAt("01:" + std::to_string(i) + ":00", "a", i);
  const std::string compressed = Gzip(text);
  tree_.Write("logs/letsencrypt.log.1.gz", compressed.substr(0, compressed.size() - 40));
  const auto told = Look();
  EXPECT_GT(told->runs, 10U);
  EXPECT_LT(told->runs, 51U);
  EXPECT_THAT(told->unreadable, IsEmpty());
}

TEST_F(LogCollectorTest, TakesGarbageBehindGzForNothing) {
  tree_.Write("logs/letsencrypt.log.1.gz", "not gzip at all\n");
  tree_.Write("logs/letsencrypt.log.2.gz", Gzip(SuccessAt("01:00:00", "a", 2)) + "garbage");
  tree_.Write("logs/letsencrypt.log.3.gz",
              Gzip(SuccessAt("00:10:00", "a", 2)) + Gzip(SuccessAt("00:20:00", "a", 2)));
  EXPECT_EQ(Look()->runs, 3U);
}

TEST_F(LogCollectorTest, StopsAtABomb) {
  const std::string bomb = Gzip(std::string(8 << 20U, 'x'));
  tree_.Write("logs/letsencrypt.log.1.gz", bomb + Gzip(SuccessAt("00:20:00", "b", 2)));
  Append(SuccessAt("01:00:00", "a", 2));
  EXPECT_EQ(Look()->runs, 1U);
}

TEST_F(LogCollectorTest, TellsOfAFileThatItMayNotRead) {
  tree_.Write("logs/letsencrypt.log.1", FailureAt("01:00:00", "b"));
  Append(SuccessAt("02:00:00", "a", 3));
  files_.unreadable = ".log.1";
  const auto told = Look();
  ASSERT_THAT(told->unreadable, SizeIs(1));
  EXPECT_EQ(told->unreadable[0].reason, Reason::kPermissionDenied);
  EXPECT_EQ(told->runs, 1U);
  EXPECT_EQ(OpenedByLook(), 0);
  files_.unreadable = "\n";
  ::chmod(tree_.Path("logs/letsencrypt.log.1").c_str(), 0640);
  EXPECT_EQ(Look()->runs, 2U);
  EXPECT_THAT(Look()->unreadable, IsEmpty());
}

TEST_F(LogCollectorTest, IsNotHeldByAFifoOrADirectory) {
  ::mkfifo(tree_.Path("logs/letsencrypt.log.1").c_str(), 0600);
  tree_.MakeDirectory("logs/letsencrypt.log.2");
  tree_.Link("logs/letsencrypt.log.3", "/dev/zero");
  tree_.Link("logs/letsencrypt.log.4", "letsencrypt.log.4");
  Append(SuccessAt("02:00:00", "a", 3));
  EXPECT_EQ(Look()->runs, 1U);
}

TEST_F(LogCollectorTest, ListsTheFilesAgainWhenTheyMoveUnderItsHands) {
  tree_.Write("logs/letsencrypt.log.1", FailureAt("01:00:00", "a"));
  Append(SuccessAt("02:00:00", "a", 3));
  bool moved = false;
  files_.before_open = [&] {
    if (std::exchange(moved, true)) return;
    Rotate();
    Append(NotDueAt("03:00:00", "a"));
  };
  const auto told = Look();
  EXPECT_EQ(told->runs, 3U);
  EXPECT_EQ(told->last_run->start, OnThatDay("03:00:00"));
}

TEST_F(LogCollectorTest, SurvivesATruncationWhileItReads) {
  Append(FailureAt("01:00:00", "a") + std::string(1U << 20U, 'x') + "\n");
  files_.after_open = [&] {
    std::filesystem::resize_file(tree_.Path(kLog), FailureAt("01:00:00", "a").size());
  };
  EXPECT_EQ(Look()->runs, 1U);
  files_.after_open = nullptr;
  Append(SuccessAt("02:00:00", "a", 2));
  EXPECT_EQ(Look()->runs, 2U);
  EXPECT_EQ(Look()->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
}

TEST_F(LogCollectorTest, ReadsOnInTheFileThatItHasOpenWhenAnotherTakesItsPlace) {
  Append(FailureAt("01:00:00", "a"));
  bool replaced = false;
  files_.after_open = [&] {
    if (std::exchange(replaced, true)) return;
    std::filesystem::remove(tree_.Path(kLog));
    Append(SuccessAt("02:00:00", "b", 2));
  };
  const auto first = Look();
  EXPECT_TRUE(first->lineages.contains("a"));
  const auto second = Look();
  EXPECT_EQ(second->lineages.at("b").last_success, OnThatDay("02:00:07"));
  EXPECT_EQ(OpenedByLook(), 0);
}

TEST_F(LogCollectorTest, ReadsOnBehindALineOfTenMebibytesInAGzip) {
  CertbotLogText log("01:00:00");
  log.Start().Processing("a").Due().Failed("a", std::string(10U << 20U, '\0'));
  log.Processing("b").NotDue().Failures(1, 0);
  // What packs better than any log is taken for a bomb, so it goes among text that does not.
  std::string text;
  std::uint32_t random = 1;
  for (int i = 0; i < 300'000; ++i) {
    random = random * 1664525 + 1013904223;
    text += static_cast<char>('0' + (random >> 24U) % 64);
  }
  tree_.Write("logs/letsencrypt.log.1.gz", Gzip(text + "\n" + log.text()));
  const auto told = Look();
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.message.size(), 1023U);
  EXPECT_EQ(told->last_run->lineages.size(), 2U);
}

TEST_F(LogCollectorTest, ReadsWhatIsNoGzipBehindItsMagicAsNothing) {
  tree_.Write("logs/letsencrypt.log.1.gz", std::string("\x1f\x8b\x08\xff", 4));
  tree_.Write("logs/letsencrypt.log.2.gz", std::string("\x1f\x8b\x08\x04\0\0\0\0\0\3\xff\xff", 12));
  tree_.Write("logs/letsencrypt.log.3.gz", Gzip(SuccessAt("01:00:00", "a", 2)).substr(0, 11));
  Append(SuccessAt("02:00:00", "a", 3));
  EXPECT_EQ(Look()->runs, 1U);
  EXPECT_EQ(OpenedByLook(), 0);
}

/// letsencrypt.log and its rotations, a hundred thousand of them, every third compressed.
class ManyRotations final : public FileSystem {
 public:
  static constexpr std::size_t kCount = 100'000;

  ManyRotations() : plain_(NotDueAt("01:00:00", "a")), compressed_(Gzip(plain_)) {
    entries_.push_back({"letsencrypt.log", FileKind::kRegular});
    for (std::size_t i = 1; i < kCount; ++i) {
      entries_.push_back(
          {"letsencrypt.log." + std::to_string(i) + (i % 3 == 0 ? ".gz" : ""), FileKind::kRegular});
    }
  }

  Result<std::vector<DirectoryEntry>> List(const std::string&) const override { return entries_; }
  Result<FileStatus> Status(const std::string& path) const override {
    FileStatus status;
    status.identity.inode =
        path.ends_with("log") ? 1 : 2 + std::stoul(path.substr(path.rfind("log.") + 4));
    status.identity.size_bytes = TextOf(path).size();
    return status;
  }
  Result<std::unique_ptr<ByteSource>> OpenForReading(const std::string& path) const override {
    ++opened;
    return std::unique_ptr<ByteSource>(std::make_unique<Text>(TextOf(path), *Status(path)));
  }
  Result<FileStatus> LinkStatus(const std::string& path) const override { return Status(path); }
  Result<std::string> ReadLink(const std::string& path) const override { return None(path); }
  Result<FileContents> Read(const std::string& path, std::uint64_t) const override {
    return None(path);
  }
  Result<DirectoryCondition> Condition(const std::string& path) const override {
    return None(path);
  }

  mutable std::size_t opened = 0;

 private:
  class Text final : public ByteSource {
   public:
    Text(std::string_view text, const FileStatus& status) : text_(text), status_(status) {}
    Result<std::size_t> ReadAt(std::uint64_t offset, std::span<char> buffer) override {
      if (offset >= text_.size()) return std::size_t{0};
      return text_.copy(buffer.data(), buffer.size(), offset);
    }
    const FileStatus& status() const override { return status_; }

   private:
    std::string_view text_;
    FileStatus status_;
  };

  static Failure None(const std::string& path) { return {Reason::kNotFound, path}; }
  const std::string& TextOf(const std::string& path) const {
    return path.ends_with(".gz") ? compressed_ : plain_;
  }

  std::string plain_;
  std::string compressed_;
  std::vector<DirectoryEntry> entries_;
};

TEST(ManyLogFiles, AreReadAsFarAsTheNewestTenThousand) {
  const ManyRotations files;
  LogCollector collector(files, "/logs", TimeZone());
  const auto told = collector.Collect(OnThatDay("23:00:00")).value();
  EXPECT_EQ(told->runs, 10'000U);
  EXPECT_TRUE(told->is_cut);
  EXPECT_EQ(files.opened, 10'000U);
  EXPECT_EQ(collector.Collect(OnThatDay("23:00:00")).value(), told);
  EXPECT_EQ(files.opened, 10'000U);
}

TEST_F(LogCollectorTest, ReadsDatedRotationsInTheirOrder) {
  tree_.Write("logs/letsencrypt.log-20261101", FailureAt("01:00:00", "a"));
  tree_.Write("logs/letsencrypt.log-20261108.gz", Gzip(SuccessAt("02:00:00", "a", 2)));
  Append(NotDueAt("03:00:00", "a"));
  const auto told = Look();
  EXPECT_EQ(told->runs, 3U);
  EXPECT_EQ(told->lineages.at("a").last_attempt->result.outcome, LineageOutcome::kRenewed);
  EXPECT_EQ(told->last_run->start, OnThatDay("03:00:00"));
}

TEST_F(LogCollectorTest, ReadsNothingElseInTheDirectory) {
  for (const std::string_view name :
       {"letsencrypt.log.bak", "letsencrypt.logx", "certbot.log", "letsencrypt.log.1.gz.tmp",
        "letsencrypt.log.", "letsencrypt.log-", "letsencrypt.log.-1", "letsencrypt.log.1.xz"}) {
    tree_.Write("logs/" + std::string(name), SuccessAt("01:00:00", "a", 2));
  }
  EXPECT_EQ(OpenedByLook(), 0);
}

TEST_F(LogCollectorTest, AnswersAsAFreshOneDoes) {
  // Every way of growing in turn; what was followed must be what a first look finds.
  int minute = 10;
  const auto next = [&minute] { return "04:" + std::to_string(minute++) + ":00"; };
  for (int step = 0; step < 24; ++step) {
    if (step % 5 == 4) Rotate();
    if (step % 7 == 6) {
      const std::string path = tree_.Path("logs/letsencrypt.log.2");
      if (std::filesystem::exists(path)) {
        std::ifstream in(path, std::ios::binary);
        const std::string text((std::istreambuf_iterator<char>(in)), {});
        std::filesystem::remove(path);
        tree_.Write("logs/letsencrypt.log.2.gz", Gzip(text));
      }
    }
    Append(step % 3 == 0 ? FailureAt(next(), "a") : SuccessAt(next(), "b", step + 1));
    const auto followed = Look();
    LogCollector fresh(files_, "/logs", TimeZone());
    const auto found = fresh.Collect(OnThatDay("23:00:00")).value();
    ASSERT_EQ(followed->lineages, found->lineages) << step;
    ASSERT_EQ(*followed->last_run, *found->last_run) << step;
    ASSERT_EQ(followed->runs, found->runs) << step;
  }
}

TEST(LogFilesLimits, LeaveOutTheOldest) {
  struct Counter final : LogTextSink {
    void Text(std::string_view bytes) override { text += bytes; }
    void EndFile() override { ++ends; }
    void Restart() override { ++restarts; }
    std::string text;
    int ends = 0;
    int restarts = 0;
  };
  const TemporaryTree tree;
  for (int i = 1; i <= 5; ++i) {
    tree.Write("letsencrypt.log." + std::to_string(i), std::to_string(i) + "\n");
  }
  tree.Write("letsencrypt.log", "0\n");
  const auto files = MakePosixFileSystem("/");
  {
    LogFiles log(*files, tree.root(), {.max_files = 3});
    Counter counter;
    EXPECT_TRUE(log.Look(counter).value());
    EXPECT_EQ(counter.text, "2\n1\n0\n");
    EXPECT_TRUE(log.is_cut());
    EXPECT_FALSE(log.Look(counter).value());
  }
  {
    LogFiles log(*files, tree.root(), {.max_bytes = 8});
    Counter counter;
    EXPECT_TRUE(log.Look(counter).value());
    EXPECT_EQ(counter.text, "3\n2\n1\n0\n");
    EXPECT_TRUE(log.is_cut());
    EXPECT_FALSE(log.Look(counter).value());
    EXPECT_EQ(counter.restarts, 0);
  }
  {
    tree.Write("letsencrypt.log", "much more\nthan\nis\nread\n");
    LogFiles log(*files, tree.root(), {.max_files = 1, .max_file_bytes = 9});
    Counter counter;
    EXPECT_TRUE(log.Look(counter).value());
    EXPECT_EQ(counter.text, "\nis\nread\n");
    EXPECT_TRUE(log.is_cut());
  }
}

}  // namespace
}  // namespace certhealth
