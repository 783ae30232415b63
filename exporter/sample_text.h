// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace certhealth {

/// `value` as it stands between the quotes of a label: valid UTF-8; backslash, quote and line feed
/// escaped, other control characters replaced, because a carriage return or a NUL ends the patience
/// of some parsers.
std::string EscapeLabelValue(std::string_view value);

/// Writes the samples of one metric family in the text format 0.0.4, which OpenMetrics 1.0.0 shares
/// line by line. Our own, because prometheus-cpp's serializer takes 25 times as long and holds
/// every label of every sample (tests/bench).
class SampleText {
 public:
  using ExtraLabel = std::pair<std::string_view, std::string_view>;  // its value is not escaped yet

  /// `header` goes before the first sample.
  SampleText(std::string_view family, std::string header)
      : family_(family), header_bytes_(header.size()), text_(std::move(header)) {}

  /// `labels` is escaped and without braces: source="certbot",name="x"; it may be empty.
  void Add(std::string_view labels, std::initializer_list<ExtraLabel> extra, double value);
  void Add(std::string_view labels, double value) { Add(labels, {}, value); }

  bool empty() const { return text_.size() == header_bytes_; }
  std::string TakeText() && { return std::move(text_); }

 private:
  void AppendValue(double value);

  std::string_view family_;
  std::size_t header_bytes_;
  std::string text_;
};

}  // namespace certhealth
