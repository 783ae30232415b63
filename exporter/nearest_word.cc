// SPDX-License-Identifier: Apache-2.0
#include "exporter/nearest_word.h"

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace certhealth {
namespace {

constexpr std::size_t kMaxWordBytes = 64;
constexpr std::size_t kMaxListed = 8;

/// Optimal string alignment distance (Damerau-Levenshtein in which no swapped pair is edited
/// again).
std::size_t Distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> before_last(to.size() + 1);
  std::vector<std::size_t> last(to.size() + 1);
  std::vector<std::size_t> row(to.size() + 1);
  for (std::size_t j = 0; j <= to.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= from.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replace = last[j - 1] + (from[i - 1] == to[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replace});
      if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1]) {
        row[j] = std::min(row[j], before_last[j - 2] + 1);
      }
    }
    std::swap(before_last, last);
    std::swap(last, row);
  }
  return last[to.size()];
}

}  // namespace

std::optional<std::string_view> NearestWord(std::string_view word,
                                            std::span<const std::string_view> known) {
  if (word.size() > kMaxWordBytes) return std::nullopt;
  std::optional<std::string_view> nearest;
  std::size_t limit = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const std::string_view candidate : known) {
    if (candidate.size() > kMaxWordBytes) continue;
    const std::size_t distance = Distance(word, candidate);
    if (distance >= limit || distance >= candidate.size()) continue;
    limit = distance;
    nearest = candidate;
  }
  return nearest;
}

std::string DidYouMean(std::string_view word, std::span<const std::string_view> known) {
  if (const auto nearest = NearestWord(word, known)) {
    return ", did you mean '" + std::string(*nearest) + "'?";
  }
  if (known.empty() || known.size() > kMaxListed) return "";
  std::string text = ", known are: ";
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (i > 0) text += ", ";
    text += known[i];
  }
  return text;
}

}  // namespace certhealth
