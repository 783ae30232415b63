// SPDX-License-Identifier: Apache-2.0
#include "exporter/metrics_page.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace certhealth {
namespace {

/// Longer than scrapers pause.
constexpr std::chrono::minutes kPlainKept{5};

}  // namespace

std::shared_ptr<const MetricsPage> MetricsPage::Render(const Report& report,
                                                       DnsNameSeries dns_names,
                                                       const MetricsPage* previous) {
  auto page = std::make_shared<MetricsPage>();
  if (previous != nullptr) {
    page->plain_until_ = previous->asked_plain_ ? report.now + kPlainKept : previous->plain_until_;
  }
  const bool plain = page->plain_until_ && report.now < *page->plain_until_;
  const MetricsInput input = MakeMetricsInput(report, dns_names);
  for (const MetricKind& kind : Metrics()) {
    std::string text = RenderFamily(kind, input);
    if (text.empty()) continue;
    if (previous != nullptr) {
      const auto before = std::ranges::find(previous->families_, kind.name, &PageFamily::name);
      if (before != previous->families_.end() && (*before)->Says(text)) {
        if (!plain) (*before)->DropText();
        page->families_.push_back(*before);
        continue;
      }
    }
    page->families_.push_back(std::make_shared<const PageFamily>(
        kind.name, std::move(text),
        plain ? PageFamily::Plain::kKept : PageFamily::Plain::kDropped));
  }
  return page;
}

std::vector<Block> MetricsPage::Assemble(std::string tail, ContentEncoding encoding) const {
  if (encoding == ContentEncoding::kGzip) {
    std::vector<std::shared_ptr<const CompressedBlock>> blocks;
    for (const auto& family : families_) blocks.push_back(family->compressed());
    blocks.push_back(std::make_shared<const CompressedBlock>(CompressBlock(tail)));
    return AssembleGzip(blocks);
  }
  asked_plain_ = true;
  std::vector<Block> blocks;
  for (const auto& family : families_) blocks.push_back(family->Text());
  blocks.push_back(MakeBlock(std::move(tail)));
  return blocks;
}

std::size_t MetricsPage::size_bytes() const {
  std::size_t size = 0;
  for (const auto& family : families_) size += family->compressed()->length_bytes;
  return size;
}

}  // namespace certhealth
