// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include "exporter/problem.h"

namespace certhealth::judges {

/// `finding` of the problem `id`, made a risk where certbot may not do what the conf and this
/// machine say: options of a cli.ini or of the command that starts it win over the conf
/// (cli/cli_utils.py set_by_cli, renewal.py restore_required_config_elements), and a certbot in a
/// container has files, programs and ports of its own.
std::optional<Finding> WithDoubt(std::string_view id, std::optional<Finding> finding,
                                 const Case& given);

}  // namespace certhealth::judges
