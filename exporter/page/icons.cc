// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/icons.h"

namespace certhealth::page {
namespace {

constexpr std::string_view kCritical =
    "<path d='M5 .8h6L15.2 5v6L11 15.2H5L.8 11V5z'/><path class='line' d='m5.4 5.4 5.2 "
    "5.2m0-5.2-5.2 5.2'/>";
constexpr std::string_view kWarning =
    "<path d='M8 .9c.5 0 .9.3 1.1.7l6.3 11.6c.5.9-.1 1.9-1.1 1.9H1.7c-1 0-1.6-1-1.1-1.9L6.9 "
    "1.6C7.1 1.2 7.5.9 8 .9z'/><path class='line' d='M8 5.8v3.5m0 2.6v.01'/>";
constexpr std::string_view kOk =
    "<circle cx='8' cy='8' r='7.2'/><path class='line' d='m4.7 8.3 2.3 2.3 "
    "4.3-4.8'/>";
constexpr std::string_view kInfo =
    "<rect x='.8' y='.8' width='14.4' height='14.4' rx='4'/><path class='line' d='M8 "
    "7.500v4M8 4.500v.01'/>";

/// The shape and the colour of a look outside the page, where no style sheet holds.
struct Emblem {
  std::string_view shape;
  std::string_view colour;
};

Emblem EmblemOf(std::string_view look) {
  if (look == "critical") return {kCritical, "#d3372c"};
  if (look == "warning") return {kWarning, "#c98600"};
  if (look == "ok") return {kOk, "#2b8a4f"};
  return {kInfo, "#4a7fc1"};
}

std::string Symbol(std::string_view look, std::string_view shape) {
  return "<symbol id=\"icon-" + std::string(look) + "\" viewBox=\"0 0 16 16\">" +
         std::string(shape) + "</symbol>";
}

}  // namespace

std::string IconSymbols() {
  return "<svg width=\"0\" height=\"0\" aria-hidden=\"true\" class=\"symbols\">" +
         Symbol("critical", kCritical) + Symbol("warning", kWarning) + Symbol("ok", kOk) +
         Symbol("info", kInfo) + "</svg>\n";
}

std::string Favicon(std::string_view look) {
  const Emblem emblem = EmblemOf(look);
  std::string svg = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><style>*{fill:" +
                    std::string(emblem.colour) +
                    "}.line{fill:none;stroke:white;stroke-width:1.9;stroke-linecap:round}</style>" +
                    std::string(emblem.shape) + "</svg>";
  std::string url = "data:image/svg+xml,";
  for (const char c : svg) {
    if (c == '<' || c == '>' || c == '#') {
      url += c == '<' ? "%3C" : c == '>' ? "%3E" : "%23";
    } else {
      url += c;
    }
  }
  return url;
}

}  // namespace certhealth::page
