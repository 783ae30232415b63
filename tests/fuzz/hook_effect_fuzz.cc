// SPDX-License-Identifier: Apache-2.0
// Any bytes as a hook's script: the reading ends, only well-known names are told as services, what
// only a shell understands is not taken for known, and the same text does the same with more before
// or behind it.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "collectors/certbot/hook_effect.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certhealth;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const HookEffect script = EffectOfScript(text);
  const HookEffect effect = EffectOfCommand(text, {});
  if (script.is_known && !effect.is_known) std::abort();
  if (!effect.is_known) {
    if (EffectOfCommand("true\n" + text, {}).is_known) std::abort();
    return 0;
  }
  for (const std::string& service : effect.services) {
    if (service.find_first_not_of("abcdefghijklmnopqrstuvwxyz2") != std::string::npos) std::abort();
  }
  if (!std::ranges::includes(effect.services, effect.stopped)) std::abort();
  // Expansions and pipes are understood in quotes and comments alone.
  if (text.find_first_of("'\"#") == std::string::npos && text.find("exit") == std::string::npos &&
      text.find_first_of("$`()<*?{}\\!") != std::string::npos)
    std::abort();
  const HookEffect twice = EffectOfCommand(text + "\nsystemctl stop nginx", {});
  if (!twice.is_known) std::abort();
  if (!std::ranges::includes(twice.services, effect.services)) std::abort();
  return 0;
}
