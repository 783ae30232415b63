// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace certhealth {

/// Decodes base64 (RFC 4648, 4) that arrives in pieces, such as the lines of a PEM block. White
/// space is passed over.
class Base64Decoder {
 public:
  /// False when `piece` has a character that is neither base64 nor white space, or data after the
  /// padding.
  [[nodiscard]] bool Append(std::string_view piece);

  /// False when what was appended stops within a group of four characters.
  [[nodiscard]] bool Finish();

  /// What has been decoded so far.
  std::string& bytes() { return bytes_; }

 private:
  std::string bytes_;
  std::uint32_t group_ = 0;  // the bits of the group of four that is not complete
  int in_group_ = 0;
  int padding_ = 0;
};

}  // namespace certhealth
