// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "collectors/endpoint/endpoint_options.h"
#include "collectors/listening_socket.h"
#include "collectors/snapshot.h"

namespace certhealth {

/// Stands for the asterisk of a wildcard where a server is asked for a name that it covers.
inline constexpr std::string_view kMadeUpLabel = "certhealth-probe";

/// One question to a listener of this machine.
struct LocalQuestion {
  std::string name;       // of the endpoint: "www.example.com:443"
  EndpointTarget target;  // with the address to connect to; for a wildcard the host is the wildcard
                          // and server_name a made-up name that it covers
  std::string expected;   // the certificate on disk for this name, in hexadecimal
};

/// How many questions there can be; with more names than that, each certificate's first names are
/// asked for.
inline constexpr std::size_t kMostLocalQuestions = 5000;

/// What to ask the listeners on `ports` about the certificates that `known` holds of certbot and of
/// files. Web servers are asked for the first ten names of each certificate, and for wildcards
/// beyond; other services, most of which have one certificate whatever they are asked for, for the
/// first name alone. A listener on every address is asked over loopback, any other at its own.
/// Where listeners on several addresses share a port, their endpoints are named host:port@address.
/// Pure.
std::vector<LocalQuestion> LocalQuestions(std::span<const ListeningSocket> listeners,
                                          std::span<const LocalPort> ports, const Snapshot& known);

}  // namespace certhealth
