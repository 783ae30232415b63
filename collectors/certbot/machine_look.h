// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/base/time_zone.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"
#include "collectors/socket_diag.h"

namespace certhealth {

/// Gathers what the confs of all lineages refer to, each path once however many lineages name it.
/// One thread.
class MachineLook {
 public:
  /// `zone` is the one that certbot's clocks show.
  MachineLook(const FileSystem& files, Schedule schedule, TimeZone zone)
      : files_(files), zone_(std::move(zone)) {
    machine_.schedule = std::move(schedule);
  }

  /// Adds a configuration directory, and looks at its hooks and its lock; its index is that of
  /// Lineage::root.
  void AddRoot(CertbotRoot root);

  /// What is told of the last one added, once its lineages are known too.
  void SetHistory(std::shared_ptr<const CertbotHistory> history) {
    machine_.roots.back().history = std::move(history);
  }

  /// Looks at what the conf of `lineage` names: webroots, credentials, programs of hooks, its
  /// server's accounts.
  void AddLineage(const Lineage& lineage);

  /// Also looks at who listens on the ports that certbot would need, if any is needed. `ipv6_only`
  /// may be empty.
  CertbotMachine Finish(const Ipv6OnlyLook& ipv6_only) &&;

 private:
  void AddPath(const std::string& path);
  void AddProgram(const std::string& name);
  void AddAccounts(CertbotRoot& root, const std::string& server);
  ServerAccounts ListAccounts(const std::string& directory) const;
  PathFact LookAt(const std::string& path) const;
  const MountView& mounts() const { return machine_.schedule.host.mounts; }

  HookDirectory ListHooks(const std::string& directory) const;
  std::optional<WallTime> WhenAsked(const Lineage& lineage) const;

  const FileSystem& files_;
  TimeZone zone_;
  std::set<std::uint16_t> ports_;  // that a standalone authenticator would bind
  CertbotMachine machine_;
};

}  // namespace certhealth
