// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "collectors/base/file_system.h"

namespace certhealth {

/// Where one certbot keeps its things.
struct CertbotPlace {
  std::string config_dir;
  std::string logs_dir;

  bool operator==(const CertbotPlace&) const = default;
};

/// The places of `config_dirs`, as given; or, when none are, those that exist: /etc/letsencrypt of
/// Debian, pip and snap alike, /usr/local/etc/letsencrypt of the BSD ports, and the --config-dir
/// and --logs-dir that certbot's own cli.ini sets. Nothing where certbot was never used.
std::vector<CertbotPlace> FindCertbot(const FileSystem& files,
                                      const std::vector<std::string>& config_dirs,
                                      const std::optional<std::string>& logs_dir);

}  // namespace certhealth
