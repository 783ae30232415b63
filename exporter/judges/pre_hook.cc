// SPDX-License-Identifier: Apache-2.0
#include "exporter/judges/pre_hook.h"

#include "collectors/certbot/pre_hook.h"

namespace certhealth::judges {

bool HasPreHook(const Case& given, const RenewalConf& conf) {
  return MayRunPreHook(conf, given.machine->roots[given.lineage->root], *given.machine);
}

}  // namespace certhealth::judges
