// SPDX-License-Identifier: Apache-2.0
#pragma once

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

}  // namespace certhealth::judges
