// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/order_traces.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "collectors/certbot/certbot_collector.h"
#include "tests/support/fake_clock.h"
#include "tests/support/log_directory.h"

namespace certhealth {
namespace {

namespace fs = std::filesystem;
using testing::IsEmpty;
using testing::SizeIs;

const fs::path kSample = fs::path(CERTHEALTH_SAMPLES) / "05-standalone-port-busy/etc/letsencrypt";

/// The wall clock an hour from now: what the test writes has settled by then.
WallTime Later() { return SystemClock().Now() + std::chrono::hours(1); }

class OrderTracesTest : public testing::Test {
 protected:
  OrderTracesTest() { tree_.MakeDirectory("le/csr"); }
  void Copy(const std::string& from, const std::string& to) const {
    fs::copy_file(kSample / "csr" / from, tree_.Path("le/csr/" + to));
  }

  TemporaryTree tree_;
  WatchedFileSystem files_{tree_.root()};
  OrderTraces traces_;
};

TEST_F(OrderTracesTest, AreReadByAscendingNumber) {
  Copy("0001_csr-certbot.pem", "10000_csr-certbot.pem");
  Copy("0000_csr-certbot.pem", "9999_csr-certbot.pem");
  const auto& traces = traces_.Look(files_, "/le", Later());
  ASSERT_THAT(traces, SizeIs(2));
  EXPECT_EQ(traces[0].number, 9999U);
  EXPECT_EQ(traces[1].number, 10000U);
  EXPECT_THAT(traces[0].request.dns_names, SizeIs(2));
  EXPECT_EQ(traces[0].written, files_.Status("/le/csr/9999_csr-certbot.pem")->modified());
}

TEST_F(OrderTracesTest, AreReadOnce) {
  Copy("0000_csr-certbot.pem", "0000_csr-certbot.pem");
  traces_.Look(files_, "/le", Later());
  EXPECT_EQ(files_.read, 1);
  traces_.Look(files_, "/le", Later());
  EXPECT_EQ(files_.read, 1);
  EXPECT_EQ(files_.listed, 1);
  Copy("0001_csr-certbot.pem", "0001_csr-certbot.pem");
  EXPECT_THAT(traces_.Look(files_, "/le", Later()), SizeIs(2));
  EXPECT_EQ(files_.read, 2);
}

TEST_F(OrderTracesTest, OfAFolderThatChangedJustNowAreListedAgain) {
  const WallTime just_now = files_.Status("/le/csr")->modified();
  traces_.Look(files_, "/le", just_now);
  traces_.Look(files_, "/le", just_now);
  EXPECT_EQ(files_.listed, 2);
}

TEST_F(OrderTracesTest, OfAnythingElseAreNone) {
  tree_.Write("le/csr/0000_csr-certbot.pem", "not a request");
  tree_.Write("le/csr/0001_csr-certbot.pem", std::string(1U << 17U, 'x'));
  ::mkfifo(tree_.Path("le/csr/0002_csr-certbot.pem").c_str(), 0600);
  tree_.MakeDirectory("le/csr/0003_csr-certbot.pem");
  tree_.Link("le/csr/0004_csr-certbot.pem", "/dev/zero");
  for (const std::string name : {"1_csr-certbot.pem", "0005_csr.pem", "+005_csr-certbot.pem",
                                 "99999999999_csr-certbot.pem", "0006_csr-certbot.pem~"}) {
    Copy("0000_csr-certbot.pem", name);
  }
  EXPECT_THAT(traces_.Look(files_, "/le", Later()), IsEmpty());
  EXPECT_THAT(traces_.Look(files_, "/nowhere", Later()), IsEmpty());
}

TEST_F(OrderTracesTest, AreBoundedInNumber) {
  for (std::size_t i = 0; i < OrderTraces::kMaxTraces + 10; ++i) {
    tree_.Write("le/csr/" + std::to_string(10'000 + i) + "_csr-certbot.pem", "");
  }
  Copy("0000_csr-certbot.pem", "0000_csr-certbot.pem");
  EXPECT_THAT(traces_.Look(files_, "/le", Later()), IsEmpty());
}

TEST(CertbotCollector, TellsTheOrderThatNoLogTellsOf) {
  const TemporaryTree tree;
  fs::copy(kSample, tree.MakeDirectory("etc/letsencrypt"),
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  const auto set_time = [&tree](const std::string& path, std::chrono::hours age) {
    fs::last_write_time(tree.Path("etc/letsencrypt/" + path),
                        fs::file_time_type::clock::now() - age);
  };
  set_time("csr/0000_csr-certbot.pem", std::chrono::hours(50));
  set_time("archive/shop.example.com/cert1.pem", std::chrono::hours(49));
  set_time("csr/0001_csr-certbot.pem", std::chrono::hours(10));
  const auto files = MakePosixFileSystem(tree.root());
  FakeClock clock;
  clock.Set(SystemClock().Now());
  CertificateReader certificates;
  CertbotCollector collector({*files, clock, certificates, [](std::chrono::milliseconds) {}}, {});
  const auto history = collector.Look({}).certbot->roots.at(0).history;
  ASSERT_NE(history, nullptr);
  ASSERT_TRUE(history->lineages.contains("shop.example.com"));
  EXPECT_EQ(history->lineages.at("shop.example.com").last_order,
            files->Status("/etc/letsencrypt/csr/0001_csr-certbot.pem")->modified());
}

}  // namespace
}  // namespace certhealth
