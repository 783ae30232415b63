// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <utility>

#include "exporter/problem.h"

namespace certhealth::judges {

/// The next renewal will fail, whatever else happens.
inline Finding FailsRenewal(std::string detail) {
  return {Severity::kCritical, NextRenewal::kFails, std::move(detail)};
}

/// The certificate, or what is served, is bad now; the next renewal may well mend it.
inline Finding Certain(std::string detail) {
  return {Severity::kCritical, NextRenewal::kMayWork, std::move(detail)};
}

inline Finding Risk(std::string detail) {
  return {Severity::kWarning, NextRenewal::kMayWork, std::move(detail)};
}

inline Finding Note(std::string detail) {
  return {Severity::kInfo, NextRenewal::kMayWork, std::move(detail)};
}

}  // namespace certhealth::judges
