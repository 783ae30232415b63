// SPDX-License-Identifier: Apache-2.0
// Any bytes: the reader returns, asks nobody for a password, and what it tells are host names, in
// order, each once.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "collectors/certificate_request.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto request =
      certhealth::ReadCertificateRequest({reinterpret_cast<const char*>(data), size});
  if (!request) return 0;
  if (request->dns_names.empty()) std::abort();
  if (std::ranges::adjacent_find(request->dns_names, std::ranges::greater_equal()) !=
      request->dns_names.end()) {
    std::abort();
  }
  for (const std::string& name : request->dns_names) {
    const auto is_odd = [](char c) { return c <= 0x20 || c >= 0x7F || (c >= 'A' && c <= 'Z'); };
    if (name.empty() || std::ranges::any_of(name, is_odd)) std::abort();
  }
  return 0;
}
