// SPDX-License-Identifier: Apache-2.0
#include "exporter/flag_spelling.h"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace certhealth {
namespace {

constexpr std::array kKnown = {FlagShape{"web.listen-address", FlagKind::kRepeated},
                               FlagShape{"keys.verify", FlagKind::kSwitch},
                               FlagShape{"help", FlagKind::kSwitch},
                               FlagShape{"root", FlagKind::kSingle}};

SpelledArguments Spelled(const std::vector<std::string>& arguments) {
  const auto spelled = SpellOut(arguments, kKnown);
  EXPECT_TRUE(spelled) << spelled.error().detail;
  return spelled ? *spelled : SpelledArguments{};
}

std::string Refusal(const std::vector<std::string>& arguments) {
  const auto spelled = SpellOut(arguments, kKnown);
  EXPECT_FALSE(spelled);
  return spelled ? "" : spelled.error().detail;
}

TEST(SpellOut, TakesDotsDashesAndUnderscoresAsTheSame) {
  for (const char* name : {"--web.listen-address", "--web-listen-address", "--web_listen_address",
                           "--web.listen.address", "--web-listen.address", "-web.listen-address"}) {
    const SpelledArguments expected{{{0, ":1"}}, {}};
    EXPECT_EQ(Spelled({std::string(name) + "=:1"}), expected) << name;
    EXPECT_EQ(Spelled({name, ":1"}), expected) << name;
  }
}

TEST(SpellOut, ChangesNothingInAValue) {
  EXPECT_EQ(Spelled({"--root=/a.b-c_d=e"}), (SpelledArguments{{{3, "/a.b-c_d=e"}}, {}}));
  EXPECT_EQ(Spelled({"--root="}), (SpelledArguments{{{3, ""}}, {}}));
  EXPECT_EQ(Spelled({"--root=--x"}), (SpelledArguments{{{3, "--x"}}, {}}));
}

TEST(SpellOut, KeepsEveryRepetitionInOrder) {
  EXPECT_EQ(Spelled({"--root=/a", "--web.listen-address=:1", "--web_listen_address", ":2"}),
            (SpelledArguments{{{3, "/a"}, {0, ":1"}, {0, ":2"}}, {}}));
}

TEST(SpellOut, TurnsSwitchesOnAndOff) {
  EXPECT_EQ(
      Spelled(
          {"--keys.verify", "--no-keys.verify", "--no_keys_verify", "--keys-verify=false", "-h"}),
      (SpelledArguments{{{1, "true"}, {1, "false"}, {1, "false"}, {1, "false"}, {2, "true"}}, {}}));
}

TEST(SpellOut, TakesNoWordForTheValueOfASwitch) {
  EXPECT_EQ(Spelled({"--keys.verify", "false"}), (SpelledArguments{{{1, "true"}}, {"false"}}));
}

TEST(SpellOut, MixesFlagsAndWords) {
  EXPECT_EQ(Spelled({"check", "--root", "/r", "name", "-", "", "--keys.verify"}),
            (SpelledArguments{{{3, "/r"}, {1, "true"}}, {"check", "name", "-", ""}}));
}

TEST(SpellOut, EndsTheFlagsAtTwoDashes) {
  EXPECT_EQ(Spelled({"check", "--", "--root", "--", "-h"}),
            (SpelledArguments{{}, {"check", "--root", "--", "-h"}}));
}

TEST(SpellOut, SaysWhatAnUnknownFlagProbablyMeant) {
  EXPECT_EQ(Refusal({"--web.listen-adress=:1"}),
            "unknown flag --web.listen-adress, did you mean --web.listen-address?");
  EXPECT_EQ(Refusal({"--web_listen_addres"}),
            "unknown flag --web_listen_addres, did you mean --web.listen-address?");
  EXPECT_EQ(Refusal({"--zzz"}), "unknown flag --zzz, --help lists those there are");
  EXPECT_EQ(Refusal({"--=x"}), "unknown flag --, --help lists those there are");
  EXPECT_EQ(Refusal({"--no-such"}), "unknown flag --no-such, --help lists those there are");
  EXPECT_EQ(Refusal({"-hh"}), "unknown flag -hh, --help lists those there are");
}

TEST(SpellOut, AsksForAValueThatIsMissing) {
  EXPECT_EQ(Refusal({"--root"}), "--root needs a value");
  EXPECT_EQ(Refusal({"--root", "--keys.verify"}), "--root needs a value");
  EXPECT_EQ(Refusal({"--root", "--"}), "--root needs a value");
}

TEST(SpellOut, NegatesOnlySwitches) {
  EXPECT_EQ(Refusal({"--no-root"}), "--no-root: --root takes a value, it cannot be negated");
  EXPECT_EQ(Refusal({"--no-keys.verify=true"}), "--no-keys.verify takes no value");
}

TEST(SpellOut, AnswersOnOneLineWhateverIsTyped) {
  EXPECT_EQ(Refusal({"--a\nb\x1b\xFF"}),
            "unknown flag --a\\nb\\u001b\xEF\xBF\xBD, --help lists those there are");
  EXPECT_LT(Refusal({"--" + std::string(100000, 'x')}).size(), 200U);
}

}  // namespace
}  // namespace certhealth
