// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"
#include "collectors/bundle.h"
#include "collectors/collector.h"
#include "collectors/surroundings.h"

namespace certhealth {

/// Looks at files of certificates, PEM or DER, that patterns name (see ExpandGlob). Each file is a
/// Bundle of its own, named by its path; one that cannot be read is a Bundle with failures, and
/// costs no other. A file without certificates but with other PEM blocks (keys, parameters) is left
/// out, unless a pattern without wildcards asks for it. A file whose target has not changed since
/// the last look is not read again, and its Bundle is the same object.
class FilesCollector final : public Collector {
 public:
  FilesCollector(Surroundings surroundings, std::vector<std::string> patterns)
      : surroundings_(std::move(surroundings)), patterns_(std::move(patterns)) {}

  std::string_view name() const override { return "files"; }
  CollectorRun Look(const Snapshot& known) override;

 private:
  enum class Wish { kByWildcard, kByName };  // how a pattern asked for a path

  struct Known {
    /// Of the file that was read. Unset after a failure, and while the file is so young that it
    /// could change again within the same tick of the file system's clock.
    std::optional<FileIdentity> identity;
    std::shared_ptr<const Bundle> bundle;  // null: left out
  };

  Known LookAt(const std::string& path, Wish wish) const;
  std::shared_ptr<const Bundle> FailedBundle(const std::string& path, const Failure& failure) const;

  Surroundings surroundings_;
  const std::vector<std::string> patterns_;
  std::unordered_map<std::string, Known> known_;  // by path, as of the last look
};

}  // namespace certhealth
