#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The demo machine: what is healthy has no problem, what is broken has the one it is there for, and openssl agrees."""

import pathlib
import re
import stat
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

MAKE_DEMO = harness.SOURCE / "scripts/make-demo"
PRIVATE = "/etc/ssl/private/"

HEALTHY = {"www.example.com": "nginx", "blog.example.com": "webroot", "mail.example.org": "standalone",
           "example.org": "dns-cloudflare", "edge.example.com": "nginx"}
OVERDUE = {"expires_soon", "renewal_overdue", "last_renewal_failed"}
BROKEN = {
    "ghost.example.com": OVERDUE | {"webroot_missing", "webroot_disagrees"},
    "shop.example.org": OVERDUE,
    "wiki.example.org": {"expired", "renewal_overdue", "last_renewal_failed", "manual_without_hook"},
    "api.example.com": {"live_behind_archive"},
    "chat.example.com": {"update_interrupted", "fullchain_mismatch"},
    "legacy.example.com": {"orphan_live"},
    "cloud.example.com": {"conf_invalid"},
    "photos.example.com": {"renewal_disabled"},
    "forum.example.org": {"account_missing"},
    "recipes.example.com": {"wildcard_needs_dns"},
    "imap.example.org": {"key_exposed"},
    "certbot itself": {"last_run_failed"},
    PRIVATE + "vpn.pem": {"expires_soon"},
    PRIVATE + "ssl-cert-snakeoil.pem": {"self_signed"},
}
FILES = {PRIVATE + "internal-ca.pem", PRIVATE + "vpn.pem", PRIVATE + "ssl-cert-snakeoil.pem"}

# Problems that look at what a file cannot hold, such as this machine's port 80, may come on top.
ABOUT_THE_MACHINE = {"standalone_port_taken", "dns_unresolved", "dns_points_elsewhere", "dns_update_refused", "caa_forbids", "ca_unreachable",
                     "plugin_missing", "webroot_not_served", "web_server_config", "no_reload_configured"}


def problems(samples):
    """By certificate, the ids of all that is more than a note."""
    found = {}
    for labels, _ in harness.values(samples, "certhealth_problem"):
        if labels["severity"] != "info":
            found.setdefault(labels.get("name", "certbot itself"), set()).add(labels["problem"])
    return {name: ids - ABOUT_THE_MACHINE for name, ids in found.items() if ids - ABOUT_THE_MACHINE}


class Demo(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.directory = tempfile.TemporaryDirectory()
        cls.addClassCleanup(cls.directory.cleanup)
        cls.root = pathlib.Path(cls.directory.name) / "demo"
        subprocess.run([MAKE_DEMO, cls.root], check=True)
        cls.certbot = cls.root / "etc/letsencrypt"
        cls.check = harness.check(f"--root={cls.root}", f"--files={PRIVATE}*.pem", "--format=prometheus",
                                  binary=harness.BINARY)
        cls.samples = harness.parse(cls.check.stdout.decode())

    def test_each_broken_one_has_its_problem_and_no_other_has_any(self):
        self.assertEqual(self.check.returncode, 2, self.check.stderr)
        self.assertEqual(problems(self.samples), BROKEN)

    def test_every_certificate_is_there(self):
        names = {labels["name"] for labels, _ in harness.values(self.samples, "certhealth_days_until_expiry")}
        self.assertEqual(names, set(HEALTHY) | set(BROKEN) - {"certbot itself"} | FILES)

    def test_the_healthy_ones_will_renew_by_the_method_of_their_conf(self):
        for name, authenticator in HEALTHY.items():
            with self.subTest(name=name):
                self.assertEqual(harness.value(self.samples, "certhealth_next_renewal_ok", name=name), 1)
                self.assertEqual(harness.value(self.samples, "certhealth_renewal_mode", name=name, mode=authenticator), 1)

    def test_the_two_stories_stand_where_they_stood(self):
        days = harness.value(self.samples, "certhealth_days_until_expiry", name="ghost.example.com")
        self.assertTrue(19 < days < 20, days)
        reasons = {labels["name"]: labels["reason"]
                   for labels, _ in harness.values(self.samples, "certhealth_last_renew_failure_info")}
        self.assertEqual(reasons.get("ghost.example.com"), "unauthorized")
        self.assertEqual(reasons.get("shop.example.org"), "port_taken")

    def test_openssl_verifies_the_chains_of_the_healthy_ones(self):
        trusted = self.root / "usr/local/share/ca-certificates/demo-root.crt"
        for name in HEALTHY:
            with self.subTest(name=name):
                live = self.certbot / "live" / name
                subprocess.run(["openssl", "verify", "-CAfile", trusted, "-untrusted", live / "chain.pem",
                                "-verify_hostname", name, live / "cert.pem"], check=True, capture_output=True)
                self.assertEqual((live / "fullchain.pem").read_bytes(),
                                 (live / "cert.pem").read_bytes() + (live / "chain.pem").read_bytes())
                public = [subprocess.run(["openssl", *what], check=True, capture_output=True).stdout
                          for what in (["x509", "-in", live / "cert.pem", "-noout", "-pubkey"],
                                       ["pkey", "-in", live / "privkey.pem", "-pubout"])]
                self.assertEqual(*public)

    def test_the_tree_is_as_certbot_leaves_one(self):
        self.assertEqual(stat.S_IMODE((self.certbot / "accounts").stat().st_mode), 0o700)
        for name in HEALTHY:
            live = self.certbot / "live" / name
            newest = harness.value(self.samples, "certhealth_renewals", name=name) + 1
            for kind in ("cert", "privkey", "chain", "fullchain"):
                self.assertEqual((live / f"{kind}.pem").readlink(),
                                 pathlib.Path(f"../../archive/{name}/{kind}{newest:.0f}.pem"))
            self.assertEqual(stat.S_IMODE((live / "privkey.pem").stat().st_mode), 0o600)
        for path in self.certbot.glob("renewal/*.conf"):
            self.assertRegex(path.read_text(), re.compile(r"^\[renewalparams\]$", re.M))

    def test_a_demo_is_replaced_and_nothing_else(self):
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "kept").touch()
            refused = subprocess.run([MAKE_DEMO, directory], capture_output=True, check=False)
            self.assertEqual(refused.returncode, 1)
            self.assertEqual([path.name for path in pathlib.Path(directory).iterdir()], ["kept"])
        before = (self.root / ".certhealth-demo").stat().st_ino
        (self.root / "stale").touch()
        subprocess.run([MAKE_DEMO, self.root], check=True)
        self.assertFalse((self.root / "stale").exists())
        self.assertNotEqual((self.root / ".certhealth-demo").stat().st_ino, before)
        self.assertEqual([path.name for path in self.root.parent.iterdir()], ["demo"])


if __name__ == "__main__":
    if len(sys.argv) > 1 and pathlib.Path(sys.argv[1]).is_file():
        harness.BINARY = pathlib.Path(sys.argv.pop(1))
    unittest.main()
