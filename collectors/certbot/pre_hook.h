// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"

namespace certhealth {

/// Whether anything may run before certbot answers the challenges of `lineage`, or may not be seen:
/// it could stop what holds a port. What a hook of an earlier lineage stops stays stopped until the
/// run ends. Pure.
bool MayRunPreHook(const Lineage& lineage, const CertbotMachine& machine);

}  // namespace certhealth
