#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The image, built by buildah from docker/Dockerfile on a Debian made by debootstrap, and its root run. As root, for minutes:
it compiles."""

import contextlib
import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from debian_package import SOURCE, run
from debian_root import base

from harness import parse, value, values, wait_for

BASE = "certhealth-test-base"
IMAGE = "certhealth-test-image"
PORT = 10090


def buildah(*words, storage):
    return run("buildah", "--root", storage / "root", "--runroot", storage / "run", *words,
               env={**os.environ, "BUILDAH_ISOLATION": "chroot"})


class ImageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        open_until_done = contextlib.ExitStack()
        cls.addClassCleanup(open_until_done.close)
        storage = pathlib.Path(open_until_done.enter_context(tempfile.TemporaryDirectory(prefix="certhealth-image.", dir="/var/tmp")))
        open_until_done.callback(lambda: buildah("rm", "--all", storage=storage))
        first = buildah("from", "scratch", storage=storage).strip()
        buildah("add", "--quiet", first, base(), "/", storage=storage)
        buildah("commit", "--quiet", first, BASE, storage=storage)
        cls.log = buildah("build", "--format=docker", "--pull-never", f"--build-arg=BASE={BASE}",
                          f"--build-arg=BUILD_BASE={BASE}", "-f", SOURCE / "docker/Dockerfile", "-t", IMAGE, SOURCE,
                          storage=storage)
        cls.config = json.loads(buildah("inspect", "--type=image", IMAGE, storage=storage))["Docker"]["config"]
        container = buildah("from", "--pull-never", IMAGE, storage=storage).strip()
        cls.root = pathlib.Path(buildah("mount", container, storage=storage).strip())
        cls.demo = open_until_done.enter_context(tempfile.TemporaryDirectory(dir="/var/tmp"))

    def start(self, *words, capabilities="-all", **options):
        """A program of the image as its user, with what a container engine would leave it of capabilities and network."""
        user, group = self.config["User"].split(":")
        return ["unshare", "--mount", "--net", "--pid", "--fork", "--kill-child", "sh", "-c",
                'mount -t proc proc "$0/proc" && mount --bind "$1" "$0/host" && ip link set lo up && shift && '
                f'exec setpriv --bounding-set={capabilities} --inh-caps=-all chroot --userspec={user}:{group} "$0" "$@"',
                str(self.root), self.demo, *words]

    def test_it_is_small_and_not_roots(self):
        user, group = self.config["User"].split(":")
        self.assertTrue(user.isdigit() and group.isdigit() and "0" not in (user, group), self.config["User"])
        self.assertEqual(list(self.config["ExposedPorts"]), [f"{PORT}/tcp"])
        for left in ("src", "packages", "usr/bin/g++", "usr/sbin/setcap"):
            self.assertFalse((self.root / left).exists(), left)

    def test_its_program_may_read_and_nothing_else(self):
        self.assertEqual(run("getcap", self.root / "usr/bin/certhealth_exporter").split()[1], "cap_dac_read_search=p")


if __name__ == "__main__":
    unittest.main()
