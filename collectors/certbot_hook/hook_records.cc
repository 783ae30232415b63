// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_hook/hook_records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <optional>
#include <utility>

namespace certhealth {
namespace {

constexpr std::int64_t kLastSecondOf9999 = 253'402'300'799;
constexpr std::size_t kLongestName = 253;  // RFC 1035, 2.3.4, without the root's dot

bool IsLetterOrDigit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/// A DNS name, with a wildcard or without, or an address.
bool IsName(std::string_view word) {
  return !word.empty() && word.size() <= kLongestName && std::ranges::all_of(word, [](char c) {
    return IsLetterOrDigit(c) || std::string_view(".:*_-").find(c) != std::string_view::npos;
  });
}

std::string ToLower(std::string_view name) {
  std::string lower(name);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// Takes the first word off `line`.
std::string_view TakeWord(std::string_view& line) {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view word) {
  Number number = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
  if (word.empty() || word.front() == '-' || error != std::errc() ||
      end != word.data() + word.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<HookRecord> ParseLine(std::string_view line) {
  const auto at = ParseNumber<std::int64_t>(TakeWord(line));
  const auto run = ParseNumber<std::uint64_t>(TakeWord(line));
  if (!at || *at > kLastSecondOf9999 || !run) return std::nullopt;
  HookRecord record{WallTime(std::chrono::seconds(*at)), *run, {}};
  while (!line.empty()) {
    const std::string_view word = TakeWord(line);
    if (IsName(word)) record.names.push_back(ToLower(word));
  }
  return record;
}

/// `path` as one file name. Two paths have one name only if they differ in slashes that say
/// nothing.
std::string FileNameFor(std::string_view path) {
  std::string name;
  while (!path.empty()) {
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
    if (component.empty() || component == ".") continue;
    if (!name.empty()) name += '-';
    for (const char c : component) {
      if (IsLetterOrDigit(c) || c == '_' || (c == '.' && !name.empty())) {
        name += c;
        continue;
      }
      std::array<char, 4> code{};
      std::snprintf(code.data(), code.size(), "%%%02x", unsigned{static_cast<unsigned char>(c)});
      name += code.data();
    }
  }
  return name.empty() ? "-" : name;
}

}  // namespace

std::string HookRecordsDirectory(std::string_view state_dir, std::string_view config_dir) {
  while (state_dir.ends_with('/')) state_dir.remove_suffix(1);
  return std::string(state_dir) + "/hook/" + FileNameFor(config_dir);
}

std::vector<HookRecord> ParseHookRecords(std::string_view text) {
  std::vector<HookRecord> records;
  while (records.size() < kMaxFailedRuns) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) break;
    if (auto record = ParseLine(text.substr(0, end))) records.push_back(*std::move(record));
    text.remove_prefix(end + 1);
  }
  return records;
}

}  // namespace certhealth
