// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"
#include "exporter/block.h"

namespace certhealth {

/// What a client asked for. Every byte comes from the client and may be ill-formed UTF-8; none is a
/// NUL.
struct HttpRequest {
  std::string method;  // as sent: "GET", "HEAD", "POST", ...
  std::string path;    // as sent, not decoded, not cleaned: "/metrics"; starts with a slash
  std::string query;   // as sent, without the question mark; ParseQuery() reads it
  std::vector<std::pair<std::string, std::string>> headers;
  std::string peer;  // the client's numeric address, "unix" over a unix socket

  /// The value of the header `name`, in whatever case the client spells it. Several of one name
  /// come as one list (RFC 9110, 5.3).
  std::optional<std::string> Header(std::string_view name) const;
};

/// What to answer.
struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  /// Beyond Content-Type, Content-Length, Date, Connection and X-Content-Type-Options, which every
  /// response has anyway.
  std::vector<std::pair<std::string, std::string>> headers;
  std::vector<Block> body;
};

/// A response of one line: "404 Not Found", or `text` in its place.
HttpResponse MakeHttpResponse(int status, std::string_view text = "");

/// The standard phrase of a status: "Not Found" (RFC 9110, 15).
std::string_view ReasonPhrase(int status);

/// Total of the response's body.
std::uint64_t BodyBytes(const HttpResponse& response);

/// Whether a response of this status carries a body at all (RFC 9110, 6.4.1).
bool MayHaveBody(int status);

/// The head of `response` on the wire, with the empty line. The same for HEAD as for GET. Nothing
/// when a header holds a line break, which could forge a second response.
std::optional<std::string> SerializeHead(const HttpResponse& response, WallTime now);

}  // namespace certhealth
