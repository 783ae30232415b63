// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/cron_table.h"

#include <algorithm>
#include <array>

#include "collectors/base/utf8.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxEntries = 4096;
constexpr std::size_t kMaxFaults = 16;

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 7> kDays{"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

/// What a time field may hold.
struct Field {
  std::uint32_t low;
  std::uint32_t high;
  const std::string_view* names = nullptr;
  std::uint32_t names_count = 0;  // the first one stands for `low`
};

constexpr Field kMinute{0, 59};
constexpr Field kHour{0, 23};
constexpr Field kDayOfMonth{1, 31};
constexpr Field kMonth{1, 12, kMonths.data(), kMonths.size()};
constexpr Field kDayOfWeek{0, 7, kDays.data(), kDays.size()};

using Values = std::bitset<64>;

std::optional<std::uint32_t> ParseValue(std::string_view text, const Field& field) {
  std::optional<std::uint32_t> value = ParseDecimal(text);
  if (!value && field.names != nullptr) {
    const std::string lower = ToLower(text);
    const auto* end = field.names + field.names_count;
    const auto* name = std::find(field.names, end, std::string_view(lower));
    if (name != end) value = field.low + static_cast<std::uint32_t>(name - field.names);
  }
  if (!value || *value < field.low || *value > field.high) return std::nullopt;
  return value;
}

/// One of `*`, `N`, `N-M`, each with `/S`; and cronie's `N~M`, of which it picks one for good.
std::optional<Values> ParseRange(std::string_view text, const Field& field) {
  std::uint32_t step = 1;
  bool has_step = false;
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto number = ParseDecimal(text.substr(slash + 1));
    if (!number || *number == 0) return std::nullopt;
    step = *number;
    has_step = true;
    text = text.substr(0, slash);
  }
  std::uint32_t low = field.low;
  std::uint32_t high = field.high;
  if (text != "*") {
    const std::size_t mark = text.find_first_of("-~");
    const auto first = ParseValue(text.substr(0, mark), field);
    if (!first) return std::nullopt;
    low = *first;
    if (mark == std::string_view::npos) {
      // `5/10` is every tenth from 5 for cronie and busybox, and just 5 for others: take the rarer.
      high = low;
      if (has_step) step = 1;
    } else {
      const auto last = ParseValue(text.substr(mark + 1), field);
      if (!last) return std::nullopt;
      high = *last;
      // `sat-sun`: Sunday is 7 as well.
      if (high == 0 && field.high == 7) high = 7;
      if (low > high) return std::nullopt;
      if (text[mark] == '~') high = low;
    }
  }
  Values values;
  for (std::uint64_t value = low; value <= high; value += step) values.set(value);
  return values;
}

std::optional<Values> ParseField(std::string_view text, const Field& field) {
  Values values;
  for (const std::string_view element : Split(text, ',')) {
    const auto range = ParseRange(element, field);
    if (!range) return std::nullopt;
    values |= *range;
  }
  return values;
}

std::optional<CronTimes> ParseFields(const std::array<std::string_view, 5>& fields) {
  const auto minutes = ParseField(fields[0], kMinute);
  const auto hours = ParseField(fields[1], kHour);
  const auto days = ParseField(fields[2], kDayOfMonth);
  const auto months = ParseField(fields[3], kMonth);
  auto weekdays = ParseField(fields[4], kDayOfWeek);
  if (!minutes || !hours || !days || !months || !weekdays) return std::nullopt;
  if ((*weekdays)[7]) weekdays->set(0);
  weekdays->reset(7);
  CronTimes times;
  times.minutes = std::bitset<60>(minutes->to_ullong());
  times.hours = std::bitset<24>(hours->to_ullong());
  times.days.days = std::bitset<32>(days->to_ullong());
  times.days.months = std::bitset<13>(months->to_ullong());
  times.days.weekdays = std::bitset<7>(weekdays->to_ullong());
  // Both day fields restricted: either will do. A field is unrestricted when it starts with a star.
  if (!fields[2].starts_with('*') && !fields[4].starts_with('*')) {
    times.days.join = DayRule::Join::kEither;
  }
  return times;
}

std::optional<CronTimes> ParseNickname(std::string_view name) {
  static constexpr std::array<std::pair<std::string_view, std::array<std::string_view, 5>>, 7>
      kNicknames{{
          {"@hourly", {"0", "*", "*", "*", "*"}},
          {"@daily", {"0", "0", "*", "*", "*"}},
          {"@midnight", {"0", "0", "*", "*", "*"}},
          {"@weekly", {"0", "0", "*", "*", "0"}},
          {"@monthly", {"0", "0", "1", "*", "*"}},
          {"@yearly", {"0", "0", "1", "1", "*"}},
          {"@annually", {"0", "0", "1", "1", "*"}},
      }};
  if (name == "@reboot") {
    CronTimes times;
    times.at_boot = true;
    return times;
  }
  for (const auto& [nickname, fields] : kNicknames) {
    if (name == nickname) return ParseFields(fields);
  }
  return std::nullopt;
}

/// `NAME = value`, either side perhaps in quotes (crontab(5)).
std::optional<std::pair<std::string, std::string>> ParseVariable(std::string_view line) {
  const auto unquote = [](std::string_view text) {
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'') &&
        text.back() == text.front()) {
      text = text.substr(1, text.size() - 2);
    }
    return std::string(text);
  };
  const std::size_t equals = line.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  const std::string name = unquote(Trim(line.substr(0, equals)));
  // A time field before the sign makes it a command with a sign in it.
  if (name.empty() || name.find_first_of(" \t*@") != std::string::npos) return std::nullopt;
  return std::pair{name, unquote(Trim(line.substr(equals + 1)))};
}

/// What the shell gets: the text up to the first bare %, with `\%` as `%`.
std::string ShellPart(std::string_view text) {
  std::string command;
  for (std::size_t i = 0; i < text.size() && text[i] != '%'; ++i) {
    if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%') ++i;
    command += text[i];
  }
  return command;
}

/// Whether the user was left out, so that the command stands in its place. An account may well be
/// called certbot, but then a command follows, not certbot's own arguments.
bool IsCommand(std::string_view user, std::string_view rest) {
  if (user.find('/') != std::string_view::npos) return true;
  const std::string_view next = TakeWord(rest);
  return MentionsCertbot(user) && (next == "renew" || next == "certonly" || next.starts_with('-'));
}

std::optional<CronEntry> ParseEntry(std::string_view line, CronForm form) {
  CronEntry entry;
  if (line.starts_with('@')) {
    const auto times = ParseNickname(TakeWord(line));
    if (!times) return std::nullopt;
    entry.times = *times;
  } else {
    if (line.starts_with('-')) line.remove_prefix(1);  // cronie: do not log this one
    std::array<std::string_view, 5> fields;
    for (std::string_view& field : fields) field = TakeWord(line);
    const auto times = ParseFields(fields);
    if (!times) return std::nullopt;
    entry.times = *times;
  }
  if (form == CronForm::kSystem) {
    entry.user = TakeWord(line);
    if (IsCommand(entry.user, line)) return std::nullopt;
  }
  entry.command = ShellPart(Trim(line));
  if (entry.command.empty()) return std::nullopt;
  return entry;
}

}  // namespace

CronTable ParseCronTable(std::string_view text, CronForm form) {
  CronTable table;
  table.ends_in_newline = text.empty() || text.ends_with('\n');
  const auto note = [&table](std::size_t line, std::string_view what) {
    if (table.faults.size() < kMaxFaults) {
      table.faults.push_back({line, Shorten(ToValidUtf8(what), 200)});
    }
  };
  std::size_t number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.starts_with('#')) continue;
    if (table.entries.size() >= kMaxEntries || table.environment.size() >= kMaxEntries) {
      note(number, "too many entries");
      break;
    }
    if (auto variable = ParseVariable(line)) {
      table.environment.push_back(std::move(*variable));
    } else if (auto entry = ParseEntry(line, form)) {
      entry->line = number;
      entry->variables = table.environment.size();
      table.entries.push_back(std::move(*entry));
    } else {
      note(number, line);
    }
  }
  return table;
}

std::optional<std::chrono::seconds> LongestGap(const CronTimes& times) {
  if (times.at_boot) return std::nullopt;
  Recurrence recurrence;
  recurrence.days = times.days;
  for (std::size_t hour = 0; hour < times.hours.size(); ++hour) {
    for (std::size_t minute = 0; minute < times.minutes.size(); ++minute) {
      if (times.hours[hour] && times.minutes[minute]) {
        recurrence.times.set(hour * 3600 + minute * 60);
      }
    }
  }
  return LongestGap(std::vector<Recurrence>{recurrence});
}

std::vector<AnacronEntry> ParseAnacronTable(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, std::uint32_t>, 5> kPeriods{
      {{"@daily", 1}, {"@weekly", 7}, {"@monthly", 31}, {"@yearly", 366}, {"@annually", 366}}};
  std::vector<AnacronEntry> entries;
  std::size_t number = 0;
  for (std::string_view line : SplitLines(text)) {
    ++number;
    line = Trim(line);
    if (line.empty() || line.starts_with('#') || entries.size() >= kMaxEntries) continue;
    const std::string_view period = TakeWord(line);
    std::optional<std::uint32_t> days = ParseDecimal(period);
    for (const auto& [name, length] : kPeriods) {
      if (period == name) days = length;
    }
    const auto delay_minutes = ParseDecimal(TakeWord(line));
    const std::string_view job = TakeWord(line);
    const std::string_view command = Trim(line);
    if (!days || *days == 0 || *days > 36600 || !delay_minutes || command.empty()) continue;
    entries.push_back({std::chrono::days(*days), std::string(job), std::string(command), number});
  }
  return entries;
}

}  // namespace certhealth
