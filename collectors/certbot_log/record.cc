// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/record.h"

#include <algorithm>

namespace certhealth {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsLoggerCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) || c == '_' || c == '.';
}

/// Most lines of a log are no records; this turns them away by a handful of comparisons.
bool HasTimestampShape(std::string_view line) {
  static constexpr std::string_view kShape = "dddd-dd-dd dd:dd:dd,ddd:";
  if (line.size() <= kShape.size() || line[4] != '-' || line[10] != ' ' || line[23] != ':') {
    return false;
  }
  return std::equal(kShape.begin(), kShape.end(), line.begin(),
                    [](char want, char got) { return want == 'd' ? IsDigit(got) : want == got; });
}

unsigned Number(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

std::optional<LocalTime> ParseTime(std::string_view line) {
  const std::chrono::year_month_day date(
      std::chrono::year(static_cast<int>(Number(line.substr(0, 4)))),
      std::chrono::month(Number(line.substr(5, 2))), std::chrono::day(Number(line.substr(8, 2))));
  const unsigned hours = Number(line.substr(11, 2));
  const unsigned minutes = Number(line.substr(14, 2));
  const unsigned seconds = Number(line.substr(17, 2));
  if (!date.ok() || hours > 23 || minutes > 59 || seconds > 60) return std::nullopt;
  return std::chrono::local_days(date) + std::chrono::hours(hours) + std::chrono::minutes(minutes) +
         std::chrono::seconds(seconds);
}

struct LevelName {
  std::string_view name;
  RecordLevel level;
};

constexpr LevelName kLevels[] = {{"DEBUG:", RecordLevel::kDebug},
                                 {"INFO:", RecordLevel::kInfo},
                                 {"WARNING:", RecordLevel::kWarning},
                                 {"ERROR:", RecordLevel::kError},
                                 {"CRITICAL:", RecordLevel::kCritical}};

}  // namespace

std::optional<RecordHead> ParseRecordHead(std::string_view line) {
  // A power cut leaves a run of NULs where the file system had not written the text yet.
  if (!line.empty() && line.front() == '\0') {
    line.remove_prefix(std::min(line.find_first_not_of('\0'), line.size()));
  }
  if (!HasTimestampShape(line)) return std::nullopt;
  std::string_view rest = line.substr(24);
  const auto* const level = std::ranges::find_if(
      kLevels, [rest](const LevelName& known) { return rest.starts_with(known.name); });
  if (level == std::end(kLevels)) return std::nullopt;
  rest.remove_prefix(level->name.size());
  const std::size_t logger_length = std::min<std::size_t>(rest.find(':'), 200);
  if (logger_length == 0 || logger_length >= rest.size() || rest[logger_length] != ':' ||
      !std::ranges::all_of(rest.substr(0, logger_length), IsLoggerCharacter)) {
    return std::nullopt;
  }
  const std::optional<LocalTime> time = ParseTime(line);
  if (!time) return std::nullopt;
  return RecordHead{*time, level->level, rest.substr(0, logger_length),
                    rest.substr(logger_length + 1)};
}

}  // namespace certhealth
