// SPDX-License-Identifier: Apache-2.0
#include "exporter/http_message.h"

#include <strings.h>

#include <array>
#include <cstdio>

namespace certhealth {
namespace {

struct Status {
  int code;
  std::string_view phrase;
};
constexpr std::array kStatuses = {
    Status{200, "OK"},
    Status{204, "No Content"},
    Status{302, "Found"},
    Status{304, "Not Modified"},
    Status{400, "Bad Request"},
    Status{401, "Unauthorized"},
    Status{403, "Forbidden"},
    Status{404, "Not Found"},
    Status{405, "Method Not Allowed"},
    Status{406, "Not Acceptable"},
    Status{408, "Request Timeout"},
    Status{411, "Length Required"},
    Status{413, "Content Too Large"},
    Status{429, "Too Many Requests"},
    Status{431, "Request Header Fields Too Large"},
    Status{500, "Internal Server Error"},
    Status{501, "Not Implemented"},
    Status{503, "Service Unavailable"},
    Status{504, "Gateway Timeout"},
    Status{505, "HTTP Version Not Supported"},
};

bool SameName(const std::string& a, const std::string& b) {
  return strcasecmp(a.c_str(), b.c_str()) == 0;
}

bool HasLineBreak(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) != std::string_view::npos;
}

// RFC 9110, 5.6.7: "Sun, 06 Nov 1994 08:49:37 GMT". Not strftime, whose names follow the locale.
std::string HttpDate(WallTime now) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(now);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(now - day);
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
                kDays[std::chrono::weekday(day).c_encoding()], static_cast<unsigned>(date.day()),
                kMonths[static_cast<unsigned>(date.month()) - 1], static_cast<int>(date.year()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text.data();
}

}  // namespace

std::optional<std::string> HttpRequest::Header(std::string_view name) const {
  const std::string wanted(name);
  std::optional<std::string> value;
  for (const auto& [header, text] : headers) {
    if (SameName(header, wanted)) value = value ? *value + ", " + text : text;
  }
  return value;
}

std::string_view ReasonPhrase(int status) {
  for (const Status& known : kStatuses) {
    if (known.code == status) return known.phrase;
  }
  return "Unknown";
}

HttpResponse MakeHttpResponse(int status, std::string_view text) {
  std::string line(text);
  if (text.empty()) line = std::to_string(status) + " " + std::string(ReasonPhrase(status));
  HttpResponse response;
  response.status = status;
  response.body = {MakeBlock(line + "\n")};
  return response;
}

std::uint64_t BodyBytes(const HttpResponse& response) {
  std::uint64_t bytes = 0;
  for (const Block& block : response.body) bytes += block->size_bytes();
  return bytes;
}

bool MayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

std::optional<std::string> SerializeHead(const HttpResponse& response, WallTime now) {
  std::string head = "HTTP/1.1 " + std::to_string(response.status) + " " +
                     std::string(ReasonPhrase(response.status)) + "\r\nDate: " + HttpDate(now) +
                     "\r\nConnection: close\r\n";
  std::vector<std::pair<std::string, std::string>> fields;
  if (MayHaveBody(response.status)) {
    fields.emplace_back("Content-Type", response.content_type);
    fields.emplace_back("Content-Length", std::to_string(BodyBytes(response)));
  }
  fields.emplace_back("X-Content-Type-Options", "nosniff");
  fields.insert(fields.end(), response.headers.begin(), response.headers.end());
  for (const auto& [name, value] : fields) {
    if (HasLineBreak(name) || HasLineBreak(value)) return std::nullopt;
    head += name + ": " + value + "\r\n";
  }
  return head + "\r\n";
}

}  // namespace certhealth
