// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth::page {

/// The icons, as symbols named "icon-critical", "icon-warning", "icon-ok" and "icon-info". Each has
/// a shape of its own: no colour is needed to tell them apart.
std::string IconSymbols();

/// The icon of a browser's tab, as a data: URL.
std::string Favicon(std::string_view look);

}  // namespace certhealth::page
