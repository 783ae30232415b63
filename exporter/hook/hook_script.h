// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

/// When certbot calls a hook: after a lineage was renewed, or at the end of a run.
enum class HookStage { kDeploy, kPost };

/// The directory below renewal-hooks: "deploy".
std::string_view NameOf(HookStage stage);

/// The program that records what certbot tells it at `stage`, in POSIX shell. `state_dir` and
/// `records_dir` (HookRecordsDirectory) are absolute paths without a line's end. It prints nothing,
/// always exits with 0, and evaluates nothing that it is given. It writes only below a `state_dir`
/// that belongs to whoever runs it. A dry run is not recorded, where /proc tells one (on Linux).
/// Pure.
std::string HookScript(HookStage stage, const std::string& state_dir,
                       const std::string& records_dir);

/// Whether `text` is a program of HookScript, of this version or another.
bool IsHookScript(std::string_view text);

}  // namespace certhealth
