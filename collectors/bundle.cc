// SPDX-License-Identifier: Apache-2.0
#include "collectors/bundle.h"

namespace certhealth {

std::string_view NameOf(Source source) {
  switch (source) {
    case Source::kCertbot:
      return "certbot";
    case Source::kFile:
      return "file";
    case Source::kEndpoint:
      break;
  }
  return "endpoint";
}

}  // namespace certhealth
