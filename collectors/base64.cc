// SPDX-License-Identifier: Apache-2.0
#include "collectors/base64.h"

#include <array>
#include <cstddef>

namespace certhealth {
namespace {

constexpr std::uint8_t kPadding = 0xFD;
constexpr std::uint8_t kSpace = 0xFE;
constexpr std::uint8_t kInvalid = 0xFF;

constexpr std::array<std::uint8_t, 256> MakeValues() {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::array<std::uint8_t, 256> values{};
  values.fill(kInvalid);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  for (const char space : {' ', '\t', '\n', '\v', '\f', '\r'}) {
    values[static_cast<unsigned char>(space)] = kSpace;
  }
  values['='] = kPadding;
  return values;
}

constexpr std::array<std::uint8_t, 256> kValues = MakeValues();

std::uint8_t ValueOf(char c) { return kValues[static_cast<unsigned char>(c)]; }

}  // namespace

bool Base64Decoder::Append(std::string_view piece) {
  std::size_t length = bytes_.size();
  bytes_.resize(length + piece.size() / 4 * 3 + 3);
  bool valid = true;
  for (std::size_t i = 0; i < piece.size();) {
    if (in_group_ == 0 && padding_ == 0 && piece.size() - i >= 4) {
      const std::uint32_t a = ValueOf(piece[i]);
      const std::uint32_t b = ValueOf(piece[i + 1]);
      const std::uint32_t c = ValueOf(piece[i + 2]);
      const std::uint32_t d = ValueOf(piece[i + 3]);
      if (((a | b | c | d) & 0xC0U) == 0) {  // four of the alphabet, the common case by far
        bytes_[length++] = static_cast<char>(a << 2U | b >> 4U);
        bytes_[length++] = static_cast<char>((b << 4U | c >> 2U) & 0xFFU);
        bytes_[length++] = static_cast<char>((c << 6U | d) & 0xFFU);
        i += 4;
        continue;
      }
    }
    const std::uint8_t value = ValueOf(piece[i++]);
    if (value == kSpace) continue;
    if (value == kPadding) {
      ++padding_;
      continue;
    }
    if (value == kInvalid || padding_ > 0) {
      valid = false;
      break;
    }
    group_ = group_ << 6U | value;
    if (++in_group_ < 4) continue;
    for (const unsigned shift : {16U, 8U, 0U}) {
      bytes_[length++] = static_cast<char>(group_ >> shift & 0xFFU);
    }
    group_ = 0;
    in_group_ = 0;
  }
  bytes_.resize(length);
  return valid;
}

bool Base64Decoder::Finish() {
  if (in_group_ == 0) return padding_ == 0;
  if (in_group_ == 1 || in_group_ + padding_ != 4) return false;
  const std::uint32_t bits = group_ << (in_group_ == 3 ? 6U : 12U);
  bytes_ += static_cast<char>(bits >> 16U & 0xFFU);
  if (in_group_ == 3) bytes_ += static_cast<char>(bits >> 8U & 0xFFU);
  return true;
}

}  // namespace certhealth
