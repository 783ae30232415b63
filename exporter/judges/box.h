// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "exporter/problem.h"

/// Judges of the machine that certbot runs on: its directories and its cli.ini.
namespace certhealth::judges {

std::optional<Finding> DirectoryNotWritable(const Case& given);
std::optional<Finding> CliIniInvalid(const Case& given);

}  // namespace certhealth::judges
