// SPDX-License-Identifier: Apache-2.0
#include "collectors/schedule/certbot_command.h"

#include <algorithm>
#include <array>

#include "collectors/base/utf8.h"
#include "collectors/schedule/shell_variables.h"
#include "collectors/schedule/text.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxCalls = 16;
constexpr std::size_t kMaxOthers = 64;
constexpr std::size_t kMaxTextBytes = 512;
constexpr std::size_t kMaxWordBytes = 4096;
constexpr std::size_t kMaxVariables = 256;
constexpr std::size_t kMaxBeforeBytes = 65536;

constexpr std::array<std::string_view, 7> kCertbotNames{
    "certbot",   "certbot-auto", "letsencrypt",  "letsencrypt-auto",
    "certbot-3", "certbot3",     "certbot.renew"};

constexpr std::array<std::string_view, 18> kSubcommands{
    "renew",      "certonly", "run",        "certificates",   "delete",      "revoke",
    "register",   "enhance",  "install",    "plugins",        "rollback",    "show_account",
    "unregister", "auth",     "everything", "update_account", "reconfigure", "config_changes"};

/// Programs that only speak of their arguments.
constexpr std::array<std::string_view, 28> kMentioners{
    "test", "[",  "[[",  "echo", "printf", "logger", "which",   "type",  "hash",      "cd",
    "rm",   "ls", "cat", "grep", "egrep",  "mail",   "touch",   "mkdir", "systemctl", "service",
    "cp",   "mv", "ln",  "tail", "pgrep",  "pkill",  "apt-get", "pip"};

/// Programs that run their arguments in another file system.
constexpr std::array<std::string_view, 9> kElsewhere{
    "docker", "podman", "docker-compose", "nerdctl", "kubectl", "ssh", "lxc", "pct", "machinectl"};

template <std::size_t kSize>
bool IsOneOf(std::string_view word, const std::array<std::string_view, kSize>& words) {
  return std::ranges::find(words, word) != words.end();
}

bool IsCertbot(std::string_view word) {
  if (word.find('$') != std::string_view::npos) return MentionsCertbot(ToLower(word));
  return IsOneOf(BaseName(word), kCertbotNames);
}

std::string Clean(std::string_view text, std::size_t max_bytes = kMaxWordBytes) {
  return Shorten(ToValidUtf8(text.substr(0, 2 * max_bytes)), max_bytes);
}

// --- One call ---

/// Where in `command` certbot is called; nullopt when it is not.
std::optional<std::size_t> CertbotIndex(const ShellCommand& command) {
  const std::size_t program = ProgramIndex(command);
  if (program == command.size()) return std::nullopt;
  if (IsCertbot(command[program])) return program;
  if (IsOneOf(BaseName(command[program]), kMentioners)) return std::nullopt;
  // Behind a wrapper, an interpreter, docker: certbot and then what it shall do.
  std::optional<std::size_t> found;
  for (std::size_t i = program + 1; i < command.size(); ++i) {
    if (BaseName(command[i]) == "certbot.renew") return i;  // snap run certbot.renew
    // The last one counts: in `sudo -u certbot certbot renew` the first is a user.
    if (IsCertbot(command[i])) found = i;
    if (found && IsOneOf(command[i], kSubcommands)) return found;
  }
  return std::nullopt;
}

/// Option `name` as an argument: its value, from "--name=value" or the next word, which is then
/// passed.
std::optional<std::string> TakeOption(const ShellCommand& command, std::size_t& at,
                                      std::string_view name) {
  const std::string_view word = command[at];
  if (!word.starts_with(name)) return std::nullopt;
  if (word.size() == name.size()) {
    return at + 1 < command.size() ? Clean(command[++at]) : std::string();
  }
  if (word[name.size()] == '=') return Clean(word.substr(name.size() + 1));
  return std::nullopt;
}

void AddNames(std::string_view list, std::vector<std::string>& names) {
  for (const std::string_view name : Split(list, ',')) {
    if (!Trim(name).empty() && names.size() < 100) names.emplace_back(Trim(name));
  }
}

void ReadArgument(const ShellCommand& command, std::size_t& at, CertbotCommandLine& call) {
  using Member = std::optional<std::string> CertbotCommandLine::*;
  static constexpr std::array<std::pair<std::string_view, Member>, 9> kOptions{{
      {"--config-dir", &CertbotCommandLine::config_dir},
      {"--logs-dir", &CertbotCommandLine::logs_dir},
      {"--work-dir", &CertbotCommandLine::work_dir},
      {"--config", &CertbotCommandLine::cli_ini},
      {"-c", &CertbotCommandLine::cli_ini},
      {"--pre-hook", &CertbotCommandLine::pre_hook},
      {"--post-hook", &CertbotCommandLine::post_hook},
      {"--deploy-hook", &CertbotCommandLine::deploy_hook},
      {"--renew-hook", &CertbotCommandLine::deploy_hook},
  }};
  const std::string& word = command[at];
  if (!word.starts_with('-')) {
    if (call.subcommand.empty() && IsOneOf(word, kSubcommands)) call.subcommand = word;
    return;
  }
  for (const auto& [name, member] : kOptions) {
    if (auto value = TakeOption(command, at, name)) {
      call.*member = std::move(value);
      return;
    }
  }
  for (const std::string_view name : {"--cert-name", "-d", "--domain", "--domains"}) {
    if (const auto value = TakeOption(command, at, name)) {
      AddNames(*value, call.cert_names);
      return;
    }
  }
  call.dry_run |= word == "--dry-run";
  call.no_directory_hooks |= word == "--no-directory-hooks";
  call.no_random_sleep |= word == "--no-random-sleep-on-renew";
}

CertbotCommandLine ReadCall(const ShellCommand& command, std::size_t index) {
  CertbotCommandLine call;
  const std::size_t first = ProgramIndex(command);
  const std::string_view runner = BaseName(command[first]);
  call.runs_elsewhere = first < index && IsOneOf(runner, kElsewhere);
  const bool bundled = call.runs_elsewhere || (first < index && runner == "snap");
  call.program = Clean(command[bundled ? first : index]);
  if (BaseName(command[index]) == "certbot.renew") call.subcommand = "renew";
  for (std::size_t at = index + 1; at < command.size(); ++at) ReadArgument(command, at, call);
  std::string text;
  for (const std::string& word : command) {
    if (!text.empty()) text += ' ';
    text += word.substr(0, kMaxTextBytes);
    if (text.size() > kMaxTextBytes) break;
  }
  call.text = Clean(text, kMaxTextBytes);
  return call;
}

// --- What stands before it ---

/// The most that `sleep` may wait when its argument is random: the largest number behind the first
/// "rand".
std::chrono::seconds RandomDelay(std::string_view before) {
  constexpr std::uint32_t kLongest = 7 * 86400;
  const std::string lower = ToLower(before);
  std::size_t at = std::min(lower.find("rand"), lower.find("shuf"));
  if (lower.find("sleep") == std::string::npos || at == std::string::npos) return {};
  std::uint32_t largest = 0;
  constexpr std::string_view kDigits = "0123456789";
  while ((at = lower.find_first_of(kDigits, at)) != std::string::npos) {
    const std::size_t end = std::min(lower.find_first_not_of(kDigits, at), lower.size());
    const auto number = ParseDecimal(std::string_view(lower).substr(at, end - at));
    if (number && *number <= kLongest) largest = std::max(largest, *number);
    at = end;
  }
  return std::chrono::seconds(largest);
}

/// Takes note of what a `test` or `[` before the call asks for.
void ReadGuard(const ShellCommand& command, CertbotCalls& calls) {
  const std::size_t program = ProgramIndex(command);
  if (program == command.size()) return;
  const std::string& name = command[program];
  if (name != "test" && name != "[" && name != "[[") return;
  for (std::size_t i = program + 1; i + 1 < command.size(); ++i) {
    if (command[i] == "-d" && command[i + 1].starts_with("/run/systemd"))
      calls.not_under_systemd = true;
    if (command[i] == "-x" && IsCertbot(command[i + 1]))
      calls.required_programs.push_back(command[i + 1]);
  }
}

void ReadAssignments(const ShellCommand& command, Environment& environment) {
  for (const std::string& word : command) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || environment.size() >= kMaxVariables) return;
    environment.emplace_back(word.substr(0, equals), word.substr(equals + 1, kMaxWordBytes));
  }
}

void AddWords(const ShellCommand& command, std::string& text) {
  for (const std::string& word : command) {
    if (text.size() >= kMaxBeforeBytes) return;
    text += ' ';
    text += word;
  }
}

/// `$(which certbot)` as the plain name that it stands for.
std::string WithoutWhich(std::string_view text) {
  std::string plain(text);
  for (const std::string_view form :
       {"$(which certbot)", "`which certbot`", "$(command -v certbot)"}) {
    std::size_t at = 0;
    while ((at = plain.find(form, at)) != std::string::npos)
      plain.replace(at, form.size(), "certbot");
  }
  return plain;
}

/// Whether its first line names a shell, or nothing, which is left to the shell too.
bool IsShellScript(std::string_view script) {
  if (!script.starts_with("#!")) return true;
  std::string_view shebang = script.substr(2, script.find('\n') - 2);
  const std::string_view program = BaseName(TakeWord(shebang));
  return (program == "env" ? TakeWord(shebang) : program).ends_with("sh");
}

}  // namespace

RenewalReach ReachOf(const CertbotCommandLine& command) {
  if (command.dry_run) return RenewalReach::kNone;
  if (command.subcommand == "renew")
    return command.cert_names.empty() ? RenewalReach::kAll : RenewalReach::kSome;
  const bool issues = command.subcommand.empty() || command.subcommand == "run" ||
                      command.subcommand == "certonly" || command.subcommand == "auth";
  return issues && !command.cert_names.empty() ? RenewalReach::kSome : RenewalReach::kNone;
}

CertbotCalls FindCertbotCalls(std::string_view text, const Environment& environment) {
  CertbotCalls calls;
  Environment variables = environment;
  for (auto& [name, value] : variables) value = value.substr(0, kMaxWordBytes);
  VariableFiller filler;
  std::string before;  // the words of the commands before the first call
  for (const ShellCommand& written : SplitShellText(WithoutWhich(text))) {
    const ShellCommand command = filler.Fill(written, variables);
    if (const auto index = CertbotIndex(command)) {
      if (calls.commands.empty()) calls.random_delay = RandomDelay(before);
      if (calls.commands.size() < kMaxCalls) calls.commands.push_back(ReadCall(command, *index));
      continue;
    }
    if (calls.commands.empty()) {
      ReadGuard(command, calls);
      AddWords(command, before);
    }
    if (ProgramIndex(command) == command.size()) {
      ReadAssignments(command, variables);
    } else if (calls.others.size() < kMaxOthers) {
      calls.others.push_back(command);
    }
  }
  return calls;
}

CertbotCalls FindCertbotCallsInScript(std::string_view script, const Environment& environment) {
  CertbotCalls calls = FindCertbotCalls(script, environment);
  if (!calls.commands.empty()) return calls;
  if (IsShellScript(script)) return calls;
  for (const std::string_view line : SplitLines(script)) {
    const std::string_view code = Trim(line);
    if (code.starts_with('#') || code.starts_with("//")) continue;
    const std::size_t at = std::min(code.find("certbot"), code.find("letsencrypt"));
    if (at == std::string_view::npos || code.find("renew", at) == std::string_view::npos) continue;
    CertbotCommandLine call;
    call.text = Clean(code, kMaxTextBytes);
    call.subcommand = "renew";
    call.dry_run = code.find("--dry-run") != std::string_view::npos;
    calls.commands.push_back(std::move(call));
    if (calls.commands.size() == kMaxCalls) break;
  }
  return calls;
}

}  // namespace certhealth
