// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace certhealth {

/// Why something could not be looked at. Closed: the names are part of the JSON report and never
/// change their meaning.
enum class Reason {
  kNotFound,          // nothing there
  kPermissionDenied,  // there, but not for this process
  kBrokenLink,        // a symbolic link whose target is missing
  kLinkLoop,          // links that lead back to themselves
  kNotRegular,        // a FIFO, socket, device or directory where a file belongs; never opened for
                      // reading
  kTooLarge,          // over the limit of bytes for its kind
  kReadFailed,        // the system call failed in another way; the detail has its error text
  kNoCertificate,     // readable, but no certificate in it
  kBadCertificate,    // a certificate that does not decode, or whose dates do not
  kBadText,           // text that does not follow its grammar (a conf, an INI file)
};

/// The label value of a reason: "not_found".
std::string_view NameOf(Reason reason);

/// Something that did not work out. `reason` is for machines, `detail` for a person: what, where
/// (path, file:line), and what would be right.
struct Failure {
  Reason reason = Reason::kReadFailed;
  std::string detail;

  bool operator==(const Failure&) const = default;
};

}  // namespace certhealth
