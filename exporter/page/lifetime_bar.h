// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "exporter/report.h"

namespace certhealth::page {

/// The life of the leaf as a drawing: how much of it has passed, and from when on it is renewed.
/// Its text equivalent is its label. Empty without a leaf, or without a life.
std::string LifetimeBar(const Verdict& verdict, WallTime now);

/// The same with its three dates under it.
std::string LifetimeFigure(const Verdict& verdict, WallTime now);

}  // namespace certhealth::page
