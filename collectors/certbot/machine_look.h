// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "collectors/base/file_system.h"
#include "collectors/base/time_zone.h"
#include "collectors/certbot/asked_server.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/lineage_reader.h"
#include "collectors/certbot/machine.h"
#include "collectors/certbot/mount_table.h"
#include "collectors/certbot/plugin_environment.h"
#include "collectors/certbot/web_server_look.h"
#include "collectors/socket_diag.h"

namespace certhealth {

/// What is kept from one look to the next, so that what did not change is not read again.
struct MachineMemory {
  WebServerReader web_servers;
  PluginEnvironments plugins;
};

/// Gathers what the confs of all lineages refer to, each path once however many lineages name it.
/// One thread.
class MachineLook {
 public:
  /// `zone` is the one that certbot's clocks show. `memory` outlives this.
  MachineLook(const FileSystem& files, Schedule schedule, TimeZone zone, MachineMemory& memory,
              ReadKeys keys, WallTime now);

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
  void AddHookScript(const std::string& path);
  void AddWebroot(const std::string& path);
  void AddCredentials(const std::string& path);
  void AddWebServers(const RenewalConf& conf);
  void AddWebServerFacts();
  void AddOwnDirectories(CertbotRoot& root);
  void AddPluginEnvironments();
  void AddAsked(const std::optional<AskedServer>& server);
  void AddNetwork();
  void AddAccounts(CertbotRoot& root, const std::string& server);
  ServerAccounts ListAccounts(const std::string& directory) const;
  std::string FaultOfAccount(const std::string& directory) const;
  PathFact LookAt(const std::string& path) const;
  std::string InterpreterMissingFrom(const std::string& program) const;
  const MountView& mounts() const { return machine_.schedule.host.mounts; }

  HookDirectory ListHooks(const std::string& directory) const;
  std::optional<WallTime> WhenAsked(const Lineage& lineage) const;

  const FileSystem& files_;
  TimeZone zone_;
  MachineMemory& memory_;
  WebServerLook web_servers_;
  MountTable mount_table_;
  ReadKeys keys_;
  WallTime now_;
  /// certbot itself may live in another container: what is missing here says nothing.
  bool sees_certbots_files_ = true;
  /// A tree without a shell is a part of a machine, mounted or copied for its configuration: which
  /// programs are missing there says nothing either.
  bool sees_programs_ = true;
  std::set<std::uint16_t> ports_;             // on which authenticators would answer http-01
  std::map<std::string, AskedServer> asked_;  // by address and port
  bool names_address_ = false;                // a conf does, to listen on
  CertbotMachine machine_;
};

}  // namespace certhealth
