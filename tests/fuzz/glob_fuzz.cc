// SPDX-License-Identifier: Apache-2.0
// Any pattern (the first line) on any name (the rest): matching ends, and a plain name matches
// itself alone.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "collectors/glob_component.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::size_t end = std::min(text.find('\n'), size);
  const certhealth::GlobComponent component(text.substr(0, end));
  const std::string_view name = text.substr(std::min(end + 1, size));
  if (component.Matches(name) && component.is_literal() && component.literal() != name)
    std::abort();
  if (component.is_literal() && !component.Matches(component.literal())) std::abort();
  return 0;
}
