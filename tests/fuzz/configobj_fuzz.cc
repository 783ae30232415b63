// SPDX-License-Identifier: Apache-2.0
// Contract: any bytes are read or refused, in bounded time; whatever comes out is valid UTF-8, and
// a conf has a fault exactly when it has a detail, which begins with the path.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "collectors/base/utf8.h"
#include "collectors/configobj.h"
#include "collectors/renewal_conf.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto check = [](bool holds) { holds ? void() : std::abort(); };
  const auto file = certhealth::ParseConfigObj(text, "f");
  if (!file) check(certhealth::IsValidUtf8(file.error().detail));
  for (const auto* section = file ? &file->root() : nullptr; section != nullptr;) {
    certhealth::ConfigObjReader reader(*file);
    for (const auto& scalar : section->scalars()) {
      check(section->FindScalar(scalar.key) == &scalar && certhealth::IsValidUtf8(scalar.key));
      const auto value = reader.Read(*section, scalar);
      if (!value) check(certhealth::IsValidUtf8(value.error().detail));
    }
    section = section->sections().empty() ? nullptr : section->sections().back();
  }
  const certhealth::ConfReading reading = certhealth::ReadRenewalConf(text, "f");
  check(reading.fault.has_value() == reading.fault_detail.starts_with("f:"));
  check(certhealth::IsValidUtf8(reading.fault_detail + reading.conf.cert.str() +
                                reading.conf.pre_hook.str()));
  return 0;
}
