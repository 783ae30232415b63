// SPDX-License-Identifier: Apache-2.0
#include "exporter/page/style.h"

namespace certhealth::page {
namespace {

// Severities are a word and a shape first; the colours of text hold WCAG AA (4.5:1) on what they
// lie on, in both schemes: a test computes it.
constexpr std::string_view kStyle = R"css(
:root {
  --bg: #f6f6f3; --card: #ffffff; --line: #deded8; --text: #1c2024; --muted: #585f67;
  --code: #f0f0eb; --track: #e4e4de; --passed: #98a0a8; --renewal: #c3cfdb; --link: #1f4f8a;
  --critical: #b3261e; --critical-soft: #fbe9e7;
  --warning: #835000; --warning-soft: #fcf0da;
  --ok: #1d6b3c; --ok-soft: #e5f3ea;
  --info: #2a5d9c; --info-soft: #e7eff8;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #14171a; --card: #1c2024; --line: #31373d; --text: #e6e8ea; --muted: #a4acb4;
    --code: #272c32; --track: #343a41; --passed: #87909a; --renewal: #4a5866; --link: #9cc4f5;
    --critical: #ff938a; --critical-soft: #3b2220;
    --warning: #f2bd63; --warning-soft: #362a16;
    --ok: #83d3a0; --ok-soft: #1b3124;
    --info: #96bfee; --info-soft: #1d2b3b;
  }
}
.critical { --tone: var(--critical); --soft: var(--critical-soft); }
.warning { --tone: var(--warning); --soft: var(--warning-soft); }
.ok { --tone: var(--ok); --soft: var(--ok-soft); }
.info, .none { --tone: var(--info); --soft: var(--info-soft); }
* { box-sizing: border-box; }
.symbols { position: absolute; }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body {
  margin: 0 auto; max-width: 62rem; padding: 1rem 1.25rem 2.5rem;
  background: var(--bg); color: var(--text);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
}
p, h1, h2, h3, h4, ul { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
a:focus-visible, summary:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
.icon {
  width: 1em; height: 1em; flex: none; vertical-align: -0.13em;
  fill: var(--tone); stroke: none;
}
.line { fill: none; stroke: var(--cut, var(--card)); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
time { white-space: nowrap; }
.top, footer {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0.25rem 1rem;
  color: var(--muted); font-size: 0.875rem;
}
.brand { font-weight: 650; color: var(--text); }

.verdict { padding: 2.25rem 0 0.5rem; }
.verdict h1 {
  display: flex; align-items: flex-start; gap: 0.55em;
  font-size: clamp(1.5rem, 1rem + 2.6vw, 2.25rem); line-height: 1.2; font-weight: 650;
  letter-spacing: -0.012em;
}
.verdict h1 .icon { margin-top: 0.1em; --cut: var(--bg); }
.verdict p { margin-top: 0.75rem; color: var(--muted); }
.tally { display: flex; flex-wrap: wrap; gap: 0.3rem 1.5rem; margin-top: 0.9rem; }
.tally li { display: flex; align-items: center; gap: 0.4em; }
.tally .icon { --cut: var(--bg); }
.tally .none { color: var(--muted); --tone: var(--muted); }

main > section:not(.verdict) { margin-top: 2.25rem; }
h2 { margin-bottom: 0.75rem; font-size: 1.125rem; line-height: 1.3; font-weight: 650; }
.index ul { display: flex; flex-wrap: wrap; gap: 0.4rem; margin-bottom: 1rem; }
.index a {
  display: flex; align-items: center; gap: 0.4em; padding: 0.15rem 0.6rem;
  border: 1px solid var(--line); border-radius: 1rem; background: var(--card);
  color: var(--text); font-size: 0.875rem; text-decoration: none;
}
.index a:hover { border-color: var(--tone); }
.count { color: var(--muted); }

.card {
  margin-bottom: 1rem; padding: 1rem 1.25rem 0.25rem; background: var(--card);
  border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px;
}
.card:target, .problem:target, tr:target { outline: 2px solid var(--link); outline-offset: 2px; }
.card header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 0.25rem 1rem; }
.card h3 { font-size: 1.125rem; line-height: 1.35; font-weight: 650; }
.card h3 a, .problem h4 a { color: inherit; text-decoration: none; }
.card h3 a:hover, .problem h4 a:hover { text-decoration: underline; }
.facts { margin-bottom: 0.6rem; color: var(--muted); font-size: 0.9375rem; }
.facts > span { display: inline-block; margin-right: 1em; }
.facts span:first-child { color: var(--text); font-weight: 600; }
.badge {
  display: inline-flex; align-items: center; gap: 0.35em; padding: 0.05rem 0.5rem;
  border-radius: 1rem; background: var(--soft); color: var(--tone);
  font-size: 0.8125rem; font-weight: 600; white-space: nowrap; --cut: var(--soft);
}
.lifetime { margin: 1.5rem 0 0.9rem; }
.lifetime.unmarked { margin-top: 0.8rem; }
.life { display: block; width: 100%; height: 12px; overflow: visible; }
.life text { fill: var(--muted); font-size: 0.8125rem; }
.track { fill: var(--track); }
.window { fill: var(--renewal); }
.passed { fill: var(--passed); }
.mark { stroke: var(--text); stroke-width: 2; }
.now { fill: var(--tone, var(--muted)); stroke: var(--card); stroke-width: 2; }
.dates {
  display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 1rem;
  margin-top: 0.15rem; color: var(--muted); font-size: 0.8125rem;
}
.problem {
  display: grid; grid-template-columns: 12.5rem minmax(0, 1fr); column-gap: 1.25rem;
  padding: 0.8rem 0; border-top: 1px solid var(--line);
}
.problem h4 { grid-row: 1 / span 5; font-size: 0.9375rem; font-weight: 600; line-height: 1.6; }
.problem h4 .badge { margin-right: 0.35rem; }
.problem h4 a { display: block; margin-top: 0.2rem; }
.problem h4 a, code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace; }
.problem h4 a { font-size: 0.875rem; }
.problem p { grid-column: 2; }
.problem .meaning { font-weight: 600; }
.problem .fails { color: var(--critical); }
.problem .advice { margin-top: 0.35rem; }
.note-line { padding: 0.6rem 0; border-top: 1px solid var(--line); color: var(--muted); font-size: 0.9375rem; }
code span { white-space: nowrap; }
code {
  padding: 0.1em 0.35em; border-radius: 4px; background: var(--code); font-size: 0.875em;
  -webkit-box-decoration-break: clone; box-decoration-break: clone;
  -webkit-user-select: all; user-select: all;
}

table { width: 100%; border-collapse: collapse; background: var(--card); border: 1px solid var(--line); border-radius: 8px; border-spacing: 0; border-collapse: separate; }
th, td { padding: 0.5rem 0.75rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); font-size: 0.9375rem; }
thead th { border-top: 0; color: var(--muted); font-size: 0.8125rem; font-weight: 600; }
tbody th { font-weight: 600; }
.looks th, .looks td:not(:last-child), thead th { white-space: nowrap; }
.healthy .left, .healthy .on { white-space: nowrap; }
.healthy .on, .healthy .renewal { color: var(--muted); }
.healthy .bar { width: 9rem; min-width: 9rem; padding-right: 1.1rem; }
.healthy .bar .lifetime.unmarked { margin-top: 0.8rem; }
.life { margin-top: 0.25rem; }
.more { margin-top: 0.75rem; color: var(--muted); }
.note { padding: 0.5rem 0.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.note + .note { margin-top: 0.5rem; }
.note summary { cursor: pointer; font-size: 0.9375rem; }
.note ul { margin-top: 0.5rem; padding-left: 1.1rem; font-size: 0.9375rem; color: var(--muted); }
.note li + li { margin-top: 0.25rem; }
footer { margin-top: 2.5rem; padding-top: 0.75rem; border-top: 1px solid var(--line); }

@media (max-width: 42rem) {
  body { padding: 0.75rem 0.75rem 2rem; }
  .verdict { padding-top: 1.5rem; }
  .card { padding: 0.85rem 0.9rem 0.1rem; }
  .problem { display: block; }
  .problem h4 { display: flex; flex-wrap: wrap; align-items: center; margin-bottom: 0.3rem; }
  .problem h4 a { margin-top: 0; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody { display: block; }
  tr { display: flex; flex-wrap: wrap; gap: 0 0.75rem; padding: 0.6rem 0.9rem; border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; }
  th, td { padding: 0; border: 0; }
  tbody th { width: 100%; }
  .healthy .bar { width: 100%; min-width: 0; padding: 0 0.3rem; }
  .healthy td:empty { display: none; }
}
)css";

// Of the text above, as a test computes it.
constexpr std::string_view kStyleHash = "na5P/RCC55nSeiYU2g3xIGEvNCbG0lpcUgxV0PggyL0=";

}  // namespace

std::string_view StyleText() { return kStyle; }

std::string_view StyleHash() { return kStyleHash; }

}  // namespace certhealth::page
