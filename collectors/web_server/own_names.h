// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// The names with a dot, in lower case, that a machine may find for itself: `hostname` is its
/// /etc/hostname and `hosts` its /etc/hosts, by which its address has other names (hosts(5)). What
/// DNS adds is not known. Pure.
std::vector<std::string> OwnNames(std::string_view hostname, std::string_view hosts);

}  // namespace certhealth
