// SPDX-License-Identifier: Apache-2.0
#include "collectors/certificate.h"

#include <cstddef>

namespace certhealth {
namespace {

/// Whether an attribute `start` ("CN=(STAGING)") begins so in a name by RFC 2253.
bool HasAttribute(std::string_view name, std::string_view start) {
  for (std::size_t at = name.find(start); at != std::string_view::npos;
       at = name.find(start, at + 1)) {
    if (at == 0) return true;
    const bool escaped = at >= 2 && name[at - 2] == '\\';
    if ((name[at - 1] == ',' || name[at - 1] == '+') && !escaped) return true;
  }
  return false;
}

}  // namespace

std::string ToHex(const Sha256& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text;
  text.reserve(digest.size() * 2);
  for (const unsigned byte : digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xFU];
  }
  return text;
}

bool IsIssuedBy(const Certificate& certificate, const Certificate& issuer) {
  if (certificate.issuer != issuer.subject) return false;
  return certificate.authority_key_id.empty() || issuer.subject_key_id.empty() ||
         certificate.authority_key_id == issuer.subject_key_id;
}

bool IsStaging(const Certificate& certificate) {
  for (const std::string_view name :
       {std::string_view(certificate.issuer), std::string_view(certificate.subject)}) {
    for (const std::string_view start :
         {"CN=(STAGING)", "O=(STAGING)", "CN=Fake LE ", "O=Fake LE "}) {
      if (HasAttribute(name, start)) return true;
    }
  }
  return false;
}

}  // namespace certhealth
