# SPDX-License-Identifier: Apache-2.0
"""A bare Debian 12 to install in, and to boot."""

import contextlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

from debian_package import SOURCE, run

# An init; cron, because a machine without is an odd one; acl for the way without the capability.
PACKAGES = "systemd,systemd-sysv,cron,adduser,ca-certificates,acl"


def mirror():
    """The one this machine's apt uses."""
    targets = run("apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages", "Codename: bookworm",
                  "Component: main").split()
    assert targets, "this machine's apt knows no mirror of Debian 12"
    return os.environ.get("MIRROR", targets[0])


def base():
    """A root made by debootstrap, kept in build/ for the next time. Not to be changed."""
    kept = SOURCE / "build/debian-root"
    if not (kept / "etc/debian-root").exists():
        subprocess.run(["rm", "-rf", "--one-file-system", kept], check=True)
        kept.parent.mkdir(exist_ok=True)
        run("debootstrap", "--variant=minbase", f"--include={PACKAGES}", "bookworm", kept, mirror())
        inherit_network(kept)
        (kept / "etc/debian-root").touch()
    return kept


def inherit_network(root):
    """How this machine reaches its mirror: proxies, checks, and authorities of its own."""
    wanted = ("Acquire::http", "Acquire::https", "Acquire::Check-", "Acquire::Retries", "Acquire::ForceIPv")
    lines = [line for line in run("apt-config", "dump").splitlines() if line.startswith(wanted)]
    (root / "etc/apt/apt.conf.d/90host").write_text("\n".join(lines) + "\n")
    for name in ("resolv.conf", "hosts"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    own = pathlib.Path("/usr/local/share/ca-certificates")
    if own.is_dir() and any(own.iterdir()):
        shutil.copytree(own, root / "usr/local/share/ca-certificates", dirs_exist_ok=True)
        run("chroot", root, "update-ca-certificates")


@contextlib.contextmanager
def copy_of_base():
    with tempfile.TemporaryDirectory(prefix="certhealth-root.", dir="/var/tmp") as folder:
        root = pathlib.Path(folder) / "root"
        run("cp", "-a", "--reflink=auto", base(), root)
        yield root


class Machine:
    """A root with its own init, processes and network."""

    def __init__(self, root):
        self.root = root
        self._console = tempfile.TemporaryFile()
        self._nspawn = subprocess.Popen(
            ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--private-network", "--boot", "-D", root,
             "--console=read-only", "systemd.unit=multi-user.target"],
            stdin=subprocess.DEVNULL, stdout=self._console, stderr=self._console)
        deadline = time.monotonic() + 60
        self._init = None
        while not self._is_up():
            assert self._nspawn.poll() is None and time.monotonic() < deadline, f"does not boot here:\n{self.console()}"
            time.sleep(0.1)

    def console(self):
        return os.pread(self._console.fileno(), 1 << 20, 0).decode(errors="replace")

    def _is_up(self):
        children = pathlib.Path(f"/proc/{self._nspawn.pid}/task/{self._nspawn.pid}/children").read_text().split()
        if not children:
            return False
        self._init = children[0]
        state = subprocess.run(self._inside("systemctl", "is-system-running"), capture_output=True, text=True, check=False)
        return state.stdout.strip() in ("running", "degraded")

    def _inside(self, *command):
        return ["nsenter", "--target", self._init, "--all", "--", *map(str, command)]

    def run(self, *command, **options):
        """A command of the machine's own."""
        return run(*self._inside(*command), **options)

    def fails(self, *command):
        return subprocess.run(self._inside(*command), capture_output=True, check=False).returncode != 0

    def in_its_network(self, *command):
        """A command line of ours, in its network."""
        return ["nsenter", "--target", self._init, "--net", "--", *map(str, command)]

    def get(self, path):
        return run(*self.in_its_network("curl", "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "10",
                                        f"http://127.0.0.1:10090{path}"))

    def close(self):
        self._nspawn.terminate()  # which tells init to power off
        try:
            self._nspawn.wait(timeout=30)
        except subprocess.TimeoutExpired:
            self._nspawn.kill()
            self._nspawn.wait()
        self._console.close()
