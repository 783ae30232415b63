// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/lifetime_bar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <string_view>

#include "exporter/page/html_text.h"
#include "exporter/phrases.h"

namespace certhealth::page {
namespace {

/// From when on the certificate is renewed, where that is within its life.
std::optional<WallTime> RenewalWithin(const Verdict& verdict, const Certificate& leaf) {
  const auto& due = verdict.plan.due;
  if (!due || *due <= leaf.not_before || *due >= leaf.not_after) return std::nullopt;
  return due;
}

/// How much of the life of `leaf` lies before `moment`, in percent, not beyond its ends.
double Share(const Certificate& leaf, WallTime moment) {
  const auto passed = static_cast<double>((moment - leaf.not_before).count());
  const auto life = static_cast<double>(leaf.lifetime().count());
  return std::clamp(100.0 * passed / life, 0.0, 100.0);
}

std::string Percent(double share) {
  std::array<char, 16> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), share, std::chars_format::fixed, 1);
  return error == std::errc() ? std::string(text.data(), end) + "%" : "0%";
}

std::string LabelOf(const Certificate& leaf, const std::optional<WallTime>& renewal, WallTime now) {
  std::string label;
  if (now > leaf.not_after) {
    label = "its " + FormatSpan(leaf.lifetime()) + " are over";
  } else {
    label =
        FormatSpan(now - leaf.not_before) + " of " + FormatSpan(leaf.lifetime()) + " have passed";
  }
  if (renewal) label += ", renewal from " + FormatDate(*renewal) + " on";
  return label;
}

enum class Size { kRow, kCard };

/// The mark of the renewal. On a card its date stands above it, on the side where there is room.
std::string MarkHtml(double share, WallTime renewal, Size size) {
  const std::string x = Percent(share);
  std::string svg = "<line class=\"mark\" x1=\"" + x + "\" x2=\"" + x + "\" y1=\"-1\" y2=\"13\"/>";
  if (size == Size::kRow) return svg;
  const std::string_view anchor = share < 30 ? "start" : share > 70 ? "end" : "middle";
  return svg + "<text x=\"" + x + "\" y=\"-6\" text-anchor=\"" + std::string(anchor) +
         "\">renewal from " + FormatDate(renewal) + "</text>";
}

std::string Draw(const Verdict& verdict, WallTime now, Size size) {
  const Certificate* leaf = verdict.leaf();
  if (leaf == nullptr || leaf->lifetime() <= std::chrono::seconds{0}) return {};
  const auto renewal = RenewalWithin(verdict, *leaf);
  std::string svg = "<svg class=\"life\" role=\"img\" aria-label=\"" +
                    ToHtml(LabelOf(*leaf, renewal, now)) + "\">" +
                    "<rect class=\"track\" y=\"3\" width=\"100%\" height=\"6\" rx=\"3\"/>";
  if (renewal) {
    const double start = Share(*leaf, *renewal);
    svg += "<rect class=\"window\" x=\"" + Percent(start) + "\" y=\"3\" width=\"" +
           Percent(100.0 - start) + "\" height=\"6\" rx=\"3\"/>";
  }
  const std::string passed = Percent(Share(*leaf, now));
  svg += "<rect class=\"passed\" y=\"3\" width=\"" + passed + "\" height=\"6\" rx=\"3\"/>";
  if (renewal) svg += MarkHtml(Share(*leaf, *renewal), *renewal, size);
  return svg + "<circle class=\"now\" cx=\"" + passed + "\" cy=\"6\" r=\"5\"/></svg>";
}

}  // namespace

std::string LifetimeBar(const Verdict& verdict, WallTime now) {
  return Draw(verdict, now, Size::kRow);
}

std::string LifetimeFigure(const Verdict& verdict, WallTime now) {
  const std::string drawing = Draw(verdict, now, Size::kCard);
  if (drawing.empty()) return {};
  const Certificate& leaf = *verdict.leaf();
  return std::string("<div class=\"lifetime") + (RenewalWithin(verdict, leaf) ? "" : " unmarked") +
         "\">" + drawing + "<p class=\"dates\"><span>issued " +
         TimeHtml(leaf.not_before, FormatDate(leaf.not_before)) + "</span><span>" +
         (now > leaf.not_after ? "expired " : "expires ") +
         TimeHtml(leaf.not_after, FormatDate(leaf.not_after)) + "</span></p></div>\n";
}

}  // namespace certhealth::page
