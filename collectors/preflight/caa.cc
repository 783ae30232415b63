// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/caa.h"

#include <algorithm>

namespace certhealth {
namespace {

constexpr std::size_t kMostLabels = 128;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string InLowerCase(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), Lower);
  return lower;
}

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

bool IsAlphanumeric(char c) {
  return (c >= '0' && c <= '9') || (Lower(c) >= 'a' && Lower(c) <= 'z');
}

/// Letters, digits, and "-" between them (RFC 8659, 4.2: label, and the tag of a parameter).
bool IsLabel(std::string_view text) {
  return !text.empty() && IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) &&
         std::ranges::all_of(text, [](char c) { return IsAlphanumeric(c) || c == '-'; });
}

bool IsDomain(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!IsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

/// Printable ASCII without blanks and ";".
bool IsParameterValue(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7f && c != ';'; });
}

}  // namespace

std::optional<CaaIssuer> ParseCaaIssuer(std::string_view value) {
  CaaIssuer issuer;
  const std::size_t end = value.find(';');
  const std::string_view domain = Trim(value.substr(0, end));
  if (!domain.empty() && !IsDomain(domain)) return std::nullopt;
  issuer.domain = InLowerCase(domain);
  std::string_view rest = end == std::string_view::npos ? "" : value.substr(end + 1);
  while (!Trim(rest).empty()) {
    const std::size_t next = rest.find(';');
    const std::string_view parameter = Trim(rest.substr(0, next));
    rest = next == std::string_view::npos ? "" : rest.substr(next + 1);
    // An empty one (";;") is against the grammar, but harms nobody.
    if (parameter.empty()) continue;
    const std::size_t equals = parameter.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view name = Trim(parameter.substr(0, equals));
    const std::string_view text = Trim(parameter.substr(equals + 1));
    if (!IsLabel(name) || !IsParameterValue(text)) return std::nullopt;
    issuer.parameters.emplace_back(InLowerCase(name), text);
  }
  return issuer;
}

std::vector<std::string> CaaTree(std::string_view name) {
  if (name.starts_with("*.")) name.remove_prefix(2);
  if (name.ends_with('.')) name.remove_suffix(1);
  std::vector<std::string> tree;
  while (!name.empty() && tree.size() < kMostLabels) {
    tree.push_back(InLowerCase(name));
    const std::size_t dot = name.find('.');
    if (dot == std::string_view::npos) break;
    name.remove_prefix(dot + 1);
  }
  return tree;
}

}  // namespace certhealth
