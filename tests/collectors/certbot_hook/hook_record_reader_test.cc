// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_hook/hook_record_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "tests/support/broken_file_system.h"
#include "tests/support/certbot_stand.h"
#include "tests/support/fake_clock.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

class HookRecordReaderTest : public testing::Test {
 protected:
  Result<std::shared_ptr<const HookRecords>> Read() { return reader.Read(clock.Now()); }
  HookRecords MustRead() {
    const auto records = Read();
    EXPECT_TRUE(records && *records != nullptr);
    return records && *records != nullptr ? **records : HookRecords();
  }
  /// As the hook does it.
  void Replace(const std::string& name, const std::string& text) {
    std::filesystem::rename(tree.Write("hook/.new.1", text), tree.Path("hook/" + name));
  }

  TemporaryTree tree;
  FakeClock clock;
  std::unique_ptr<FileSystem> files = MakePosixFileSystem("/");
  BrokenFileSystem broken{*files};
  HookRecordReader reader{broken, tree.Path("hook")};
};

TEST_F(HookRecordReaderTest, KnowsNothingWhereNoHookIsInstalled) {
  const auto records = Read();
  ASSERT_TRUE(records);
  EXPECT_EQ(*records, nullptr);
}

TEST_F(HookRecordReaderTest, ReadsBothKinds) {
  tree.Write("hook/renewed/a.example", "100 7\n");
  tree.Write("hook/renewed/b.example", "200 8\n");
  tree.Write("hook/failed", "300 9 c.example\n100 7 d.example\n");
  const HookRecords records = MustRead();
  ASSERT_EQ(records.renewed.size(), 2U);
  EXPECT_EQ(records.renewed.at("a.example").run, 7U);
  EXPECT_EQ(records.renewed.at("b.example").at.time_since_epoch().count(), 200);
  ASSERT_EQ(records.failed.size(), 2U);
  EXPECT_THAT(records.failed[0].names, testing::ElementsAre("c.example"));
}

TEST_F(HookRecordReaderTest, SeesWhatTheHookReplaces) {
  tree.Write("hook/renewed/a.example", "100 7\n");
  tree.Write("hook/renewed/b.example", "100 7\n");
  EXPECT_EQ(MustRead().renewed.at("a.example").run, 7U);
  Replace("renewed/a.example", "200 8\n");
  EXPECT_EQ(MustRead().renewed.at("a.example").run, 8U);
  EXPECT_EQ(MustRead().renewed.at("b.example").run, 7U);
  Replace("failed", "300 9 a.example\n");
  EXPECT_EQ(MustRead().failed.size(), 1U);
}

TEST_F(HookRecordReaderTest, OpensNothingWhenNothingHasChanged) {
  tree.Write("hook/renewed/a.example", "100 7\n");
  tree.Write("hook/failed", "300 9 a.example\n");
  const auto first = Read();
  broken.TakeReads();
  const auto second = Read();
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  EXPECT_THAT(broken.TakeReads(), testing::IsEmpty());
}

TEST_F(HookRecordReaderTest, LooksAgainWhileTheLastChangeIsYoung) {
  tree.Write("hook/failed", "300 9 a.example\n");
  clock.Set(SystemClock().Now());
  MustRead();
  broken.TakeReads();
  MustRead();
  EXPECT_THAT(broken.TakeReads(), testing::ElementsAre(tree.Path("hook/failed")));
}

TEST_F(HookRecordReaderTest, PassesOverWhatTheHookDidNotWrite) {
  tree.Write("hook/renewed/good", "100 7\n");
  tree.Write("hook/renewed/empty", "");
  tree.Write("hook/renewed/large", std::string(kMaxHookFileBytes + 1, '1'));
  tree.Link("hook/renewed/link", "good");
  tree.MakeDirectory("hook/renewed/directory");
  ASSERT_EQ(mkfifo(tree.Path("hook/renewed/fifo").c_str(), 0644), 0);
  ASSERT_EQ(mkfifo(tree.Path("hook/failed").c_str(), 0644), 0);
  const HookRecords records = MustRead();
  EXPECT_EQ(records.renewed.size(), 1U);
  EXPECT_THAT(records.failed, testing::IsEmpty());
}

TEST_F(HookRecordReaderTest, SaysWhenItMayNotLook) {
  tree.Write("hook/renewed/a.example", "100 7\n");
  broken.Break(tree.Path("hook/renewed"), Reason::kPermissionDenied);
  const auto records = Read();
  ASSERT_FALSE(records);
  EXPECT_EQ(records.error().reason, Reason::kPermissionDenied);
}

TEST(CertbotCollectorHook, ReadsTheRecordsOfEachConfigurationDirectory) {
  LineageTree tree;
  tree.AddLineage("a.example");
  tree.files().Write("/var/lib/x/hook/etc-letsencrypt/renewed/a.example", "100 7\n");
  CertbotOptions options;
  options.state_dir = "/var/lib/x";
  const CollectorRun run = CertbotStand(tree, options).Look();
  ASSERT_NE(run.certbot->roots[0].hook_records, nullptr);
  EXPECT_EQ(run.certbot->roots[0].hook_records->renewed.count("a.example"), 1U);
  EXPECT_EQ(CertbotStand(tree).Look().certbot->roots[0].hook_records, nullptr);
}

TEST(CertbotCollectorHook, TakesThePlaceOfALogThatMayNotBeRead) {
  LineageTree tree;
  tree.AddLineage("a.example");
  CertbotOptions options;
  options.places = {{tree.config_dir(), "/var/log/letsencrypt"}};
  options.state_dir = "/var/lib/x";
  CertbotStand stand(tree, options);
  stand.broken.Break("/var/log/letsencrypt", Reason::kPermissionDenied);
  EXPECT_EQ(stand.Look().failures.size(), 1U);
  tree.files().MakeDirectory("/var/lib/x/hook/etc-letsencrypt/renewed");
  EXPECT_THAT(stand.Look().failures, testing::IsEmpty());
}

}  // namespace
}  // namespace certhealth
