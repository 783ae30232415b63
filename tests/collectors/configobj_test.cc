// SPDX-License-Identifier: Apache-2.0
#include "collectors/configobj.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::VariantWith;
using Json = nlohmann::ordered_json;

ConfigObj Parsed(std::string_view text) {
  Result<ConfigObj> file = ParseConfigObj(text, "x.conf");
  EXPECT_TRUE(file) << file.error().detail;
  return std::move(file).value();
}

std::string Fault(std::string_view text) {
  const Result<ConfigObj> file = ParseConfigObj(text, "x.conf");
  return file ? "" : file.error().detail;
}

Result<ConfigObjValue> Read(const ConfigObj& file, std::string_view key) {
  return ConfigObjReader(file).Read(file.root(), *file.root().FindScalar(key));
}

std::string Text(const ConfigObj& file, std::string_view key) {
  const Result<ConfigObjValue> value = Read(file, key);
  return value ? std::get<std::string>(*value) : "fails: " + value.error().detail;
}

/// As ConfigObj.dict(): null when an access fails.
Json ToJson(const ConfigObj& file, const ConfigObjSection& section) {
  Json object = Json::object();
  for (const ConfigObjScalar& scalar : section.scalars()) {
    const Result<ConfigObjValue> value = ConfigObjReader(file).Read(section, scalar);
    if (!value) return nullptr;
    std::visit([&](const auto& plain) { object[scalar.key] = plain; }, *value);
  }
  for (const ConfigObjSection* child : section.sections()) {
    object[child->name()] = ToJson(file, *child);
  }
  return object;
}

TEST(ConfigObj, GivesTheAnswerOfPython3ConfigobjToEveryVector) {
  std::ifstream stream(CERTHEALTH_SAMPLES "/configobj-vectors/vectors.json");
  const Json vectors = Json::parse(stream);
  ASSERT_GE(vectors.size(), 112U);
  for (const Json& vector : vectors) {
    SCOPED_TRACE(vector.dump());
    const Result<ConfigObj> file = ParseConfigObj(std::string(vector["input"]), "x.conf");
    const Json& expected = vector["result"];
    ASSERT_EQ(file.has_value(), !expected.contains("parse_error"));
    if (!file) continue;
    const Json got = ToJson(*file, file->root());
    EXPECT_EQ(got, expected.contains("ok") ? expected["ok"] : Json(nullptr));
  }
}

TEST(ConfigObj, NamesTheLineOfTheFirstError) {
  EXPECT_THAT(Fault("a = 1\n\nnonsense\n= 2\n"), StartsWith("x.conf:3: neither 'key = value'"));
  EXPECT_THAT(Fault("a = 1\na = 2\n"), StartsWith("x.conf:2: the key 'a' is there already"));
  EXPECT_THAT(Fault("[s]\n[[[t]]]\n"), StartsWith("x.conf:2: section nested too deep"));
  EXPECT_THAT(Fault("[[s]\n"),
              StartsWith("x.conf:1: a section opens with 2 '[' and closes with 1"));
  EXPECT_THAT(Fault("s = 1\n[s]\n"), StartsWith("x.conf:2: the name of section 's' is taken"));
  EXPECT_THAT(Fault("a = 1\nb = 'x\n"), StartsWith("x.conf:2: the value of 'b' has a quote"));
  EXPECT_THAT(Fault("a = 1\nb = '''x\ny\n"),
              StartsWith("x.conf:2: the value of 'b' has no closing"));
  EXPECT_THAT(Fault("bad\n\nb = caf\xE9\n"), StartsWith("x.conf:3: not UTF-8"));
}

TEST(ConfigObj, KeepsControlCharactersAndLongLinesOutOfItsMessages) {
  const std::string detail = Fault("\x1B[31m" + std::string(100'000, 'x') + "\n");
  EXPECT_THAT(detail, HasSubstr("?[31mxxx"));
  EXPECT_LT(detail.size(), 200U);
}

TEST(ConfigObj, RemembersTheLineOfEveryKeyAndSection) {
  const ConfigObj file = Parsed("# c\na = '''x\ny'''\nb = 1\n\n[s]\nc = 2\n");
  EXPECT_EQ(file.root().FindScalar("a")->line, 2);
  EXPECT_EQ(file.root().FindScalar("b")->line, 4);
  EXPECT_EQ(file.root().FindSection("s")->line(), 6);
  EXPECT_EQ(file.root().FindSection("s")->FindScalar("c")->line, 7);
  EXPECT_EQ(file.root().FindScalar("s"), nullptr);
  EXPECT_EQ(file.root().FindSection("a"), nullptr);
}

TEST(ConfigObj, EndsLinesAtLineFeedsAlone) {
  EXPECT_EQ(Text(Parsed("a = 1\r\nb = 2\r\r\n"), "b"), "2");
  EXPECT_EQ(Text(Parsed("a = 1\rb = 2\n"), "a"), "1\rb = 2");
  EXPECT_EQ(Text(Parsed("a = 1\x0B\xC2\x85\xE2\x80\xA8z\n"), "a"), "1\x0B\xC2\x85\xE2\x80\xA8z");
}

TEST(ConfigObj, ReadsPastAByteOrderMarkAndRefusesUtf16) {
  EXPECT_EQ(Text(Parsed("\xEF\xBB\xBF"
                        "a = 1\n"),
                 "a"),
            "1");
  EXPECT_NE(Fault(std::string_view("\xFF\xFE"
                                   "a\0=\0",
                                   6)),
            "");
}

TEST(ConfigObj, StripsTheBlanksThatPythonStrips) {
  EXPECT_EQ(Text(Parsed("\xC2\xA0"
                        "a\x1C=\xE3\x80\x80v\xE2\x80\xA9\n"),
                 "a"),
            "v");
}

TEST(ConfigObj, ReadsAddressesAsKeys) {
  const ConfigObj file = Parsed("[renewalparams]\n[[webroot_map]]\n2001:db8::1 = /srv\n");
  const auto* map = file.root().FindSection("renewalparams")->FindSection("webroot_map");
  EXPECT_THAT(map->FindScalar("2001:db8::1")->value, VariantWith<std::string>("/srv"));
}

TEST(ConfigObj, LooksNamesUpInTheSectionThenInDefaultThenInTheParents) {
  const ConfigObj file = Parsed(
      "a = top\nc = of %(a)s\n[DEFAULT]\nb = default\n[s]\na = inner\nx = %(a)s %(b)s %(c)s\n");
  const ConfigObjSection& s = *file.root().FindSection("s");
  // "of %(a)s" is the top level's, but a name is looked for where the reading began.
  const auto value = ConfigObjReader(file).Read(s, *s.FindScalar("x"));
  EXPECT_THAT(*value, VariantWith<std::string>("inner default of inner"));
}

TEST(ConfigObj, InterpolatesEveryItemOfAList) {
  const ConfigObj file = Parsed("a = 1\nb = %(a)s, x%(a)s, 100%\n");
  EXPECT_THAT(*Read(file, "b"),
              VariantWith<std::vector<std::string>>(ElementsAre("1", "x1", "100%")));
}

TEST(ConfigObj, FailsToReadANameThatIsNowhereAListALoopOrADefaultThatIsNoSection) {
  EXPECT_EQ(Text(Parsed("\na = %(b)s\n"), "a"),
            "fails: x.conf:2: %(b)s names a key that is not there; ConfigObj has no escape for it");
  EXPECT_THAT(Text(Parsed("a = %(b)s\nb = 1, 2\n"), "a"), HasSubstr("names a list"));
  EXPECT_THAT(Text(Parsed("a = %(b)s\nb = %(a)s\n"), "a"), HasSubstr("leads back to itself"));
  EXPECT_THAT(Text(Parsed("a = %(b)s\nDEFAULT = 1\n"), "a"), HasSubstr("must be a section"));
}

TEST(ConfigObj, GivesUpOnAValueThatExpandsWithoutEnd) {
  std::string laughs = "k0 = ha\n";
  for (int i = 1; i < 60; ++i) {
    const std::string before = "%(k" + std::to_string(i - 1) + ")s";
    laughs += "k" + std::to_string(i) + " = " + before + before + "\n";
  }
  EXPECT_THAT(Text(Parsed(laughs), "k59"), HasSubstr("fails: x.conf:60: "));
  std::string chain;
  for (int i = 0; i < 5000; ++i) {
    chain += "k" + std::to_string(i) + " = %(k" + std::to_string(i + 1) + ")s\n";
  }
  EXPECT_THAT(Text(Parsed(chain), "k0"), HasSubstr("leads back to itself"));
}

TEST(ConfigObj, SurvivesSectionsAsDeepAsAFileCanBe) {
  std::string text;
  for (std::size_t depth = 1; depth <= 1000; ++depth) {
    text += std::string(depth, '[') + "s" + std::string(depth, ']') + "\n";
  }
  const ConfigObj file = Parsed(text + "k = %(nowhere)s\n[t]\n");
  EXPECT_EQ(file.root().sections().size(), 2U);
}

// Each takes minutes where the regular expressions backtrack.
TEST(ConfigObj, ReadsHostileLinesOf64KibibytesAtOnce) {
  struct Hostile {
    std::string_view head;
    std::string_view piece;
  };
  const std::vector<Hostile> lines = {{"k = ", "'a,"}, {"k = ", "a "}, {"k = '''", "''' "},
                                      {"'", "' "},     {"[", "[ "},    {"[a", " ]"}};
  for (const auto& [head, piece] : lines) {
    std::string line(head);
    while (line.size() < 65'536) line += piece;
    SCOPED_TRACE(line.substr(0, 12));
    const bool is_value = head == "k = ";
    EXPECT_EQ(ParseConfigObj(line + "x", "x.conf").has_value(), is_value && piece != "'a,");
  }
  std::string references = "k = ";
  while (references.size() < 65'536) references += "%(";
  EXPECT_EQ(Text(Parsed(references), "k"), references.substr(4));
}

}  // namespace
}  // namespace certhealth
