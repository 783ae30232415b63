// SPDX-License-Identifier: Apache-2.0
#include "collectors/preflight/preflight.h"

namespace certhealth {

std::string_view NameOf(PreflightCheck check) {
  switch (check) {
    case PreflightCheck::kDns:
      return "dns";
    case PreflightCheck::kCaa:
      return "caa";
    case PreflightCheck::kHttp01:
      return "http01";
    case PreflightCheck::kAcme:
      break;
  }
  return "acme";
}

}  // namespace certhealth
