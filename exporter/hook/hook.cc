// SPDX-License-Identifier: Apache-2.0
#include "exporter/hook/hook.h"

#include <iostream>

#include "collectors/base/file_system.h"
#include "collectors/certbot/places.h"
#include "collectors/schedule/schedule_reader.h"
#include "exporter/hook/hook_install.h"

namespace certhealth {
namespace {

constexpr int kCouldNotDo = 3;

/// A path without slashes at its end.
std::string Trimmed(std::string path) {
  while (path.size() > 1 && path.ends_with('/')) path.pop_back();
  return path;
}

std::vector<CertbotPlace> Places(const Config& config) {
  const auto files = MakePosixFileSystem(config.root);
  return FindCertbot(*files, ScheduleReader(*files).Read(), config.certbot,
                     config.certbot_logs_dir);
}

}  // namespace

int Hook(const Config& config) {
  const bool install = config.command == Command::kHookInstall;
  const std::vector<CertbotPlace> places = Places(config);
  if (places.empty()) {
    if (!install) {
      std::cout << "no hook is installed: there is no certbot here\n";
      return 0;
    }
    std::cerr << "there is no certbot here; --certbot.config-dir says where it keeps its files\n";
    return kCouldNotDo;
  }
  bool all_done = true;
  for (const CertbotPlace& place : places) {
    const HookPlace where{config.root, Trimmed(place.config_dir), Trimmed(config.state_dir)};
    const HookChange change = install ? InstallHook(where) : RemoveHook(where);
    for (const std::string& line : change.done) std::cout << line << "\n";
    for (const Failure& failure : change.failures) std::cerr << failure.detail << "\n";
    all_done = all_done && change.failures.empty();
  }
  return all_done ? 0 : kCouldNotDo;
}

}  // namespace certhealth
