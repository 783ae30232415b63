# SPDX-License-Identifier: Apache-2.0
"""A machine of its own for certbot and the exporter: this one's programs, but its directories, its network, its DNS and its CA
are ours. Only for a process in namespaces that nobody else is in; see foresight.namespaces."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess

import certbot
import pebble
from foresight.dns import Dns

NAME = "shop.example.com"
OTHER = "www.shop.example.com"
ADDRESS = "192.0.2.10"  # the machine's own, as are ADDRESS6 and those of loopback
ADDRESS6 = "2001:db8::10"
CONFIG = pathlib.Path("/etc/letsencrypt")
WEBROOT = pathlib.Path("/var/www/shop")
STAGING = "acme-staging-v02.api.letsencrypt.org"  # is the CA under another name

# What of the system is ours. The rest, the programs above all, is the real one's.
PLACES = [CONFIG, *map(pathlib.Path, ("/var/lib/letsencrypt", "/var/log", "/var/www", "/etc/nginx", "/etc/apache2"))]


class Skip(Exception):
    """A scenario that cannot be set up here, and why."""


def command(*words):
    done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


class Machine:
    """The machine on which the certbot `program` runs. `folder` holds all that is in its PLACES."""

    def __init__(self, folder, program, has_cli_ini):
        self._folder = pathlib.Path(folder)
        self.program = program
        self._world, self._kept = self._folder / "world", self._folder / "kept"
        self._cli_ini = (CONFIG / "cli.ini").read_text() if has_cli_ini else None
        for address in f"{ADDRESS}/32", f"{ADDRESS6}/128":
            command("ip", "address", "add", address, "dev", "lo")
        command("ip", "link", "set", "lo", "up")
        self._replace("/etc/resolv.conf", "nameserver 127.0.0.1\n")
        self._replace("/etc/hosts", f"127.0.0.1 localhost {STAGING}\n::1 localhost\n")
        # The package's certbot, and what starts it, is there as well.
        self._replace("/etc/cron.d/certbot", f"0 */12 * * * root {program} -q renew\n")
        self.dns = Dns(self._folder / "dns", {"shop": f"A {ADDRESS}", "www.shop": f"A {ADDRESS}"})
        self.ca = pebble.Pebble(folder, http_port=80, dns_server="127.0.0.1:53", names=["localhost", STAGING])
        self._trusted = self.ca.certificate.read_bytes()
        for place in PLACES:
            (self._world / place.relative_to("/")).mkdir(parents=True)
            place.mkdir(parents=True, exist_ok=True)
        self._mount()
        if self._cli_ini is not None:
            (CONFIG / "cli.ini").write_text(self._cli_ini)
        self.certbot = certbot.Certbot(program, 0 if has_cli_ini else 1000, "/", self.ca)

    # The whole of it.

    def _replace(self, path, text):
        """Has `text` in the place of a file of the system's."""
        ours = self._folder / pathlib.Path(path).name
        ours.write_text(text)
        command("mount", "--bind", ours, os.path.realpath(path))

    def _mount(self):
        for place in PLACES:
            command("mount", "--bind", self._world / place.relative_to("/"), place)

    def keep(self):
        """What the machine has now is what `restore` brings back."""
        command("cp", "-a", self._world, self._kept)

    def restore(self):
        for place in PLACES:
            command("umount", "--lazy", place)
        shutil.rmtree(self._world)
        command("cp", "-a", self._kept, self._world)
        self._mount()
        self.ca.certificate.write_bytes(self._trusted)
        self.dns.say()

    def close(self):
        self.ca.close()
        self.dns.stop()

    @property
    def environment(self):
        """Of certbot, and of the exporter: whom to trust is the same for both."""
        return {**self.certbot.environment, "SSL_CERT_FILE": str(self.ca.certificate)}

    # What there is.

    @property
    def conf(self):
        return self.certbot.conf(NAME)

    @property
    def account(self):
        account, = self.accounts.iterdir()
        return account

    @property
    def accounts(self):
        return self.accounts_of(self.ca.directory)

    def accounts_of(self, server):
        return CONFIG / "accounts" / server.removeprefix("https://")

    @staticmethod
    def versions():
        """How many versions of its certificate the lineage has had."""
        numbers = [int(path.stem.removeprefix("cert")) for path in (CONFIG / "archive" / NAME).glob("cert*.pem")]
        return max(numbers, default=0)

    # What can be done to it.

    def edit(self, old, new, path=None):
        """Replaces the one place in the conf where the pattern `old` is."""
        path = path or self.conf
        text, places = re.subn(old, lambda _: new, path.read_text(), flags=re.M)
        assert places == 1, f"{old} is in {places} places of {path}:\n{path.read_text()}"
        path.write_text(text)

    def set(self, key, value):
        """Sets `key` in [renewalparams], whether it is there or not."""
        self.unset(key)
        self.edit(r"^\[renewalparams\]$", f"[renewalparams]\n{key} = {value}")

    def unset(self, key):
        text = re.sub(rf"^{key} = .*\n", "", self.conf.read_text(), flags=re.M)
        self.conf.write_text(text)

    @staticmethod
    def write(path, text, mode=0o644):
        path = pathlib.Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        path.chmod(mode)
        return path

    def script(self, path, text):
        return self.write(path, "#!/bin/sh\n" + text, 0o755)

    @staticmethod
    @contextlib.contextmanager
    def listener(address, port=80, dual=False):
        """Something that listens there and never answers."""
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with socket.create_server((address, port), family=family, dualstack_ipv6=dual):
            yield

    @staticmethod
    @contextlib.contextmanager
    def mounted(place, *arguments):
        """`mount ARGUMENTS PLACE`, for a while."""
        command("mount", *arguments, place)
        try:
            yield
        finally:
            command("umount", "--lazy", place)

    def read_only(self, place):
        stack = contextlib.ExitStack()
        stack.enter_context(self.mounted(place, "--bind", place))
        command("mount", "-o", "remount,bind,ro", place)
        return stack

    @contextlib.contextmanager
    def small_disk(self, place, options="size=512k", fill=True):
        """Has `place` on a disk of its own, with no room left."""
        kept = self._folder / "moved"
        command("cp", "-a", place, kept)
        try:
            with self.mounted(place, "-t", "tmpfs", "-o", options, "none"):
                command("cp", "-a", f"{kept}/.", place)
                if fill:
                    with contextlib.suppress(OSError), (place / "everything").open("wb", 0) as file:
                        while file.write(b"\0" * 4096):
                            pass
                yield
        finally:
            shutil.rmtree(kept)

    @staticmethod
    @contextlib.contextmanager
    def immutable(path):
        done = subprocess.run(["chattr", "+i", path], capture_output=True, text=True, timeout=60, check=False)
        if done.returncode != 0:
            raise Skip(f"no immutable files here: {done.stderr.strip()}")
        try:
            yield
        finally:
            command("chattr", "-i", path)

    @contextlib.contextmanager
    def hidden(self, *paths):
        """Files and directories of the system's that are as if they were not there, or as near to it as can be."""
        with contextlib.ExitStack() as stack:
            for path in map(pathlib.Path, paths):
                empty = self._folder / "empty"
                empty.mkdir(exist_ok=True)
                if path.is_dir():
                    stack.enter_context(self.mounted(path, "--bind", empty))
                else:
                    stack.enter_context(self.mounted(path, "--bind", "/dev/null"))
            yield
