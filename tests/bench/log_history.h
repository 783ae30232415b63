// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace certhealth::bench {

/// The log that a certbot with many lineages leaves behind.
struct LogHistory {
  std::size_t lineages = 10'000;
  std::size_t short_lived = 800;  // of them, the ones that are ever renewed, in turn
  std::size_t due_per_run = 80;
  std::size_t files = 1'000;
  std::size_t file_bytes = (1U << 30U) / 1'000;  // certbot rolls over at about 1 MiB
};

/// Writes `history` into `directory`, which must exist: letsencrypt.log, .1, .2.gz, .3, .4.gz and
/// so on. Lineages that are not due are told as certbot 2.1.0 tells them; a renewal is
/// `template_log`, a real one of shop.example.com, with another name and other random strings, so
/// that it compresses as a real log does. The newest runs are the same whatever `files` is.
void WriteLogHistory(const LogHistory& history, const std::string& template_log,
                     const std::string& directory);

}  // namespace certhealth::bench
