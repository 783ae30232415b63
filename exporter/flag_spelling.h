// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/result.h"

namespace certhealth {

enum class FlagKind {
  kSwitch,    // --name, --name=false, --no-name
  kSingle,    // takes a value; the last one typed counts
  kRepeated,  // takes a value; all of them count
};

/// What a flag looks like on the command line.
struct FlagShape {
  std::string_view name;  // as Prometheus users know it: "web.listen-address"
  FlagKind kind = FlagKind::kSwitch;
};

struct TypedFlag {
  std::size_t flag = 0;  // index into the known flags
  std::string value;     // "true" for a bare switch, "false" for a negated one; unchecked otherwise

  bool operator==(const TypedFlag&) const = default;
};

/// A command line taken apart. Nothing of it has been believed yet: values are as typed.
struct SpelledArguments {
  std::vector<TypedFlag> flags;    // in the order typed
  std::vector<std::string> words;  // what is not a flag, in the order typed

  bool operator==(const SpelledArguments&) const = default;
};

/// `name` with dots and dashes as underscores: how flags are compared, and how gflags names them.
std::string CanonicalFlagName(std::string_view name);

/// Takes `arguments` (without the program's name) apart. Dots, dashes and underscores are the same
/// in a flag's name; one dash does for two; `--name value` and `--name=value` are the same, but a
/// separate value cannot start with a dash; flags and words mix; `--` ends the flags; `-h` is
/// `--help`. Pure. kBadText names the first argument that is none of this, on one line.
Result<SpelledArguments> SpellOut(std::span<const std::string> arguments,
                                  std::span<const FlagShape> known);

}  // namespace certhealth
