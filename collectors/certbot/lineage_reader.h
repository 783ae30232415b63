// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"
#include "collectors/bundle.h"
#include "collectors/certbot/lineage.h"
#include "collectors/certbot/lineage_identity.h"
#include "collectors/certbot/read_keys.h"
#include "collectors/certificate_reader.h"

namespace certhealth {

struct LineageReading {
  std::shared_ptr<const Bundle> bundle;
  LineageIdentity identity;
  bool in_motion = false;  // what was seen is how a lineage looks for the instant in which certbot
                           // swaps its links
};

/// Reads lineages of one configuration directory. One thread at a time.
class LineageReader {
 public:
  LineageReader(const FileSystem& files, CertificateReader& certificates, std::string config_dir,
                std::size_t root, ReadKeys keys)
      : files_(files),
        certificates_(certificates),
        config_dir_(std::move(config_dir)),
        root_(root),
        keys_(keys) {}

  /// Everything that is known of the lineage `name`, from its conf and from live/NAME; at least one
  /// of them exists. `label` becomes the Bundle's name.
  LineageReading Read(const std::string& name, const std::string& label) const;

 private:
  struct Draft;

  void ReadConf(Draft& draft) const;
  void FindLinkPaths(Draft& draft) const;
  void LookAtLinks(Draft& draft) const;
  int CountPreviousLinks(const std::string& live_dir) const;
  LineageLink FollowLink(Draft& draft, LineageFile file) const;
  static std::optional<FileStatus> LookAtTarget(Draft& draft, LineageFile file,
                                                const Result<FileStatus>& status);
  void ReadTarget(Draft& draft, LineageFile file) const;
  void ListArchive(Draft& draft) const;
  void ReadCertificates(Draft& draft) const;
  static bool IsCertThenChain(const Draft& draft);
  /// What fullchain holds, when it is cert then chain and there is nothing odd about either; the
  /// chain is read again only when it is another than the lineage's before. Else nothing.
  std::vector<std::shared_ptr<const Certificate>> ReadInParts(const Draft& draft) const;
  bool PresentsChainAsLeaf(const Draft& draft) const;
  void CompareFullchain(Draft& draft) const;
  void ReadNewest(Draft& draft) const;
  void LookAtKey(Draft& draft) const;
  std::shared_ptr<const Certificate> ReadLeaf(const std::string& path) const;

  const FileSystem& files_;
  CertificateReader& certificates_;
  std::string config_dir_;
  std::size_t root_;
  ReadKeys keys_;

  struct Chain {
    std::string text;
    std::vector<std::shared_ptr<const Certificate>> certificates;
  };
  mutable Chain last_chain_;  // that ReadInParts has read
  // Most lineages of a machine have these in common.
  mutable SharedText last_account_;
  mutable SharedText last_server_;
};

}  // namespace certhealth
