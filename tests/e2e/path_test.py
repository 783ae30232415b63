#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The whole path: certbot issues from a real ACME server, the exporter looks, Prometheus scrapes and evaluates the shipped rules,
Alertmanager routes by the shipped example, and somebody is told. Both stories that this project comes from, broken and mended.

Of the rules, only how long they wait is shortened; of the example, also where the receivers are."""

import datetime
import pathlib
import re
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import alertmanager
import harness
import prometheus_server
from certbot_case import NAME, CertbotCase, fails, succeeds

RULES = harness.SOURCE / "alerts/certhealth.rules.yml"
EVALUATION = 2  # seconds
STANDALONE = "mail.example.com"

CONFIGURATION = """
global:
  scrape_interval: 1s
  evaluation_interval: {evaluation}s
scrape_configs:
  - job_name: certhealth
    static_configs:
      - targets: ['{exporter}']
alerting:
  alertmanagers:
    - static_configs:
        - targets: ['{alertmanager}']
"""


def expired_file(folder):
    """A certificate that has expired, and that nobody but --files looks at."""
    key, fresh, old = (pathlib.Path(folder, name) for name in ("old.key", "fresh.pem", "old.pem"))
    for command in (["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=old", "-keyout", key, "-out", fresh],
                    ["x509", "-in", fresh, "-signkey", key, "-days", "-1", "-out", old]):
        subprocess.run(["openssl", *command], check=True, capture_output=True, timeout=60)
    return old


class WholePath(CertbotCase):
    log_backups = 0

    def program(self):
        return "certbot"

    def setUp(self):
        super().setUp()
        self.issue("--standalone", names=(STANDALONE,))
        with self.serve_webroot():
            self.issue("--webroot", f"--webroot-path={self.webroot}")
        self.old = expired_file(self.folder)
        self.exporter = self.enterContext(harness.exporter(*self.flags, f"--files={self.old}", "--interval.files=1s",
                                                           env=self.certbot.environment))
        self.receivers = alertmanager.Receivers()
        self.addCleanup(self.receivers.close)
        routing = alertmanager.Alertmanager(self.folder, self.receivers)
        self.addCleanup(routing.end)
        configuration = CONFIGURATION.format(exporter=self.exporter.addresses[0], alertmanager=routing.address, evaluation=EVALUATION)
        self.prometheus = prometheus_server.Prometheus(self.folder, configuration)
        self.addCleanup(self.prometheus.end)
        self.prometheus.wait_for_scrapes()
        self.prometheus.moment = None  # from here on, queries are about now
        self._load_rules(configuration)

    def _load_rules(self, configuration):
        """Only now: before the first scrape, ExporterDown would be right."""
        rules = self.folder / "quick.rules.yml"
        rules.write_text(re.sub(r"^( +for:) \w+$", r"\1 1s", RULES.read_text(), flags=re.M))
        (self.folder / "prometheus.yml").write_text(configuration + f"rule_files: ['{rules}']\n")
        self.prometheus.process.send_signal(signal.SIGHUP)

    def _conf_of_standalone(self):
        return self.certbot.conf(STANDALONE)

    def _assert_told(self, status, alert, name, since):
        """Somebody is told; returns the alert as the receiver of tickets got it. `since` is the series whose change it is about: from its
        first sample on, Prometheus needed two evaluations at most."""
        told = harness.wait_for(lambda: self.receivers.heard(status, alert, name).get("tickets"))
        moment = told["startsAt" if status == "firing" else "endsAt"]
        seconds = datetime.datetime.fromisoformat(moment).timestamp() - self._last_change(since)
        self.assertLessEqual(seconds, 2 * EVALUATION, told)
        print(f"{status} {alert} of {name}: {seconds:.1f} s after the first scrape that shows it", file=sys.stderr)
        return told

    def _last_change(self, series):
        """When the newest value of `series` was scraped first."""
        row, = self.prometheus.api("query", query=f"{series}[10m]")["result"]
        samples = [(float(at), value) for at, value in row["values"]]
        first, value = samples[-1]
        for at, other in reversed(samples):
            if other != value:
                break
            first = at
        return first

    def test_both_stories_are_told_and_untold(self):
        began = time.monotonic()
        with self.subTest("before anything is broken, one page for what has expired, and nothing else"):
            harness.wait_for(lambda: self.receivers.heard("firing", "CertificateExpired", str(self.old)))
            self._wait_for_evaluations(2)
            self.assertEqual(self.receivers.subjects(), {("pager", "CertificateExpired", str(self.old))})

        next_ok = f'certhealth_next_renewal_ok{{name="{STANDALONE}"}}'
        last_ok = f'certhealth_last_renew_success{{name="{NAME}"}}'
        with self.serve_webroot():  # story 2: from now on, a web server holds the port
            told = self._assert_told("firing", "RenewalWillFail", STANDALONE, next_ok)
            self._assert_says(told, STANDALONE, "standalone_port_taken", "RUNBOOK.md#renewalwillfail")
            self._mend_as_the_runbook_says()
            self._assert_told("resolved", "RenewalWillFail", STANDALONE, next_ok)
            self.assertEqual(self.certbot.force(f"--cert-name={STANDALONE}").code, 0)

            # Story 1: a typo in the webroot, and nobody notices until it is renewed.
            self.edit(f"^{NAME} = .*$", f"{NAME} = {self.folder}/webrot")
            self.until(fails, lambda: self.certbot.force(f"--cert-name={NAME}"))
            told = self._assert_told("firing", "RenewalFailed", NAME, last_ok)
            self._assert_says(told, NAME, "unauthorized", "RUNBOOK.md#renewalfailed")
            self.edit(f"^{NAME} = .*$", f"{NAME} = {self.webroot}")
            self.until(succeeds, lambda: self.certbot.force(f"--cert-name={NAME}"))
            self._assert_told("resolved", "RenewalFailed", NAME, last_ok)
        self.assertEqual(self.receivers.subjects(), {("pager", "CertificateExpired", str(self.old)), ("tickets", "RenewalWillFail", STANDALONE),
                                                     ("tickets", "RenewalFailed", NAME)})
        print(f"all of it: {time.monotonic() - began:.0f} s", file=sys.stderr)

    def _mend_as_the_runbook_says(self):
        """Of Debian 12, whose certbot cannot reconfigure."""
        conf = self._conf_of_standalone()
        text = conf.read_text().replace("authenticator = standalone", "authenticator = webroot")
        conf.write_text(f"{text}[[webroot_map]]\n{STANDALONE} = {self.webroot}\n")

    def _assert_says(self, told, *words):
        text = " ".join(told["annotations"].values())
        for word in words:
            self.assertIn(word, text)
        self.assertEqual(told["labels"]["instance"], self.exporter.addresses[0])

    def _wait_for_evaluations(self, number):
        seen = set()

        def have_been():
            seen.update(group["lastEvaluation"] for group in self.prometheus.api("rules")["groups"] if group["name"] == "certhealth")
            return len(seen) > number

        harness.wait_for(have_been)


if __name__ == "__main__":
    unittest.main()
