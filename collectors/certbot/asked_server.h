// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "collectors/certbot/credentials_file.h"
#include "collectors/net/ip_address.h"
#include "collectors/renewal_conf.h"

namespace certhealth {

/// A server that certbot asks at a renewal, and that a conf gives by its address.
struct AskedServer {
  std::string text;  // as in the conf
  std::vector<IpAddress> addresses;
  std::uint16_t port = 0;
};

/// The ACME server of `conf`; nullopt where only the DNS knows its address. "localhost" is known.
/// Pure.
std::optional<AskedServer> AcmeServerOf(const RenewalConf& conf);

/// The DNS server that the plugin dns-rfc2136 updates, by its credentials (dns_rfc2136.py: an
/// address, port 53 if none is given, always by TCP). Pure.
std::optional<AskedServer> DnsServerOf(const CredentialsFile& credentials);

}  // namespace certhealth
