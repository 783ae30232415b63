// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/net/ip_address.h"

namespace certhealth {

// What a value must look like, the same in a flag and in the configuration file. Each returns the
// value itself, or kBadText with what is wrong and what would be right, on one line.

/// A path, or a glob of paths, that starts with a slash.
Result<std::string> ParseAbsolutePath(std::string_view text);

/// The same, or one that starts in the working directory, made absolute: what people type.
Result<std::string> ParseTypedPath(std::string_view text);

/// "HOST:PORT", ":PORT", "[IPV6]:PORT" or "unix:/PATH"; port 0 is any free one. That the host
/// exists is not asked.
Result<std::string> ParseListenAddress(std::string_view text);

/// Path of a page of our own: none of the other routes, nothing that a URL would need to escape.
Result<std::string> ParseTelemetryPath(std::string_view text);

/// "192.0.2.1:53", "[2001:db8::1]:53", and either without a port, which is 53 then.
Result<SocketAddress> ParseSocketAddress(std::string_view text);

/// 1 to 65535.
Result<std::uint16_t> ParsePort(std::string_view text);

}  // namespace certhealth
