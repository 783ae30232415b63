// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "collectors/net/ip_address.h"

namespace certhealth {

/// Addresses that share their first `prefix_bits`.
struct AddressRange {
  IpAddress first;
  unsigned prefix_bits = 32;

  bool Contains(const IpAddress& address) const;
  bool operator==(const AddressRange&) const = default;
};

/// "192.0.2.1" or "192.0.2.0/24"; nullopt for anything else.
std::optional<AddressRange> ParseAddressRange(std::string_view text);

}  // namespace certhealth
