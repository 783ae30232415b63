// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace certhealth::page {

/// The page's style sheet: for 320 px and up, light and dark as the reader's system says.
std::string_view StyleText();

/// SHA-256 of the style sheet in base64, by which a Content-Security-Policy allows it.
std::string_view StyleHash();

}  // namespace certhealth::page
