// SPDX-License-Identifier: Apache-2.0
#include "collectors/kernel_table.h"

#include <span>

namespace certhealth {
namespace {

constexpr std::size_t kMaxTableBytes = 2 << 20;

}  // namespace

Result<KernelTable> ReadKernelTable(const FileSystem& files, const std::string& path) {
  auto source = files.OpenForReading(path);
  if (!source) return source.error();
  KernelTable table{std::string(kMaxTableBytes, '\0'), false};
  std::size_t filled = 0;
  while (filled < table.text.size()) {
    const auto count = (*source)->ReadAt(filled, std::span(table.text).subspan(filled));
    if (!count) return count.error();
    table.is_whole = *count == 0;
    if (table.is_whole) break;
    filled += *count;
  }
  table.text.resize(filled);
  return table;
}

}  // namespace certhealth
