// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/base/time_zone.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"

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

  /// Looks at what the conf of `lineage` names: webroots, credentials, programs of hooks, its
  /// server's accounts.
  void AddLineage(const Lineage& lineage);

  CertbotMachine Finish() && { return std::move(machine_); }

 private:
  void AddPath(const std::string& path);
  void AddProgram(const std::string& name);
  void AddAccounts(CertbotRoot& root, const std::string& server);
  ServerAccounts ListAccounts(const std::string& directory) const;
  PathFact LookAt(const std::string& path) const;

  HookDirectory ListHooks(const std::string& directory) const;
  std::optional<WallTime> WhenAsked(const Lineage& lineage) const;

  const FileSystem& files_;
  TimeZone zone_;
  CertbotMachine machine_;
};

}  // namespace certhealth
