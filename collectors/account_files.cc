// SPDX-License-Identifier: Apache-2.0
#include "collectors/account_files.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <span>

namespace certhealth {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string LackOf(const nlohmann::json& object, std::span<const std::string_view> members) {
  if (!object.is_object()) return "is no JSON object";
  for (const std::string_view member : members) {
    if (!object.contains(std::string(member))) return "lacks " + std::string(member);
  }
  return {};
}

nlohmann::json Parse(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}

/// Overwrites the texts that are values, but for those that name a kind of key.
void MaskValues(std::string& text) {
  std::string_view key;
  for (std::size_t at = text.find('"'); at < text.size(); at = text.find('"', at)) {
    const std::size_t begin = ++at;
    while (at < text.size() && text[at] != '"') at += text[at] == '\\' ? 2 : 1;
    const std::size_t end = std::min(at, text.size());
    const std::size_t next = text.find_first_not_of(kBlanks, end + 1);
    if (next < text.size() && text[next] == ':') {
      key = std::string_view(text).substr(begin, end - begin);
    } else if (key != "kty" && key != "crv") {
      std::fill(text.begin() + static_cast<std::ptrdiff_t>(begin),
                text.begin() + static_cast<std::ptrdiff_t>(end), 'x');
    }
    at = end + 1;
  }
}

}  // namespace

std::string FaultOfRegistration(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kMembers = {"body", "uri"};
  return LackOf(Parse(text), kMembers);
}

std::string FaultOfAccountMeta(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kMembers = {"creation_dt", "creation_host"};
  return LackOf(Parse(text), kMembers);
}

std::string FaultOfAccountKeysEnds(char first, char last) {
  const auto is_blank = [](char c) { return kBlanks.find(c) != std::string_view::npos; };
  if (first != '{' && !is_blank(first)) return "is no JSON object";
  if (last != '}' && !is_blank(last)) return "is cut off: it does not end in }";
  return {};
}

std::string FaultOfAccountKey(std::string& text) {
  static constexpr std::array<std::string_view, 1> kAny = {"kty"};
  static constexpr std::array<std::string_view, 3> kRsa = {"n", "e", "d"};
  static constexpr std::array<std::string_view, 5> kPrimes = {"p", "q", "dp", "dq", "qi"};
  static constexpr std::array<std::string_view, 4> kEc = {"crv", "x", "y", "d"};
  MaskValues(text);
  const nlohmann::json key = Parse(text);
  if (std::string fault = LackOf(key, kAny); !fault.empty()) return fault;
  if (key["kty"] == "EC") return LackOf(key, kEc);
  if (key["kty"] != "RSA") return {};
  if (std::string fault = LackOf(key, kRsa); !fault.empty()) return fault;
  // All of them or none.
  const bool has_any = std::ranges::any_of(
      kPrimes, [&](std::string_view member) { return key.contains(std::string(member)); });
  return has_any ? LackOf(key, kPrimes) : "";
}

}  // namespace certhealth
