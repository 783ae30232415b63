// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "collectors/base/failure.h"
#include "collectors/base/file_system.h"
#include "collectors/bundle.h"
#include "collectors/certificate_reader.h"

namespace certhealth {

/// One look at the files.
struct FilesLook {
  std::vector<std::shared_ptr<const Bundle>> bundles;  // sorted by name
  std::vector<Failure> failures;  // of the look as a whole: directories, patterns, limits
};

/// Looks at files of certificates, PEM or DER, that patterns name (see ExpandGlob). Each file is a
/// Bundle of its own, named by its path; one that cannot be read is a Bundle with failures, and
/// costs no other. A file without certificates but with other PEM blocks (keys, parameters) is left
/// out, unless a pattern without wildcards asks for it. Called from one thread at a time.
class FilesCollector {
 public:
  /// `files` and `reader` must outlive this.
  FilesCollector(const FileSystem& files, CertificateReader& reader,
                 std::vector<std::string> patterns);

  /// Looks once. A file whose target has not changed since the last look is not read again, and its
  /// Bundle is the same object.
  FilesLook Look();

 private:
  enum class Wish { kByWildcard, kByName };  // how a pattern asked for a path

  struct Known {
    FileIdentity identity;                 // of the file that was read; unset after a failure
    std::shared_ptr<const Bundle> bundle;  // null: left out
  };

  Known LookAt(const std::string& path, Wish wish) const;
  std::shared_ptr<const Bundle> FailedBundle(const std::string& path, const Failure& failure) const;

  const FileSystem& files_;
  CertificateReader& reader_;
  const std::vector<std::string> patterns_;
  std::unordered_map<std::string, Known> known_;  // by path, as of the last look
};

}  // namespace certhealth
