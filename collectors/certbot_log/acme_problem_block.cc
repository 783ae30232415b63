// SPDX-License-Identifier: Apache-2.0
#include "collectors/certbot_log/acme_problem_block.h"

#include <algorithm>
#include <utility>

#include "collectors/certbot_log/lineage_table.h"
#include "collectors/certbot_log/log_text.h"
#include "collectors/certbot_log/phrases.h"

namespace certhealth {
namespace {

constexpr std::size_t kMaxProblems = 16;
constexpr std::size_t kMaxTypeBytes = 64;
constexpr std::size_t kMaxDetailBytes = 512;

}  // namespace

AcmeProblemBlock::Wants AcmeProblemBlock::AddLine(std::string_view line,
                                                  std::vector<AcmeProblem>& problems) {
  line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
  if (Skip(line, "Domain: ") || Skip(line, "Identifier: ")) {
    if (std::exchange(is_new_, false)) problems.clear();
    if (problems.size() == kMaxProblems) return Wants::kNothing;
    problems.push_back({CleanText(line, LineageTable::kMaxNameBytes), {}, {}});
  } else if (is_new_ || problems.empty()) {
    return Wants::kMoreLines;
  } else if (Skip(line, "Type:")) {
    problems.back().type = CleanText(line, kMaxTypeBytes);
  } else if (Skip(line, "Detail:")) {
    problems.back().detail = CleanText(line, kMaxDetailBytes);
  }
  return Wants::kMoreLines;
}

}  // namespace certhealth
