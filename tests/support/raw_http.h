// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "collectors/base/file_descriptor.h"
#include "exporter/listen_address.h"

namespace certhealth {

/// A connection to a server, for sending it whatever a test wants to.
class RawClient {
 public:
  enum class Family { kIpv4, kIpv6 };
  /// Connects; invalid() when refused. `family` matters for an address that stands for both.
  explicit RawClient(const ListenAddress& address, Family family = Family::kIpv4);

  bool invalid() const { return !socket_.valid(); }
  /// False when the server closed the connection.
  bool Send(std::string_view bytes) const;
  /// Everything until the server closes, or nothing when it does not within `patience`.
  std::optional<std::string> ReadToEnd(
      std::chrono::milliseconds patience = std::chrono::seconds(30)) const;
  /// Reads at most `max_bytes` of what has arrived; does not wait.
  void ReadSome(std::size_t max_bytes) const;
  /// Whether something arrives, the end too, before `patience` is over.
  bool ReadableWithin(std::chrono::milliseconds patience) const;

 private:
  FileDescriptor socket_;
};

struct RawResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

/// Sends `request` as it is and reads the response; status 0 when there is none.
RawResponse Exchange(const ListenAddress& address, std::string_view request,
                     RawClient::Family family = RawClient::Family::kIpv4);

/// GET `target` over a connection of its own.
RawResponse Get(const ListenAddress& address, std::string_view target);

}  // namespace certhealth
