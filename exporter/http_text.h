// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/result.h"

namespace certhealth {

enum class ContentEncoding { kIdentity, kGzip };

/// What to send for the value of an Accept-Encoding header (RFC 9110, 12.5.3); an empty value,
/// which stands for a missing header too, asks for identity. gzip where it is accepted at least as
/// well as identity. Members that do not follow the grammar are ignored.
ContentEncoding PreferredEncoding(std::string_view accept_encoding);

/// The two formats of a metrics page.
enum class PageFormat {
  kText,         // text/plain; version=0.0.4
  kOpenMetrics,  // application/openmetrics-text; version=1.0.0
};

/// What to send for the value of an Accept header (RFC 9110, 12.5.1). OpenMetrics only to a client
/// that names it, in version 1.0.0 or in none, and does not rather have text; at equal weight the
/// one named first. Everybody else gets text, whatever they accept: that is the format of last
/// resort (Prometheus, content negotiation). Members that do not follow the grammar are ignored.
PageFormat PreferredFormat(std::string_view accept);

/// The exact Content-Type of a format. Prometheus 3 refuses a page without it.
std::string_view ContentTypeOf(PageFormat format);

/// The names and values of a query string in their order, decoded: "a=b&c=%20" is {a, b}, {c, " "}.
/// A plus is a space; a name without "=" has an empty value; empty pieces are skipped. kBadText for
/// a percent sign without two hex digits, a NUL, ill-formed UTF-8, more than 8 KiB or more than 64
/// pairs.
Result<std::vector<std::pair<std::string, std::string>>> ParseQuery(std::string_view query);

}  // namespace certhealth
