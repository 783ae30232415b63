// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace certhealth {

/// What this binary was built from and with; the labels of certhealth_exporter_build_info.
struct BuildInfo {
  std::string version;
  std::string revision;
  std::string branch;
  std::string compiler;
};

BuildInfo GetBuildInfo();

/// The answer to --version, in the form of the Prometheus exporters.
std::string VersionText();

}  // namespace certhealth
