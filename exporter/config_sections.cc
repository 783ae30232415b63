// SPDX-License-Identifier: Apache-2.0
#include "exporter/config_sections.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "collectors/base/result.h"
#include "exporter/config_endpoints.h"
#include "exporter/config_values.h"
#include "exporter/escape.h"
#include "exporter/nearest_word.h"

namespace certhealth {
namespace {

using Applied = std::optional<Failure>;

template <typename Field>
Applied Set(Field& field, Result<std::string> parsed) {
  if (!parsed) return parsed.error();
  field = *std::move(parsed);
  return std::nullopt;
}

void StartCertbot(FileSettings& settings, std::string_view /*name*/) {
  settings.certbot.emplace_back();
}

Applied SetConfigDir(ConfigReading& reading, std::string_view value) {
  return Set(reading.settings.certbot.back().config_dir, ParseAbsolutePath(value));
}

Applied SetLogsDir(ConfigReading& reading, std::string_view value) {
  return Set(reading.settings.certbot.back().logs_dir, ParseAbsolutePath(value));
}

Applied AddGlob(ConfigReading& reading, std::string_view value) {
  return Set(reading.settings.files.emplace_back(), ParseAbsolutePath(value));
}

std::string_view Trim(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \t"), text.size()));
  return text.substr(0, text.find_last_not_of(" \t") + 1);
}

Applied AddIgnored(ConfigReading& reading, std::string_view value) {
  const auto& known = reading.problem_ids;
  while (true) {
    const std::size_t comma = value.find(',');
    const std::string_view id = Trim(value.substr(0, comma));
    if (id.empty()) return Failure{Reason::kBadText, "a problem's id is empty"};
    if (std::find(known.begin(), known.end(), id) == known.end()) {
      return Failure{Reason::kBadText,
                     "unknown problem '" + Printable(id, 40) + "'" + DidYouMean(id, known)};
    }
    reading.settings.ignored_problems.emplace_back(id);
    if (comma == std::string_view::npos) return std::nullopt;
    value.remove_prefix(comma + 1);
  }
}

constexpr std::array kCertbotKeys = {
    KeyRule{"config-dir", KeyUse::kNeeded, KeyCount::kOnce, SetConfigDir},
    KeyRule{"logs-dir", KeyUse::kOptional, KeyCount::kOnce, SetLogsDir}};
constexpr std::array kFilesKeys = {KeyRule{"glob", KeyUse::kNeeded, KeyCount::kRepeated, AddGlob}};
constexpr std::array kPolicyKeys = {
    KeyRule{"ignore", KeyUse::kOptional, KeyCount::kRepeated, AddIgnored}};

const std::array kSections = {
    SectionRule{"certbot", SectionName::kNeeded, kCertbotKeys, StartCertbot},
    SectionRule{"files", SectionName::kNeeded, kFilesKeys, nullptr},
    SectionRule{"endpoint", SectionName::kNeeded, EndpointKeys(), StartEndpoint, JudgeEndpoint},
    SectionRule{"local", SectionName::kForbidden, LocalKeys(), nullptr},
    SectionRule{"probe", SectionName::kNeeded, ProbeKeys(), StartProbe},
    SectionRule{"policy", SectionName::kForbidden, kPolicyKeys, nullptr}};

}  // namespace

std::span<const SectionRule> ConfigSections() { return kSections; }

}  // namespace certhealth
