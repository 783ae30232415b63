// SPDX-License-Identifier: Apache-2.0
// Contract: any text is a bounded list of records; each comes back from its own text, written as
// the hook writes it.
#include <cstdlib>
#include <string>

#include "collectors/base/utf8.h"
#include "collectors/certbot_hook/hook_records.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto records = certhealth::ParseHookRecords(text);
  if (records.size() > certhealth::kMaxFailedRuns) std::abort();
  std::string written;
  for (const certhealth::HookRecord& record : records) {
    written += std::to_string(record.at.time_since_epoch().count()) + " ";
    written += std::to_string(record.run);
    for (const std::string& name : record.names) written += " " + name;
    written += "\n";
  }
  if (!certhealth::IsValidUtf8(written)) std::abort();
  if (certhealth::ParseHookRecords(written) != records) std::abort();
  const std::string directory = certhealth::HookRecordsDirectory("/s", text);
  if (directory.size() < 9 || directory.find('/', 8) != std::string::npos) std::abort();
  return 0;
}
