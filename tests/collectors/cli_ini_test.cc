// SPDX-License-Identifier: Apache-2.0
#include "collectors/cli_ini.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <memory>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "tests/support/temporary_tree.h"

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(CliIni, ReadsEveryFormOfASetting) {
  const auto ini = ParseCliIni(
      "# comment\n; comment\n[section]\n---\nconfig-dir = /srv/le\nlogs-dir: /srv/log\nwork-dir "
      "/srv/work\n"
      "--pre-hook=a b\nquiet\n\npost-hook = \"x # y\" # comment\ndomains = [a.example, b.example]\n"
      "webroot-path = [\"/var/www\"]\nempty =\n");
  ASSERT_TRUE(ini) << ini.error().detail;
  EXPECT_EQ(ini->Value("config-dir"), "/srv/le");
  EXPECT_EQ(ini->Value("logs-dir"), "/srv/log");
  EXPECT_EQ(ini->Value("work-dir"), "/srv/work");
  EXPECT_EQ(ini->Value("pre-hook"), "a b");
  EXPECT_EQ(ini->Value("quiet"), "true");
  EXPECT_EQ(ini->Value("post-hook"), "x # y");
  EXPECT_EQ(ini->Value("empty"), "");
  EXPECT_EQ(ini->Value("domains"), std::nullopt);
  ASSERT_NE(ini->Find("domains"), nullptr);
  EXPECT_THAT(ini->Find("domains")->values, ElementsAre("a.example", "b.example"));
  EXPECT_THAT(ini->Find("webroot-path")->values, ElementsAre("/var/www"));
  EXPECT_EQ(ini->Find("config-dir")->line, 5U);
  EXPECT_EQ(ini->Find("nothing"), nullptr);
}

TEST(CliIni, LetsTheLastOfRepeatedKeysCount) {
  EXPECT_EQ(ParseCliIni("a = 1\nb = 2\na = 3\n")->Value("a"), "3");
}

TEST(CliIni, DoesNotTakeUnderscoresForDashes) {
  // certbot refuses config_dir as an unknown option.
  EXPECT_EQ(ParseCliIni("config_dir = /srv\n")->Value("config-dir"), std::nullopt);
}

TEST(CliIni, NamesTheLineThatCertbotRefuses) {
  const auto ini = ParseCliIni("a = 1\n\n= 2\n");
  ASSERT_FALSE(ini);
  EXPECT_EQ(ini.error().reason, Reason::kBadText);
  EXPECT_THAT(ini.error().detail, HasSubstr("line 3"));
}

TEST(CliIni, IsBoundedAndLinear) {
  std::string settings;
  for (int i = 0; i < 5000; ++i) settings += "a = b\n";
  EXPECT_FALSE(ParseCliIni(settings));
  EXPECT_TRUE(ParseCliIni("a = \"" + std::string(1'000'000, '"')));
  EXPECT_TRUE(ParseCliIni("a = x" + std::string(1'000'000, ' ') + "y"));
}

/// What ConfigArgParse itself makes of each text: a list of [key, value], or null where it gives
/// up.
std::optional<nlohmann::json> ReadByConfigArgParse(const std::vector<std::string>& texts) {
  const TemporaryTree tree;
  const std::string input = tree.Write("texts.json", nlohmann::json(texts).dump());
  const std::string script =
      tree.Write("read.py",
                 "import io, json, sys\n"
                 "import configargparse\n"
                 "def read(text):\n"
                 "    parser = configargparse.DefaultConfigFileParser()\n"
                 "    stream = io.TextIOWrapper(io.BytesIO(text.encode()))\n"
                 "    try: return list(parser.parse(stream).items())\n"
                 "    except configargparse.ConfigFileParserException: return None\n"
                 "json.dump([read(t) for t in json.load(open(sys.argv[1]))], sys.stdout)\n");
  std::string output;
  const std::unique_ptr<FILE, int (*)(FILE*)> pipe(
      popen(("PYTHONUTF8=1 /usr/bin/python3 " + script + " " + input + " 2>/dev/null").c_str(),
            "r"),
      pclose);
  char buffer[4096];
  while (pipe && fgets(buffer, sizeof buffer, pipe.get()) != nullptr) output += buffer;
  if (output.empty()) return std::nullopt;
  return nlohmann::json::parse(output);
}

/// What ParseCliIni makes of it, in the same form.
nlohmann::json ReadByUs(const std::string& text) {
  const auto ini = ParseCliIni(text);
  if (!ini) return nullptr;
  nlohmann::json items = nlohmann::json::array();
  for (const CliIniSetting& setting : ini->settings) {
    nlohmann::json value = setting.values;
    if (!setting.is_list) value = setting.values.front();
    items.push_back({setting.key, value});
  }
  return items;
}

TEST(CliIni, AgreesWithConfigArgParse) {
  std::vector<std::string> texts{"key value",
                                 "key = value",
                                 "key=value",
                                 "key: value",
                                 "key :value",
                                 "key",
                                 "key =",
                                 "key:",
                                 "key = # c",
                                 "key # c",
                                 "key #c # d",
                                 "key ; c",
                                 "key#c",
                                 "key;c",
                                 "key = a#b",
                                 "key = a #b",
                                 "key = a ; b",
                                 "key = \"a\"",
                                 "key = \"a",
                                 "key = a\"",
                                 "key = \"\"",
                                 "key \"\"",
                                 "key\t\"\"",
                                 "key = \"a\" b",
                                 "key = \"a\" # b",
                                 "key = \"a\"#b",
                                 "key = 'a'",
                                 "key = 'a\"",
                                 "key = \"a # b\"",
                                 "key = \"a\" \"b\"",
                                 "key = ''a''",
                                 "key = [a, b]",
                                 "key = [\"a\",\"b\"]",
                                 "key = []",
                                 "key = [ ]",
                                 "key = [a",
                                 "key = \"[a, b]\"",
                                 "key = [\"a, b\"]",
                                 "key = ['a', 'b']",
                                 "key = [,]",
                                 "key = [a,]",
                                 "key = [a] # c",
                                 "= value",
                                 ": value",
                                 "key == value",
                                 "key = = value",
                                 "key := value",
                                 "a b = c",
                                 "a b c",
                                 "---",
                                 "---key = value",
                                 "-key = value",
                                 "[x] = y",
                                 "#",
                                 "  key  =  value  ",
                                 "key = v\rother = w",
                                 "a = 1\r\nb = 2\r\n",
                                 "key = \"",
                                 "key = '\"'",
                                 "key = \"'\"",
                                 "key = \\\"a\\\"",
                                 "key = [\"a\\u00e9\\n\"]",
                                 "key\v=\vx",
                                 "key = a\tb",
                                 "key = a  #  b  # c",
                                 "key = \" a \"",
                                 "key = \"a \" ",
                                 "key ''",
                                 "key = ;",
                                 "key = ;x ;y"};
  const auto judged = ReadByConfigArgParse(texts);
  if (!judged) GTEST_SKIP() << "needs python3-configargparse";
  for (std::size_t i = 0; i < texts.size(); ++i) {
    nlohmann::json expected = (*judged)[i];
    for (auto& item : expected) {  // certbot takes the key with and without its dashes
      std::string key = item[0];
      item[0] = key.substr(std::min(key.find_first_not_of('-'), key.size()));
    }
    EXPECT_EQ(ReadByUs(texts[i]), expected) << texts[i];
  }
}

TEST(CliIni, ReadsTheSamples) {
  for (const char* sample :
       {"01-first-issue", "56-v5.5-cli-ini-broken", "76-cli-ini-unknown-option"}) {
    std::ifstream file(std::string(CERTHEALTH_SAMPLES) + "/" + sample + "/etc/letsencrypt/cli.ini");
    std::stringstream text;
    text << file.rdbuf();
    ASSERT_FALSE(text.str().empty()) << sample;
    EXPECT_TRUE(ParseCliIni(text.str()))
        << sample;  // an unknown option is none of the grammar's business
  }
}

}  // namespace
}  // namespace certhealth
