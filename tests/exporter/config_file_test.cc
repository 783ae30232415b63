// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/golden.h"
#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

constexpr std::array<std::string_view, 3> kProblemIds = {"expired", "self_signed", "weak_key"};

Result<FileSettings> Parse(std::string_view text) {
  return ParseConfigFile(text, "c.ini", kProblemIds);
}

FileSettings Parsed(std::string_view text) {
  const auto parsed = Parse(text);
  EXPECT_TRUE(parsed) << parsed.error().detail;
  return parsed ? *parsed : FileSettings{};
}

std::string Refusal(std::string_view text) {
  const auto parsed = Parse(text);
  EXPECT_FALSE(parsed);
  return parsed ? "" : parsed.error().detail;
}

TEST(ConfigFile, ReadsEndpointsAndWhatMayBeProbed) {
  const FileSettings settings = Parsed(
      "[endpoint \"shop\"]\n"
      "target = shop.example.com\n"
      "target = smtp://mx.example.com\n"
      "server_name = Shop.example.com\n"
      "alpn = h2, http/1.1\n"
      "min_protocol = TLSv1.3\n"
      "client_certificate = /etc/client.pem\n"
      "roots = /etc/root.pem\n"
      "addresses = each\n"
      "interval = 1m\n"
      "timeout = 3s\n"
      "[local]\n"
      "ports = 443, 8443, smtp:2526\n"
      "[probe \"default\"]\n"
      "targets = *.Example.com:443, [[]2001:db8::1]:443, [2001:db8::2]:443\n"
      "private = yes\n"
      "starttls = imap\n"
      "timeout = 4s\n");
  ASSERT_EQ(settings.endpoints.size(), 1U);
  const EndpointSection& section = settings.endpoints[0];
  ASSERT_EQ(section.targets.size(), 2U);
  EXPECT_EQ(section.targets[1].starttls, StartTls::kSmtp);
  EXPECT_EQ(section.settings.order.target.server_name, "shop.example.com");
  EXPECT_THAT(section.settings.order.alpn, testing::ElementsAre("h2", "http/1.1"));
  EXPECT_EQ(section.settings.order.min_protocol, "TLSv1.3");
  EXPECT_EQ(section.settings.order.client_certificate, "/etc/client.pem");
  EXPECT_EQ(section.settings.order.roots, "/etc/root.pem");
  EXPECT_EQ(section.settings.addresses, AddressSeries::kEach);
  EXPECT_EQ(section.settings.interval, std::chrono::minutes{1});
  EXPECT_EQ(section.settings.timeout, std::chrono::seconds{3});
  EXPECT_THAT(settings.local_ports, testing::ElementsAre(LocalPort{443, StartTls::kNone},
                                                         LocalPort{8443, StartTls::kNone},
                                                         LocalPort{2526, StartTls::kSmtp}));
  ASSERT_EQ(settings.probe_modules.size(), 1U);
  const ProbeModule& module = settings.probe_modules[0];
  EXPECT_EQ(module.name, "default");
  EXPECT_TRUE(Allows(module, "www.example.com:443"));
  EXPECT_TRUE(Allows(module, "[2001:db8::1]:443"));
  EXPECT_TRUE(Allows(module, "[2001:db8::2]:443"));
  EXPECT_FALSE(Allows(module, "www.example.com:25"));
  EXPECT_EQ(module.reach, ProbeReach::kEverywhere);
  EXPECT_EQ(module.starttls, StartTls::kImap);

  const Config config = Merge({}, settings);
  ASSERT_EQ(config.endpoints.size(), 2U);
  EXPECT_EQ(NameOf(config.endpoints[0].order.target), "shop.example.com:443");
  EXPECT_EQ(NameOf(config.endpoints[1].order.target), "shop.example.com:25@mx.example.com");
  EXPECT_EQ(config.endpoints[1].interval, std::chrono::minutes{1});
  EXPECT_EQ(config.local_ports.size(), 3U);
}

TEST(ConfigFile, AsksOnlyThePublicInternetUnlessTold) {
  const FileSettings settings = Parsed("[probe \"default\"]\ntargets = *:443\n");
  EXPECT_EQ(settings.probe_modules[0].reach, ProbeReach::kPublicInternet);
}

TEST(ConfigFile, ReadsEverySection) {
  const FileSettings settings = Parsed(
      "# ours\n"
      "[certbot \"main\"]\n"
      "config-dir = /etc/letsencrypt\n"
      "logs-dir=/var/log/letsencrypt\n"
      "\n"
      "  [ certbot   \"old\" ]\n"
      "\tconfig_dir\t=\t/opt/letsencrypt\t\n"
      "; another\n"
      "[files \"web\"]\n"
      "glob = /etc/ssl/private/**/*.pem\n"
      "glob = /srv/a b;c#d=e:f/*.crt\n"
      "[policy]\n"
      "ignore = self_signed, weak_key\n"
      "ignore = expired");
  const FileSettings expected = {
      {{"/etc/letsencrypt", "/var/log/letsencrypt"}, {"/opt/letsencrypt", std::nullopt}},
      {"/etc/ssl/private/**/*.pem", "/srv/a b;c#d=e:f/*.crt"},
      {},
      {},
      {},
      {"self_signed", "weak_key", "expired"}};
  EXPECT_EQ(settings, expected);
}

TEST(ConfigFile, MayBeEmpty) {
  for (const char* text : {"", "\n", "\r\n", "\xEF\xBB\xBF", "# only this", "[policy]"}) {
    EXPECT_EQ(Parsed(text), FileSettings{}) << text;
  }
}

TEST(ConfigFile, TakesAByteOrderMarkAndTheLineEndsOfWindows) {
  EXPECT_THAT(Parsed("\xEF\xBB\xBF[files \"a\"]\r\nglob = /a\r\n\r\nglob = /b\r\n").files,
              testing::ElementsAre("/a", "/b"));
}

TEST(ConfigFile, ReadsALineOf190BytesAndNoLongerOne) {
  const std::string key = "glob = /";
  const std::string longest = key + std::string(190 - key.size(), 'x');
  EXPECT_THAT(Parsed("[files \"a\"]\n" + longest + "\nglob = /b\n").files,
              testing::ElementsAre(longest.substr(7), "/b"));
  EXPECT_EQ(Refusal("[files \"a\"]\nglob = /a\n" + longest + "x\n"),
            "c.ini:3: the line has 191 bytes, at most 190 are read");
  EXPECT_EQ(Parsed("#" + std::string(100000, '=') + "\n[files \"a\"]\nglob = /a").files.size(), 1U);
}

TEST(ConfigFile, InventsNoKeyFromTheTailOfALongLine) {
  // inih by itself delivers config-dir = /evil, 199 bytes into the line.
  const std::string tail = std::string(199 - 7, 'x') + "config-dir = /evil";
  EXPECT_EQ(Refusal("[certbot \"a\"]\nconfig-dir = /a\nlogs-dir = /" + tail + "\n"),
            "c.ini:3: the line has 222 bytes, at most 190 are read");
}

TEST(ConfigFile, NamesANulByteAndWhatIsNotUtf8) {
  using std::string_literals::operator""s;
  EXPECT_EQ(Refusal("[files \"a\"]\nglob = /a\0b\nglob = /\xFF\n# \xFE\nglob=/x"s),
            "c.ini:2: there is a NUL byte in the line\n"
            "c.ini:3: the line is not UTF-8\n"
            "c.ini:4: the line is not UTF-8");
}

TEST(ConfigFile, PutsNothingOfAWrongSectionIntoTheOneBefore) {
  EXPECT_EQ(Refusal("[certbot \"a\"]\nconfig-dir = /a\n[certbot \"b\"\nconfig-dir = /b\n"),
            "c.ini:3: a section ends with ']', and nothing follows it");
}

TEST(ConfigFile, CountsAHundredMistakesAndThenOnlyHowMany) {
  std::string text;
  for (int i = 0; i < 150; ++i) text += "nonsense " + std::to_string(i) + "\n";
  const std::string refusal = Refusal(text);
  EXPECT_EQ(std::count(refusal.begin(), refusal.end(), '\n'), 100);
  EXPECT_THAT(refusal, testing::EndsWith("\nc.ini: and 50 more mistakes"));
}

TEST(ConfigFile, NamesEveryMistakeOfEveryInvalidFile) {
  const std::filesystem::path directory =
      std::filesystem::path(CERTHEALTH_SOURCE_DIR) / "tests/fixtures/invalid_config";
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() != ".ini") continue;
    SCOPED_TRACE(entry.path());
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const auto parsed = ParseConfigFile(text, entry.path().filename().string(), kProblemIds);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().reason, Reason::kBadText);
    ExpectGolden(parsed.error().detail + "\n",
                 "../invalid_config/" + entry.path().stem().string() + ".expect");
    ++files;
  }
  EXPECT_GE(files, 10);
}

class ReadConfigFileTest : public testing::Test {
 protected:
  Result<FileSettings> Read(const std::string& path) const {
    return ReadConfigFile(*files_, path, kProblemIds);
  }

  const TemporaryTree tree_;
  const std::unique_ptr<FileSystem> files_ = MakePosixFileSystem("/");
};

TEST_F(ReadConfigFileTest, ReadsAFile) {
  const std::string path = tree_.Write("certhealth.ini", "[files \"a\"]\nglob = /a\n");
  const auto settings = Read(path);
  ASSERT_TRUE(settings) << settings.error().detail;
  EXPECT_THAT(settings->files, testing::ElementsAre("/a"));
}

TEST_F(ReadConfigFileTest, ReadsARelativePathFromTheWorkingDirectory) {
  const std::string path = tree_.Write("certhealth.ini", "nonsense\n");
  const auto settings = Read(std::filesystem::relative(path).string());
  ASSERT_FALSE(settings);
  EXPECT_THAT(settings.error().detail, testing::StartsWith("../"));
}

TEST_F(ReadConfigFileTest, SaysWhyAFileCannotBeRead) {
  const std::string fifo = tree_.Path("fifo");
  ASSERT_EQ(mkfifo(fifo.c_str(), 0600), 0);
  const std::string large = tree_.Write("large", std::string(1024 * 1024 + 1, '#'));
  const std::vector<std::pair<std::string, Reason>> cases = {
      {tree_.Path("missing"), Reason::kNotFound},
      {tree_.root(), Reason::kNotRegular},
      {fifo, Reason::kNotRegular},
      {large, Reason::kTooLarge}};
  for (const auto& [path, reason] : cases) {
    const auto settings = Read(path);
    ASSERT_FALSE(settings) << path;
    EXPECT_EQ(settings.error().reason, reason) << path;
    EXPECT_THAT(settings.error().detail, testing::HasSubstr(path));
  }
}

}  // namespace
}  // namespace certhealth
