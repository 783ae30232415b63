# SPDX-License-Identifier: Apache-2.0
"""Runs the scenarios of one kind with one certbot, in namespaces of its own, and prints a line of JSON for each.

Usage: python3 -m foresight.bench KIND CERTBOT JUDGE ID...
  JUDGE  "certbot", or "row" to take for granted what each row says"""

import contextlib
import functools
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import traceback

import harness
from foresight import kinds, machine, rows, scenario
from foresight.scenario import Happens

OPTED_IN = ["--keys.verify", "--preflight=dns,caa,http01,acme"]
TRIES = 3


@functools.cache
def has_preflight():
    return b"--preflight" in subprocess.run([harness.BINARY, "--help"], capture_output=True, timeout=60, check=True).stdout


def verdict(host, *flags):
    """What the exporter says now: ok is None where it does not judge."""
    done = harness.check("--format=prometheus", *flags, env=host.environment)
    assert done.returncode in (0, 1, 2), done.stderr.decode()
    samples = harness.parse(done.stdout.decode())
    problems = {}
    for labels, _ in harness.values(samples, "certhealth_problem"):
        # Those without a name are of certbot as a whole.
        if labels.get("name") == machine.NAME or ("name" not in labels and labels["problem"] not in problems):
            problems[labels["problem"]] = labels["severity"]
    return {"ok": harness.value(samples, "certhealth_next_renewal_ok", name=machine.NAME), "problems": problems}


def state():
    """All of the machine's that a look could change, but for the times of reading and what its web servers write meanwhile."""
    found = {}
    for place in machine.PLACES:
        for path in [place, *place.rglob("*")]:
            if not path.is_relative_to("/var/log/apache2") and not path.is_relative_to("/var/log/nginx"):
                status = path.lstat()
                found[str(path)] = (status.st_mode, status.st_uid, status.st_size, status.st_mtime_ns)
    return found


def judge(host, forced):
    """Has certbot renew; what happened, and what it printed."""
    before = host.versions()
    flags = ["--no-random-sleep-on-renew", f"--cert-name={machine.NAME}", *(["--force-renewal"] if forced else [])]
    try:
        run = host.certbot.run("renew", *flags)
    except OSError as error:
        return Happens.FAILS, str(error)  # it could not even be started
    renewed = run.code == 0 and (host.versions() > before or not forced)
    return (Happens.RENEWS if renewed else Happens.FAILS), run.output


def once(host, kind, row, by_certbot):
    """The verdicts, then the judgement, in a machine that is as good as new."""
    host.restore()
    with kinds.KINDS[kind](host), row.arrange(host):
        before = state()
        passive = verdict(host)
        touched = before.items() ^ state().items()
        active = verdict(host, *OPTED_IN) if has_preflight() else None
        left = set(state()) - set(before)
        # Once in a hundred times Pebble takes an earlier validation for good, so that nothing fails; and a busy machine may
        # not answer it in time.
        for _ in range(TRIES):
            happened, output = judge(host, row.forced) if by_certbot else (row.happens, "")
            if happened is row.happens:
                break
    return {"passive": passive, "active": active, "happened": happened.value, "output": output,
            "touched": sorted({path for path, _ in touched}), "left": sorted(left)}


def issue(host, kind):
    with kinds.KINDS[kind](host) as flags:
        for _ in range(TRIES):
            run = host.certbot.obtain(*flags)
            if run.code == 0:
                return
    raise AssertionError(f"no certificate:\n{run.output}")


def main(kind, program, judged_by, *wanted):
    os.environ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    scenarios = {row.id: row for row in scenario.ALL}
    with tempfile.TemporaryDirectory(prefix="foresight-") as folder, contextlib.ExitStack() as stack:
        host = machine.Machine(pathlib.Path(folder), program, has_cli_ini=program == "/usr/bin/certbot")
        stack.callback(host.close)
        issue(host, kind)
        host.keep()
        for row_id in wanted:
            try:
                outcome = once(host, kind, scenarios[row_id], judged_by == "certbot")
            except machine.Skip as skip:
                outcome = {"skipped": str(skip)}
            except Exception:  # told as this row's own, and the others go on
                outcome = {"error": traceback.format_exc()}
            print(json.dumps({"id": row_id, **outcome}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
