// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/certbot/machine.h"

namespace certhealth {

/// Whether anything may run before certbot answers the challenges of a lineage of `root` with
/// `conf`, or may not be seen: it could stop what holds a port. Pure.
bool MayRunPreHook(const RenewalConf& conf, const CertbotRoot& root, const CertbotMachine& machine);

}  // namespace certhealth
