// SPDX-License-Identifier: Apache-2.0
#include "exporter/check_table.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>
#include <vector>

#include "collectors/base/utf8.h"
#include "exporter/advice.h"
#include "exporter/escape.h"
#include "exporter/phrases.h"
#include "exporter/triage.h"
#include "exporter/verdict_phrases.h"

namespace certhealth {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kStatusWidth = 8;  // "CRITICAL"
constexpr std::size_t kProblemIndent = 2;
constexpr std::size_t kTextIndent = kProblemIndent + kStatusWidth + kGap;
constexpr std::size_t kNarrowestName = 24;
constexpr std::size_t kWidestNameInAPipe = 60;
constexpr std::size_t kLongestText = 1000;  // of what a file may say at length

std::string Shown(std::string_view text) { return Printable(text, kLongestText); }

std::string Padded(std::string text, std::size_t width) {
  const std::size_t taken = DisplayWidth(text);
  if (taken < width) text.append(width - taken, ' ');
  return text;
}

struct Row {
  const Verdict* verdict = nullptr;
  Severity worst = Severity::kInfo;
  std::string name;
  std::string expires;
  std::string date;
  std::string renewal;
};

/// The rows, and the widths of their columns.
struct Rows {
  std::vector<Row> rows;
  std::size_t name = std::string_view("CERTIFICATE").size();
  std::size_t expires = std::string_view("EXPIRES").size();
  static constexpr std::size_t date = 10;  // 2026-12-24
};

Row MakeRow(const Verdict& verdict, WallTime now) {
  const Certificate* leaf = verdict.leaf();
  return {&verdict,
          verdict.worst(),
          Shown(verdict.bundle->name),
          ExpiryPhrase(verdict, now),
          leaf == nullptr ? "" : FormatDate(leaf->not_after),
          RenewalPhrase(verdict, now)};
}

Rows MakeRows(const Report& report, std::size_t width) {
  Rows table;
  std::size_t renewal = 0;
  for (const Verdict* verdict : ByUrgency(report)) {
    table.rows.push_back(MakeRow(*verdict, report.now));
    const Row& row = table.rows.back();
    table.name = std::max(table.name, DisplayWidth(row.name));
    table.expires = std::max(table.expires, row.expires.size());
    renewal = std::max(renewal, DisplayWidth(row.renewal));
  }
  if (width == 0) {
    table.name = std::min(table.name, kWidestNameInAPipe);
    return table;
  }
  const std::size_t fixed = kStatusWidth + table.expires + Rows::date + 4 * kGap;
  if (fixed + table.name + renewal > width) {  // the mode alone, then, without the next date
    renewal = 0;
    for (Row& row : table.rows) {
      row.renewal = RenewalMode(*row.verdict);
      renewal = std::max(renewal, DisplayWidth(row.renewal));
    }
  }
  const std::size_t left = width > fixed + renewal ? width - fixed - renewal : 0;
  table.name = std::min(table.name, std::max(left, kNarrowestName));
  return table;
}

std::string HeadLine(const Rows& table, TableColour colour) {
  const std::string gap(kGap, ' ');
  return Paint(Padded("STATUS", kStatusWidth) + gap + Padded("CERTIFICATE", table.name) + gap +
                   Padded("EXPIRES", table.expires) + gap + Padded("ON", Rows::date) + gap +
                   "RENEWAL",
               TextStyle::kQuiet, colour) +
         "\n";
}

std::string CertificateLine(const Row& row, const Rows& table, TableColour colour) {
  const std::string gap(kGap, ' ');
  std::string line = Paint(StatusOf(row.worst), StyleOf(row.worst), colour);
  line.append(kStatusWidth - StatusOf(row.worst).size(), ' ');
  line += gap + Paint(row.name, TextStyle::kStrong, colour);
  if (DisplayWidth(row.name) > table.name) {
    line += "\n" + std::string(kStatusWidth + kGap + table.name, ' ');
  } else {
    line.append(table.name - DisplayWidth(row.name), ' ');
  }
  line += gap + Padded(row.expires, table.expires) + gap + Padded(row.date, Rows::date) + gap +
          row.renewal;
  return line + "\n";
}

std::string NoteLine(const ActiveProblem& note, const TableOptions& options) {
  std::string line = std::string(kProblemIndent, ' ') +
                     Padded(std::string(NameOf(note.severity)), kStatusWidth + kGap) +
                     std::string(note.kind->id) + ": " + Shown(note.detail);
  if (options.width > 3) line = Shorten(std::move(line), options.width);
  return Paint(line, TextStyle::kQuiet, options.colour) + "\n";
}

std::vector<StyledText> AdvicePieces(const ActiveProblem& problem, const Bundle* bundle) {
  std::vector<StyledText> pieces{{"-> "}};
  for (AdvicePart& part : AdviceFor(problem, bundle)) {
    if (part.kind == AdvicePart::Kind::kCommand) {
      pieces.push_back({std::move(part.text), TextStyle::kCommand, StyledText::Break::kNever});
    } else {
      pieces.push_back({std::move(part.text)});
    }
  }
  return pieces;
}

/// Of a certificate, or without a `bundle` of certbot as a whole.
std::string ProblemLines(const ActiveProblem& problem, const Bundle* bundle,
                         const TableOptions& options) {
  if (problem.severity == Severity::kInfo) return NoteLine(problem, options);
  const LineShape shape{kTextIndent, options.width};
  const std::string_view severity = NameOf(problem.severity);
  std::string lines(kProblemIndent, ' ');
  lines += Paint(severity, StyleOf(problem.severity), options.colour);
  lines.append(kTextIndent - kProblemIndent - severity.size(), ' ');
  const std::array<StyledText, 2> said = {
      {{std::string(problem.kind->id), TextStyle::kStrong}, {": " + Shown(problem.detail)}}};
  lines += WrapLines(said, shape, options.colour) + "\n" + std::string(kTextIndent, ' ');
  return lines + WrapLines(AdvicePieces(problem, bundle), shape, options.colour) + "\n";
}

/// Where a lineage is served, as a note.
std::string ServedLine(const Verdict& verdict, const TableOptions& options) {
  const std::string phrase = ServedPhrase(verdict);
  if (phrase.empty()) return {};
  std::string line = std::string(kProblemIndent, ' ') + phrase;
  if (options.width > 3) line = Shorten(std::move(line), options.width);
  return Paint(line, TextStyle::kQuiet, options.colour) + "\n";
}

std::string CertificateTable(const Report& report, const TableOptions& options) {
  const Rows table = MakeRows(report, options.width);
  std::string text = HeadLine(table, options.colour);
  for (const Row& row : table.rows) {
    text += CertificateLine(row, table, options.colour);
    text += ServedLine(*row.verdict, options);
    for (const ActiveProblem* problem : ByUrgency(row.verdict->problems))
      text += ProblemLines(*problem, row.verdict->bundle.get(), options);
    if (row.worst != Severity::kInfo) text += "\n";
  }
  return text;
}

/// What is wrong with certbot as a whole; empty where nothing is.
std::string ClientLines(const ClientVerdict& client, const TableOptions& options) {
  if (client.problems.empty()) return {};
  const Severity worst = WorstOf(client.problems);
  std::string text = Paint(StatusOf(worst), StyleOf(worst), options.colour);
  text.append(kStatusWidth - StatusOf(worst).size() + kGap, ' ');
  text += Paint("certbot itself", TextStyle::kStrong, options.colour) + "\n";
  for (const ActiveProblem* problem : ByUrgency(client.problems))
    text += ProblemLines(*problem, nullptr, options);
  return text + "\n";
}

/// "certbot 2.1.0, started by systemd, last ran 3 hours ago."
std::string ClientSummary(const Report& report, const TableOptions& options) {
  std::string lines;
  for (const ClientVerdict& client : report.clients) {
    const std::string phrase = ClientPhrase(client.state, report.now);
    if (phrase.empty()) continue;
    const std::array<StyledText, 1> said = {{{phrase}}};
    lines += WrapLines(said, {0, options.width}, options.colour) + "\n";
  }
  return lines;
}

std::string FailedLooks(const Report& report, const TableOptions& options) {
  std::string lines;
  for (const auto& run : report.snapshot->runs) {
    for (const Failure& failure : run->failures) {
      const std::array<StyledText, 2> said = {
          {{"could not look at", TextStyle::kWarning},
           {" " + std::string(run->collector) + ": " + Shown(failure.detail)}}};
      lines += WrapLines(said, {kProblemIndent, options.width}, options.colour) + "\n";
    }
  }
  return lines;
}

std::string Summary(const Report& report, const TableOptions& options) {
  const std::string looked_at = LookedAtPhrase(report);
  if (looked_at.empty()) return "Nothing has been looked at yet.\n";
  const std::string line =
      report.verdicts.empty()
          ? "No certificates found. Looked at: " + looked_at
          : TallyPhrase(CountCertificates(report)) + " (as of " + FormatMoment(report.now) + ")";
  const std::array<StyledText, 1> said = {{{line}}};
  return WrapLines(said, {0, options.width}, options.colour) + "\n";
}

}  // namespace

std::string ToTable(const Report& report, const TableOptions& options) {
  std::string text;
  for (const ClientVerdict& client : report.clients) text += ClientLines(client, options);
  if (!report.verdicts.empty()) {
    text += CertificateTable(report, options);
    if (!text.ends_with("\n\n")) text += "\n";
  }
  text += FailedLooks(report, options);
  if (!report.verdicts.empty()) text += ClientSummary(report, options);
  return text + Summary(report, options);
}

}  // namespace certhealth
