// SPDX-License-Identifier: Apache-2.0
#include "collectors/bundle.h"

namespace certhealth {

std::string_view NameOf(Source source) {
  switch (source) {
    case Source::kCertbot:
      return "certbot";
    case Source::kFile:
      return "file";
  }
  return "file";
}

}  // namespace certhealth
