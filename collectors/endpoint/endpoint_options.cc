// SPDX-License-Identifier: Apache-2.0
#include "collectors/endpoint/endpoint_options.h"

#include "collectors/endpoint/endpoint_url.h"

namespace certhealth {

std::string NameOf(const EndpointTarget& target) {
  if (target.server_name.empty() || target.server_name == target.host)
    return HostAndPort(target.host, target.port);
  return HostAndPort(target.server_name, target.port) + "@" + target.host;
}

std::vector<LocalPort> UsualTlsPorts() {
  std::vector<LocalPort> ports;
  for (const std::uint16_t port : std::initializer_list<std::uint16_t>{
           443, 8443, 9443, 465, 636, 853, 990, 993,  994,  995,  563,  5223, 6697,
           21,  25,   110,  119, 143, 389, 587, 2525, 4190, 5222, 5269, 5432, 3306}) {
    ports.push_back({port, StartTlsOfPort(port)});
  }
  return ports;
}

}  // namespace certhealth
