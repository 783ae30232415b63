// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/machine.h"

namespace certhealth {

/// Gathers what the confs of all lineages refer to, each path once however many lineages name it.
/// One thread.
class MachineLook {
 public:
  MachineLook(const FileSystem& files, Schedule schedule) : files_(files) {
    machine_.schedule = std::move(schedule);
  }

  /// Adds a configuration directory; its index is that of Lineage::root.
  void AddRoot(CertbotRoot root) { machine_.roots.push_back(std::move(root)); }

  /// What is told of the last one added, once its lineages are known too.
  void SetHistory(std::shared_ptr<const CertbotHistory> history) {
    machine_.roots.back().history = std::move(history);
  }

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

  const FileSystem& files_;
  CertbotMachine machine_;
};

}  // namespace certhealth
