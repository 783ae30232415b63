// SPDX-License-Identifier: Apache-2.0
#include "collectors/net/address_range.h"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace certhealth {

bool AddressRange::Contains(const IpAddress& address) const {
  if (address.family != first.family) return false;
  const std::size_t whole = prefix_bits / 8;
  const unsigned rest = prefix_bits % 8;
  if (!std::equal(first.bytes.begin(), first.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin()))
    return false;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xffU << (8U - rest));
  return (first.bytes[whole] & mask) == (address.bytes[whole] & mask);
}

std::optional<AddressRange> ParseAddressRange(std::string_view text) {
  const std::size_t slash = text.find('/');
  const std::optional<IpAddress> first = ParseIpAddress(text.substr(0, slash));
  if (!first || first->scope != 0) return std::nullopt;
  const unsigned most = first->family == IpAddress::Family::kIpv4 ? 32 : 128;
  AddressRange range{*first, most};
  if (slash == std::string_view::npos) return range;
  const std::string_view bits = text.substr(slash + 1);
  const char* const end = bits.data() + bits.size();
  const auto [stop, error] = std::from_chars(bits.data(), end, range.prefix_bits);
  if (bits.empty() || error != std::errc() || stop != end || range.prefix_bits > most)
    return std::nullopt;
  return range;
}

}  // namespace certhealth
