// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>

#include "collectors/web_server/apache_scope.h"

namespace certhealth {

/// What the <Directory>, <Files> and <Location> sections make of a file of a challenge.
struct SectionsSay {
  bool is_clear = true;     // it is given to everybody, as it is
  bool gives_more = false;  // where it is not there, something else may be given
};

/// By those of `main` and of `host` that cover the files in `directory`, and by the .htaccess files
/// that are read there. `may_exist` tells of a path whether a file may be there.
SectionsSay JudgeSections(const ApacheScope& main, const ApacheScope& host,
                          const std::string& directory,
                          const std::function<bool(const std::string&)>& may_exist);

/// What the <Location> sections say of handing challenges on.
enum class LocationsSay { kNothing, kNoProxy, kUnknown };
LocationsSay JudgeLocations(const ApacheScope& main, const ApacheScope& host);

}  // namespace certhealth
