// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/machine_look.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <span>
#include <utility>

#include "collectors/account_files.h"
#include "collectors/base/utf8.h"
#include "collectors/certbot/given_hooks.h"
#include "collectors/certbot/hook_command.h"
#include "collectors/certbot/port_holders.h"
#include "collectors/certbot/script_interpreter.h"
#include "collectors/web_server/challenge_uri.h"

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

/// A machine has an account or two for a server.
constexpr std::size_t kMaxAccountsRead = 32;
constexpr std::uint64_t kMaxAccountBytes = std::uint64_t{64} * 1024;

constexpr std::size_t kMaxCertbots = 8;

/// A hook's script is a few lines; of what is longer, or one of more, nothing is known.
constexpr std::uint64_t kMaxHookScriptBytes = std::uint64_t{16} * 1024;
constexpr std::size_t kMaxHookScripts = 64;

constexpr std::string_view kWorkDir = "/var/lib/letsencrypt";

/// Servers whose accounts certbot takes over from an older address (LE_REUSE_SERVERS, certbot 0.30
/// and later).
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> kReusedAccounts = {
    {{"acme-v02.api.letsencrypt.org/directory", "acme-v01.api.letsencrypt.org/directory"},
     {"acme-staging-v02.api.letsencrypt.org/directory",
      "acme-staging.api.letsencrypt.org/directory"}}};

/// "2026-11-23T03:31:17", perhaps with a fraction behind it.
std::optional<std::chrono::local_seconds> ParseLocalTime(std::string_view text) {
  constexpr std::string_view kPattern = "dddd-dd-ddTdd:dd:dd";
  if (text.size() < kPattern.size()) return std::nullopt;
  std::array<unsigned, 6> fields{};
  std::size_t field = 0;
  for (std::size_t i = 0; i < kPattern.size(); ++i) {
    const char c = text[i];
    if (kPattern[i] != 'd') {
      if (c != kPattern[i]) return std::nullopt;
      ++field;
    } else if (c >= '0' && c <= '9') {
      fields[field] = fields[field] * 10 + static_cast<unsigned>(c - '0');
    } else {
      return std::nullopt;
    }
  }
  const auto [year, month, day, hour, minute, second] = fields;
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(year)),
                                         std::chrono::month(month), std::chrono::day(day)};
  if (!date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  return std::chrono::local_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second);
}

bool HasProgram(const FileSystem& files, std::string_view name) {
  return std::ranges::any_of(kProgramDirectories, [&](std::string_view directory) {
    return files.Status(std::string(directory).append("/").append(name)).has_value();
  });
}

/// The first byte of the file and the last; nullopt where these cannot be read.
std::optional<std::pair<char, char>> ReadEnds(const FileSystem& files, const std::string& path) {
  const auto source = files.OpenForReading(path);
  if (!source) return std::nullopt;
  const std::uint64_t size = (*source)->status().identity.size_bytes;
  if (size == 0) return std::nullopt;
  std::array<char, 2> ends{};
  const auto first = (*source)->ReadAt(0, std::span(ends).first(1));
  const auto last = (*source)->ReadAt(size - 1, std::span(ends).last(1));
  if (!first || !last || *first != 1 || *last != 1) return std::nullopt;
  return std::pair(ends[0], ends[1]);
}

/// What certbot has to be told to work elsewhere.
std::string WorkDirOf(const Schedule& schedule, const std::string& config_dir) {
  for (const CertbotDirectories& directories : schedule.directories) {
    if (directories.work_dir && directories.config_dir.value_or("/etc/letsencrypt") == config_dir)
      return *directories.work_dir;
  }
  return std::string(kWorkDir);
}

}  // namespace

std::string ChallengeDirectory(std::string_view webroot) {
  return std::string(webroot).append(kChallengeDirectory);
}

MachineLook::MachineLook(const FileSystem& files, Schedule schedule, TimeZone zone,
                         MachineMemory& memory, ReadKeys keys, WallTime now)
    : files_(files),
      zone_(std::move(zone)),
      memory_(memory),
      web_servers_(files, memory.web_servers, now),
      mount_table_(files, schedule.host.in_container && !HasProgram(files, "certbot"),
                   schedule.host.mounts),
      keys_(keys),
      now_(now),
      sees_certbots_files_(!schedule.host.in_container || HasProgram(files, "certbot")),
      sees_programs_(sees_certbots_files_ && files.Status("/bin/sh").has_value()) {
  machine_.schedule = std::move(schedule);
  for (const GivenHook& hook : HooksGivenTo(machine_.schedule)) AddProgram(hook.program);
}

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
  for (const auto& [name, path] : conf.webroot_map) AddWebroot(path);
  if (!conf.webroot_path.empty()) AddWebroot(conf.webroot_path.back());
  for (const auto& [key, path] : conf.credentials) AddCredentials(path);
  AddWebServers(conf);
  for (const RareText* hook : {&conf.pre_hook, &conf.post_hook, &conf.deploy_hook}) {
    if (const auto program = ProgramOf(*hook)) AddProgram(*program);
  }
  if (const auto program = ProgramOf(conf.pre_hook)) AddHookScript(*program);
  // certbot checks these two by their first word, whatever a shell would make of it.
  for (const RareText* hook : {&conf.manual_auth_hook, &conf.manual_cleanup_hook}) {
    if (const std::string program = FirstWord(*hook); !program.empty()) AddProgram(program);
  }
  if (conf.authenticator == "standalone" || conf.authenticator == "nginx" ||
      conf.authenticator == "apache")
    ports_.insert(conf.http01_port);
  if (conf.authenticator == "standalone" && !conf.http01_address.empty()) names_address_ = true;
  AddAsked(AcmeServerOf(conf));
  CertbotRoot& root = machine_.roots[lineage.root];
  if (!conf.pre_hook.empty()) {
    std::string& first =
        root.first_with_pre_hook.try_emplace(conf.pre_hook.str(), lineage.name).first->second;
    first = std::min(first, lineage.name);
  }
  AddAccounts(root, EffectiveServer(conf.server));
  if (const auto asked = WhenAsked(lineage);
      asked && (!root.last_asked || *asked > *root.last_asked))
    root.last_asked = asked;
}

CertbotMachine MachineLook::Finish(const Ipv6OnlyLook& ipv6_only) && {
  AddPluginEnvironments();
  AddWebServerFacts();
  AddNetwork();
  if (ports_.empty()) return std::move(machine_);
  machine_.listeners = FindPortHolders(files_, ports_, ipv6_only);
  if (!machine_.listeners) return std::move(machine_);
  const bool is_hidden =
      std::ranges::any_of(*machine_.listeners, [](const auto& one) { return one.process.empty(); });
  if (is_hidden && web_servers_.serve_webroots()) machine_.processes = ProcessNames(files_);
  return std::move(machine_);
}

void MachineLook::AddRoot(CertbotRoot root) {
  const std::string hooks = root.config_dir + "/renewal-hooks";
  root.pre_hooks = ListHooks(hooks + "/pre");
  for (const std::string& program : root.pre_hooks.programs) AddHookScript(program);
  root.deploy_hooks = ListHooks(hooks + "/deploy");
  root.post_hooks = ListHooks(hooks + "/post");
  if (auto lock = ReadLock(files_, root.config_dir + "/.certbot.lock")) root.lock_holder = *lock;
  AddOwnDirectories(root);
  machine_.roots.push_back(std::move(root));
}

/// certbot runs what os.path.isfile and os.access(X_OK) accept, but for names that end in "~"
/// (hooks.py list_hooks, 0.35+).
HookDirectory MachineLook::ListHooks(const std::string& directory) const {
  HookDirectory hooks;
  const Result<std::vector<DirectoryEntry>> entries = files_.List(directory);
  if (!entries) {
    hooks.seen = entries.error().reason == Reason::kNotFound;
    return hooks;
  }
  hooks.seen = true;
  for (const DirectoryEntry& entry : *entries) {
    if (entry.name.ends_with('~')) continue;
    const std::string path = directory + "/" + entry.name;
    const PathFact fact = LookAt(path);
    if (fact.state == PathFact::State::kUnseen) hooks.seen = false;
    if (fact.state != PathFact::State::kPresent || fact.kind != FileKind::kRegular) continue;
    (fact.is_executable() ? hooks.programs : hooks.not_executable).push_back(ToValidUtf8(path));
    if (!fact.is_executable()) continue;
    const std::string interpreter = sees_programs_ ? MissingInterpreter(files_, path) : "";
    if (interpreter.empty()) continue;
    hooks.broken.push_back(
        ToValidUtf8(path + ", whose interpreter " + interpreter + " does not exist"));
  }
  std::ranges::sort(hooks.programs);
  std::ranges::sort(hooks.not_executable);
  return hooks;
}

/// certbot notes in the conf when it will ask the CA next, and by that writes the file. A conf that
/// was written after that moment was edited since: six hours are what certbot waits where the CA
/// does not say how long.
std::optional<WallTime> MachineLook::WhenAsked(const Lineage& lineage) const {
  const auto next = ParseLocalTime(lineage.conf.conf.ari_retry_after);
  if (!next) return std::nullopt;
  const WallTime ask_again = zone_.ToUtc(*next);
  return lineage.conf_written <= ask_again ? lineage.conf_written
                                           : ask_again - std::chrono::hours{6};
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
    const bool is_seen = sees_certbots_files_ && !mounts().MayHide(files_, path);
    fact.state = missing && is_seen ? PathFact::State::kMissing : PathFact::State::kUnseen;
    return fact;
  }
  fact.state = PathFact::State::kPresent;
  fact.kind = status->kind;
  fact.permissions = status->permissions;
  return fact;
}

std::string MachineLook::InterpreterMissingFrom(const std::string& program) const {
  if (!sees_certbots_files_) return {};
  std::string interpreter = MissingInterpreter(files_, program);
  return !interpreter.empty() && mounts().MayHide(files_, interpreter) ? "" : interpreter;
}

void MachineLook::AddWebroot(const std::string& path) {
  if (!path.starts_with('/') || machine_.challenge_places.contains(path)) return;
  AddPath(path);
  WritePlace place = sees_certbots_files_
                         ? LookAtWritePlace(files_, mount_table_, ChallengeDirectory(path))
                         : WritePlace{};
  machine_.challenge_places.emplace(path, std::move(place));
}

void MachineLook::AddWebServers(const RenewalConf& conf) {
  const auto plugin = WebServerOf(conf);
  if (plugin && sees_programs_ && web_servers_.AddPlugin(mounts(), conf, *plugin))
    AddProgram(plugin->ctl);
  if (conf.authenticator == "webroot" && sees_certbots_files_ &&
      web_servers_.AddThoseOfWebroots(mounts()))
    ports_.insert(conf.http01_port);
}

void MachineLook::AddWebServerFacts() {
  if (web_servers_.serve_webroots()) {
    std::vector<std::string> challenges;
    for (const auto& [webroot, place] : machine_.challenge_places)
      challenges.push_back(ChallengeDirectory(webroot));
    machine_.directories = web_servers_.FindDirectories(mounts(), challenges);
  }
  machine_.web_servers = std::move(web_servers_).TakeConfs();
}

void MachineLook::AddCredentials(const std::string& path) {
  if (!path.starts_with('/') || machine_.credentials.contains(path)) return;
  AddPath(path);
  const auto added = machine_.credentials.emplace(path, ReadCredentialsFile(files_, path));
  AddAsked(DnsServerOf(added.first->second));
}

void MachineLook::AddAsked(const std::optional<AskedServer>& server) {
  if (server) asked_.emplace(server->text + ":" + std::to_string(server->port), *server);
}

/// Where certbot runs elsewhere, it has another network too.
void MachineLook::AddNetwork() {
  if (!sees_certbots_files_ || (asked_.empty() && !names_address_)) return;
  machine_.network = ReadOwnNetwork(files_);
  if (!machine_.network) return;
  for (const auto& [text, server] : asked_) {
    const auto is_here = [&](const IpAddress& one) { return machine_.network->Has(one); };
    if (std::ranges::all_of(server.addresses, is_here)) ports_.insert(server.port);
  }
}

/// Of the certbot that last wrote a log, or else of those that would be started.
void MachineLook::AddPluginEnvironments() {
  if (!sees_programs_) return;
  const auto add = [&](const std::string& program) {
    if (!program.starts_with('/') || machine_.plugin_environments.contains(program)) return;
    if (machine_.plugin_environments.size() == kMaxCertbots) return;
    if (auto environment = memory_.plugins.Look(files_, mounts(), program, now_))
      machine_.plugin_environments.emplace(program, std::move(environment));
  };
  for (const CertbotRoot& root : machine_.roots) {
    if (root.history == nullptr) continue;
    AddPath(root.history->entry_point);
    add(root.history->entry_point);
  }
  for (const Scheduler& scheduler : machine_.schedule.schedulers) {
    for (const ScheduledCall& call : scheduler.calls) {
      if (!call.command.runs_elsewhere) add(call.program.path);
    }
  }
}

void MachineLook::AddOwnDirectories(CertbotRoot& root) {
  if (!sees_certbots_files_) return;
  const auto add = [&](const std::string& path, OwnDirectory directory) {
    if (!path.starts_with('/')) return;
    directory.path = path;
    directory.place = LookAtWritePlace(files_, mount_table_, path);
    root.own_directories.push_back(std::move(directory));
  };
  const OwnDirectory for_certificates{.keeps_certificates = true};
  add(root.config_dir, for_certificates);
  add(root.config_dir + "/archive", for_certificates);  // which may be a mount of its own
  add(root.config_dir + "/renewal", {.keeps_certificates = true, .is_always_written = true});
  add(root.logs_dir, {});
  add(WorkDirOf(machine_.schedule, root.config_dir), {});
}

void MachineLook::AddProgram(const std::string& name) {
  if (machine_.paths.contains(name)) return;
  if (name.starts_with('/')) {
    AddPath(name);
    PathFact& fact = machine_.paths[name];
    if (fact.is_executable() && sees_programs_)
      fact.missing_interpreter = ToValidUtf8(MissingInterpreter(files_, name));
    return;
  }
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
    if (sees_certbots_files_) fact.state = PathFact::State::kMissing;
  }
  machine_.paths.emplace(name, std::move(fact));
}

/// Nothing is kept of the text, which may have secrets in it.
void MachineLook::AddHookScript(const std::string& path) {
  if (!path.starts_with('/') || !sees_certbots_files_ || machine_.hook_scripts.contains(path) ||
      machine_.hook_scripts.size() == kMaxHookScripts)
    return;
  const Result<FileContents> contents = files_.Read(path, kMaxHookScriptBytes);
  // What a sandbox puts in the place of a file is empty, and cannot be executed.
  if (!contents || (contents->status.permissions & 0111U) == 0 || mounts().MayHide(files_, path))
    return;
  machine_.hook_scripts.emplace(path, EffectOfScript(contents->bytes));
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
    std::string fault = complete && accounts.complete.size() < kMaxAccountsRead
                            ? FaultOfAccount(directory + "/" + entry.name)
                            : "";
    (complete && fault.empty() ? accounts.complete : accounts.damaged).push_back(entry.name);
    if (!fault.empty()) accounts.faults.emplace(entry.name, std::move(fault));
  }
  return accounts;
}

/// What certbot would stumble over in the files of an account; empty for nothing that is known.
std::string MachineLook::FaultOfAccount(const std::string& directory) const {
  const auto fault_in = [&](const std::string& file, auto find) -> std::string {
    Result<FileContents> contents = files_.Read(directory + "/" + file, kMaxAccountBytes);
    if (!contents) return {};
    std::string text = std::move(contents).value().bytes;
    const std::string fault = find(text);
    return fault.empty() ? "" : file + " " + fault;
  };
  std::string fault = fault_in("regr.json", FaultOfRegistration);
  if (fault.empty()) fault = fault_in("meta.json", FaultOfAccountMeta);
  if (!fault.empty()) return fault;
  const std::string key = "private_key.json";
  if (keys_ == ReadKeys::kYes) return fault_in(key, FaultOfAccountKey);
  const auto ends = ReadEnds(files_, directory + "/" + key);
  if (ends) fault = FaultOfAccountKeysEnds(ends->first, ends->second);
  return fault.empty() ? "" : key + " " + fault;
}

}  // namespace certhealth
