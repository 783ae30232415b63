// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace certhealth {

/// Holds `actual` against the file `relative_path` below tests/fixtures/golden. A difference, or a
/// file that is missing, fails the running test and names the first line that differs. With
/// UPDATE_GOLDEN=1 in the environment the file is written instead: the diff is then the review.
void ExpectGolden(std::string_view actual, std::string_view relative_path);

}  // namespace certhealth
