// SPDX-License-Identifier: Apache-2.0
#include "collectors/base/failure.h"

namespace certhealth {

std::string_view NameOf(Reason reason) {
  switch (reason) {
    case Reason::kNotFound:
      return "not_found";
    case Reason::kPermissionDenied:
      return "permission_denied";
    case Reason::kBrokenLink:
      return "broken_link";
    case Reason::kLinkLoop:
      return "link_loop";
    case Reason::kNotRegular:
      return "not_regular";
    case Reason::kTooLarge:
      return "too_large";
    case Reason::kReadFailed:
      return "read_failed";
    case Reason::kNoCertificate:
      return "no_certificate";
    case Reason::kBadCertificate:
      return "bad_certificate";
    case Reason::kBadText:
      return "bad_text";
  }
  return "read_failed";
}

}  // namespace certhealth
