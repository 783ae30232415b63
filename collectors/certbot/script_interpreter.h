// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "collectors/base/file_system.h"

namespace certhealth {

/// The interpreter that the first line of the script at `path` names and that is not there; then
/// the kernel does not start the script (execve(2), ENOENT). Empty where there is none, where it
/// exists, and where that cannot be seen; of `#!/usr/bin/env NAME` it is /usr/bin/NAME, where NAME
/// is in no usual directory. A carriage return at the end belongs to the name, as it does for the
/// kernel.
std::string MissingInterpreter(const FileSystem& files, const std::string& path);

}  // namespace certhealth
