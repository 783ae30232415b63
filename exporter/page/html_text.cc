// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/html_text.h"

#include "exporter/escape.h"
#include "exporter/phrases.h"
#include "exporter/rfc3339.h"
#include "exporter/verdict_phrases.h"

namespace certhealth::page {
namespace {

constexpr std::size_t kLongestName = 300;

bool IsPlainInAnchor(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.';
}

}  // namespace

std::string ToHtml(std::string_view text, std::size_t max_bytes) {
  std::string html;
  for (const char c : Printable(text, max_bytes)) {
    switch (c) {
      case '&':
        html += "&amp;";
        break;
      case '<':
        html += "&lt;";
        break;
      case '>':
        html += "&gt;";
        break;
      case '"':
        html += "&quot;";
        break;
      case '\'':
        html += "&#39;";
        break;
      default:
        html += c;
    }
  }
  return html;
}

std::string NameHtml(std::string_view name) {
  return "<bdi>" + ToHtml(name, kLongestName) + "</bdi>";
}

std::string TimeHtml(WallTime moment, std::string_view words) {
  return "<time datetime=\"" + ToRfc3339(moment) + "\">" + ToHtml(words) + "</time>";
}

std::string RenewalHtml(const Verdict& verdict, WallTime now) {
  const RenewalWords words = DescribeRenewal(verdict, now);
  return words.day ? ToHtml(words.text) + TimeHtml(*words.day, FormatDate(*words.day))
                   : ToHtml(words.text);
}

std::string ServedHtml(const Verdict& verdict) {
  const std::string phrase = ServedPhrase(verdict);
  return phrase.empty() ? phrase : " <span class=\"served\">" + ToHtml(phrase) + "</span>";
}

std::string AnchorOf(const Bundle& bundle) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string anchor = std::string(NameOf(bundle.source)) + "-";
  for (const char c : bundle.name) {
    if (IsPlainInAnchor(c)) {
      anchor += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    anchor += '_';
    anchor += kDigits[byte >> 4U];
    anchor += kDigits[byte & 0xFU];
  }
  return anchor;
}

std::string_view LookOf(Severity severity) {
  return severity == Severity::kInfo ? "info" : NameOf(severity);
}

std::string IconHtml(std::string_view look) {
  return "<svg class=\"icon\" aria-hidden=\"true\"><use href=\"#icon-" + std::string(look) +
         "\"/></svg>";
}

std::string BadgeHtml(Severity severity) {
  const std::string look(LookOf(severity));
  return "<span class=\"badge " + look + "\">" + IconHtml(look) + std::string(NameOf(severity)) +
         "</span>";
}

}  // namespace certhealth::page
