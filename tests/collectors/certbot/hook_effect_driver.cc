// SPDX-License-Identifier: Apache-2.0
// Reads commands of hooks from standard input, each as "LENGTH\n" and so many bytes, and writes for
// each what EffectOfCommand makes of it as one line of JSON: null, or the services that it names.
// hook_effect_differential.py compares.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "collectors/certbot/hook_effect.h"

int main() {
  std::string length;
  while (std::getline(std::cin, length)) {
    std::string text(std::stoul(length), '\0');
    std::cin.read(text.data(), static_cast<std::streamsize>(text.size()));
    const certhealth::HookEffect effect = certhealth::EffectOfCommand(text, {});
    const nlohmann::json told = effect.is_known ? nlohmann::json(effect.services) : nullptr;
    std::cout << told.dump() << '\n';
  }
}
