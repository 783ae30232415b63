// SPDX-License-Identifier: Apache-2.0
// Any text is an endpoint or a failure kBadText in valid UTF-8. An endpoint has a host of ASCII and
// a port, and reads the same when it is written out and read again.
#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "collectors/base/utf8.h"
#include "collectors/endpoint/endpoint_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const certhealth::Result<certhealth::EndpointTarget> target = certhealth::ParseEndpoint(text);
  if (!target) {
    if (target.error().reason != certhealth::Reason::kBadText) std::abort();
    if (!certhealth::IsValidUtf8(target.error().detail)) std::abort();
    return 0;
  }
  if (target->host.empty() || target->port == 0) std::abort();
  if (!std::ranges::all_of(target->host, [](char c) { return c > ' ' && c <= '~'; })) std::abort();
  const auto again = certhealth::ParseEndpoint(certhealth::ToString(*target));
  if (!again || *again != *target) std::abort();
  return 0;
}
