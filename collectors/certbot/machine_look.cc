// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/machine_look.h"

#include <array>

#include "collectors/certbot/hook_command.h"

namespace certhealth {
namespace {

constexpr std::string_view kDefaultServer = "https://acme-v02.api.letsencrypt.org/directory";
constexpr std::string_view kRetiredServer = "https://acme-v01.api.letsencrypt.org/directory";

/// Where systemd and cron look for programs, and where snap puts its own.
constexpr std::array<std::string_view, 7> kProgramDirectories = {
    "/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin", "/snap/bin"};

/// The least that a JSON Web Key of any kind takes; a file below that is no key (a P-256 one has
/// over 200 bytes).
constexpr std::uint64_t kLeastKeyBytes = 100;
constexpr std::uint64_t kLeastJsonBytes = 2;

/// Servers whose accounts certbot takes over from an older address (LE_REUSE_SERVERS, certbot 0.30
/// and later).
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kReusedAccounts = {
    {{"acme-v02.api.letsencrypt.org/directory", "acme-v01.api.letsencrypt.org/directory"},
     {"acme-staging-v02.api.letsencrypt.org/directory",
      "acme-staging.api.letsencrypt.org/directory"}}};

}  // namespace

std::string AccountsDirectory(std::string_view server) {
  const std::size_t scheme = server.find("://");
  if (scheme != std::string_view::npos) server.remove_prefix(scheme + 3);
  server = server.substr(0, server.find_first_of("?#"));
  while (server.ends_with('/')) server.remove_suffix(1);
  return std::string(server);
}

std::string EffectiveServer(const std::string& server) {
  return server.empty() || server == kRetiredServer ? std::string(kDefaultServer) : server;
}

void MachineLook::AddLineage(const Lineage& lineage) {
  if (!lineage.has_conf || lineage.conf_failure) return;
  const RenewalConf& conf = lineage.conf.conf;
  for (const auto& [name, path] : conf.webroot_map) AddPath(path);
  if (!conf.webroot_path.empty()) AddPath(conf.webroot_path.back());
  for (const auto& [key, path] : conf.credentials) AddPath(path);
  for (const std::string* hook : {&conf.pre_hook, &conf.post_hook, &conf.deploy_hook}) {
    if (const auto program = ProgramOf(*hook)) AddProgram(*program);
  }
  // certbot checks these two by their first word, whatever a shell would make of it.
  for (const std::string* hook : {&conf.manual_auth_hook, &conf.manual_cleanup_hook}) {
    if (const std::string program = FirstWord(*hook); !program.empty()) AddProgram(program);
  }
  AddAccounts(machine_.roots[lineage.root], EffectiveServer(conf.server));
}

void MachineLook::AddPath(const std::string& path) {
  if (!path.starts_with('/') || machine_.paths.contains(path)) return;
  machine_.paths.emplace(path, LookAt(path));
}

PathFact MachineLook::LookAt(const std::string& path) const {
  PathFact fact;
  const Result<FileStatus> status = files_.Status(path);
  if (!status) {
    const Reason reason = status.error().reason;
    const bool missing = reason == Reason::kNotFound || reason == Reason::kBrokenLink;
    fact.state = missing ? PathFact::State::kMissing : PathFact::State::kUnseen;
    return fact;
  }
  fact.state = PathFact::State::kPresent;
  fact.kind = status->kind;
  fact.permissions = status->permissions;
  if (fact.kind == FileKind::kDirectory) {
    const Result<bool> read_only = files_.OnReadOnlyMount(path);
    fact.read_only_mount = read_only && *read_only;
  }
  return fact;
}

void MachineLook::AddProgram(const std::string& name) {
  if (machine_.paths.contains(name)) return;
  if (name.starts_with('/')) return AddPath(name);
  // A relative path depends on a working directory that nobody knows.
  if (name.find('/') != std::string::npos) return;
  PathFact fact;  // unseen, unless one of the directories can be searched
  for (const std::string_view directory : kProgramDirectories) {
    if (!files_.Status(std::string(directory))) continue;
    const std::string path = std::string(directory) + "/" + name;
    PathFact found = LookAt(path);
    if (found.state == PathFact::State::kPresent && found.is_executable()) {
      found.found_at = path;
      fact = std::move(found);
      break;
    }
    fact.state = PathFact::State::kMissing;
  }
  machine_.paths.emplace(name, std::move(fact));
}

void MachineLook::AddAccounts(CertbotRoot& root, const std::string& server) {
  const std::string directory = AccountsDirectory(server);
  if (root.accounts.contains(directory)) return;
  ServerAccounts accounts = ListAccounts(root.config_dir + "/accounts/" + directory);
  for (const auto& [current, older] : kReusedAccounts) {
    if (directory == current && accounts.seen && accounts.complete.empty()) {
      ServerAccounts reused = ListAccounts(root.config_dir + "/accounts/" + std::string(older));
      accounts.complete = std::move(reused.complete);
      accounts.seen = reused.seen;
    }
  }
  root.accounts.emplace(directory, std::move(accounts));
}

ServerAccounts MachineLook::ListAccounts(const std::string& directory) const {
  ServerAccounts accounts;
  const Result<std::vector<DirectoryEntry>> entries = files_.List(directory);
  if (!entries) {
    accounts.seen = entries.error().reason == Reason::kNotFound;
    return accounts;
  }
  accounts.seen = true;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.kind != FileKind::kDirectory && entry.kind != FileKind::kSymlink) continue;
    const auto size_of = [&](std::string_view file) {
      const Result<FileStatus> status =
          files_.Status(directory + "/" + entry.name + "/" + std::string(file));
      // An account that cannot be seen may be whole.
      if (!status && status.error().reason == Reason::kPermissionDenied) accounts.seen = false;
      return status && status->kind == FileKind::kRegular ? status->identity.size_bytes : 0;
    };
    const bool complete = size_of("private_key.json") >= kLeastKeyBytes &&
                          size_of("regr.json") >= kLeastJsonBytes &&
                          size_of("meta.json") >= kLeastJsonBytes;
    (complete ? accounts.complete : accounts.damaged).push_back(entry.name);
  }
  return accounts;
}

}  // namespace certhealth
