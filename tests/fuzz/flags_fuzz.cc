// SPDX-License-Identifier: Apache-2.0
// Contract: whatever is typed (arguments end with a NUL), ParseCommandLine returns; its complaint
// is one line of valid UTF-8, never longer than a screen.
#include <cstdlib>
#include <string>
#include <vector>

#include "collectors/base/utf8.h"
#include "exporter/command_line.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::vector<const char*> argv = {"certhealth_exporter"};
  for (size_t at = 0; at < size; at = text.find('\0', at) + 1) {
    argv.push_back(&text[at]);
    if (text.find('\0', at) == std::string::npos) break;
  }
  const auto parsed = certhealth::ParseCommandLine(static_cast<int>(argv.size()), argv.data());
  if (parsed) return 0;
  const std::string& line = parsed.error().detail;
  if (line.size() > 1000 || line.find('\n') != line.npos || !certhealth::IsValidUtf8(line)) abort();
  return 0;
}
