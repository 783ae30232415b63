// SPDX-License-Identifier: Apache-2.0
#include "exporter/advice.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace certhealth {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = AdvicePart::Kind;

Bundle Named(std::string name, Source source = Source::kCertbot) {
  Bundle bundle;
  bundle.source = source;
  bundle.name = std::move(name);
  return bundle;
}

std::string TextFor(const ProblemKind& kind, const Bundle& bundle) {
  return AdviceText(kind, &bundle);
}

TEST(Advice, TellsProseFromCommandsAndNamesTheLineage) {
  const Bundle bundle = Named("example.org");
  EXPECT_THAT(
      AdviceFor(*FindProblem("never_renewed"), &bundle),
      ElementsAre(AdvicePart{Kind::kCommand, "certbot renew --dry-run --cert-name example.org"},
                  AdvicePart{Kind::kProse, " proves it without waiting."}));
}

TEST(Advice, QuotesANameThatAShellWouldActOn) {
  EXPECT_THAT(TextFor(*FindProblem("never_renewed"), Named("$(reboot)")),
              HasSubstr("--cert-name '$(reboot)' proves"));
}

TEST(Advice, DoesNotSpeakOfCertbotWhereCertbotIsNotInCharge) {
  for (const char* id : {"expired", "expires_soon", "chain_broken", "weak_key",
                         "staging_certificate", "self_signed", "unreadable", "not_yet_valid"}) {
    const std::string text = TextFor(*FindProblem(id), Named("/etc/ssl/x.pem", Source::kFile));
    EXPECT_THAT(text, Not(HasSubstr("certbot")));
    EXPECT_FALSE(text.empty());
  }
}

TEST(Advice, LeavesThePlaceOfANameThatNoFileCanHave) {
  EXPECT_THAT(TextFor(*FindProblem("never_renewed"), Named(std::string(10'000, 'x'))),
              HasSubstr("--cert-name NAME proves"));
}

TEST(Advice, OfEveryProblemHasItsMarksInPairs) {
  for (const ProblemKind& kind : Problems()) {
    EXPECT_EQ(std::ranges::count(kind.advice, '`') % 2, 0) << kind.id;
    EXPECT_EQ(std::ranges::count(kind.advice_elsewhere, '`') % 2, 0) << kind.id;
    EXPECT_THAT(TextFor(kind, Named("x")), Not(HasSubstr("NAME"))) << kind.id;
    if (kind.judge_client != nullptr) {
      EXPECT_THAT(AdviceText(kind, nullptr), Not(HasSubstr("NAME"))) << kind.id;
    }
  }
}

}  // namespace
}  // namespace certhealth
