// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "collectors/base/clock.h"
#include "collectors/base/compact_text.h"
#include "collectors/base/failure.h"
#include "collectors/certificate.h"
#include "collectors/renewal_conf.h"

namespace certhealth {

/// The four files of a lineage, in the order in which certbot swaps their links (storage.py,
/// update_all_links_to).
enum class LineageFile : std::size_t { kCert, kPrivkey, kChain, kFullchain };

inline constexpr std::array<std::string_view, 4> kLineageFileNames = {"cert", "privkey", "chain",
                                                                      "fullchain"};

enum class LinkState {
  kGood,      // a symbolic link whose target exists
  kMissing,   // nothing at that path
  kNotALink,  // something else than a symbolic link: certbot refuses the lineage
  kDangling,  // the target does not exist: certbot refuses the lineage
  kUnseen,    // this process may not look
};

struct LineageLink {
  LinkState state = LinkState::kUnseen;
  RareText
      path;  // of the link, where certbot would look for it; empty when it is live/NAME/KIND.pem
  int version = 0;  // the N of KIND<N>.pem; 0 when the target is not named so
};

/// The version directory archive/NAME, as far as the names in it tell.
struct ArchiveVersions {
  bool seen = false;  // the rest holds only when the directory could be listed
  int newest_complete =
      0;           // highest N with all four files: certbot's latest_common_version; 0 for none
  int newest = 0;  // highest N with any of the four
  int before_newest = 0;  // highest complete version below newest_complete; 0 for none
};

/// How the three files that are read relate to each other.
enum class FullchainState {
  kConsistent,   // fullchain is cert followed by chain
  kOtherLeaf,    // its first certificate is not the one in cert
  kOtherChain,   // the same leaf, other intermediates than in chain
  kNotCompared,  // one of the three could not be read
};

/// How far the private key can be read, by stat alone.
struct KeyExposure {
  bool seen = false;
  bool readable_by_all =
      false;  // the file is, and so are the directories above it, as far as CONFIG_DIR or the root
  mode_t permissions = 0;
  uid_t owner = 0;
};

enum class KeyMatch { kNotCompared, kMatches, kDiffers };

/// One certbot lineage beyond the certificates it presents: its conf, its links, its archive.
/// facts: certbot 0.8 to 5.6, storage.py. Immutable once published.
struct Lineage {
  std::size_t root = 0;  // which of the configuration directories of its CertbotMachine
  std::string name{};    // as certbot has it, of any bytes; the Bundle's is made for people

  bool has_conf = false;                // renewal/NAME.conf exists
  std::optional<Failure> conf_failure;  // it could not be read at all
  ConfReading
      conf;  // the four paths and archive_dir are emptied where they are what certbot would write
  bool conf_names_other_paths =
      false;  // some of them are not: the text of one such path stays in `conf`

  WallTime conf_written{};  // its mtime, when it could be read

  bool has_live = false;  // live/NAME exists
  std::array<LineageLink, 4> links;
  int previous_links =
      0;  // live/NAME/previous_KIND.pem: left by an update that was interrupted; four are repaired
  ArchiveVersions archive;

  std::shared_ptr<const Certificate>
      newest;  // of the newest complete version: renewal is decided by this one
  std::optional<WallTime> newest_saved;    // when its file was written
  std::optional<Sha256> sha256_before;     // of the leaf of the version before
  std::vector<std::string> dropped_names;  // SANs of the version before that `newest` lacks
  std::optional<Failure> cert_failure;     // cert.pem, by which certbot goes, has no certificate
  FullchainState fullchain = FullchainState::kNotCompared;
  RareText immutable;  // what every renewal writes, and chattr +i keeps it from; empty for nothing
  KeyExposure key;
  KeyMatch key_match = KeyMatch::kNotCompared;

  const LineageLink& link(LineageFile file) const { return links[static_cast<std::size_t>(file)]; }
};

}  // namespace certhealth
