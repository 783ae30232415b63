// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/log_names.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <utility>

namespace certhealth {
namespace {

constexpr std::string_view kLog = "letsencrypt.log";
constexpr std::string_view kCompressed = ".gz";

}  // namespace

std::optional<LogPlace> PlaceOf(std::string_view name) {
  if (!name.starts_with(kLog)) return std::nullopt;
  name.remove_prefix(kLog.size());
  if (name.ends_with(kCompressed)) name.remove_suffix(kCompressed.size());
  if (name.empty()) return LogPlace{};
  const char separator = name.front();
  name.remove_prefix(1);
  std::uint64_t number = 0;
  const auto result = std::from_chars(name.data(), name.data() + name.size(), number);
  if (name.empty() || result.ec != std::errc() || result.ptr != name.data() + name.size()) {
    return std::nullopt;
  }
  if (separator == '.') return LogPlace{LogPlace::Kind::kNumbered, number};
  if (separator != '-') return std::nullopt;
  return LogPlace{LogPlace::Kind::kDated, std::numeric_limits<std::uint64_t>::max() - number};
}

std::vector<std::string> LogNames(const std::vector<std::string>& names, std::size_t max) {
  std::vector<std::pair<LogPlace, std::string_view>> found;
  for (const std::string& name : names) {
    if (const std::optional<LogPlace> place = PlaceOf(name)) found.emplace_back(*place, name);
  }
  std::ranges::sort(found);  // at one place the plain name is the shorter and comes first
  std::vector<std::string> sorted;
  for (std::size_t i = 0; i < found.size() && sorted.size() < max; ++i) {
    if (i > 0 && found[i].first == found[i - 1].first) continue;
    sorted.emplace_back(found[i].second);
  }
  return sorted;
}

}  // namespace certhealth
