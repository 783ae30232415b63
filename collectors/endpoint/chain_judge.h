// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "collectors/base/clock.h"
#include "collectors/base/file_system.h"
#include "collectors/endpoint/endpoint.h"

struct stack_st_X509;  // STACK_OF(X509)

namespace certhealth {

/// The verdict on a chain, the name aside.
struct ChainVerdict {
  std::optional<EndpointFault> distrust;
  std::optional<WallTime> path_end;  // the first end on the path to a root; absent when distrusted
};

/// The roots of one file, and the verdicts on chains that they led to. A chain that was verified is
/// not verified again, but its dates are judged each time. Thread-safe.
class TrustStore {
 public:
  virtual ~TrustStore() = default;
  /// `identity` is the same for the same chain alone; empty, and nothing is remembered. REQUIRES: a
  /// chain that is not empty.
  virtual ChainVerdict Judge(stack_st_X509* chain, const std::string& identity, WallTime now) = 0;
  /// How many chains have been verified so far.
  virtual std::size_t verified() const = 0;
};

/// Reads files of roots, and reads them again when they have changed. Thread-safe.
class TrustStores {
 public:
  explicit TrustStores(const FileSystem& files) : files_(files) {}

  /// The roots of the PEM file `path`; those of this machine for an empty one. A failure names the
  /// file.
  Result<std::shared_ptr<TrustStore>> Open(const std::string& path);

 private:
  struct Known {
    FileIdentity identity;
    std::shared_ptr<TrustStore> store;
  };

  const FileSystem& files_;
  std::mutex mutex_;  // guards what follows
  std::map<std::string, Known> known_;
};

}  // namespace certhealth
