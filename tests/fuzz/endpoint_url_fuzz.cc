// SPDX-License-Identifier: Apache-2.0
// Whatever is typed as an endpoint: it is refused with one line of valid UTF-8, or what was read
// reads the same again from "host:port".
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/base/utf8.h"
#include "collectors/endpoint/endpoint_url.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certhealth;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto target = ParseEndpointUrl(text);
  if (!target) {
    const std::string& detail = target.error().detail;
    if (!IsValidUtf8(detail) || detail.find('\n') != std::string::npos) std::abort();
    return 0;
  }
  if (target->host.empty() || target->port == 0) std::abort();
  const auto again = ParseEndpointUrl("tls://" + HostAndPort(target->host, target->port));
  if (!again || again->host != target->host || again->port != target->port) std::abort();
  return 0;
}
