// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "exporter/block.h"
#include "exporter/gzip.h"
#include "exporter/http_text.h"
#include "exporter/metrics.h"

namespace certhealth {

/// The part of /metrics that a look decides, rendered and compressed family by family. Immutable:
/// any number of scrapes share it.
class MetricsPage {
 public:
  /// Families whose text is the same in `previous` (may be null) are taken from there, so that a
  /// look that changed little costs little memory and compresses little.
  static std::shared_ptr<const MetricsPage> Render(const Report& report, DnsNameSeries dns_names,
                                                   const MetricsPage* previous);

  /// The whole page with `tail` at its end, ready to be sent. Copies nothing but the tail.
  std::vector<Block> Assemble(std::string tail, ContentEncoding encoding) const;

  /// Of the plain text, without a tail.
  std::size_t size_bytes() const;

 private:
  /// Held compressed, which takes a tenth of the memory and is what Prometheus asks for.
  struct Family {
    std::string_view name;  // static storage
    std::size_t hash = 0;   // of the text: with its length, whether it is the same again
    std::shared_ptr<const CompressedBlock> compressed;
    Block plain;  // decompresses it
  };
  std::vector<Family> families_;
};

}  // namespace certhealth
