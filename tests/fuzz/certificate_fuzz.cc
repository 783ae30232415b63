// SPDX-License-Identifier: Apache-2.0
// Any bytes: the reader returns, whatever it says is valid UTF-8, and nothing goes unsaid.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "collectors/base/utf8.h"
#include "collectors/certificate_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace certhealth;
  static CertificateReader reader;  // its pool too is under test
  const CertificateFile file =
      reader.Read(std::string(reinterpret_cast<const char*>(data), size), "/fuzz");
  const auto require = [](bool holds) { holds ? void() : std::abort(); };
  require(!file.certificates.empty() || !file.failures.empty() || !file.other_blocks.empty());
  for (const Failure& failure : file.failures) require(IsValidUtf8(failure.detail));
  for (const auto& certificate : file.certificates) {
    require(IsValidUtf8(certificate->subject + certificate->issuer + certificate->signature));
    for (const std::string& name : certificate->dns_names) require(IsValidUtf8(name));
  }
  return 0;
}
