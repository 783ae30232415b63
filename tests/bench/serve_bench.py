#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""serve_bench.py BUILD DIR: the whole exporter of the build directory BUILD on the tree in DIR (make_tree makes one).

Scrapes while it looks every second, each beside one of a constant page of the same bytes from the same web front; the
CPU of whole looks with all that follows them; memory. Everything is of one run. Exits 1 when a goal is missed.
"""

import os
import pathlib
import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))
import harness  # noqa: E402
import measure  # noqa: E402

SCRAPES = 1000
SCRAPE_GOAL = 3.0  # the 99th percentile, times that of the constant page
BASE_MIB = 15
PER_LINEAGE_KIB = 3
CHANGED_GOAL = 2.0  # a changed lineage, times one of a cold look
LOOKS = 20


def memory_kib(pid, field="VmRSS"):
    return int(re.search(rf"^{field}:\s+(\d+) kB", pathlib.Path(f"/proc/{pid}/status").read_text(), re.M).group(1))


def scrape(address, encoding):
    """Seconds that a scrape took, and its bytes."""
    begin = time.perf_counter()
    body = harness.ask(address, "/metrics", headers={"Accept-Encoding": encoding}, timeout=60).body
    return time.perf_counter() - begin, body


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure_scrapes(build, running, encoding):
    page = scrape(running.addresses[0], encoding)[1]
    with tempfile.NamedTemporaryFile() as file:
        file.write(page)
        file.flush()
        with subprocess.Popen([build / "tests/bench/constant_page", file.name], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, text=True) as constant:
            other = constant.stdout.readline().strip()
            ours, theirs = [], []
            for _ in range(SCRAPES):
                ours.append(scrape(running.addresses[0], encoding)[0])
                theirs.append(scrape(other, encoding)[0])
            constant.stdin.close()
    print(f"{SCRAPES} scrapes, {encoding}, of {len(page)} bytes, in ms: "
          f"p50 {percentile(ours, .5) * 1e3:.2f} and {percentile(theirs, .5) * 1e3:.2f} of the constant page, "
          f"p99 {percentile(ours, .99) * 1e3:.2f} and {percentile(theirs, .99) * 1e3:.2f}")
    measure.goal(f"p99 of scrapes / constant page, {encoding}", percentile(ours, .99) / percentile(theirs, .99), SCRAPE_GOAL)


def looks(running):
    return running.log.count("msg=looked")


def cpu_of_looks(running, count):
    """CPU seconds that each of the next `count` looks takes with all that follows it."""
    times = []
    seen = looks(running)
    harness.wait_for(lambda: looks(running) > seen)
    for _ in range(count):
        seen = looks(running)
        time.sleep(0.3)  # judging and rendering come after the line
        before = measure.cpu_seconds(running.process.pid)
        harness.wait_for(lambda: looks(running) > seen)
        time.sleep(0.3)
        times.append(measure.cpu_seconds(running.process.pid) - before)
    return times


def measure_looks(running, flags, build, confs):
    count = len(confs)
    empty = tempfile.TemporaryDirectory()
    for part in ("renewal", "live"):
        os.mkdir(os.path.join(empty.name, part))

    def check(*arguments):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        harness.check("--format=prometheus", *arguments, binary=build / "certhealth_exporter")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    cold = statistics.median(check(*flags) for _ in range(5))
    start = statistics.median(check("--certbot.config-dir=" + empty.name) for _ in range(5))
    cold -= start
    unchanged = statistics.median(cpu_of_looks(running, LOOKS))
    changed = confs[::100]
    costs = []
    for _ in range(5):
        quiet = statistics.median(cpu_of_looks(running, 3))
        for conf in changed:
            os.utime(conf)
        costs.append(max(cpu_of_looks(running, 1)[0] - quiet, 0) / len(changed))
        time.sleep(4)  # what has just changed is read again until it is older than a tick
    print(f"whole looks with all that follows, in us a lineage: cold {cold / count * 1e6:.1f} (by check, beyond "
          f"{start * 1e3:.0f} ms for nothing), unchanged {unchanged / count * 1e6:.1f}, "
          f"one that changed {statistics.median(costs) * 1e6:.1f} beyond that")
    measure.goal("one that changed / cold one", statistics.median(costs) / (cold / count), CHANGED_GOAL)


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: serve_bench.py BUILD DIR")
    build, tree = pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve()
    confs = sorted((tree / "etc/letsencrypt/renewal").iterdir())
    count = len(confs)
    print(f"{count} lineages")
    flags = [f"--certbot.config-dir={tree}/etc/letsencrypt", f"--certbot.logs-dir={tree}/var/log/letsencrypt"]
    with harness.exporter(*flags, "--interval.files=1s", "--log.level=debug",
                          binary=build / "certhealth_exporter") as running:
        pid = running.process.pid
        allowed = BASE_MIB * 1024 + PER_LINEAGE_KIB * count
        cpu_of_looks(running, 3)
        measure.goal("MiB after looks, before any scrape", memory_kib(pid) / 1024, allowed / 1024)
        measure_scrapes(build, running, "gzip")
        measure.goal("MiB after 1,000 scrapes with gzip", memory_kib(pid) / 1024, allowed / 1024)
        measure_scrapes(build, running, "identity")
        measure.goal("MiB after 1,000 scrapes without", memory_kib(pid) / 1024, allowed / 1024)
        measure_looks(running, flags, build, confs)
        measure.goal("MiB at the end", memory_kib(pid) / 1024, allowed / 1024)
        print(f"  highest ever: {memory_kib(pid, 'VmHWM') / 1024:.1f} MiB")
    sys.exit(1 if measure.failed else 0)


if __name__ == "__main__":
    main()
