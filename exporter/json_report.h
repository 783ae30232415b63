// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "exporter/report.h"

namespace certhealth {

/// The Report as JSON, in the schema of docs/report.md, by an exporter of `version`; each
/// certificate on a line of its own. What is not known is absent. Always well-formed, whatever the
/// strings hold. Needs little more memory than its text. Pure.
std::string ToJson(const Report& report, std::string_view version);

}  // namespace certhealth
