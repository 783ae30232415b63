// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "collectors/cli_ini.h"

namespace certhealth::judges {

/// What is wrong with an option of a cli.ini: certbot ends at once, before it writes a log (its
/// parser, argparse, exits with 2).
struct OptionFault {
  std::string what;
  std::string key{};  // of the option
  /// It may be an option of a plugin that is not certbot's own.
  bool may_be_a_plugins = false;
};

/// The first fault among `settings`; an empty `what` for none. Options of any certbot from 0.9 to
/// 5.8 count as known, as does the beginning of one, which argparse completes.
OptionFault FindOptionFault(const CliIni& settings);

}  // namespace certhealth::judges
