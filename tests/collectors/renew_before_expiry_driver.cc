// SPDX-License-Identifier: Apache-2.0
// Reads lines "SECONDS TEXT" and writes for each the seconds since 1970 at which TEXT, added to
// SECONDS, ends, or "none". renew_before_expiry_differential.py compares.
#include <iostream>
#include <string>

#include "collectors/renew_before_expiry.h"

int main() {
  std::string line;
  while (std::getline(std::cin, line)) {
    const std::size_t space = line.find(' ');
    const certhealth::WallTime base{std::chrono::seconds(std::stoll(line.substr(0, space)))};
    const auto span = certhealth::ParseRenewBeforeExpiry(line.substr(space + 1));
    if (span) {
      std::cout << certhealth::Add(base, *span).time_since_epoch().count() << '\n';
    } else {
      std::cout << "none\n";
    }
  }
}
