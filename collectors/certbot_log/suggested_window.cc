// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/suggested_window.h"

#include <charconv>

namespace certhealth {
namespace {

constexpr std::size_t kMaxSerialBytes = 32;  // RFC 5280 allows 20

/// The string value of `key` in JSON text, without a JSON reader: the answer is an object of two
/// strings without escapes.
std::string_view StringOf(std::string_view json, std::string_view key) {
  const std::size_t at = json.find(key);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + key.size());
  const std::size_t start = json.find_first_not_of(" \t\n\r:");
  if (start == std::string_view::npos || json[start] != '"') return {};
  json.remove_prefix(start + 1);
  return json.substr(0, json.find('"'));
}

std::optional<unsigned> Digits(std::string_view text, std::size_t at, std::size_t count) {
  unsigned value = 0;
  if (text.size() < at + count) return std::nullopt;
  const char* const end = text.data() + at + count;
  const auto result = std::from_chars(text.data() + at, end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

/// RFC 3339; a fraction of a second is left out.
std::optional<WallTime> ParseTime(std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(*year)),
                                         std::chrono::month(*month), std::chrono::day(*day));
  if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
  const WallTime time = std::chrono::sys_days(date) + std::chrono::hours(*hour) +
                        std::chrono::minutes(*minute) + std::chrono::seconds(*second);
  const std::size_t zone = text.find_first_of("Zz+-", 19);
  if (zone == std::string_view::npos) return std::nullopt;
  if (text[zone] != '+' && text[zone] != '-') return time;
  const auto zone_hours = Digits(text, zone + 1, 2);
  const auto zone_minutes = Digits(text, zone + 4, 2);
  if (!zone_hours || !zone_minutes || *zone_hours > 23 || *zone_minutes > 59) return std::nullopt;
  const auto offset = std::chrono::hours(*zone_hours) + std::chrono::minutes(*zone_minutes);
  return text[zone] == '+' ? time - offset : time + offset;
}

int Base64UrlValue(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '-') return 62;
  return c == '_' ? 63 : -1;
}

}  // namespace

std::optional<SuggestedWindow> ParseSuggestedWindow(std::string_view answer) {
  const std::size_t window = answer.find("\"suggestedWindow\"");
  if (window == std::string_view::npos) return std::nullopt;
  const std::optional<WallTime> start = ParseTime(StringOf(answer.substr(window), "\"start\""));
  const std::optional<WallTime> end = ParseTime(StringOf(answer.substr(window), "\"end\""));
  if (!start || !end || *end < *start) return std::nullopt;
  return SuggestedWindow{{}, *start, *end};
}

std::string SerialOfCertificateId(std::string_view identifier) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string_view text = identifier.substr(identifier.find('.') + 1);
  if (text.size() == identifier.size() || text.size() > kMaxSerialBytes * 4 / 3 + 1) return {};
  std::string hex;
  unsigned bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const int value = Base64UrlValue(c);
    if (value < 0) return {};
    bits = (bits << 6U | static_cast<unsigned>(value)) & 0xFFFFU;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    const unsigned byte = bits >> count & 0xFFU;
    hex += kHex[byte >> 4U];
    hex += kHex[byte & 15U];
  }
  // DER puts a zero byte before a number whose first bit is set; it is not part of the number.
  if (hex.size() > 2 && hex.starts_with("00")) hex.erase(0, 2);
  return hex;
}

}  // namespace certhealth
