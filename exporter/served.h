// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/snapshot.h"

namespace certhealth {

/// What an endpoint presents, as a version of a lineage.
struct ServedVersion {
  const Bundle* lineage = nullptr;
  bool is_newest = false;  // what live/ points to, or newer
};

/// An endpoint that presents a version of a lineage.
struct ServedAt {
  const Bundle* endpoint = nullptr;
  bool is_newest = false;
};

/// Joins what endpoints present with what is on disk. Refers to the Snapshot it was built from.
/// Costs nothing where no endpoint was looked at.
class ServedCertificates {
 public:
  explicit ServedCertificates(const Snapshot& snapshot);

  /// The lineage that `endpoint` presents a version of. The newest and the version before are known
  /// by their digests. At a listener of this machine an older certificate with exactly the names of
  /// one lineage, issued by the same CA, is an older version of it: elsewhere it may be another
  /// machine's own.
  std::optional<ServedVersion> VersionOf(const Bundle& endpoint) const;

  /// The endpoints that present a version of `lineage`, in the order of the look.
  const std::vector<ServedAt>& EndpointsOf(const Bundle& lineage) const;

  /// The lineage or file whose present leaf `leaf` is; null for none.
  const Bundle* OnDisk(const Certificate& leaf) const;

 private:
  void AddOnDisk(const Bundle& bundle);
  std::optional<ServedVersion> Match(const Bundle& endpoint) const;

  std::unordered_map<std::string, const Bundle*> on_disk_;  // by SHA-256 in hexadecimal
  std::unordered_map<std::string, const Bundle*> before_;   // the same of versions before
  std::unordered_map<std::string, std::vector<const Bundle*>> lineages_;  // by their names
  std::unordered_map<const Bundle*, ServedVersion> versions_;
  std::unordered_map<const Bundle*, std::vector<ServedAt>> served_at_;
};

}  // namespace certhealth
