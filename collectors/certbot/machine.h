// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/certbot/credentials_file.h"
#include "collectors/certbot/hook_effect.h"
#include "collectors/certbot/plugin_list.h"
#include "collectors/certbot/web_server_plugin.h"
#include "collectors/certbot/write_place.h"
#include "collectors/certbot_hook/hook_records.h"
#include "collectors/certbot_log/certbot_history.h"
#include "collectors/listening_socket.h"
#include "collectors/own_network.h"
#include "collectors/renewal_conf.h"
#include "collectors/schedule/lock.h"
#include "collectors/schedule/schedule.h"
#include "collectors/web_server/directory_place.h"
#include "collectors/web_server/web_server_conf.h"

namespace certhealth {

/// What a path that a conf names leads to now.
struct PathFact {
  enum class State { kPresent, kMissing, kUnseen };
  State state = State::kUnseen;
  FileKind kind = FileKind::kRegular;  // when present
  mode_t permissions = 0;
  std::string found_at;  // of a program named without a directory: where the search path found it
  /// Of a script: what its first line names and what is not there, so that nothing starts it.
  std::string missing_interpreter;

  bool is_executable() const { return kind == FileKind::kRegular && (permissions & 0111U) != 0; }
};

/// The ACME accounts that certbot has for one server.
struct ServerAccounts {
  bool seen = false;                  // the directory could be listed, or is known not to exist
  std::vector<std::string> complete;  // IDs with all three files, the key of a plausible size
  std::vector<std::string> damaged;   // IDs where a file is missing, empty, or of no use to certbot
  std::map<std::string, std::string> faults{};  // of some of the damaged: "regr.json lacks uri"
};

/// One of the renewal-hooks directories, whose programs certbot runs for every lineage (0.19+).
struct HookDirectory {
  bool seen = false;                        // it could be listed, or is known not to exist
  std::vector<std::string> programs;        // paths of those that it runs
  std::vector<std::string> not_executable;  // paths that it passes over in silence
  /// Of the programs, those that nothing can start: "PATH, whose interpreter I does not exist".
  std::vector<std::string> broken{};
};

/// A directory of certbot's own, and what keeps root from making files in it.
struct OwnDirectory {
  std::string path{};
  WritePlace place{};
  bool keeps_certificates = false;  // beside its lock, which it makes in all of them
  bool is_always_written = false;   // by every renewal, which makes files in it
};

/// One of certbot's configuration directories and the certbot that works on it.
struct CertbotRoot {
  std::string config_dir;
  std::string running_version{};  // of the newest run in its log; empty when no log tells
  std::shared_ptr<const CertbotHistory> history{};  // what its logs say; null without any
  std::unordered_map<std::string, ServerAccounts>
      accounts{};                                     // by the directory's text below accounts/
  std::shared_ptr<const HookRecords> hook_records{};  // of our own hook; null without any
  HookDirectory pre_hooks{};
  HookDirectory deploy_hooks{};
  HookDirectory post_hooks{};
  std::optional<LockHolder> lock_holder{};  // nullopt: nobody, or not visible
  /// When certbot last asked the CA about one of the lineages, by the confs (5.0+).
  std::optional<WallTime> last_asked{};
  /// The pre hooks of confs, and of each the first lineage that has it, as certbot sorts them: what
  /// it stops stays stopped for those that a run renews later.
  std::map<std::string, std::string> first_with_pre_hook{};
  std::string logs_dir{};
  /// Of the configuration, the logs and the work.
  std::vector<OwnDirectory> own_directories{};
};

/// Where certbot's webroot plugin puts what the CA asks for.
std::string ChallengeDirectory(std::string_view webroot);

/// What the lineages' confs refer to, as the machine is now. Changes without the lineages changing,
/// so it is looked at anew each time. Immutable once published.
struct CertbotMachine {
  Schedule schedule;  // what would start certbot
  std::vector<CertbotRoot> roots;
  std::unordered_map<std::string, PathFact> paths;  // webroots, credentials, programs of hooks
  /// By the webroot: where its challenges would be put.
  std::unordered_map<std::string, WritePlace> challenge_places{};
  std::unordered_map<std::string, CredentialsFile> credentials{};  // by path
  /// What the programs of pre hooks do; of those alone that could be read whole.
  HookScripts hook_scripts{};
  /// By the path, as it is written: where the challenges of webroots are put, and where the web
  /// servers look for them. Only where both are known.
  std::unordered_map<std::string, DirectoryPlace> directories{};
  /// By WebServerPlugin::key; those of plugins whose defaults are known for this machine.
  std::unordered_map<std::string, std::shared_ptr<const WebServerConf>> web_servers{};
  /// By the program: what the packages of certbots that run say of their plugins, as far as they
  /// can be seen.
  std::map<std::string, std::shared_ptr<const PluginEnvironment>> plugin_environments{};
  /// On the ports that lineages need, or ask on this machine; nullopt where nobody does, or they
  /// cannot be seen.
  std::optional<std::vector<ListeningSocket>> listeners{};
  /// Where a conf names an address of this machine to listen on, or to ask; nullopt where none
  /// does, or it cannot be seen.
  std::optional<OwnNetwork> network{};
  /// The names of all processes; only where those of the listeners cannot be seen.
  std::set<std::string> processes{};

  /// Null where it is not known which one that is.
  const DirectoryPlace* Directory(const std::string& path) const {
    const auto found = directories.find(path);
    return found == directories.end() ? nullptr : &found->second;
  }

  /// The fact for `path`; an unseen one when nobody looked.
  const PathFact& Fact(const std::string& path) const {
    static const PathFact unseen;
    const auto found = paths.find(path);
    return found == paths.end() ? unseen : found->second;
  }

  /// Where the challenges of `webroot` would be put; an unseen one when nobody looked.
  const WritePlace& ChallengePlace(const std::string& webroot) const {
    static const WritePlace unseen;
    const auto found = challenge_places.find(webroot);
    return found == challenge_places.end() ? unseen : found->second;
  }
};

/// "acme-v02.api.letsencrypt.org/directory" for "https://acme-v02.api.letsencrypt.org/directory":
/// the directory below accounts/ that certbot keeps a server's accounts in.
std::string AccountsDirectory(std::string_view server);

/// Let's Encrypt's address where a conf gives none; certbot 1.6 and later replace the retired
/// ACMEv1 address too.
std::string EffectiveServer(const std::string& server);

}  // namespace certhealth
