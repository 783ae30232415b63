// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/hook_effect.h"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "collectors/certbot/hook_command.h"
#include "collectors/certbot/plain_shell.h"

namespace certhealth {
namespace {

using Words = std::span<const std::string>;
/// Of services or processes, and which server each belongs to.
using Name = std::pair<std::string_view, std::string_view>;

constexpr std::array<Name, 8> kServices = {{{"nginx", "nginx"},
                                            {"apache2", "apache"},
                                            {"httpd", "apache"},
                                            {"lighttpd", "lighttpd"},
                                            {"caddy", "caddy"},
                                            {"haproxy", "haproxy"},
                                            {"traefik", "traefik"},
                                            {"varnish", "varnish"}}};
constexpr std::array<Name, 9> kProcesses = {{{"nginx", "nginx"},
                                             {"apache2", "apache"},
                                             {"httpd", "apache"},
                                             {"lighttpd", "lighttpd"},
                                             {"caddy", "caddy"},
                                             {"haproxy", "haproxy"},
                                             {"traefik", "traefik"},
                                             {"varnishd", "varnish"},
                                             {"cache-main", "varnish"}}};

constexpr std::array<std::string_view, 5> kVerbs = {"stop", "start", "restart", "reload", "status"};

/// What changes nothing, whatever its words are.
constexpr std::array<std::string_view, 6> kHarmless = {"true", "false", "echo",
                                                       "date", "sleep", "logger"};
constexpr std::array<std::string_view, 4> kDirectories = {"/usr/sbin/", "/usr/bin/", "/sbin/",
                                                          "/bin/"};
constexpr std::array<std::string_view, 3> kShells = {"sh", "bash", "dash"};

bool IsOneOf(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
}

/// The server that `name` belongs to; empty for none that is well known.
std::string_view ServerOf(std::string_view name, std::span<const Name> names) {
  const auto found = std::ranges::find(names, name, &Name::first);
  return found == names.end() ? std::string_view() : found->second;
}

/// "systemctl" for "/usr/bin/systemctl" and "systemctl".
std::string_view WithoutDirectory(std::string_view program) {
  for (const std::string_view directory : kDirectories) {
    if (!program.starts_with(directory)) continue;
    const std::string_view name = program.substr(directory.size());
    return name.find('/') == std::string_view::npos ? name : program;
  }
  return program;
}

bool IsExit(Words words) {
  constexpr std::size_t kMostDigits = 3;
  return words[0] == "exit" &&
         (words.size() == 1 ||
          (words.size() == 2 && !words[1].empty() && words[1].size() <= kMostDigits &&
           words[1].find_first_not_of("0123456789") == std::string::npos));
}

bool IsHarmless(Words words) {
  if (IsExit(words) || words[0] == ":" || words[0] == "set") return true;
  const std::string_view program = WithoutDirectory(words[0]);
  // Bash's `printf -v` sets a variable, PATH perhaps.
  if (program == "printf") return words.size() > 1 && !words[1].starts_with('-');
  return IsOneOf(program, kHarmless);
}

/// What a service manager is told to do: "stop", and to which services.
struct ServiceOrder {
  std::string verb;
  std::vector<std::string> services;
};

std::optional<ServiceOrder> ServiceOrderIn(Words words) {
  constexpr std::string_view kInitScripts = "/etc/init.d/";
  constexpr std::string_view kUnitSuffix = ".service";
  const std::string_view program = WithoutDirectory(words[0]);
  ServiceOrder order;
  if (program == "systemctl" && words.size() > 2) {
    order.verb = words[1];
    for (std::string unit : words.subspan(2)) {
      if (unit.ends_with(kUnitSuffix)) unit.resize(unit.size() - kUnitSuffix.size());
      order.services.push_back(std::move(unit));
    }
  } else if ((program == "service" || program == "invoke-rc.d") && words.size() == 3) {
    order = {words[2], {words[1]}};
  } else if (program.starts_with(kInitScripts) && words.size() == 2) {
    order = {words[1], {std::string(program.substr(kInitScripts.size()))}};
  } else {
    return std::nullopt;
  }
  const bool is_plain = IsOneOf(order.verb, kVerbs) &&
                        std::ranges::all_of(order.services, [](const std::string& service) {
                          return !ServerOf(service, kServices).empty();
                        });
  return is_plain ? std::optional(std::move(order)) : std::nullopt;
}

HookEffect EffectOf(Words words, const HookScripts& scripts) {
  HookEffect effect;
  if (const auto order = ServiceOrderIn(words)) {
    effect.services.insert(order->services.begin(), order->services.end());
    if (order->verb == "stop") effect.stopped = effect.services;
    return effect;
  }
  if (IsHarmless(words)) return effect;
  const auto script = scripts.find(words[0]);
  return script == scripts.end() ? HookEffect::Unknown() : script->second;
}

/// A file without "#!" is run by the shell that certbot starts.
bool IsForAShell(std::string_view bytes) {
  if (bytes.find('\0') != std::string_view::npos) return false;
  if (!bytes.starts_with("#!")) return true;
  std::string_view line = bytes.substr(2, bytes.find('\n') - 2);
  const auto next_word = [&line] {
    std::string word = FirstWord(line);
    line.remove_prefix(line.find(word) + word.size());
    return word;
  };
  const std::string program = next_word();
  const std::string option = next_word();
  if (!next_word().empty()) return false;
  if (program == "/usr/bin/env") return IsOneOf(option, kShells);
  return program.starts_with('/') && IsOneOf(WithoutDirectory(program), kShells) &&
         (option.empty() ||
          (option.starts_with('-') && option.find_first_not_of("eux", 1) == std::string::npos));
}

}  // namespace

HookEffect HookEffect::Unknown() {
  HookEffect effect;
  effect.is_known = false;
  effect.is_there = true;
  return effect;
}

void HookEffect::Add(const HookEffect& other) {
  is_known = is_known && other.is_known;
  is_there = is_there || other.is_there;
  services.insert(other.services.begin(), other.services.end());
  stopped.insert(other.stopped.begin(), other.stopped.end());
}

HookEffect EffectOfCommand(std::string_view command, const HookScripts& scripts) {
  HookEffect effect;
  effect.is_there = true;
  PlainShell shell(command);
  while (const auto next = shell.Next()) {
    effect.Add(EffectOf(next->words, scripts));
    if (!effect.is_known) break;
    // Nothing behind it is run.
    if (IsExit(next->words) && !next->is_joined) return effect;
  }
  return shell.has_failed() || !effect.is_known ? HookEffect::Unknown() : effect;
}

HookEffect EffectOfScript(std::string_view bytes) {
  return IsForAShell(bytes) ? EffectOfCommand(bytes, {}) : HookEffect::Unknown();
}

bool MayStop(const HookEffect& effect, std::string_view process) {
  if (!effect.is_known) return true;
  if (effect.services.empty()) return false;
  const std::string_view server = ServerOf(process, kProcesses);
  return server.empty() ||
         std::ranges::any_of(effect.services, [server](const std::string& service) {
           return ServerOf(service, kServices) == server;
         });
}

}  // namespace certhealth
