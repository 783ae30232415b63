// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot/lineage_labels.h"

#include "collectors/base/utf8.h"

namespace certhealth {

std::string LineageLabels::LabelOf(const std::string& name, const std::string& config_dir) {
  std::string label = ToValidUtf8(name);
  // Two directories may hold lineages of one name, and two names may differ in bytes that are no
  // text.
  if (given_.contains(label)) label += " (" + ToValidUtf8(config_dir) + ")";
  const auto [found, is_new] = given_.try_emplace(label, 1);
  if (is_new) return label;
  // Counted on from the last one of this text, so that any number of them takes but a step each.
  std::size_t& count = found->second;
  std::string numbered;
  do {
    numbered = label + " #" + std::to_string(++count);
  } while (!given_.try_emplace(numbered, 1).second);
  return numbered;
}

}  // namespace certhealth
