// SPDX-License-Identifier: Apache-2.0
// Contract: whatever the bytes, the runs are the same however the bytes are pieced.
#include <algorithm>
#include <cstdlib>

#include "collectors/certbot_log/run_reader.h"

static std::vector<certhealth::LogRun> Runs(std::string_view log, std::size_t piece) {
  certhealth::RunReader reader{certhealth::TimeZone()};
  for (std::size_t at = 0; at < log.size(); at += piece) reader.Read(log.substr(at, piece));
  std::vector<certhealth::LogRun> runs = reader.TakeFinished();
  std::ranges::move(reader.Unfinished(certhealth::RunState::kOver), std::back_inserter(runs));
  return runs;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view log(reinterpret_cast<const char*>(data), size);
  if (Runs(log, size + 1) != Runs(log, 1 + size % 61)) std::abort();
  return 0;
}
