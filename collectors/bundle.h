// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/certificate.h"

namespace certhealth {

struct Endpoint;
struct Lineage;

/// Who looks after a certificate; the value of the label `source`.
enum class Source { kCertbot, kFile, kEndpoint };

std::string_view NameOf(Source source);

/// The certificates that one place presents, and what went wrong in looking. The one neutral record
/// of all collectors: whatever judges or tells reads only Bundles. Immutable once published.
struct Bundle {
  Source source = Source::kFile;
  std::string name;  // lineage name, path or host:port; unique within its source, the same after a
                     // renewal; valid UTF-8
  std::vector<std::shared_ptr<const Certificate>>
      chain;                                   // leaf first; empty when nothing could be read
  std::vector<Failure> failures;               // the rest of the Bundle still holds
  std::shared_ptr<const Lineage> lineage{};    // set for certbot only
  std::shared_ptr<const Endpoint> endpoint{};  // set for endpoints only
};

}  // namespace certhealth
