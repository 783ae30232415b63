// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "collectors/certbot/hook_effect.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"

namespace certhealth {

/// The most that is done before certbot answers the challenges of `lineage`: unknown where some of
/// the hooks may not be seen. What a hook of an earlier lineage stops stays stopped until the run
/// ends. Pure.
HookEffect EffectOfPreHooks(const Lineage& lineage, const CertbotMachine& machine);

/// Whether that may change anything: it could stop what holds a port. Pure.
bool MayRunPreHook(const Lineage& lineage, const CertbotMachine& machine);

}  // namespace certhealth
