#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every real certbot tree, judged by the exporter and by others: openssl for the certificates, certbot's own output for the
confs, promtool for the page."""

import calendar
import datetime
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

# The clock of the lab said 2026-11-22; a day later nothing is due yet but what lives for days.
AT = "2026-11-23T12:00:00Z"
NOW = calendar.timegm((2026, 11, 23, 12, 0, 0))

# What each tree has beyond `never_renewed`, by lineage. Trees that are not named have nothing that files can tell, but for
# what the whole of the lab lacks: files outside etc/ and var/ (webroots, hooks), and the modes of those inside.
LAB_LACKS = {"webroot_missing", "hook_missing", "key_exposed", "credentials_exposed"}
EXPECTED = {
    "12-account-missing": {"shop.example.com": {"account_missing"}},
    "12b-account-wrong-id": {"shop.example.com": {"account_missing"}},
    "12c-account-key-corrupt": {"shop.example.com": {"account_missing"}},
    "18-manual-no-auth-hook": {"shop.example.com": {"manual_without_hook"}},
    "18b-manual-auth-hook-missing": {"shop.example.com": {"hook_missing"}},
    "19-dns-credentials-missing": {"shop.example.com": {"credentials_missing"}},
    "19c-dns-credentials-incomplete": {"shop.example.com": {"credentials_incomplete"}},
    "20-plugin-missing": {"shop.example.com": {"plugin_missing"}},
    "21-webroot-no-path": {"blog.example.com": {"webroot_map_incomplete"}},
    "41-v4.0-due-shortlived-cert": {},
    "52-v5.5-account-missing": {"shop.example.com": {"account_missing"}},
    "52b-v5.5-account-unset-two-accounts": {"shop.example.com": {"account_missing"}},
    "56-v5.5-cli-ini-broken": {"shop.example.com": {"cli_ini_invalid"}},
    "73-renew-before-expiry-list": {"shop.example.com": {"renew_before_expiry_ignored"}},
    "74-renew-before-expiry-wrong-section": {"shop.example.com": {"renew_before_expiry_ignored"}},
    "76-cli-ini-unknown-option": {"shop.example.com": {"cli_ini_invalid"}},
}

# How certbot says in a terminal that it skips a conf (facts: 0.28 to 5.5).
SKIPPED = re.compile(r"Renewal configuration file \S*?renewal/([^/\s]+)\.conf(?: \(cert: [^)]*\))? "
                     r"(?:is broken|does not specify an authenticator|produced an unexpected error|lacks renewalparams)"
                     r"|while parsing \S*?renewal/([^/\s]+)\.conf\.")


def openssl(path, *options):
    return subprocess.run(["openssl", "x509", "-in", path, "-noout", *options], capture_output=True, text=True,
                          check=True).stdout


def seconds(date):
    """The moment that openssl's -dates prints."""
    parsed = datetime.datetime.strptime(date, "%b %d %H:%M:%S %Y GMT")
    return calendar.timegm(parsed.timetuple())


def last_attempts(tree):
    """By the judged log of the tree: {lineage: (succeeded, saved)} of the last real attempt at each."""
    last = {}
    for run in json.loads((tree / "attributed.json").read_text())["runs"]:
        if run["dry_run"]:
            continue
        for name, told in run["lineages"].items():
            if "attempt" in told and told.get("outcome") in ("success", "failure"):
                last[name] = (told["outcome"] == "success", "saved_version" in told)
    return last


def lineages(tree):
    live = tree / "etc/letsencrypt/live"
    return sorted(p.name for p in live.iterdir() if p.is_dir()) if live.is_dir() else []


def trees():
    return sorted(p for p in harness.SAMPLES.iterdir() if (p / "etc").is_dir())


class Samples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.pages = {}
        for tree in trees():
            done = harness.check(f"--root={tree}", f"--at={AT}", "--format=prometheus")
            cls.pages[tree.name] = (done.returncode, done.stdout.decode(), done.stderr.decode())

    def for_each_tree(self, judge):
        for tree in trees():
            code, page, errors = self.pages[tree.name]
            with self.subTest(tree=tree.name):
                self.assertEqual(errors, "")
                judge(tree, code, harness.parse(page))

    def test_there_are_all_the_trees(self):
        self.assertGreaterEqual(len(trees()), 80)

    def test_certificates_are_as_openssl_reads_them(self):
        compared = []
        def judge(tree, _code, samples):
            for name in lineages(tree):
                leaf = tree / "etc/letsencrypt/live" / name / "fullchain.pem"
                if not leaf.exists() or "CERTIFICATE" not in leaf.read_text():
                    continue
                try:
                    facts = openssl(leaf, "-dates", "-serial", "-fingerprint", "-sha256", "-subject", "-issuer",
                                    "-nameopt", "RFC2253,utf8,-esc_msb")
                except subprocess.CalledProcessError:
                    continue  # openssl cannot read it either; what we say of it is tested below
                facts = dict(line.split("=", 1) for line in facts.splitlines())
                not_after = seconds(facts["notAfter"])
                not_before = seconds(facts["notBefore"])
                labels = {"source": "certbot", "name": name}
                self.assertEqual(harness.value(samples, "certhealth_not_after_timestamp_seconds", **labels), not_after)
                self.assertEqual(harness.value(samples, "certhealth_not_before_timestamp_seconds", **labels), not_before)
                self.assertAlmostEqual(harness.value(samples, "certhealth_days_until_expiry", **labels),
                                       (not_after - NOW) / 86400, places=5)
                info, = harness.values(samples, "certhealth_certificate_info", **labels)
                self.assertEqual(info[0]["serial"], facts["serial"])
                self.assertEqual(info[0]["sha256"], facts["sha256 Fingerprint"].replace(":", "").lower())
                self.assertEqual(info[0]["subject"], facts["subject"].strip())
                self.assertEqual(info[0]["issuer"], facts["issuer"].strip())
                compared.append(name)

        self.for_each_tree(judge)
        self.assertGreater(len(compared), 80)

    def test_modes_are_those_of_the_confs(self):
        def judge(tree, _code, samples):
            for conf in (tree / "etc/letsencrypt/renewal").glob("*.conf"):
                said = re.search(r"^authenticator = (\S+)", conf.read_text(errors="replace"), re.M)
                modes = harness.values(samples, "certhealth_renewal_mode", name=conf.stem)
                for labels, _ in modes:
                    self.assertEqual(labels["mode"], said.group(1))
                if said and harness.value(samples, "certhealth_renewal_enabled", name=conf.stem):
                    self.assertEqual(len(modes), 1)

        self.for_each_tree(judge)

    def test_a_conf_that_certbot_skips_fails_the_next_renewal_and_no_other_is_called_invalid(self):
        skipped_in_all = []
        def judge(tree, _code, samples):
            terminal = "".join(p.read_text(errors="replace") for p in sorted((tree / "terminal").glob("*.std*")))
            skipped = {a or b for a, b in SKIPPED.findall(terminal)}
            if tree.name == "23-interrupted-update" or not skipped:
                return
            refusing = {"conf_invalid", "authenticator_missing", "links_broken", "orphan_conf", "unreadable"}
            for conf in (tree / "etc/letsencrypt/renewal").glob("*.conf"):
                problems = {labels["problem"] for labels, _ in
                            harness.values(samples, "certhealth_problem", name=conf.stem, severity="critical")}
                if conf.stem in skipped:
                    skipped_in_all.append(conf.stem)
                    self.assertTrue(problems & refusing, f"{conf.stem}: {problems}")
                    self.assertEqual(harness.value(samples, "certhealth_next_renewal_ok", name=conf.stem), 0, conf.stem)
                    self.assertEqual(harness.value(samples, "certhealth_renewal_enabled", name=conf.stem), 0, conf.stem)
                else:
                    self.assertFalse(problems & refusing, f"{conf.stem}: {problems}")

        self.for_each_tree(judge)
        self.assertGreaterEqual(len(skipped_in_all), 19)

    def test_problems_are_the_expected_ones(self):
        def judge(tree, _code, samples):
            if tree.name.startswith(("14-", "22-", "23-", "66-")) or "mixed" in tree.name:
                return  # the tests above and below hold these
            for name in lineages(tree):
                problems = {labels["problem"] for labels, _ in harness.values(samples, "certhealth_problem", name=name)
                            if labels["severity"] != "info"}
                expected = EXPECTED.get(tree.name, {}).get(name, set())
                if not (tree / "etc/letsencrypt/renewal" / f"{name}.conf").exists():
                    expected = {"orphan_live"}
                self.assertLessEqual(expected, problems, name)
                if last_attempts(tree).get(name, (True, True)) == (False, False):
                    expected = expected | {"last_renewal_failed"}
                surplus = problems - expected - LAB_LACKS - self.by_nature(tree, name)
                self.assertEqual(surplus, set(), name)

        self.for_each_tree(judge)

    @staticmethod
    def by_nature(tree, name):
        """Problems that follow from a certificate's life under the certbot of that tree."""
        return {
            "10b-v0.40.1-due-20day-cert": {"threshold_too_wide"},
            "13-hook-pre-fails": {"hook_failed"},
            "13b-hook-deploy-fails": {"hook_failed"},
            "13c-hook-command-not-found": {"hook_failed"},
            "13e-hook-not-executable-in-conf": {"hook_failed"},
            "26-many-options": {"renewal_disabled"},
            "41-v4.0-due-shortlived-cert": set(),
        }.get(tree.name, set())

    def test_the_last_attempt_is_the_one_of_the_judged_log(self):
        known = []

        def judge(tree, _code, samples):
            last = last_attempts(tree)
            for labels, succeeded in harness.values(samples, "certhealth_last_renew_success"):
                self.assertIn(labels["name"], last)
                self.assertEqual(succeeded, last[labels["name"]][0], labels["name"])
                reasons = harness.values(samples, "certhealth_last_renew_failure_info", name=labels["name"])
                self.assertEqual(len(reasons), 0 if succeeded else 1)
                known.append(labels["name"])
            for name in lineages(tree):
                if name in last:
                    self.assertIsNotNone(harness.value(samples, "certhealth_last_renew_success", name=name), name)

        self.for_each_tree(judge)
        self.assertGreater(len(known), 60)

    def test_every_page_passes_promtool_but_for_the_one_name(self):
        self.assertIsNotNone(shutil.which("promtool"))
        def judge(tree, _code, _samples):
            done = subprocess.run(["promtool", "check", "metrics"], input=self.pages[tree.name][1], text=True,
                                  capture_output=True, check=False)
            complaints = [line for line in (done.stdout + done.stderr).splitlines()
                          if line and not line.startswith("certhealth_days_until_expiry ")]
            self.assertEqual(complaints, [])
            self.assertIn(done.returncode, (0, 3))

        self.for_each_tree(judge)

    def test_exit_codes_follow_the_worst_problem(self):
        def judge(tree, code, samples):
            if harness.value(samples, "certhealth_collector_success", collector="certbot") == 0:
                return
            worst = 0
            for severity, number in (("warning", 1), ("critical", 2)):
                if harness.value(samples, "certhealth_problems", severity=severity):
                    worst = number
            self.assertEqual(code, worst)

        self.for_each_tree(judge)


if __name__ == "__main__":
    unittest.main()
