// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"

namespace certhealth {

/// One line that our hook wrote when certbot called it: "TIME RUN", and behind a failed run the
/// names that certbot gave in FAILED_DOMAINS.
struct HookRecord {
  WallTime at{};
  std::uint64_t run = 0;           // certbot's process number: the records of one run have the same
  std::vector<std::string> names;  // of all lineages that failed, in certbot's order, lower case;
                                   // a name of two of them is there twice

  bool operator==(const HookRecord&) const = default;
};

/// All that the hook has recorded of one configuration directory. Immutable once published.
struct HookRecords {
  std::map<std::string, HookRecord, std::less<>> renewed;  // the last success, by lineage
  std::vector<HookRecord> failed;                          // runs with failures, newest first
};

/// The name of our hook in the directories below renewal-hooks.
inline constexpr std::string_view kHookName = "certhealth";

/// Where the hook that serves the certbot of `config_dir` keeps its records: the files `failed` and
/// `renewed/LINEAGE`. The last component is `config_dir` with '-' for '/', as systemd-escape does:
/// "/var/lib/certhealth_exporter/hook/etc-letsencrypt". Both are absolute paths. Pure.
std::string HookRecordsDirectory(std::string_view state_dir, std::string_view config_dir);

/// More than the hook ever writes; what is beyond is not read.
inline constexpr std::size_t kMaxFailedRuns = 64;
inline constexpr std::size_t kMaxHookFileBytes = std::size_t{1} << 20U;

/// The records in the text of a file of the hook, in its order. A line that is none, or that has no
/// end, is passed over; so is a name that no certificate can have. Pure; linear in the text.
std::vector<HookRecord> ParseHookRecords(std::string_view text);

}  // namespace certhealth
