// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

namespace certhealth {

/// A piece of a page. Shared and immutable: rendered once after a look, then sent to any number of
/// scrapers without a copy. Never null.
using Block = std::shared_ptr<const std::string>;

/// A block of its own for `text`.
inline Block MakeBlock(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

}  // namespace certhealth
