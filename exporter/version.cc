// SPDX-License-Identifier: Apache-2.0
#include "exporter/version.h"

#include "exporter/version_values.h"

namespace certhealth {

BuildInfo GetBuildInfo() {
#if defined(__clang__)
  const std::string compiler = "clang " __clang_version__;
#else
  const std::string compiler = "gcc " __VERSION__;
#endif
  return {CERTHEALTH_VERSION, CERTHEALTH_REVISION, CERTHEALTH_BRANCH, compiler};
}

std::string VersionText() {
  const BuildInfo build = GetBuildInfo();
  return "certhealth_exporter, version " + build.version + " (branch: " + build.branch +
         ", revision: " + build.revision + ")\n  compiler:         " + build.compiler + "\n";
}

}  // namespace certhealth
