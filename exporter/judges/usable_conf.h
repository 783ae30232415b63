// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "exporter/judges/findings.h"
#include "exporter/problem.h"

namespace certhealth::judges {

/// The conf, where certbot can use it: with a fault in it nothing else that it says counts. Null
/// otherwise.
inline const RenewalConf* UsableConf(const Case& given) {
  if (given.lineage == nullptr || !given.lineage->has_conf || given.lineage->conf_failure ||
      given.lineage->conf.fault) {
    return nullptr;
  }
  return &given.lineage->conf.conf;
}

/// The same, where `authenticator` is the one that it names.
inline const RenewalConf* ConfOfAuthenticator(const Case& given, std::string_view authenticator) {
  const RenewalConf* conf = UsableConf(given);
  return conf != nullptr && conf->authenticator == authenticator ? conf : nullptr;
}

/// What follows from a plugin that certbot cannot use: without its authenticator it fails; without
/// its installer it renews, and tells no server (1.0 to 5.8, plugins/selection.py).
inline Finding LacksPlugin(const RenewalConf& conf, std::string_view plugin, std::string why) {
  if (conf.authenticator == plugin) return FailsRenewal(std::move(why));
  return Risk(std::move(why) + ": certbot renews all the same, and no server is told of it");
}

/// The names that the next renewal will ask for.
inline std::span<const std::string> NamesToRenew(const Case& given) {
  if (given.lineage == nullptr || given.lineage->newest == nullptr) return {};
  return given.lineage->newest->dns_names;
}

inline bool IsWildcard(std::string_view name) { return name.starts_with("*."); }

}  // namespace certhealth::judges
