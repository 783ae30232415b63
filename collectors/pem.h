// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace certhealth {

/// One block of a PEM text, from its BEGIN line to its END line.
struct PemBlock {
  std::string label;  // "CERTIFICATE", "EC PRIVATE KEY"; at most 64 printable characters
  int line = 0;       // of its BEGIN, or of an END that has none; from 1
  std::string der;    // decoded if it is a certificate; other blocks, keys above all, never are
  std::string fault;  // what is wrong with it, empty for nothing; with a `der`, OpenSSL's own
                      // reader is stricter than this one

  /// "CERTIFICATE", and "X509 CERTIFICATE" and "TRUSTED CERTIFICATE" of OpenSSL.
  bool is_certificate() const;
  bool is_private_key() const;
};

/// The blocks of `text` in their order (RFC 7468). Lines end in LF, CRLF or CR; a byte order mark,
/// white space around a line, headers (RFC 1421) and text between blocks are passed over. A bad
/// block costs no other. Takes linear time.
std::vector<PemBlock> ReadPem(std::string_view text);

}  // namespace certhealth
