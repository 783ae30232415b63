// SPDX-License-Identifier: Apache-2.0
#include "exporter/command_line.h"

#include <gflags/gflags.h>

#include <algorithm>
#include <array>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "exporter/escape.h"
#include "exporter/flag_spelling.h"
#include "exporter/flag_table.h"
#include "exporter/help_text.h"
#include "exporter/nearest_word.h"
#include "exporter/version.h"

namespace certhealth {
namespace {

/// Our table in gflags' registry. That one belongs to the process and only grows, so it is filled
/// once, and a value is read back in the moment it is set: what lies there between two calls counts
/// for nothing. gflags' own way through a command line (ParseCommandLineFlags) is not taken: it
/// exits on a mistake, keeps the last of a repeated flag, and obeys --flagfile and --fromenv.
class GflagsRegistry {
 public:
  static GflagsRegistry& Instance() {
    static GflagsRegistry registry;
    return registry;
  }

  /// `typed` as gflags reads it for the type of `flag`; nothing when it is no such value.
  std::optional<std::string> Read(const Flag& flag, const std::string& typed) {
    const std::scoped_lock lock(mutex_);
    const std::string name = CanonicalFlagName(flag.shape.name);
    std::string value;
    if (gflags::SetCommandLineOption(name.c_str(), typed.c_str()).empty()) return std::nullopt;
    if (!gflags::GetCommandLineOption(name.c_str(), &value)) return std::nullopt;
    return value;
  }

 private:
  struct Entry {  // gflags keeps pointers to all of it
    std::string name;
    std::string help;
    std::array<bool, 2> switches{};       // present and default value
    std::array<std::string, 2> values{};  // the same of a flag with a value
  };

  GflagsRegistry() {
    for (const Flag& flag : FlagTable()) {
      if (flag.apply == nullptr) continue;  // gflags has its own --help and --version
      Entry& entry = entries_.emplace_back();
      entry.name = CanonicalFlagName(flag.shape.name);
      entry.help = flag.help;
      if (flag.shape.kind == FlagKind::kSwitch) {
        Register(entry, entry.switches);
      } else {
        Register(entry, entry.values);
      }
    }
  }

  template <typename Value>
  static void Register(const Entry& entry, std::array<Value, 2>& storage) {
    gflags::FlagRegisterer(entry.name.c_str(), entry.help.c_str(), __FILE__, &storage[0],
                           &storage[1]);
  }

  std::mutex mutex_;
  std::deque<Entry> entries_;  // a deque: its elements never move
};

Failure Bad(std::string detail) { return {Reason::kBadText, std::move(detail)}; }

/// "--interval.files: " and what is wrong with its value.
Failure BadValue(const Flag& flag, std::string_view why) {
  return Bad("--" + std::string(flag.shape.name) + ": " + std::string(why));
}

struct CommandName {
  std::string_view name;
  Command command;
};
constexpr std::string_view kHookCommand = "hook";
constexpr std::array kCommands = {
    CommandName{"serve", Command::kServe}, CommandName{"check", Command::kCheck},
    CommandName{"probe", Command::kProbe}, CommandName{kHookCommand, Command::kHookInstall}};

Result<Command> ParseCommand(std::string_view word) {
  std::array<std::string_view, kCommands.size()> names;
  for (std::size_t i = 0; i < kCommands.size(); ++i) {
    if (kCommands[i].name == word) return kCommands[i].command;
    names[i] = kCommands[i].name;
  }
  return Bad("unknown command '" + Printable(word) + "'" + DidYouMean(word, names));
}

Failure Misplaced(std::string_view command, const std::string& word) {
  return Bad(std::string(command) + " takes no names, but there is '" + Printable(word) + "'");
}

/// What stands behind `hook`.
std::optional<Failure> ApplyHookWords(Config& config, const std::vector<std::string>& words) {
  constexpr std::array<std::string_view, 2> kActions = {"install", "remove"};
  if (words.size() < 2) return Bad("hook: install or remove?");
  if (std::ranges::find(kActions, words[1]) == kActions.end()) {
    return Bad("hook: install or remove, not '" + Printable(words[1]) + "'" +
               DidYouMean(words[1], kActions));
  }
  config.command = words[1] == "install" ? Command::kHookInstall : Command::kHookRemove;
  if (words.size() > 2) return Misplaced("hook " + words[1], words[2]);
  return std::nullopt;
}

/// The first word is the command, the others are names; only `check` takes any.
std::optional<Failure> ApplyWords(Config& config, const std::vector<std::string>& words) {
  if (words.empty()) return std::nullopt;
  if (words[0] == kHookCommand) return ApplyHookWords(config, words);
  const Result<Command> command = ParseCommand(words[0]);
  if (!command) return command.error();
  config.command = *command;
  config.names.assign(words.begin() + 1, words.end());
  if (config.command == Command::kProbe && config.names.size() != 1)
    return Bad("probe takes one HOST[:PORT]");
  if (config.command == Command::kServe && !config.names.empty()) {
    return Misplaced("serve", config.names[0]);
  }
  return std::nullopt;
}

std::optional<Failure> ApplyFlag(Config& config, const Flag& flag, const std::string& typed) {
  if (flag.scope == FlagScope::kCheck && config.command != Command::kCheck) {
    return BadValue(flag, "is a flag of the command check");
  }
  const bool is_hook =
      config.command == Command::kHookInstall || config.command == Command::kHookRemove;
  if (is_hook && flag.scope != FlagScope::kHook)
    return BadValue(flag, "is no flag of the command hook");
  const std::optional<std::string> value = GflagsRegistry::Instance().Read(flag, typed);
  if (!value) return BadValue(flag, "'" + Printable(typed) + "' is neither true nor false");
  if (const auto failure = flag.apply(config, *value)) return BadValue(flag, failure->detail);
  return std::nullopt;
}

Result<Config> ToConfig(const SpelledArguments& spelled, std::span<const Flag> table) {
  Config config;
  if (const auto failure = ApplyWords(config, spelled.words)) return *failure;
  // The first address typed takes the default's place, the others join it.
  const auto default_addresses = std::exchange(config.listen_addresses, {});
  for (const TypedFlag& typed : spelled.flags) {
    const Flag& flag = table[typed.flag];
    if (flag.apply == nullptr) continue;
    if (const auto failure = ApplyFlag(config, flag, typed.value)) return *failure;
  }
  if (config.listen_addresses.empty()) config.listen_addresses = default_addresses;
  return config;
}

}  // namespace

Result<CommandLine> ParseCommandLine(int argc, const char* const* argv) {
  std::vector<std::string> arguments;
  for (int i = 1; i < argc; ++i) arguments.emplace_back(argv[i]);
  const std::span<const Flag> table = FlagTable();
  std::vector<FlagShape> shapes;
  for (const Flag& flag : table) shapes.push_back(flag.shape);

  const Result<SpelledArguments> spelled = SpellOut(arguments, shapes);
  if (!spelled) return spelled.error();
  for (const TypedFlag& typed : spelled->flags) {
    if (typed.value == "false") continue;
    if (shapes[typed.flag].name == "help") return CommandLine(PrintAndExit{HelpText()});
    if (shapes[typed.flag].name == "version") return CommandLine(PrintAndExit{VersionText()});
  }
  Result<Config> config = ToConfig(*spelled, table);
  if (!config) return config.error();
  return CommandLine(*std::move(config));
}

}  // namespace certhealth
