// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace certhealth {

/// The word of `known` that `word` was probably meant to be: fewest insertions, deletions,
/// replacements and swaps of neighbours, at most one for every three bytes. The earlier of equals.
/// Nothing for a `word` over 64 bytes: that is no slip of the finger, and the cost stays bounded.
std::optional<std::string_view> NearestWord(std::string_view word,
                                            std::span<const std::string_view> known);

/// The end of a complaint about `word`: ", did you mean 'config-dir'?", or, when nothing is near,
/// ", known are: config-dir, logs-dir". Empty when those are more than fit a line.
std::string DidYouMean(std::string_view word, std::span<const std::string_view> known);

}  // namespace certhealth
