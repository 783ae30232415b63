// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace certhealth {

/// The most that hooks do, as far as it is certain. By default there is none, which does nothing.
struct HookEffect {
  bool is_known = true;  // otherwise they may do anything, and the rest says nothing
  bool is_there = false;
  /// The services that they stop, start, reload or ask about, as written but for ".service"; all of
  /// them web servers that are well known.
  std::set<std::string> services{};
  std::set<std::string> stopped{};  // of these

  static HookEffect Unknown();
  /// Takes in what another hook does.
  void Add(const HookEffect& other);
  /// Whether anything is other than before.
  bool may_change_something() const { return !is_known || !services.empty(); }
};

/// By the path of the script.
using HookScripts = std::map<std::string, HookEffect>;

/// What a shell makes of `command`, in which it may start one of `scripts`. Known are commands that
/// change nothing (`exit`, `echo`, `sleep` and the like) and those that have a service manager
/// stop, start, restart, reload or show a web server. Linear.
HookEffect EffectOfCommand(std::string_view command, const HookScripts& scripts);

/// The same for the program whose whole file is `bytes`; unknown unless it is a script for a shell.
HookEffect EffectOfScript(std::string_view bytes);

/// Whether the hooks may end what `process` does: so it is unless they leave all services alone, or
/// `process` is a web server that is well known, and the services are others. Empty: not known.
bool MayStop(const HookEffect& effect, std::string_view process);

}  // namespace certhealth
