// SPDX-License-Identifier: Apache-2.0
#include "exporter/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "exporter/flag_table.h"
#include "exporter/help_text.h"
#include "exporter/version.h"
#include "tests/support/golden.h"

namespace certhealth {
namespace {

Result<CommandLine> Parse(const std::vector<std::string>& arguments) {
  std::vector<const char*> argv = {"certhealth_exporter"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  return ParseCommandLine(static_cast<int>(argv.size()), argv.data());
}

Config Parsed(const std::vector<std::string>& arguments) {
  const auto parsed = Parse(arguments);
  EXPECT_TRUE(parsed) << parsed.error().detail;
  const Config* config = parsed ? std::get_if<Config>(&*parsed) : nullptr;
  EXPECT_NE(config, nullptr);
  return config == nullptr ? Config{} : *config;
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const auto parsed = Parse(arguments);
  EXPECT_FALSE(parsed);
  return parsed ? "" : parsed.error().detail;
}

/// A value of `flag` that differs from its default.
std::string OtherValue(const Flag& flag) {
  const std::string_view name = flag.shape.name;
  if (flag.shape.kind == FlagKind::kSwitch) return flag.fallback == "true" ? "false" : "true";
  if (name == "interval.files") return "5m";
  if (name == "interval.endpoints") return "1m";
  if (name == "endpoints") return "smtp://mx.example.com";
  if (name == "probe.concurrency") return "10";
  if (name == "preflight") return "dns";
  if (name == "preflight.timeout") return "3s";
  if (name == "preflight.addresses") return "192.0.2.1";
  if (name == "preflight.resolver") return "192.0.2.1:53";
  if (name == "preflight.http-port") return "8080";
  if (name == "interval.preflight") return "5m";
  if (name == "probe.timeout") return "3s";
  if (name == "web.listen-address") return "[::1]:9";
  if (name == "format") return "json";
  if (name == "at") return "2026-12-24";
  if (name == "color") return "never";
  if (name == "log.level") return "debug";
  if (name == "log.format") return "json";
  return "/other";
}

std::string WithSeparator(std::string_view name, char separator) {
  std::string spelled = CanonicalFlagName(name);
  std::replace(spelled.begin(), spelled.end(), '_', separator);
  return "--" + spelled;
}

TEST(CommandLine, ServesWithTheDefaultsWhenNothingIsTyped) {
  EXPECT_EQ(Parsed({}), Config{});
  EXPECT_EQ(Parsed({"serve"}), Config{});
  EXPECT_TRUE(ParseCommandLine(0, nullptr));
}

TEST(CommandLine, TakesEveryFlagInEverySpelling) {
  for (const Flag& flag : FlagTable()) {
    if (flag.apply == nullptr) continue;
    const std::string value = OtherValue(flag);
    const std::string dotted = "--" + std::string(flag.shape.name);
    const Config expected = Parsed({"check", dotted + "=" + value});
    Config untouched;
    untouched.command = Command::kCheck;
    EXPECT_NE(expected, untouched) << dotted;
    for (const char separator : {'.', '-', '_'}) {
      const std::string name = WithSeparator(flag.shape.name, separator);
      EXPECT_EQ(Parsed({"check", name + "=" + value}), expected) << name;
      EXPECT_EQ(Parsed({name + "=" + value, "check"}), expected) << name;
      if (flag.shape.kind == FlagKind::kSwitch) {
        const bool is_on = flag.fallback == "true";
        EXPECT_EQ(Parsed({"check", name}), is_on ? untouched : expected) << name;
        EXPECT_EQ(Parsed({"check", name, "--no-" + name.substr(2)}), is_on ? expected : untouched)
            << name;
        EXPECT_EQ(Parsed({"check", name + "=false"}), is_on ? expected : untouched) << name;
      } else {
        EXPECT_EQ(Parsed({"check", name, value}), expected) << name;
      }
    }
  }
}

TEST(CommandLine, HasTheDefaultsThatTheHelpNames) {
  for (const Flag& flag : FlagTable()) {
    if (flag.fallback.empty()) continue;
    Config config;
    config.listen_addresses.clear();  // as the first address typed does
    const auto failure = flag.apply(config, flag.fallback);
    EXPECT_FALSE(failure) << flag.shape.name;
    if (config.listen_addresses.empty()) config.listen_addresses = Config{}.listen_addresses;
    EXPECT_EQ(config, Config{}) << flag.shape.name;
  }
}

TEST(CommandLine, CollectsWhatIsRepeated) {
  const Config config =
      Parsed({"--web.listen-address=:1", "--web-listen-address", "[::1]:2", "--files=/a", "--files",
              "/b", "--certbot.config-dir=/c", "--certbot.config-dir=/d"});
  EXPECT_THAT(config.listen_addresses, testing::ElementsAre(":1", "[::1]:2"));
  EXPECT_THAT(config.files, testing::ElementsAre("/a", "/b"));
  EXPECT_THAT(config.certbot, testing::ElementsAre(CertbotPlace{"/c", std::nullopt},
                                                   CertbotPlace{"/d", std::nullopt}));
}

TEST(CommandLine, TakesTheLastOfWhatIsNotRepeatable) {
  EXPECT_EQ(Parsed({"--root=/a", "--root=/b"}).root, "/b");
}

TEST(CommandLine, RemembersNothingFromTheCallBefore) {
  Parsed({"--root=/a", "--keys.verify", "--files=/x"});
  EXPECT_EQ(Parsed({}), Config{});
}

TEST(CommandLine, WorksInSeveralThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([i] {
      const std::string root = "/" + std::to_string(i);
      for (int n = 0; n < 50; ++n) EXPECT_EQ(Parsed({"--root=" + root}).root, root);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

TEST(CommandLine, ReadsSwitchesAsGflagsDoes) {
  for (const char* yes : {"true", "t", "yes", "y", "1", "TRUE"}) {
    EXPECT_TRUE(Parsed({"--keys.verify=" + std::string(yes)}).verify_keys) << yes;
  }
  for (const char* no : {"false", "f", "no", "n", "0"}) {
    EXPECT_FALSE(Parsed({"--keys.verify=" + std::string(no)}).verify_keys) << no;
  }
  EXPECT_EQ(Refusal({"--keys.verify=maybe"}), "--keys.verify: 'maybe' is neither true nor false");
}

TEST(CommandLine, TakesPreflightChecksAsAListOrOneByOne) {
  using enum PreflightCheck;
  EXPECT_TRUE(Parsed({}).preflight.empty());
  EXPECT_THAT(Parsed({"--preflight=acme,dns"}).preflight, testing::ElementsAre(kDns, kAcme));
  EXPECT_THAT(Parsed({"check", "--preflight=caa", "--preflight=http01,caa"}).preflight,
              testing::ElementsAre(kCaa, kHttp01));
  EXPECT_EQ(Refusal({"--preflight=dns,http-01"}),
            "--preflight: unknown value 'http-01', did you mean 'http01'?");
  EXPECT_EQ(Refusal({"--preflight="}),
            "--preflight: unknown value '', known are: dns, caa, http01, acme");
}

TEST(CommandLine, TakesWhatPreflightChecksGoBy) {
  const Config config =
      Parsed({"--preflight.addresses=192.0.2.1", "--preflight.addresses=2001:db8::/32",
              "--preflight.resolver=[::1]:5353", "--preflight.http-port=5002",
              "--preflight.timeout=3s", "--interval.preflight=10m"});
  EXPECT_THAT(
      config.preflight_addresses,
      testing::ElementsAre(*ParseAddressRange("192.0.2.1"), *ParseAddressRange("2001:db8::/32")));
  EXPECT_EQ(config.preflight_resolver, (SocketAddress{*ParseIpAddress("::1"), 5353}));
  EXPECT_EQ(config.preflight_http_port, 5002);
  EXPECT_EQ(config.preflight_timeout, std::chrono::seconds{3});
  EXPECT_EQ(config.interval_preflight, std::chrono::minutes{10});
  EXPECT_THAT(Refusal({"--preflight.addresses=web.example"}), testing::HasSubstr("'web.example'"));
  EXPECT_THAT(Refusal({"--preflight.resolver=::1:53"}), testing::HasSubstr("[2001:db8::1]:53"));
  EXPECT_THAT(Refusal({"--preflight.http-port=0"}), testing::HasSubstr("1 to 65535"));
}

TEST(CommandLine, TakesTheNamesOfCheck) {
  const Config config = Parsed({"check", "a.example", "--format=json", "b.example", "--", "--odd"});
  EXPECT_EQ(config.command, Command::kCheck);
  EXPECT_THAT(config.names, testing::ElementsAre("a.example", "b.example", "--odd"));
  EXPECT_EQ(config.format, CheckFormat::kJson);
}

TEST(CommandLine, TakesTheTwoActionsOfHook) {
  const Config config = Parsed({"hook", "install", "--root=/host", "--state.dir=/s"});
  EXPECT_EQ(config.command, Command::kHookInstall);
  EXPECT_EQ(config.root, "/host");
  EXPECT_EQ(config.state_dir, "/s");
  EXPECT_EQ(Parsed({"--config.file=/f", "hook", "remove"}).command, Command::kHookRemove);
  EXPECT_EQ(Refusal({"hook"}), "hook: install or remove?");
  EXPECT_EQ(Refusal({"hook", "instal"}),
            "hook: install or remove, not 'instal', did you mean 'install'?");
  EXPECT_EQ(Refusal({"hook", "install", "a.example"}),
            "hook install takes no names, but there is 'a.example'");
  EXPECT_EQ(Refusal({"hook", "install", "--web.listen-address=:1"}),
            "--web.listen-address: is no flag of the command hook");
  EXPECT_EQ(Refusal({"hook", "remove", "--format=json"}),
            "--format: is a flag of the command check");
}

TEST(CommandLine, SaysWhatIsWrongAndWhatWouldBeRight) {
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"chekc"}, "unknown command 'chekc', did you mean 'check'?"},
      {{"prob"}, "unknown command 'prob', did you mean 'probe'?"},
      {{""}, "unknown command '', known are: serve, check, probe, hook"},
      {{"probe"}, "probe takes one HOST[:PORT]"},
      {{"probe", "a.example", "b.example"}, "probe takes one HOST[:PORT]"},
      {{"--endpoints=a.example:0"},
       "--endpoints: endpoint 'a.example:0': the port is not a number from 1 to 65535"},
      {{"--probe.concurrency=0"}, "--probe.concurrency: '0' is no number from 1 to 10000"},
      {{"serve", "a"}, "serve takes no names, but there is 'a'"},
      {{"--at=2026-12-24"}, "--at: is a flag of the command check"},
      {{"check", "--at=noon"},
       "--at: 'noon' is not a moment such as 2026-12-24T00:00:00Z or a date such as 2026-12-24"},
      {{"check", "--format=jsn"}, "--format: unknown value 'jsn', did you mean 'json'?"},
      {{"--log.level=loud"},
       "--log.level: unknown value 'loud', known are: debug, info, warn, error"},
      {{"--interval.files=60"}, "--interval.files: '60' has no unit, did you mean '60s'?"},
      {{"--interval.files=500ms"}, "--interval.files: '500ms' is less than 1s"},
      {{"--web.listen-address=10090"},
       "--web.listen-address: '10090' has no colon, did you mean ':10090'?"},
      {{"--web.telemetry-path=/"}, "--web.telemetry-path: '/' is the path of another page"},
      {{"--root="}, "--root: the path is empty"},
      {{"--config.file="}, "--config.file: the path is empty"},
      {{"--config.flie=x"}, "unknown flag --config.flie, did you mean --config.file?"}};
  for (const auto& [arguments, detail] : cases) EXPECT_EQ(Refusal(arguments), detail);
}

TEST(CommandLine, MakesTypedPathsAbsolute) {
  const std::vector<const char*> arguments = {"certhealth_exporter", "check", "--root=a/../b",
                                              "--files=./*.pem"};
  const auto parsed = ParseCommandLine(static_cast<int>(arguments.size()), arguments.data());
  ASSERT_TRUE(parsed);
  const Config& config = std::get<Config>(*parsed);
  const std::filesystem::path here = std::filesystem::current_path();
  EXPECT_EQ(config.root, here / "b");
  EXPECT_THAT(config.files, testing::ElementsAre((here / "*.pem").string()));
}

TEST(CommandLine, HidesTheFlagsThatGflagsBrings) {
  for (const char* flag :
       {"--flagfile=/etc/passwd", "--fromenv=root", "--tryfromenv=root", "--undefok=x",
        "--tab_completion_word=x", "--tab_completion_columns=1", "--helpfull", "--helpshort",
        "--helpxml", "--helpon=x", "--helpmatch=x", "--helppackage"}) {
    EXPECT_THAT(Refusal({flag}), testing::StartsWith("unknown flag ")) << flag;
  }
}

TEST(CommandLine, PrintsHelpAndVersionWhereverTheyAreTyped) {
  for (const auto& arguments : std::vector<std::vector<std::string>>{
           {"--help"}, {"-h"}, {"-help"}, {"check", "a", "--help"}, {"nonsense", "-h"}}) {
    const auto parsed = Parse(arguments);
    ASSERT_TRUE(parsed);
    EXPECT_EQ(*parsed, CommandLine(PrintAndExit{HelpText()}));
  }
  EXPECT_EQ(*Parse({"--version"}), CommandLine(PrintAndExit{VersionText()}));
  EXPECT_EQ(Parsed({"--help=false"}), Config{});
}

TEST(CommandLine, HelpIsWhatItWas) { ExpectGolden(HelpText(), "help.txt"); }

TEST(CommandLine, HelpFitsATerminalOfAHundredColumns) {
  const std::string help = HelpText();
  for (std::size_t start = 0; start < help.size();) {
    const std::size_t end = help.find('\n', start);
    EXPECT_LE(end - start, 100U) << help.substr(start, end - start);
    start = end + 1;
  }
}

}  // namespace
}  // namespace certhealth
