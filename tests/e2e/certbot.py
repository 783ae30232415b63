# SPDX-License-Identifier: Apache-2.0
"""A certbot on a tree of its own."""

import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile
import time

import harness

PATIENCE = 300  # in seconds; a machine may be busy
NAMING = ("--cert-name", "--domain")  # the first of them names the lineage


@dataclasses.dataclass(frozen=True)
class Run:
    """A finished run: its command, its exit code (None for one that was killed) and all that it printed, and when."""

    command: str  # "renew", "certonly"
    name: str  # the lineage that it was told to work on, or None
    dry: bool
    code: int
    output: str = dataclasses.field(repr=False)
    began: float
    ended: float


class Certbot:
    """The certbot `program` on a tree below `folder`, with an account at `server`, a pebble.Pebble."""

    def __init__(self, program, log_backups, folder, server):
        self._program = program
        self._log_backups = log_backups
        self._folder = pathlib.Path(folder)
        self._server = server
        self.config_dir = self._folder / "etc/letsencrypt"
        self.logs_dir = self._folder / "var/log/letsencrypt"
        self.config_dir.mkdir(parents=True, exist_ok=True)
        self.logs_dir.mkdir(parents=True, exist_ok=True)

    @property
    def environment(self):
        # HOME: certbot reads a cli.ini there. Unbuffered: what one that is killed has printed is not lost. Its log has local
        # time, which is for the exporter what /etc/localtime says.
        inherited = {name: value for name, value in os.environ.items() if name != "TZ"}
        return {**inherited, "HOME": str(self._folder), "XDG_CONFIG_HOME": str(self._folder),
                "REQUESTS_CA_BUNDLE": str(self._server.certificate), "PYTHONUNBUFFERED": "1"}

    def conf(self, name):
        return self.config_dir / "renewal" / f"{name}.conf"

    def _command(self, verb, *flags):
        return [self._program, verb, "--non-interactive", f"--config-dir={self.config_dir}", f"--logs-dir={self.logs_dir}",
                f"--work-dir={self._folder / 'var/lib/letsencrypt'}", f"--max-log-backups={self._log_backups}", *flags]

    def run(self, verb, *flags, kill_when=None):
        """Runs it to its end, or kills it in the middle when it gets to where the threading.Event `kill_when` is set."""
        began = time.time()
        with tempfile.TemporaryFile() as output:
            process = subprocess.Popen(self._command(verb, *flags), env=self.environment, stdin=subprocess.DEVNULL,
                                       stdout=output, stderr=subprocess.STDOUT)
            try:
                if kill_when is not None:
                    harness.wait_for(lambda: kill_when.is_set() or process.poll() is not None, PATIENCE)
                    process.kill()
                code = process.wait(timeout=PATIENCE)
            finally:
                process.kill()
                process.wait(timeout=60)
            output.seek(0)
            printed = output.read().decode()
        assert code >= 0 or kill_when is not None, f"certbot {verb} {flags} ended with {code}:\n{printed}"
        name = next((value for flag, _, value in (flag.partition("=") for flag in flags) if flag in NAMING), None)
        return Run(verb, name, "--dry-run" in flags, code if code >= 0 else None, printed, began, time.time())

    def obtain(self, *flags):
        """`certonly`, which also makes an account when there is none."""
        return self.run("certonly", "--agree-tos", "--register-unsafely-without-email", f"--server={self._server.directory}",
                        f"--http-01-port={self._server.http_port}", *flags)

    def renew(self, *flags, **options):
        return self.run("renew", "--no-random-sleep-on-renew", *flags, **options)

    def force(self, *flags, **options):
        return self.renew("--force-renewal", *flags, **options)


def pip(python, *arguments):
    # What asks again and again for minutes is no better than what says no.
    return subprocess.run([python, "-m", "pip", "--disable-pip-version-check", "--timeout=20", "--retries=2", *arguments],
                          capture_output=True, text=True, timeout=240, check=False)


def newest_from_pypi(folder):
    """The certbot that PyPI has today, installed in `folder`; fails when PyPI cannot be asked."""
    python = folder / "bin/python"
    if not python.exists() or pip(python, "--version").returncode != 0:
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True, timeout=120)
    # `install` alone is content with what is there when it gets no answer.
    with tempfile.TemporaryDirectory() as unused:
        asked = pip(python, "download", "--quiet", "--no-deps", f"--dest={unused}", "certbot")
    assert asked.returncode == 0, f"PyPI does not hand out certbot:\n{asked.stdout}{asked.stderr}"
    # What is newer of python-augeas has to be compiled.
    installed = pip(python, "install", "--quiet", "--upgrade", "certbot", "certbot-nginx", "certbot-apache",
                    "certbot-dns-rfc2136", "python-augeas<1")
    assert installed.returncode == 0, f"pip cannot install certbot:\n{installed.stdout}{installed.stderr}"
    return folder / "bin/certbot"
