// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"
#include "collectors/preflight/dns_update_target.h"

namespace certhealth {

/// How the CA will be convinced, as far as the conf tells.
enum class ChallengeMethod { kHttp01, kDns01, kUnknown };

/// What the next renewal of one lineage will ask for, and how. Plain data, all of it from the conf,
/// its credentials and the newest certificate.
struct RenewalTarget {
  std::string config_dir;
  std::string lineage;
  std::string authenticator;
  ChallengeMethod method = ChallengeMethod::kUnknown;  // of the names that are no wildcards
  std::vector<std::string> names;  // of the certificate; valid DNS names in lower case
  bool allow_subset_of_names = false;
  std::string server;             // URL of the directory
  std::string account_directory;  // accounts/SERVER/ACCOUNT below config_dir; empty: not known

  // Of webroot: names by the path of their webroot, wildcards left out.
  std::map<std::string, std::vector<std::string>> webroots;
  // Of standalone.
  std::uint16_t http01_port = 80;
  std::string http01_address;
  bool port_seems_free = false;  // the listeners were seen, and none has the port
  bool has_pre_hook = false;     // or may have: what it changes, nobody knows

  std::optional<DnsUpdateTarget> update;  // of dns-rfc2136, as far as its credentials are seen

  // How certbot trusts the server.
  bool has_system_roots = false;  // by all that is seen, it is of the system's Python
  bool verifies_nothing = false;  // no_verify_ssl
};

/// The target of `lineage`; nullopt where nothing will renew it (no usable conf, autorenew off, no
/// certificate). Pure.
/// REQUIRES: `machine` has the lineage's root
std::optional<RenewalTarget> TargetOf(const Lineage& lineage, const CertbotMachine& machine);

/// Whether `name` is a host name as DNS has them: letters, digits, "-" and "_" in labels of at most
/// 63 bytes, 253 in all, a wildcard label "*." in front allowed. Names come from certificates.
bool IsDnsName(std::string_view name);

}  // namespace certhealth
