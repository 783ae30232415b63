// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "collectors/schedule/schedule.h"

namespace certhealth {

/// A hook that certbot gets for all lineages at once.
struct GivenHook {
  std::string kind;     // "pre hook"
  std::string program;  // the first word of its command, by which certbot looks for it
  std::string where;    // "/etc/letsencrypt/cli.ini", or where the scheduler is written down
  /// Every run meets it: it stands in a cli.ini that all runs read, or is given by the only
  /// scheduler.
  bool counts_for_all = false;
};

/// The hooks that cli.ini and the calls in `schedule` give certbot, as far as certbot checks that
/// they are there. Pure.
std::vector<GivenHook> HooksGivenTo(const Schedule& schedule);

}  // namespace certhealth
