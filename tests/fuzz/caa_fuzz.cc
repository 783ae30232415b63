// SPDX-License-Identifier: Apache-2.0
// Any bytes as the value of a CAA record: what is accepted is made of labels and printable
// parameters, and the verdict's text is valid UTF-8.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "collectors/base/utf8.h"
#include "collectors/preflight/caa.h"
#include "collectors/preflight/caa_policy.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string value(reinterpret_cast<const char*>(data), size);
  if (const auto issuer = certhealth::ParseCaaIssuer(value)) {
    if (issuer->domain.find_first_of(" \t;=") != std::string::npos) std::abort();
    for (const auto& [name, text] : issuer->parameters) {
      if (name.empty() || text.find_first_of(" \t;") != std::string::npos) std::abort();
    }
  }
  const std::vector<certhealth::CaaRecord> records = {{(size & 1U) != 0, value, value},
                                                      {false, "issue", value}};
  certhealth::CaaQuestion question;
  question.identities = {"letsencrypt.org"};
  question.methods = {"http-01"};
  if (!certhealth::IsValidUtf8(JudgeCaa(records, question).why)) std::abort();
  certhealth::CaaTree(value);
  return 0;
}
