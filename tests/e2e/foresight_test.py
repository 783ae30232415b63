#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The verdict on the next renewal against what certbot then does, in one scenario after the other: see foresight/. Ends with 1
where one of them is not as its row says, and with 77 where nothing can be tried.

Usage: foresight_test.py [--verbose] [--full | --rows=PATTERN] [--table | --assume] [Debian | PyPI]
  --full   all rows, not the third of them that is run each time
  --rows   only those whose ID matches: "webroot.*"
  --table  prints the page docs/foresight.md
  --assume asks the exporter alone, and takes for granted that certbot does what the rows say: for work on the exporter"""

import argparse
import concurrent.futures
import fnmatch
import json
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import certbot
import harness
from foresight import matrix, namespaces, page, rows, scenario

NO_NAMESPACES = 77  # ctest's SKIP_RETURN_CODE
SIDE_BY_SIDE = 2
MOST_ROWS = 16  # of a job, which has a certificate issued first
PATIENCE = 40  # in seconds, for a row; a machine may be busy
# What the checks are to foresee of all failures. Each row says whether it is foreseen, and fails where it is not as it says; of
# those that nothing foresees, the table has as many as its authors thought of, so the goal is told and no more.
GOALS = {"passive": 0.85, "active": 1.0}


def programs(wanted):
    """The certbots by name."""
    ways = {"Debian": lambda: pathlib.Path("/usr/bin/certbot"),
            "PyPI": lambda: certbot.newest_from_pypi(harness.BINARY.resolve().parent / "certbot-from-pypi")}
    return {name: way() for name, way in ways.items() if wanted in (None, name)}


def chosen(arguments):
    if arguments.rows:
        return [row for row in scenario.ALL if fnmatch.fnmatch(row.id, arguments.rows)]
    return [row for row in scenario.ALL if row.third or arguments.full]


def jobs(scenarios, certbots):
    """Certbot's name, kind and rows of each piece of work, the longest first."""
    pieces = []
    for name in certbots:
        for kind in dict.fromkeys(row.kind for row in scenarios):
            of_kind = [row for row in scenarios if row.kind == kind and row.only in (None, name)]
            pieces += [(name, kind, of_kind[i:i + MOST_ROWS]) for i in range(0, len(of_kind), MOST_ROWS)]
    return sorted(pieces, key=lambda piece: -len(piece[2]))


def run(job, program, judged_by, tell):
    """The outcomes of a job's rows."""
    name, kind, of_job = job
    command = [*namespaces.command(), sys.executable, "-m", "foresight.bench", kind, program, judged_by, *(row.id for row in of_job)]
    left = {row.id: row for row in of_job}
    outcomes = []
    with subprocess.Popen(command, cwd=pathlib.Path(__file__).parent, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          text=True) as process:
        try:
            for line in process.stdout:
                found = json.loads(line)
                outcomes.append(matrix.Outcome(left.pop(found["id"]), name, found))
                tell(outcomes[-1])
        finally:
            process.kill()
    lost = {"error": f"the job ended with {process.returncode} before it"}
    return outcomes + [matrix.Outcome(row, name, lost) for row in left.values()]


def report(outcomes, whole):
    """Prints who was right, and returns how many rows are not as they should be."""
    skipped = [outcome for outcome in outcomes if "skipped" in outcome.found]
    tried = [outcome for outcome in outcomes if "skipped" not in outcome.found]
    judged = [outcome for outcome in tried if "error" not in outcome.found]
    for outcome in skipped:
        print(f"skipped: {outcome.row.id} ({outcome.certbot}): {outcome.found['skipped']}")
    failed = 0
    for outcome in tried:
        if faults := outcome.faults():
            failed += 1
            print(f"\nFAILED: {outcome.row.id} ({outcome.certbot}): {outcome.row.what}")
            print("\n".join(f"  {fault}" for fault in faults))
            if outcome in judged and outcome.happened is not outcome.row.happens:
                print(outcome.found["output"])
    for checks in ("passive", "active"):
        of_checks = [outcome for outcome in judged if checks in outcome.checks()]
        if not of_checks:
            continue
        result = matrix.count(of_checks, checks)
        print(f"\n{checks}: {result}")
        for outcome in of_checks:
            if outcome.happened is scenario.Happens.FAILS and not outcome.foretold(checks):
                print(f"  missed: {outcome.row.id} ({outcome.certbot}): {outcome.row.why_missed or 'it should not have been'}")
        if whole:
            print(f"  goal: a recall of {GOALS[checks]:.2f}: {'met' if result.recall >= GOALS[checks] else 'not met'}")
    print(f"\n{len(tried) - failed} passed, {failed} failed, {len(skipped)} skipped")
    return failed


def main():
    parser = argparse.ArgumentParser()
    for switch in "--verbose", "--full", "--table", "--assume":
        parser.add_argument(switch, action="store_true")
    parser.add_argument("--rows")
    parser.add_argument("certbot", nargs="?", choices=["Debian", "PyPI"])
    arguments = parser.parse_args()
    if namespaces.command() is None:
        print("0 passed, 0 failed, all skipped: this machine does not allow namespaces for mounts, network and processes")
        return NO_NAMESPACES
    certbots = programs(arguments.certbot)
    scenarios = chosen(arguments)

    def tell(outcome):
        if arguments.verbose:
            print(outcome, file=sys.stderr, flush=True)

    with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        done = list(pool.map(lambda job: run(job, certbots[job[0]], "row" if arguments.assume else "certbot", tell), jobs(scenarios, certbots)))
    order = {row.id: place for place, row in enumerate(scenarios)}
    outcomes = sorted((outcome for of_job in done for outcome in of_job), key=lambda outcome: order[outcome.row.id])
    if arguments.table:
        print(page.write(outcomes, certbots))
    return 1 if report(outcomes, arguments.full) else 0


if __name__ == "__main__":
    sys.exit(main())
