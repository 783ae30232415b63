// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace certhealth {

/// The answer to --help: the commands, then every flag of FlagTable by group, with its default.
std::string HelpText();

}  // namespace certhealth
