// SPDX-License-Identifier: Apache-2.0
// Contract: any text is a span that is not negative and that the calendar can add, or a Failure.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/base/utf8.h"
#include "collectors/renew_before_expiry.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto span = certhealth::ParseRenewBeforeExpiry(text);
  if (!span) return certhealth::IsValidUtf8(span.error().detail) ? 0 : (std::abort(), 1);
  const certhealth::WallTime now{
      std::chrono::seconds(1'798'761'599)};  // 2026-12-31, the last second
  if (certhealth::Add(now, *span) < now) std::abort();
  return 0;
}
