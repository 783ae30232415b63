// SPDX-License-Identifier: Apache-2.0
#include "exporter/config.h"

namespace certhealth {

Config Merge(Config flags, const FileSettings& file) {
  if (flags.certbot.empty()) {
    flags.certbot = file.certbot;
    if (flags.certbot_logs_dir) {
      for (CertbotPlace& place : flags.certbot) place.logs_dir.reset();
    }
  }
  if (flags.files.empty()) flags.files = file.files;
  if (flags.ignored_problems.empty()) flags.ignored_problems = file.ignored_problems;
  return flags;
}

}  // namespace certhealth
