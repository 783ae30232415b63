// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/certbot/machine.h"

namespace certhealth {

/// certbot as a whole: what starts it, and how its last run went. Points into the CertbotMachine
/// that it describes.
struct ClientState {
  /// Whether anything starts it to renew something; nullopt when that cannot be seen.
  std::optional<bool> scheduled;
  std::vector<const Scheduler*> schedulers;  // those that do
  const LogRun* last_run = nullptr;  // the newest `certbot renew`, no dry run; null without any
  /// When it was last seen to run: by its log, by our hook, or by what it wrote into a conf.
  std::optional<WallTime> last_ran;
  std::vector<std::string_view> versions;  // of the certbots that run, no two alike
};

/// Pure.
ClientState DescribeClient(const CertbotMachine& machine);

/// Whether `scheduler` renews the lineage `name` in `config_dir`. Where a call names no directory,
/// it may be any.
bool Covers(const Scheduler& scheduler, std::string_view name, std::string_view config_dir);

/// Whether two schedulers renew a lineage in common.
bool Overlap(const Scheduler& one, const Scheduler& other);

/// The kinds of what starts it, sorted, each once, `separator` between them: "cron.d+systemd";
/// "none" where nothing does, empty where that cannot be seen.
std::string SchedulersPhrase(const ClientState& state, std::string_view separator);

/// The versions likewise; empty where no log tells.
std::string VersionsPhrase(const ClientState& state, std::string_view separator);

/// Where `scheduler` is written down: "/etc/crontab, line 12".
std::string PlaceOf(const Scheduler& scheduler);

}  // namespace certhealth
