// SPDX-License-Identifier: Apache-2.0
// Contract: what is masked keeps its length, and stays what it is when it is masked again; any text
// can be asked for its faults.
#include <cstdlib>
#include <string>

#include "collectors/account_files.h"
#include "collectors/certbot/credentials_file.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string masked = text;
  certhealth::MaskSecrets(masked);
  if (masked.size() != size) std::abort();
  std::string again = masked;
  certhealth::MaskSecrets(again);
  if (again != masked) std::abort();
  std::string key = text;
  certhealth::FaultOfAccountKey(key);
  if (key.size() != size) std::abort();
  certhealth::FaultOfRegistration(text);
  certhealth::FaultOfAccountMeta(text);
  return 0;
}
