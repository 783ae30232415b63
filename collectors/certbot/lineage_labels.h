// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

namespace certhealth {

/// Makes the names by which lineages are told: text, and no two alike, whatever bytes the names of
/// their files have and however many directories hold lineages of one name. The same answers for
/// the same questions in the same order.
class LineageLabels {
 public:
  std::string LabelOf(const std::string& name, const std::string& config_dir);

 private:
  std::unordered_map<std::string, std::size_t> given_;  // and how many are numbered from each
};

}  // namespace certhealth
