# SPDX-License-Identifier: Apache-2.0
"""docs/foresight.md, from what happened."""

import subprocess

import harness
from foresight import matrix
from foresight.scenario import Happens

HEAD = """# Foresight

`certhealth_next_renewal_ok` says whether the next renewal will work. This page says how often it was right. The judge is certbot:
a machine with a fresh certificate is broken in one way, or only looks as if it were; the exporter gives its verdict; then
`certbot renew --force-renewal` shows what happens. Each machine has the real programs, and network, mounts, DNS and CA of its own
(`tests/e2e/foresight/`).

This page is written by `tests/e2e/foresight_test.py --full --table`. `scripts/test` runs a third of the table with both certbots,
`scripts/test --full` all of it; a row that does not come out as it stands here fails the test.

- *Passive* is what every look does: it reads, writes nothing and runs nothing.
- *Active* adds `--preflight=dns,caa,http01,acme`.
"""

NOT_JUDGED = """
## What certbot could not judge here

- CAA records that forbid the CA to issue, or an account or method that they leave out: the test CA does not look at CAA. What
  the check reads and climbs is tested for itself.
- DNSSEC that does not validate: the test CA's resolver does not validate.
- Rate limits, geo-blocking, validation from several places of the world: only a CA on the internet has them.
- A threshold, `autorenew = False`: whether certbot renews in time is not what is forced here; see `renewal_disabled` and
  `renew_before_expiry_ignored` in [problems.md](problems.md).
"""


def _first_line(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60, check=True)
    return done.stdout.splitlines()[0].strip()


def _versions(certbots):
    yield _first_line(harness.BINARY, "--version")
    for name, program in certbots.items():
        yield f"{_first_line(program, '--version')} ({name})"
    yield "pebble " + _first_line("dpkg-query", "-W", "-f", "${Version}\n", "pebble")
    yield _first_line("/usr/sbin/nginx", "-v").removeprefix("nginx version: ")
    yield _first_line("/usr/sbin/apache2", "-v").removeprefix("Server version: ")
    yield _first_line("knotd", "--version")


def _verdict(outcome, checks):
    if checks not in outcome.checks():
        return "-"
    if not outcome.foretold(checks):
        return "works"
    return f"**fails**: `{getattr(outcome.row, checks)}`"


def _cell(outcomes, text):
    """What is the same of every certbot once, else each."""
    by_text = {}
    for outcome in outcomes:
        by_text.setdefault(text(outcome), []).append(outcome.certbot)
    return "; ".join(said if len(by_text) == 1 else f"{said} ({', '.join(names)})" for said, names in by_text.items())


def _results(judged):
    yield "\n## Results\n"
    yield "| certbot | checks | fails, foretold | fails, not foretold | false alarms | works, as foretold | precision | recall |"
    yield "|---|---|---|---|---|---|---|---|"
    for name in dict.fromkeys(outcome.certbot for outcome in judged):
        for checks in "passive", "active":
            of_both = [outcome for outcome in judged if outcome.certbot == name and checks in outcome.checks()]
            if of_both:
                found = matrix.count(of_both, checks)
                yield (f"| {name} | {checks} | {found.caught} | {found.missed} | {found.false_alarms} | {found.in_order} "
                       f"| {found.precision:.2f} | {found.recall:.2f} |")


def _missed(judged):
    checks = "active" if any("active" in outcome.checks() for outcome in judged) else "passive"
    yield "\n## Not foreseen yet\n"
    yield "Failures that no check foretells, and why.\n"
    told = {}
    for outcome in judged:
        if outcome.happened is Happens.FAILS and not outcome.foretold(checks):
            told[f"- {outcome.row.what} ({outcome.row.kind}): {outcome.row.why_missed or 'it should be, and is not yet'}."] = None
    yield "\n".join(told)


def _table(judged):
    by_row = {}
    for outcome in judged:
        by_row.setdefault(outcome.row.id, []).append(outcome)
    kinds = dict.fromkeys(outcome.row.kind for outcome in judged)
    for kind in kinds:
        yield f"\n## {kind}\n"
        yield "| scenario | certbot | passive | active |"
        yield "|---|---|---|---|"
        for outcomes in by_row.values():
            row = outcomes[0].row
            if row.kind == kind:
                cells = [row.what, _cell(outcomes, lambda one: one.happened.value),
                         *(_cell(outcomes, lambda one, checks=checks: _verdict(one, checks)) for checks in ("passive", "active"))]
                yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def write(outcomes, certbots):
    judged = [outcome for outcome in outcomes if "happened" in outcome.found]
    rows = len({outcome.row.id for outcome in judged})
    healthy = len({outcome.row.id for outcome in judged if outcome.row.happens is Happens.RENEWS})
    return "\n".join([HEAD, f"{rows} scenarios, {healthy} of them machines that look suspicious and work, or are in order. They ran against:\n",
                      *(f"- {version}" for version in _versions(certbots)), *_results(judged), *_missed(judged), NOT_JUDGED,
                      "\n# The table", *_table(judged)])
