#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`hook install`, a certbot that calls what it finds as certbot does, and what the exporter tells of it without any log."""

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import trees

DONE, COULD_NOT_DO = 0, 3
STAGES = ("deploy", "post")

# Stands for certbot: a process with the arguments of a run that finds and calls the hooks of a stage by certbot's own code.
CERTBOT = """
import sys
from certbot._internal import hooks
from certbot.compat import misc
for path in hooks.list_hooks(sys.argv[1]):
    ended = misc.execute_command_status("hook", path)
    assert ended == (0, "", ""), ended
"""


class Machine:
    """A certbot's files, with no log anywhere, and the exporter that looks at them."""

    def __init__(self, root):
        self.tree = trees.Tree(root)
        self.state = self.tree.root / "state"
        self.flags = (f"--certbot.config-dir={self.tree.config}", f"--certbot.logs-dir={root}/nowhere",
                      f"--state.dir={self.state}")
        for name in ("a.example", "b.example"):
            leaf, key = trees.issue(root, name, authority=self.tree.authority)
            self.tree.lineage(name, leaf)
            self.tree.version(name, 2, leaf, key)  # renewed once, so that a success is a renewal
        time.sleep(1.1)  # the certificates are older than what the hook will say of them

    def hook(self, action, *flags):
        flags = [flag for flag in self.flags if "logs-dir" not in flag]
        return subprocess.run([harness.BINARY, "hook", action, *flags], capture_output=True, text=True, timeout=60, check=False)

    def certbot(self, stage, *arguments, **variables):
        hooks = self.tree.config / "renewal-hooks"
        subprocess.run(["/usr/bin/python3", "-c", CERTBOT, hooks / stage, "renew", *arguments],
                       env={"PATH": "/usr/bin:/bin", **variables}, timeout=60, check=True)

    def renewed(self, name):
        self.certbot("deploy", RENEWED_LINEAGE=self.tree.config / "live" / name, RENEWED_DOMAINS=name)

    def gauges(self):
        """{lineage: (last_renew_success, reason of the last failure)}, for those of which anything is known."""
        samples = harness.parse(harness.check(*self.flags, "--format=prometheus").stdout.decode())
        told = {}
        for labels, value in harness.values(samples, "certhealth_last_renew_success"):
            reasons = harness.values(samples, "certhealth_last_renew_failure_info", name=labels["name"])
            told[labels["name"]] = (value, *(reason["reason"] for reason, _ in reasons))
        return told

    def attempt(self, name):
        samples = harness.parse(harness.check(*self.flags, "--format=prometheus").stdout.decode())
        return harness.value(samples, "certhealth_last_renew_attempt_timestamp_seconds", name=name)


class Hook(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Machine(folder.name)

    def install(self):
        done = self.machine.hook("install")
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        return done.stdout.splitlines()

    def test_a_failure_shows_and_a_success_clears_it(self):
        self.install()
        self.assertEqual(self.machine.gauges(), {})
        before = time.time()
        self.machine.certbot("post", RENEWED_DOMAINS="", FAILED_DOMAINS="a.example")
        self.assertEqual(self.machine.gauges(), {"a.example": (0, "other")})
        self.assertTrue(before - 1 <= self.machine.attempt("a.example") <= time.time())
        time.sleep(1.1)
        self.machine.renewed("a.example")
        self.machine.certbot("post", RENEWED_DOMAINS="a.example", FAILED_DOMAINS="")
        self.assertEqual(self.machine.gauges(), {"a.example": (1,)})
        self.machine.certbot("post", RENEWED_DOMAINS="", FAILED_DOMAINS="a.example b.example")
        self.assertEqual(self.machine.gauges(), {"a.example": (0, "other"), "b.example": (0, "other")})

    def test_a_dry_run_is_not_recorded(self):
        self.install()
        self.machine.certbot("post", "--dry-run", RENEWED_DOMAINS="", FAILED_DOMAINS="a.example")
        self.machine.certbot("deploy", "--dry-run", "--run-deploy-hooks", RENEWED_LINEAGE="/live/a.example")
        self.assertEqual(self.machine.gauges(), {})

    def test_the_serving_exporter_sees_it_at_its_next_look(self):
        self.install()
        with harness.exporter(*self.machine.flags, "--interval.files=1s") as exporter:
            self.machine.certbot("post", FAILED_DOMAINS="a.example")
            address = exporter.addresses[0]
            harness.wait_for(lambda: harness.value(harness.parse(harness.ask(address, "/metrics").body.decode()),
                                                   "certhealth_last_renew_success", name="a.example") == 0)

    def test_installing_twice_is_installing_once(self):
        first = self.install()
        self.assertEqual(sum(line.startswith("installed ") for line in first), 2)
        second = self.install()
        self.assertEqual([line.split(":")[0] for line in second], ["already installed"] * 2)

    def test_what_is_taken_back_is_forgotten(self):
        self.install()
        self.machine.certbot("post", FAILED_DOMAINS="a.example")
        self.assertNotEqual(self.machine.gauges(), {})
        done = self.machine.hook("remove")
        self.assertEqual((done.returncode, done.stderr), (DONE, ""))
        for stage in STAGES:
            self.assertEqual(os.listdir(self.machine.tree.config / "renewal-hooks" / stage), [])
        self.assertEqual(os.listdir(self.machine.state), [])
        self.assertEqual(self.machine.gauges(), {})
        again = self.machine.hook("remove")
        self.assertEqual((again.returncode, again.stdout), (DONE, f"no hook is installed in {self.machine.tree.config}\n"))

    def test_a_program_of_another_is_neither_overwritten_nor_removed(self):
        mine = self.machine.tree.config / "renewal-hooks/deploy/certhealth"
        mine.parent.mkdir(parents=True)
        mine.write_text("#!/bin/sh\nsystemctl reload nginx\n")
        for action in ("install", "remove"):
            done = self.machine.hook(action)
            self.assertEqual((done.returncode, done.stdout), (COULD_NOT_DO, ""))
            self.assertIn(f"{mine}: not a hook of certhealth_exporter", done.stderr)
        self.assertIn("reload nginx", mine.read_text())

    def test_no_renewal_fails_by_it(self):
        self.install()
        state = self.machine.state

        def call_both():  # fails unless they exit with 0 in silence
            self.machine.renewed("a.example")
            self.machine.certbot("post", FAILED_DOMAINS="a.example")

        shutil.rmtree(state)
        call_both()
        self.assertEqual(self.machine.gauges(), {"a.example": (0, "other")})  # it was made anew
        shutil.rmtree(state)
        state.write_text("")
        call_both()
        state.unlink()
        state.symlink_to("/proc/self")
        call_both()


if __name__ == "__main__":
    unittest.main()
