#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""certbot issues, renews and fails against a real ACME server, and after each step our gauges say what its terminal said. Twice:
with the distribution's certbot, and with the newest from PyPI.

Usage: certbot_test.py [--verbose] [Debian | PyPI]"""

import pathlib
import shutil
import sys
import threading
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import certbot
import harness
import nginx
import pebble
import together
from certbot_case import NAME, OTHER, CertbotCase, fails, succeeds


class Scenarios:
    """What befalls a certbot, each time from the start."""

    def test_what_is_renewed_or_only_tried_out_is_told_apart(self):
        self.issue("--standalone")
        self.assert_agree(self.certbot.renew())
        self.assertEqual(self.problems(), {"never_renewed"})
        self.assert_clear(self.certbot.force)
        self.assert_clear(self.certbot.force)
        self.assert_agree(self.certbot.renew())
        dry = f"--server={self.ca.directory}", "--dry-run"
        self.assert_agree(self.until(succeeds, lambda: self.certbot.renew(*dry)))
        with pebble.taken(self.ca.http_port):
            self.assert_agree(self.until(fails, lambda: self.certbot.renew(*dry)))
        lineage = self.witness.lineages[NAME]
        self.assertEqual((lineage.dry_reason, lineage.reason, lineage.versions), ("port_taken", None, 3))

    def test_what_keeps_standalone_from_listening_is_told(self):
        self.issue("--standalone")
        with pebble.taken(self.ca.http_port):
            self.assert_fails(self.certbot.force, "port_taken")
            again = "--standalone", f"--domain={NAME}", "--force-renewal"
            self.assert_fails(lambda: self.certbot.obtain(*again), "port_taken")
            self.assert_fails(self.certbot.force, "port_taken")
        self.assert_clear(lambda: self.certbot.obtain(*again))
        self.assert_clear(self.certbot.force)

    def test_what_keeps_certbot_from_the_challenge_is_told(self):
        self.issue("--standalone")
        self.edit("^authenticator = standalone$", "authenticator = dns-nowhere")
        self.assert_fails(self.certbot.force, "plugin")
        self.edit("^authenticator = dns-nowhere$", f"authenticator = manual\nmanual_auth_hook = {self.folder}/none")
        self.assert_fails(self.certbot.force, "hook")
        self.edit("^authenticator = manual\nmanual_auth_hook = .*$", "authenticator = standalone")
        self.assert_clear(self.certbot.force)

    def test_a_webroot_that_nobody_serves_is_told(self):
        webroot = "--webroot", f"--webroot-path={self.webroot}"
        with self.serve_webroot():
            self.issue(*webroot)
            self.edit(f"^{NAME} = .*$", f"{NAME} = {self.folder}/elsewhere")
            self.assert_fails(self.certbot.force, "unauthorized")
            self.edit(f"^{NAME} = .*$", f"{NAME} = {self.webroot}")
            self.assert_clear(self.certbot.force)
        self.assert_fails(self.certbot.force, "connection")
        with self.serve_webroot():
            self.assert_clear(self.certbot.force)
            shutil.rmtree(self.webroot)
            self.webroot.touch()
            self.assert_fails(self.certbot.force, "webroot")
            self.webroot.unlink()
            self.assert_clear(self.certbot.force)  # certbot makes the directory

    def test_a_name_that_does_not_resolve_is_told(self):
        self.issue("--standalone", names=(NAME, OTHER))
        self.ca.dns("set-servfail", OTHER)
        # Pebble has no other word for it; Let's Encrypt says "dns".
        self.assert_fails(self.certbot.force, "connection")
        self.ca.dns("clear-servfail", OTHER)
        self.assert_clear(self.certbot.force)

    def test_names_that_were_dropped_are_told(self):
        both = "--standalone", "--allow-subset-of-names"
        self.issue(*both, names=(NAME, OTHER))
        self.assert_clear(self.certbot.force)
        self.ca.dns("set-servfail", OTHER)
        self.assert_agree(run := self.until(lambda run: "Type:" in run.output, self.certbot.force))
        self.assertEqual((run.code, self.problems()), (0, {"names_dropped"}), run.output)
        self.ca.dns("clear-servfail", OTHER)
        self.assert_clear(lambda: self.certbot.obtain(*both, f"--cert-name={NAME}", f"--domain={NAME}", f"--domain={OTHER}",
                                                      "--force-renewal", "--renew-with-new-domains"))

    def test_an_account_that_is_gone_is_told(self):
        self.issue("--standalone")
        accounts = self.certbot.config_dir / "accounts"
        accounts.rename(self.folder / "accounts")
        self.assert_fails(self.certbot.force, "account")
        shutil.rmtree(accounts, ignore_errors=True)
        (self.folder / "accounts").rename(accounts)
        self.assert_clear(self.certbot.force)

    def test_a_ca_that_is_down_and_one_that_forgot_us_are_told(self):
        self.issue("--standalone")
        self.ca.stop()
        self.assert_fails(self.certbot.force, "server_unreachable")
        self.ca.start()
        self.assert_fails(self.certbot.force, "account")
        shutil.rmtree(self.certbot.config_dir / "accounts")
        # As an operator mends it: certonly makes a new account, and is a renewal too.
        self.assert_clear(lambda: self.certbot.obtain("--standalone", f"--domain={NAME}", "--force-renewal"))
        self.assert_clear(self.certbot.force)

    def test_a_conf_that_certbot_cannot_read_is_no_attempt(self):
        self.issue("--standalone")
        self.assert_clear(self.certbot.force)
        self.edit("^authenticator = standalone$", "authenticator = 'standalone")
        self.assert_agree(run := self.certbot.force())
        self.assertEqual((run.code, self.problems()), (1, {"conf_invalid"}), run.output)
        self.edit("^authenticator = 'standalone$", "authenticator = standalone")
        self.assert_clear(self.certbot.force)

    def test_a_hook_that_fails_is_told_though_the_renewal_succeeds(self):
        self.issue("--standalone")
        for kind in ("deploy", "pre"):
            hook = self.certbot.config_dir / "renewal-hooks" / kind / "reload"
            hook.write_text("#!/bin/sh\necho no such service >&2\nexit 1\n")
            hook.chmod(0o755)
            self.assert_agree(run := self.until(succeeds, self.certbot.force))
            self.assertEqual((run.code, self.problems()), (0, {"hook_failed"}), run.output)
            hook.write_text("#!/bin/sh\n")
            self.assert_clear(self.certbot.force)

    def test_a_run_that_was_killed_half_way_is_told(self):
        with self.serve_webroot():
            self.issue("--webroot", f"--webroot-path={self.webroot}")
            self.assert_clear(self.certbot.force)
        asked, killed = threading.Event(), threading.Event()

        def before_answer():
            asked.set()
            killed.wait(timeout=120)

        with self.serve_webroot(before_answer=before_answer):
            run = self.until(lambda run: run.code is None, lambda: self.certbot.force(kill_when=asked))
            killed.set()
        self.assert_agree(run)  # by its log it may still be running
        # The next run does not touch the lineage, but it shows that the one before is no more.
        self.assert_agree(run := self.certbot.renew())
        self.assertEqual((run.code, self.witness.lineages[NAME].reason), (0, "interrupted"), run.output)
        with self.serve_webroot():
            self.assert_clear(self.certbot.force)

    def test_several_lineages_of_one_run_are_told_apart(self):
        names = [NAME, OTHER, "good." + NAME]
        for name in names:
            self.issue("--standalone", names=(name,))
        self.edit("^version = ", "no version = ,,")
        self.ca.dns("set-servfail", OTHER)
        run = self.assert_fails(self.certbot.force, "connection", OTHER, is_meant=lambda run: "(failure)" in run.output)
        problems = [self.problems(name) for name in names]
        self.assertEqual(problems, [{"conf_invalid"}, {"last_renewal_failed", "never_renewed"}, set()], run.output)
        self.edit("^no version = ,,", "version = ")
        self.ca.dns("clear-servfail", OTHER)
        self.assert_agree(run := self.until(succeeds, self.certbot.force))
        self.assertEqual([self.problems(name) for name in names], [set()] * 3, run.output)

    def test_a_web_server_that_did_not_take_the_certificate_is_told(self):
        server = nginx.Nginx(self.folder / "nginx", NAME)
        self.addCleanup(server.stop)
        self.issue("--authenticator=standalone", *server.flags)
        server.wait_until_started()
        server.stop()
        with pebble.taken(server.port):
            self.assert_fails(self.certbot.force, "reload_failed")
        self.assert_clear(self.certbot.force)  # which starts it
        server.wait_until_started()

    def test_a_running_exporter_tells_within_one_look(self):
        self.issue("--standalone")
        with harness.exporter("--interval.files=1s", *self.flags, env=self.certbot.environment) as exporter:
            with pebble.taken(self.ca.http_port):
                self.assert_next_look(exporter, run := self.until(fails, self.certbot.force))
            self.assertEqual(self.witness.lineages[NAME].reason, "port_taken", run.output)
            self.assert_next_look(exporter, run := self.until(succeeds, self.certbot.force))
            self.assertEqual(self.problems(), set(), run.output)
            self.assertEqual(exporter.end(), 0)


class Debian(Scenarios, CertbotCase):
    log_backups = 0

    def program(self):
        return "/usr/bin/certbot"


class PyPI(Scenarios, CertbotCase):
    log_backups = 1000
    newest = together.Once(lambda: certbot.newest_from_pypi(harness.BINARY.resolve().parent / "certbot-from-pypi"))

    def program(self):
        return self.newest()


if __name__ == "__main__":
    unittest.main(testLoader=together.Loader())
