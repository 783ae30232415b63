// SPDX-License-Identifier: Apache-2.0
// Contract: whatever the file holds, ParseConfigFile returns settings with absolute paths alone, or
// at most 101 lines of valid UTF-8, each of which starts with the file's name.
#include <cstdlib>
#include <sstream>
#include <string>

#include "collectors/base/utf8.h"
#include "exporter/config_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view ids[] = {"expired", "weak_key"};
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto settings = certhealth::ParseConfigFile(text, "c.ini", ids);
  if (settings) {
    for (const auto& glob : settings->files) glob.starts_with('/') ? void() : abort();
    for (const auto& place : settings->certbot)
      place.config_dir.starts_with('/') ? void() : abort();
    return 0;
  }
  std::istringstream lines(settings.error().detail);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    if (!line.starts_with("c.ini:") || !certhealth::IsValidUtf8(line)) abort();
  }
  return count >= 1 && count <= 101 ? 0 : (abort(), 0);
}
