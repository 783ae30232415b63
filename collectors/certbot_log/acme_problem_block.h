// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include "collectors/certbot_log/failure_reason.h"

namespace certhealth {

/// Reads the block in which certbot tells what the CA found wrong: `Domain:` (`Identifier:` since
/// 5.3), `Type:` and `Detail:`, over and over, indented or not. A block with a problem in it takes
/// the place of the one before it, as certbot's last word; one without leaves it.
class AcmeProblemBlock {
 public:
  enum class Wants { kMoreLines, kNothing };

  /// A record has begun that may hold such a block.
  void Begin() { is_new_ = true; }

  /// Takes the next line of it into `problems`. It wants no more once that is full.
  Wants AddLine(std::string_view line, std::vector<AcmeProblem>& problems);

 private:
  bool is_new_ = false;  // nothing of the block has been taken yet
};

}  // namespace certhealth
