// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "collectors/bundle.h"
#include "exporter/report.h"

namespace certhealth::page {

/// `text` for the content of an element or a quoted attribute: printable (escape.h), cut at
/// `max_bytes`, markup escaped. Everything that is not this program's own text goes through here.
std::string ToHtml(std::string_view text, std::size_t max_bytes = 2000);

/// A name to be shown: ToHtml, isolated from the direction of writing around it.
std::string NameHtml(std::string_view name);

/// A moment for machines, its `words` for people.
std::string TimeHtml(WallTime moment, std::string_view words);

/// How the certificate is renewed, and from when on.
std::string RenewalHtml(const Verdict& verdict, WallTime now);

/// Where a lineage is served; empty where nothing is known of that.
std::string ServedHtml(const Verdict& verdict);

/// The id of a certificate on the page: letters, digits, "-", "." and "_" alone. Different for
/// different certificates, and from every id that is a problem's or the page's own.
std::string AnchorOf(const Bundle& bundle);

/// What a severity looks like: the name of its style class and of its icon.
std::string_view LookOf(Severity severity);

/// An icon for eyes alone; a word must stand beside it.
std::string IconHtml(std::string_view look);

/// The icon and the word of a severity.
std::string BadgeHtml(Severity severity);

}  // namespace certhealth::page
