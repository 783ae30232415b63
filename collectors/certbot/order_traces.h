// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/certificate_request.h"

namespace certhealth {

/// An order that certbot up to 2.2 set about: it leaves csr/NNNN_csr-certbot.pem, whatever comes of
/// it. A dry run leaves none; nor does what fails before the order, such as a missing plugin.
/// Nothing in it tells the lineage, nor whether it was `renew`, certonly or a first issue.
struct OrderTrace {
  unsigned number = 0;  // the lowest that was free, so newer ones are higher until some are removed
  WallTime written{};
  CertificateRequest request;
};

/// Reads the csr/ folder of one configuration directory from look to look: a request once, and
/// nothing at all while the folder does not change. One thread.
class OrderTraces {
 public:
  static constexpr std::size_t kMaxTraces = 4'096;      // those with the highest numbers
  static constexpr std::uint64_t kMaxBytes = 1U << 16;  // of one request

  /// Every request that can be read, by ascending number. What cannot is left out.
  const std::vector<OrderTrace>& Look(const FileSystem& files, const std::string& config_dir,
                                      WallTime now);

 private:
  struct Known {
    FileIdentity identity;
    std::optional<CertificateRequest> request;
  };

  void Read(const FileSystem& files, const std::string& directory);

  std::optional<FileIdentity> folder_;  // when it was read, if it had settled by then
  std::map<unsigned, Known> known_;
  std::vector<OrderTrace> traces_;
};

}  // namespace certhealth
