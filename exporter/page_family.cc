// SPDX-License-Identifier: Apache-2.0
#include "exporter/page_family.h"

#include <functional>
#include <utility>

namespace certhealth {

PageFamily::PageFamily(std::string_view name, std::string text, Plain plain)
    : name_(name),
      hash_(std::hash<std::string_view>{}(text)),
      compressed_(std::make_shared<const CompressedBlock>(CompressBlock(text))) {
  if (plain == Plain::kDropped) return;
  text.shrink_to_fit();
  text_ = MakeBlock(std::move(text));
}

bool PageFamily::Says(std::string_view text) const {
  return text.size() == compressed_->length_bytes && std::hash<std::string_view>{}(text) == hash_;
}

Block PageFamily::Text() const {
  const std::lock_guard lock(mutex_);
  if (text_ == nullptr) text_ = MakeBlock(DecompressBlock(*compressed_));
  return text_;
}

void PageFamily::DropText() const {
  const std::lock_guard lock(mutex_);
  text_ = nullptr;
}

}  // namespace certhealth
