# SPDX-License-Identifier: Apache-2.0
"""What the whole-process benchmarks share: goals that are held or missed, and the CPU that a process has had."""

import pathlib

failed = []


def goal(name, value, at_most):
    met = value <= at_most
    if not met:
        failed.append(name)
    print(f"  {name:<52} {value:9.3f}   goal: at most {at_most:.2f}: {'met' if met else 'not met'}")


def cpu_seconds(pid):
    """User and system time of all threads, to the nanosecond; not in ticks."""
    return sum(int((task / "schedstat").read_text().split()[0])
               for task in pathlib.Path(f"/proc/{pid}/task").iterdir()) / 1e9
