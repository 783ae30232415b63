// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "collectors/base/result.h"
#include "collectors/net/event_loop.h"
#include "collectors/net/ip_address.h"
#include "collectors/net/stream.h"

namespace certhealth {

/// The ID of a DNS message.
std::uint16_t RandomDnsId();

/// One DNS message to `server` by TCP and the one that comes back, of at most 64 KiB (RFC 1035,
/// 4.2.2). kRefused and kUnreachable come of connecting alone. `message` outlives the Task.
Task<Result<std::string, StreamFault>> ExchangeByTcp(EventLoop& loop, SocketAddress server,
                                                     std::string_view message, Deadline deadline);

}  // namespace certhealth
