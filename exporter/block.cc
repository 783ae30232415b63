// SPDX-License-Identifier: Apache-2.0
#include "exporter/block.h"

#include <utility>

namespace certhealth {
namespace {

class TextPiece final : public Piece {
 public:
  explicit TextPiece(std::shared_ptr<const std::string> text) : text_(std::move(text)) {}

  std::size_t size_bytes() const override { return text_->size(); }
  bool SendTo(const Sink& sink) const override { return sink(*text_); }

 private:
  const std::shared_ptr<const std::string> text_;
};

}  // namespace

Block MakeBlock(std::shared_ptr<const std::string> text) {
  return std::make_shared<const TextPiece>(std::move(text));
}

Block MakeBlock(std::string text) {
  return MakeBlock(std::make_shared<const std::string>(std::move(text)));
}

std::string TextOf(const Block& block) {
  std::string text;
  text.reserve(block->size_bytes());
  block->SendTo([&text](std::string_view bytes) {
    text.append(bytes);
    return true;
  });
  return text;
}

}  // namespace certhealth
