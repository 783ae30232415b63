// SPDX-License-Identifier: Apache-2.0
#include "exporter/advice.h"

#include <algorithm>
#include <iterator>
#include <string_view>

#include "exporter/shell_word.h"

namespace certhealth {
namespace {

constexpr std::string_view kPlaceholder = "NAME";

/// A lineage is named after a file: what is longer than a file name can be is no name to type.
constexpr std::size_t kLongestFileName = 255;

std::string WithName(std::string_view text, std::string_view name) {
  std::string replaced;
  for (;;) {
    const std::size_t at = text.find(kPlaceholder);
    replaced += text.substr(0, at);
    if (at == std::string_view::npos) return replaced;
    replaced += name;
    text.remove_prefix(at + kPlaceholder.size());
  }
}

/// The name of the lineage as a shell takes it; NAME stays where there is none.
std::string TypedName(const Bundle* bundle) {
  return bundle != nullptr && bundle->source == Source::kCertbot &&
                 bundle->name.size() <= kLongestFileName
             ? ShellQuote(bundle->name)
             : std::string(kPlaceholder);
}

std::vector<AdvicePart> PartsOf(std::string_view advice, const Bundle* bundle) {
  const std::string name = TypedName(bundle);
  std::vector<AdvicePart> parts;
  auto part = AdvicePart::Kind::kProse;
  for (;;) {
    const std::size_t end = advice.find('`');
    if (end != 0 && !advice.empty()) parts.push_back({part, WithName(advice.substr(0, end), name)});
    if (end == std::string_view::npos) return parts;
    advice.remove_prefix(end + 1);
    part = part == AdvicePart::Kind::kProse ? AdvicePart::Kind::kCommand : AdvicePart::Kind::kProse;
  }
}

std::string TextOf(const std::vector<AdvicePart>& parts) {
  std::string text;
  for (const AdvicePart& part : parts) text += part.text;
  return text;
}

}  // namespace

std::vector<AdvicePart> AdviceFor(const ProblemKind& kind, const Bundle* bundle) {
  const bool by_certbot = bundle == nullptr || bundle->source == Source::kCertbot;
  return PartsOf(by_certbot || kind.advice_elsewhere.empty() ? kind.advice : kind.advice_elsewhere,
                 bundle);
}

std::vector<AdvicePart> AdviceFor(const ActiveProblem& problem, const Bundle* bundle) {
  std::vector<AdvicePart> parts = PartsOf(problem.remedy, bundle);
  if (!parts.empty()) parts.push_back({AdvicePart::Kind::kProse, " "});
  std::ranges::move(AdviceFor(*problem.kind, bundle), std::back_inserter(parts));
  return parts;
}

std::string MeaningText(const ProblemKind& kind, const Bundle* bundle) {
  return WithName(kind.meaning, TypedName(bundle));
}

std::string AdviceText(const ProblemKind& kind, const Bundle* bundle) {
  return TextOf(AdviceFor(kind, bundle));
}

std::string AdviceText(const ActiveProblem& problem, const Bundle* bundle) {
  return TextOf(AdviceFor(problem, bundle));
}

}  // namespace certhealth
