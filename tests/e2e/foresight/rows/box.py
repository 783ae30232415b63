# SPDX-License-Identifier: Apache-2.0
"""The disks and directories that certbot needs."""

import pathlib
import shutil

from foresight.machine import CONFIG
from foresight.scenario import fails, renews

KIND = "standalone"
LOGS = pathlib.Path("/var/log/letsencrypt")
WORK = pathlib.Path("/var/lib/letsencrypt")
LOCK = ".certbot.lock"


@renews(KIND, third=True)
def stale_locks(machine):
    """A certbot that was killed left its lock files."""
    for place in CONFIG, LOGS, WORK:
        (place / LOCK).touch()
    yield


@renews(KIND)
def directories_gone(machine):
    """The directories for work and logs are gone: certbot makes them anew."""
    shutil.rmtree(WORK, ignore_errors=True)
    shutil.rmtree(LOGS)
    yield


@fails(KIND, passive="directory_not_writable", third=True)
def archive_disk_full(machine):
    """The disk with archive/ is full."""
    with machine.small_disk(CONFIG / "archive"):
        yield


@fails(KIND, passive="directory_not_writable", third=True)
def config_read_only(machine):
    """/etc/letsencrypt is mounted read-only."""
    with machine.read_only(CONFIG):
        yield


@fails(KIND, passive="directory_not_writable")
def archive_read_only(machine):
    """archive/ is mounted read-only."""
    with machine.read_only(CONFIG / "archive"):
        yield


@fails(KIND, passive="directory_not_writable")
def logs_read_only(machine):
    """The directory for logs is mounted read-only."""
    with machine.read_only(LOGS):
        yield


@fails(KIND, passive="directory_not_writable")
def work_read_only(machine):
    """The directory for work is mounted read-only."""
    with machine.read_only(WORK):
        yield


@fails(KIND, passive="directory_not_writable")
def archive_immutable(machine):
    """archive/ of the lineage is immutable."""
    with machine.immutable(CONFIG / "archive/shop.example.com"):
        yield


@fails(KIND, passive="directory_not_writable")
def renewal_immutable(machine):
    """renewal/ is immutable."""
    with machine.immutable(CONFIG / "renewal"):
        yield


@fails(KIND, passive="directory_not_writable")
def conf_immutable(machine):
    """The conf is immutable."""
    with machine.immutable(machine.conf):
        yield


@renews(KIND)
def old_version_immutable(machine):
    """The certificate that there is now is immutable."""
    with machine.immutable(CONFIG / "archive/shop.example.com/cert1.pem"):
        yield


@fails(KIND, passive="directory_not_writable")
def live_immutable(machine):
    """live/ of the lineage is immutable."""
    with machine.immutable(CONFIG / "live/shop.example.com"):
        yield


@renews(KIND)
def log_disk_full(machine):
    """The disk for logs is full: certbot cannot log, and renews."""
    with machine.small_disk(LOGS):
        yield
