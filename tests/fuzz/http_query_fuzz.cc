// SPDX-License-Identifier: Apache-2.0
// Whatever a client sends: no crash, bounded and valid UTF-8 out, a refusal that says why.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "collectors/base/utf8.h"
#include "exporter/http_text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  certhealth::PreferredEncoding(text);
  certhealth::PreferredFormat(text);
  const auto pairs = certhealth::ParseQuery(text);
  if (!pairs) return pairs.error().detail.empty() ? std::abort(), 0 : 0;
  if (pairs->size() > 64) std::abort();
  for (const auto& [name, value] : *pairs) {
    if (!certhealth::IsValidUtf8(name + value)) std::abort();
  }
  return 0;
}
