// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/style.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <regex>
#include <string>
#include <utility>
#include <vector>

namespace certhealth::page {
namespace {

using Palette = std::map<std::string, std::string>;

std::string Sha256InBase64(std::string_view text) {
  std::array<unsigned char, 32> digest{};
  EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
  std::array<unsigned char, 64> base64{};
  EVP_EncodeBlock(base64.data(), digest.data(), digest.size());
  return reinterpret_cast<const char*>(base64.data());
}

/// The variables of the `index`th :root block: light, dark.
Palette PaletteOf(std::size_t index) {
  const std::string style(StyleText());
  std::size_t start = 0;
  for (std::size_t i = 0; i <= index; ++i) start = style.find(":root {", start) + 1;
  const std::string block = style.substr(start, style.find('}', start) - start);
  const std::regex variable("--([a-z-]+): #([0-9a-f]{6})");
  Palette palette;
  for (std::sregex_iterator match(block.begin(), block.end(), variable), end; match != end; ++match)
    palette[(*match)[1]] = (*match)[2];
  return palette;
}

/// WCAG 2.2, relative luminance.
double Luminance(const std::string& colour) {
  const std::array<double, 3> weights = {0.2126, 0.7152, 0.0722};
  double luminance = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    const double share = std::stoi(colour.substr(2 * i, 2), nullptr, 16) / 255.0;
    luminance +=
        weights[i] * (share <= 0.04045 ? share / 12.92 : std::pow((share + 0.055) / 1.055, 2.4));
  }
  return luminance;
}

double Contrast(const std::string& one, const std::string& other) {
  const auto [low, high] = std::minmax({Luminance(one), Luminance(other)});
  return (high + 0.05) / (low + 0.05);
}

TEST(Style, IsAllowedByItsHash) { EXPECT_EQ(StyleHash(), Sha256InBase64(StyleText())); }

TEST(Style, HoldsTheContrastOfWcagAaInBothSchemes) {
  const std::vector<std::pair<const char*, const char*>> texts = {
      {"text", "bg"},      {"text", "card"},      {"text", "code"},
      {"muted", "bg"},     {"muted", "card"},     {"link", "bg"},
      {"link", "card"},    {"critical", "card"},  {"critical", "critical-soft"},
      {"warning", "card"}, {"ok", "card"},        {"warning", "warning-soft"},
      {"ok", "ok-soft"},   {"info", "info-soft"}, {"info", "card"}};
  for (const std::size_t scheme : {0U, 1U}) {
    Palette palette = PaletteOf(scheme);
    ASSERT_EQ(palette.size(), 18U);
    for (const auto& [text, ground] : texts)
      EXPECT_GE(Contrast(palette[text], palette[ground]), 4.5)
          << scheme << text << " on " << ground;
    EXPECT_GE(Contrast(palette["text"], palette["track"]), 3.0);  // graphics: the mark of renewal
  }
}

TEST(Style, AsksForNothingFromElsewhere) {
  for (const char* word : {"url(", "@import", "</style", "http"})
    EXPECT_EQ(StyleText().find(word), std::string_view::npos) << word;
}

}  // namespace
}  // namespace certhealth::page
