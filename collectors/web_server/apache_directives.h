// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace certhealth {

/// What a directive of Apache's has to do with which file is served for a challenge.
enum class ApacheSay {
  kNone,     // it changes neither which file is served nor whether
  kTells,    // ApacheChallengeAnswer goes by it
  kUnknown,  // not known, or known to do what is not understood
};

/// That of the directive `name`, in lower case (Apache 2.4 and what Debian packages for it).
ApacheSay SayOf(std::string_view name);

}  // namespace certhealth
