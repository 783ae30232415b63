// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/base/result.h"
#include "exporter/listen_address.h"
#include "exporter/socket_file.h"

namespace certhealth {

/// One place to listen, in the operator's words, in ours and in civetweb's.
struct Listener {
  ListenAddress address;
  std::string text;  // as the operator wrote it
  std::string spec;  // an entry of civetweb's listening_ports
};

/// Reads a listen address. The file of a unix socket is claimed and appended to `socket_files`,
/// which must live as long as the listener. The failure names the address and the cause; with the
/// packaged civetweb also for IPv6 and unix sockets, which that does not know.
Result<Listener> MakeListener(const std::string& text, std::vector<SocketFile>& socket_files);

/// The entries of listening_ports, in an order that civetweb reads right.
std::string ListeningPorts(const std::vector<Listener>& listeners);

/// Which of `listeners` could not be had and why, from the lines that civetweb logged: its
/// exception does not say.
Failure WhyNotListening(const std::vector<Listener>& listeners,
                        const std::vector<std::string>& log);

}  // namespace certhealth
