// SPDX-License-Identifier: Apache-2.0
#include "exporter/metrics_page.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace certhealth {

std::shared_ptr<const MetricsPage> MetricsPage::Render(const Report& report,
                                                       DnsNameSeries dns_names,
                                                       const MetricsPage* previous) {
  auto page = std::make_shared<MetricsPage>();
  const MetricsInput input = MakeMetricsInput(report, dns_names);
  for (const MetricKind& kind : Metrics()) {
    const std::string text = RenderFamily(kind, input);
    if (text.empty()) continue;
    const std::size_t hash = std::hash<std::string>{}(text);
    if (previous != nullptr) {
      const auto before = std::ranges::find(previous->families_, kind.name, &Family::name);
      if (before != previous->families_.end() && before->hash == hash &&
          before->compressed->length_bytes == text.size()) {
        page->families_.push_back(*before);
        continue;
      }
    }
    auto compressed = std::make_shared<const CompressedBlock>(CompressBlock(text));
    page->families_.push_back({kind.name, hash, compressed, MakePlainBlock(compressed)});
  }
  return page;
}

std::vector<Block> MetricsPage::Assemble(std::string tail, ContentEncoding encoding) const {
  if (encoding == ContentEncoding::kGzip) {
    std::vector<std::shared_ptr<const CompressedBlock>> blocks;
    for (const Family& family : families_) blocks.push_back(family.compressed);
    blocks.push_back(std::make_shared<const CompressedBlock>(CompressBlock(tail)));
    return AssembleGzip(blocks);
  }
  std::vector<Block> blocks;
  for (const Family& family : families_) blocks.push_back(family.plain);
  blocks.push_back(MakeBlock(std::move(tail)));
  return blocks;
}

std::size_t MetricsPage::size_bytes() const {
  std::size_t size = 0;
  for (const Family& family : families_) size += family.compressed->length_bytes;
  return size;
}

}  // namespace certhealth
