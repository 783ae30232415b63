// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_text.h"

#include <algorithm>
#include <optional>

#include "collectors/base/utf8.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxQueryBytes = 8192;
constexpr std::size_t kMaxQueryPairs = 64;

char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return ToLower(x) == ToLower(y); });
}

std::string_view Trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Cuts the piece up to the next `separator` outside quotes off the front of `rest`.
std::string_view NextPiece(std::string_view& rest, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < rest.size(); ++end) {
    if (rest[end] == '"') quoted = !quoted;
    if (quoted && rest[end] == '\\') ++end;
    if (!quoted && rest[end] == separator) break;
  }
  end = std::min(end, rest.size());
  const std::string_view piece = Trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return piece;
}

// RFC 9110, 12.4.2: "0", "0.75", "1.000", in thousandths.
std::optional<int> ParseWeight(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int thousandths = (text[0] - '0') * 1000;
  int unit = 100;
  for (const char c : text.substr(std::min<std::size_t>(text.size(), 2))) {
    if (c < '0' || c > '9') return std::nullopt;
    thousandths += (c - '0') * unit;
    unit /= 10;
  }
  if (thousandths > 1000) return std::nullopt;
  return thousandths;
}

// One member of an Accept or Accept-Encoding list.
struct Member {
  std::string_view name;
  std::string_view version;  // of the media type; empty when it has none
  int weight = 1000;         // thousandths
};

std::optional<Member> ParseMember(std::string_view text) {
  Member member;
  member.name = NextPiece(text, ';');
  if (member.name.empty()) return std::nullopt;
  while (!text.empty()) {
    std::string_view value = NextPiece(text, ';');
    const std::string_view name = Trim(NextPiece(value, '='));
    value = Trim(value);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    if (EqualsIgnoringCase(name, "q")) {
      const auto weight = ParseWeight(value);
      if (!weight) return std::nullopt;
      member.weight = *weight;
    } else if (EqualsIgnoringCase(name, "version")) {
      member.version = value;
    }
  }
  return member;
}

std::vector<Member> ParseList(std::string_view text) {
  std::vector<Member> members;
  while (!text.empty()) {
    if (const auto member = ParseMember(NextPiece(text, ','))) members.push_back(*member);
  }
  return members;
}

std::optional<int> HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = ToLower(c);
  if (lower >= 'a' && lower <= 'f') return lower - 'a' + 10;
  return std::nullopt;
}

Result<std::string> Decode(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+') {
      decoded += ' ';
    } else if (text[i] != '%') {
      decoded += text[i];
    } else {
      const auto high = i + 1 < text.size() ? HexDigit(text[i + 1]) : std::nullopt;
      const auto low = i + 2 < text.size() ? HexDigit(text[i + 2]) : std::nullopt;
      if (!high || !low) return Failure{Reason::kBadText, "query: % without two hex digits"};
      decoded += static_cast<char>(*high * 16 + *low);
      i += 2;
    }
  }
  if (decoded.find('\0') != std::string::npos || !IsValidUtf8(decoded)) {
    return Failure{Reason::kBadText, "query: not UTF-8 text"};
  }
  return decoded;
}

}  // namespace

ContentEncoding PreferredEncoding(std::string_view accept_encoding) {
  std::optional<int> gzip, identity, anything;
  for (const Member& member : ParseList(accept_encoding)) {
    // RFC 9110, 8.4.1.3: x-gzip is gzip.
    if (EqualsIgnoringCase(member.name, "gzip") || EqualsIgnoringCase(member.name, "x-gzip")) {
      gzip = std::max(gzip.value_or(0), member.weight);
    } else if (EqualsIgnoringCase(member.name, "identity")) {
      identity = member.weight;
    } else if (member.name == "*") {
      anything = member.weight;
    }
  }
  const int gzip_weight = gzip.value_or(anything.value_or(0));
  // Identity that nobody names is acceptable, but it is not what the client asked for.
  const int identity_weight = identity.value_or(gzip ? anything.value_or(0) : 0);
  return gzip_weight > 0 && gzip_weight >= identity_weight ? ContentEncoding::kGzip
                                                           : ContentEncoding::kIdentity;
}

PageFormat PreferredFormat(std::string_view accept) {
  int open_metrics = 0;
  std::optional<int> text, any_text, anything;
  bool text_first = false;
  for (const Member& member : ParseList(accept)) {
    if (EqualsIgnoringCase(member.name, "application/openmetrics-text")) {
      if (member.version.empty() || member.version == "1.0.0") {
        open_metrics = std::max(open_metrics, member.weight);
      }
    } else if (EqualsIgnoringCase(member.name, "text/plain")) {
      if (member.version.empty() || member.version == "0.0.4") {
        text_first = text_first || open_metrics == 0;
        text = std::max(text.value_or(0), member.weight);
      }
    } else if (EqualsIgnoringCase(member.name, "text/*")) {
      any_text = member.weight;
    } else if (member.name == "*/*") {
      anything = member.weight;
    }
  }
  // RFC 9110, 12.5.1: the most specific range that matches has the say.
  const int text_weight = text ? *text : any_text ? *any_text : anything.value_or(0);
  if (open_metrics == 0 || open_metrics < text_weight) return PageFormat::kText;
  return open_metrics == text_weight && text_first ? PageFormat::kText : PageFormat::kOpenMetrics;
}

std::string_view ContentTypeOf(PageFormat format) {
  switch (format) {
    case PageFormat::kText:
      return "text/plain; version=0.0.4; charset=utf-8";
    case PageFormat::kOpenMetrics:
      return "application/openmetrics-text; version=1.0.0; charset=utf-8";
  }
  return "";
}

Result<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query) {
  if (query.size() > kMaxQueryBytes) {
    return Failure{Reason::kBadText,
                   "query: longer than " + std::to_string(kMaxQueryBytes) + " bytes"};
  }
  std::vector<std::pair<std::string, std::string>> pairs;
  while (!query.empty()) {
    const auto end = std::min(query.find('&'), query.size());
    const std::string_view piece = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (piece.empty()) continue;
    if (pairs.size() == kMaxQueryPairs) {
      return Failure{Reason::kBadText,
                     "query: more than " + std::to_string(kMaxQueryPairs) + " parameters"};
    }
    const auto equals = std::min(piece.find('='), piece.size());
    auto name = Decode(piece.substr(0, equals));
    if (!name) return name.error();
    auto value = Decode(piece.substr(std::min(equals + 1, piece.size())));
    if (!value) return value.error();
    pairs.emplace_back(std::move(name).value(), std::move(value).value());
  }
  return pairs;
}

}  // namespace certhealth
