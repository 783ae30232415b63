#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The image, built by buildah from docker/Dockerfile on a Debian made by debootstrap, and its root run. As root, for minutes:
it compiles."""

import contextlib
import json
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

import yaml

from debian_package import SOURCE, run
from debian_root import base

from harness import ask, parse, value, values, wait_for

BASE = "certhealth-test-base"
IMAGE = "certhealth-test-image"


class Storage:
    """buildah with images of its own, gone in the end."""

    def __init__(self, folder):
        self._options = ["--root", f"{folder}/root", "--runroot", f"{folder}/run"]
        self.environment = {**os.environ, "BUILDAH_ISOLATION": "chroot", "TMPDIR": str(folder)}

    def command(self, *words):
        return ["buildah", *self._options, *map(str, words)]

    def __call__(self, *words):
        return run(*self.command(*words), env=self.environment, timeout=3600).strip()


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        open_until_done = contextlib.ExitStack()
        cls.addClassCleanup(open_until_done.close)
        folder = pathlib.Path(open_until_done.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp")))
        cls.buildah = storage = Storage(folder)
        first = storage("from", "scratch")
        open_until_done.callback(storage, "rm", "--all")
        storage("add", "--quiet", first, base(), "/")
        storage("commit", "--quiet", "--rm", first, BASE)
        storage("build", "--format=docker", "--pull-never", f"--build-arg=BASE={BASE}", f"--build-arg=BUILD_BASE={BASE}",
                "-f", SOURCE / "docker/Dockerfile", "-t", IMAGE, SOURCE)
        cls.config = json.loads(storage("inspect", "--type=image", IMAGE))["Docker"]["config"]
        cls.container = storage("from", "--pull-never", IMAGE)
        cls.root = pathlib.Path(storage("mount", cls.container))
        cls.services = yaml.safe_load((SOURCE / "docker/compose.yaml").read_text())["services"]
        cls.demo = folder / "demo"
        cls.demo.mkdir()
        demo = cls.services["demo"]
        storage("run", "--user", demo["user"], "--volume", f"{cls.demo}:/demo", cls.container, "--", *demo["entrypoint"])

    @contextlib.contextmanager
    def serving(self, capabilities="-all"):
        """The address of the image's program as compose starts it. buildah's chroot isolation leaves other capabilities than it
        is told to, so what an engine does is done here: mounts, user, and the bounding set."""
        user, group = self.config["User"].split(":")
        prepare = ('mount -t proc proc "$0/proc"; mkdir -p "$0/host"; mount --bind "$1" "$0/host"; '
                   'mount -o remount,bind,ro "$0/host"; shift; exec chroot "$0" "$@"')
        command = ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-ec", prepare, self.root, self.demo,
                   "setpriv", f"--bounding-set={capabilities}", "--inh-caps=-all", f"--reuid={user}", f"--regid={group}",
                   "--clear-groups", "--", *self.config["Entrypoint"], *self.config["Cmd"],
                   "--web.listen-address=127.0.0.1:0"]
        with tempfile.TemporaryFile() as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)

            def address():
                said = os.pread(log.fileno(), 1 << 20, 0).decode()
                self.assertIsNone(process.poll(), said)
                return re.findall(r'msg=listening address="?([^"\s]+)', said)
            try:
                [found] = wait_for(address, 60)
                wait_for(lambda: ask(found, "/-/ready").status == 200, 60)
                yield found
            finally:
                process.kill()
                process.wait()

    def test_with_the_capability_it_sees_all_of_the_machine(self):
        with self.serving("-all,+dac_read_search") as address:
            samples = parse(ask(address, "/metrics").body.decode())
            script = self.config["Healthcheck"]["Test"][-1].replace("10090", address.rsplit(":", 1)[1])
            self.buildah("run", "--user", self.config["User"], self.container, "--", "bash", "-c", script)
        self.assertEqual(value(samples, "certhealth_collector_success", collector="certbot"), 1)
        self.assertTrue(values(samples, "certhealth_problem", name="ghost.example.com", problem="renewal_overdue"))
        # /host is read-only for us alone.
        self.assertEqual(values(samples, "certhealth_problem", problem="webroot_not_writable"), [])

    def test_without_it_the_program_starts_and_says_what_it_may_not_read(self):
        with self.serving() as address:
            samples = parse(ask(address, "/metrics").body.decode())
        self.assertEqual(value(samples, "certhealth_collector_success", collector="certbot"), 0)

    def test_it_is_small_and_not_roots(self):
        user, group = self.config["User"].split(":")
        self.assertTrue(user.isdigit() and group.isdigit() and "0" not in (user, group), self.config["User"])
        self.assertEqual(list(self.config["ExposedPorts"]), ["10090/tcp"])
        for left in ("src", "packages", "usr/bin/g++", "usr/sbin/setcap"):
            self.assertFalse((self.root / left).exists(), left)

    def test_its_program_may_be_given_one_capability(self):
        self.assertEqual(run("getcap", self.root / "usr/bin/certhealth_exporter").split()[1], "cap_dac_read_search=p")


if __name__ == "__main__":
    unittest.main()
