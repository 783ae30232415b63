# SPDX-License-Identifier: Apache-2.0
"""Processes that have a machine for themselves: no network but their own loopback, mounts that nobody else sees, and whatever
they start ends with them."""

import functools
import os
import pathlib
import subprocess

COMMAND = ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "--mount-proc"]


def _works(command):
    return subprocess.run([*command, "ip", "link", "set", "lo", "up"], capture_output=True, timeout=60, check=False).returncode == 0


def _mounts_are_private():
    return " shared:" not in pathlib.Path("/proc/self/mountinfo").read_text()


@functools.cache
def command():
    """What goes before a command for that, or None where it is not allowed."""
    ways = [COMMAND] if os.geteuid() == 0 else [[*COMMAND, "--map-root-user"]]
    if _mounts_are_private():  # in a chroot, where they cannot be made so
        ways.append([*ways[0], "--propagation=unchanged"])
    return next(filter(_works, ways), None)
