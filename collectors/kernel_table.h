// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/base/file_system.h"
#include "collectors/base/result.h"

namespace certhealth {

/// A text that the kernel makes as it is read, and whose size nothing tells (proc(5)).
struct KernelTable {
  std::string text;
  bool is_whole = true;  // false: more than 2 MiB, of which these are the first
};

/// The table at `path`, as "/proc/1/net/tcp".
Result<KernelTable> ReadKernelTable(const FileSystem& files, const std::string& path);

}  // namespace certhealth
