// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "exporter/report.h"

namespace certhealth::page {

/// Which problems have a place on the page already: the first of each kind gets the plain id as its
/// anchor.
using SeenProblems = std::set<std::string_view>;

/// A certificate with its problems and what to do about each.
std::string ProblemCard(const Verdict& verdict, WallTime now, SeenProblems& seen);

/// certbot as a whole with its problems; empty where there are none.
std::string ClientCard(const ClientVerdict& client, WallTime now, SeenProblems& seen);

/// What to do about a problem, its commands marked as such. Without a `bundle`, with certbot as a
/// whole.
std::string AdviceHtml(const ActiveProblem& problem, const Bundle* bundle);

}  // namespace certhealth::page
