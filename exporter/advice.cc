// SPDX-License-Identifier: Apache-2.0
#include "exporter/advice.h"

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

}  // namespace

std::vector<AdvicePart> AdviceFor(const ProblemKind& kind, const Bundle* bundle) {
  const bool by_certbot = bundle == nullptr || bundle->source == Source::kCertbot;
  std::string_view advice =
      by_certbot || kind.advice_elsewhere.empty() ? kind.advice : kind.advice_elsewhere;
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

std::string MeaningText(const ProblemKind& kind, const Bundle* bundle) {
  return WithName(kind.meaning, TypedName(bundle));
}

std::string AdviceText(const ProblemKind& kind, const Bundle* bundle) {
  std::string text;
  for (const AdvicePart& part : AdviceFor(kind, bundle)) text += part.text;
  return text;
}

}  // namespace certhealth
