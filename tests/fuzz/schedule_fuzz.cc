// SPDX-License-Identifier: Apache-2.0
// Contract: no text makes the readers of units, calendars, crontabs, shell text and cli.ini crash,
// hang or invent invalid UTF-8. The first byte says which one reads the rest.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "collectors/base/utf8.h"
#include "collectors/cli_ini.h"
#include "collectors/schedule/certbot_command.h"
#include "collectors/schedule/cron_table.h"
#include "collectors/schedule/on_calendar.h"
#include "collectors/schedule/time_span.h"
#include "collectors/schedule/unit_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certhealth;
  if (size == 0) return 0;
  const std::string text = ToValidUtf8({reinterpret_cast<const char*>(data) + 1, size - 1});
  const auto check = [](const std::string& output) { IsValidUtf8(output) ? void() : std::abort(); };
  switch (*data) {
    case 'u':
      for (const UnitSetting& setting : ParseUnitFile(text).settings) check(setting.value);
      break;
    case 'o':
      if (const auto gap = LongestGapOfCalendars({text}); !gap) check(gap.error().detail);
      if (const auto span = ParseTimeSpan(text); !span) check(span.error().detail);
      break;
    case 's':
      for (const auto& call : FindCertbotCallsInScript(text, {{"A", text}}).commands)
        check(call.text);
      break;
    case 'i':
      if (const auto ini = ParseCliIni(text)) {
        for (const CliIniSetting& setting : ini->settings) {
          for (const std::string& value : setting.values) check(value);
        }
      }
      break;
    default:
      for (const CronForm form : {CronForm::kUser, CronForm::kSystem}) {
        const CronTable table = ParseCronTable(text, form);
        for (const CronFault& fault : table.faults) check(fault.text);
        if (!table.entries.empty()) LongestGap(table.entries.front().times);
      }
      ParseAnacronTable(text);
  }
  return 0;
}
