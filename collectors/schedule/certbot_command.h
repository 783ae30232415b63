// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/schedule/shell_text.h"
#include "collectors/schedule/shell_variables.h"

namespace certhealth {

/// One call of certbot as it stands in a unit, a crontab or a script. Every string is valid UTF-8.
struct CertbotCommandLine {
  std::string text;  // the words with blanks between them, shortened: for a person
  /// As written: "certbot", "/opt/certbot/bin/certbot"; of what runs it elsewhere or in a bundle:
  /// "docker", "/usr/bin/snap"; empty when only a text mentions certbot.
  std::string program;
  /// In a container or over ssh: what it is and sees there is not known here.
  bool runs_elsewhere = false;
  std::string subcommand;  // "renew"; empty when none is given, which is "run"
  bool dry_run = false;
  bool no_directory_hooks = false;
  /// Without it, 0.36 and later wait up to eight minutes off a terminal.
  bool no_random_sleep = false;
  std::vector<std::string> cert_names;  // --cert-name, and the domains of certonly and run
  std::optional<std::string> config_dir;
  std::optional<std::string> logs_dir;
  std::optional<std::string> work_dir;
  std::optional<std::string> cli_ini;  // --config: a further cli.ini
  std::optional<std::string> pre_hook;
  std::optional<std::string> post_hook;
  std::optional<std::string> deploy_hook;  // --renew-hook is its older name

  bool operator==(const CertbotCommandLine&) const = default;
};

/// Which lineages a call renews.
enum class RenewalReach {
  kAll,   // `renew`
  kSome,  // `renew --cert-name`, `certonly`, `run`
  kNone,  // a dry run, `certificates` and the like
};
RenewalReach ReachOf(const CertbotCommandLine& command);

/// What shell text does with certbot.
struct CertbotCalls {
  std::vector<CertbotCommandLine> commands;
  std::chrono::seconds
      random_delay{};  // the most that it may sleep before: `sleep int(rand(43200))`
  /// Asks for /run/systemd/system first, as Debian's cron entry does.
  bool not_under_systemd = false;
  std::vector<std::string> required_programs;  // asked for first: `test -x /usr/bin/certbot`
  /// Commands that are not certbot: a script or unit among them may call it.
  std::vector<ShellCommand> others;
};

/// Finds the calls of certbot in shell text, or in the text of an ExecStart=, which is quoted
/// alike. Variables of `environment`, and those that the text sets itself, are filled in. Bounded
/// and linear in the text: at most 16 calls are kept.
CertbotCalls FindCertbotCalls(std::string_view text, const Environment& environment);

/// The same for a script. In other languages than the shell's, a line with certbot and, behind it,
/// renew counts as a call of an unknown program.
CertbotCalls FindCertbotCallsInScript(std::string_view script, const Environment& environment);

}  // namespace certhealth
