// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "exporter/block.h"
#include "exporter/http_text.h"
#include "exporter/metrics.h"
#include "exporter/page_family.h"

namespace certhealth {

/// The part of /metrics that a look decides, rendered and compressed family by family. What it says
/// never changes: any number of scrapes share it.
class MetricsPage {
 public:
  /// Families whose text is the same in `previous` (may be null) are taken from there, so that a
  /// look that changed little costs little memory and compresses little.
  static std::shared_ptr<const MetricsPage> Render(const Report& report, DnsNameSeries dns_names,
                                                   const MetricsPage* previous);

  /// The whole page with `tail` at its end, ready to be sent. Copies nothing but the tail. Who
  /// first asks for the plain text waits for it to be decompressed; it is kept, in this page and in
  /// those that follow, as long as somebody asks every few minutes.
  std::vector<Block> Assemble(std::string tail, ContentEncoding encoding) const;

  /// Of the plain text, without a tail.
  std::size_t size_bytes() const;

 private:
  std::vector<std::shared_ptr<const PageFamily>> families_;
  mutable std::atomic<bool> asked_plain_ = false;
  std::optional<WallTime> plain_until_;  // after the last page that was asked for its plain text
};

}  // namespace certhealth
