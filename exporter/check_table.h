// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "exporter/report.h"
#include "exporter/table_text.h"

namespace certhealth {

struct TableOptions {
  TableColour colour = TableColour::kNone;
  std::size_t width = 0;  // of the terminal, in columns; 0 breaks no line, as is right in a pipe
};

/// The Report as an operator reads it in a terminal: a line for each certificate, the most urgent
/// first, under it its problems and what to do about each; then what could not be looked at, and a
/// line that sums up. The layout is ASCII, what certificates and files say is UTF-8 that drives no
/// terminal. A name or a command that is longer than a line keeps a line of its own. Ends with a
/// line feed. Pure.
std::string ToTable(const Report& report, const TableOptions& options);

}  // namespace certhealth
