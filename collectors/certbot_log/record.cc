// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/record.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>

namespace certhealth {
namespace {

/// The characters of a logger's name.
constexpr std::array<bool, 256> kLoggerCharacters = [] {
  std::array<bool, 256> table{};
  for (const char c : std::string_view("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                       "0123456789_.")) {
    table[static_cast<unsigned char>(c)] = true;
  }
  return table;
}();

std::size_t LoggerLength(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && kLoggerCharacters[static_cast<unsigned char>(text[length])]) {
    ++length;
  }
  return length;
}

/// What eight bytes of a timestamp look like. Digits are 0x30 to 0x39: their high half is 3, and
/// stays it when 6 is added.
struct EightBytes {
  std::uint64_t mask = 0;  // the high half of digits, all of the other characters
  std::uint64_t want = 0;
  std::uint64_t six = 0;  // at digits

  constexpr explicit EightBytes(std::string_view shape) {
    for (std::size_t i = 0; i < 8; ++i) {
      const bool digit = shape[i] == 'd';
      const std::size_t shift = std::endian::native == std::endian::little ? i * 8 : 56 - i * 8;
      mask |= (digit ? 0xF0ULL : 0xFFULL) << shift;
      want |= (digit ? 0x30ULL : static_cast<unsigned char>(shape[i])) << shift;
      six |= (digit ? 6ULL : 0ULL) << shift;
    }
  }

  bool Fit(const char* text) const {
    std::uint64_t bytes = 0;
    std::memcpy(&bytes, text, sizeof bytes);
    return (bytes & mask) == want && ((bytes + six) & mask) == want;
  }
};

/// Most lines of a log are no records; this turns them away by a handful of comparisons.
bool HasTimestampShape(std::string_view line) {
  static constexpr EightBytes kYearMonth("dddd-dd-");
  static constexpr EightBytes kDayHour("dd dd:dd");
  static constexpr EightBytes kSeconds(":dd,ddd:");
  return line.size() > 24 && kYearMonth.Fit(line.data()) && kDayHour.Fit(line.data() + 8) &&
         kSeconds.Fit(line.data() + 16);
}

unsigned Number(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) value = value * 10 + static_cast<unsigned>(c - '0');
  return value;
}

std::optional<LocalTime> TimeOf(std::string_view line) {
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
  return RecordParser().Parse(line);
}

std::optional<LocalTime> RecordParser::ParseTime(std::string_view line) {
  if (std::equal(stamp_.begin(), stamp_.end(), line.begin())) return time_;
  const std::optional<LocalTime> time = TimeOf(line);
  if (!time) return std::nullopt;
  std::copy_n(line.begin(), stamp_.size(), stamp_.begin());
  time_ = *time;
  return time;
}

std::optional<RecordHead> RecordParser::Parse(std::string_view line) {
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
  const std::size_t logger_length = LoggerLength(rest);
  if (logger_length == 0 || logger_length == rest.size() || rest[logger_length] != ':') {
    return std::nullopt;
  }
  const std::optional<LocalTime> time = ParseTime(line);
  if (!time) return std::nullopt;
  return RecordHead{*time, level->level, rest.substr(0, logger_length),
                    rest.substr(logger_length + 1)};
}

}  // namespace certhealth
