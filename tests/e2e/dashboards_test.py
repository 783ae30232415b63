#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every query of every dashboard and the alert rules, in a real Prometheus that scrapes the exporter on the demo tree."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import pebble
import prometheus_server
import servers

RULES = harness.SOURCE / "alerts/certhealth.rules.yml"
DASHBOARDS = {path.stem: json.loads(path.read_text()) for path in sorted((harness.SOURCE / "dashboards").glob("*.json"))}

# What a viewer has chosen. The overview begins with all of it.
CHOSEN = {"job": ".+", "instance": ".+", "source": ".+", "name": ".+", "__interval": "1m", "__rate_interval": "1m"}
CHOSEN_FOR = {"certificate": {"source": "certbot", "name": "ghost.example.com"}}
HEALTHY = "www.example.com"  # which can show what one that has never been renewed cannot

# What is not to be seen in the demo: nobody has made a dry run there.
NOT_IN_THE_DEMO = ("certhealth_last_dry_run_success",)
# One serves an old certificate of the demo, whose CA nobody knows.
ENDPOINTS = """
[endpoint "served"]
target = https://127.0.0.1:{served}
server_name = www.example.com
[endpoint "closed"]
target = https://127.0.0.1:{closed}
"""

# Of the alerts, what the demo is bound to raise, once their time has come.
RAISED = {("CertificateExpired", "wiki.example.org"), ("CertificateExpiresSoon", "/etc/ssl/private/vpn.pem"),
          ("CertificateExpiresSoon", "ghost.example.com"), ("CertificateExpiresSoon", "shop.example.org"),
          ("CertificateDefective", "api.example.com"), ("CertificateDefective", "chat.example.com"), ("RenewalOverdue", "ghost.example.com"),
          ("RenewalOverdue", "shop.example.org"), ("RenewalOverdue", "wiki.example.org"), ("RenewalFailed", "ghost.example.com"),
          ("RenewalFailed", "shop.example.org"), ("RenewalFailed", "wiki.example.org"), ("RenewalWillFail", "cloud.example.com"),
          ("RenewalWillFail", "forum.example.org"), ("RenewalWillFail", "recipes.example.com"), ("RenewalWillFail", "wiki.example.org")}
# What a look at this machine, and not at the tree, may add.
PERHAPS = {("RenewalWillFail", "shop.example.org"), ("RenewalWillFail", "mail.example.org")}


def metrics_of(text):
    return set(re.findall(r"\bcerthealth_\w+", text))


def queries():
    """(dashboard, what it is for, expression as it is sent)."""
    for name, dashboard in DASHBOARDS.items():
        chosen = CHOSEN | CHOSEN_FOR.get(name, {})
        found = [(panel["title"], target["expr"]) for panel in dashboard["panels"] for target in panel.get("targets", [])]
        # Nothing is renewed while the test looks.
        found += [(annotation["name"], annotation["expr"].removesuffix("> 0")) for annotation in dashboard["annotations"]["list"]]
        for title, expression in found:
            yield name, title, re.sub(r"\$([a-z_]\w*)", lambda match: chosen[match[1]], expression)


def variables():
    for name, dashboard in DASHBOARDS.items():
        chosen = CHOSEN | CHOSEN_FOR.get(name, {})
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                yield name, variable["name"], re.sub(r"\$([a-z_]\w*)", lambda match: chosen[match[1]], variable["definition"])


class Queries(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        demo = pathlib.Path(folder, "demo")
        subprocess.run([harness.SOURCE / "scripts/make-demo", demo], check=True, capture_output=True)
        flags = [f"--root={demo}", "--files=/etc/ssl/private/*.pem", f"--config.file={cls.serve(pathlib.Path(folder), demo)}"]
        cls.exporter = cls.enterClassContext(harness.exporter(*flags))
        configuration = prometheus_server.scrapes(cls.exporter.addresses[0]) + f"rule_files: ['{RULES}']\n"
        cls.prometheus = prometheus_server.Prometheus(folder, configuration.replace("global:", "global:\n  evaluation_interval: 1s"))
        cls.addClassCleanup(cls.prometheus.end)
        cls.prometheus.wait_for_scrapes()

    @classmethod
    def serve(cls, folder, demo):
        """Serves one endpoint beside one that is closed; the configuration that names both."""
        archive = demo / "etc/letsencrypt/archive" / HEALTHY
        ports = {"served": pebble.free_port(), "closed": pebble.free_port()}
        nginx = servers.nginx(folder, [(ports["served"], HEALTHY, archive / "fullchain2.pem", archive / "privkey2.pem", "")])
        cls.addClassCleanup(nginx.stop)
        nginx.wait_until_started()
        path = folder / "certhealth.ini"
        path.write_text(ENDPOINTS.format(**ports))
        return path

    def test_each_query_of_a_panel_returns_data(self):
        empty = []
        for dashboard, title, expression in queries():
            rows = self.prometheus.query(expression)  # fails on a mistake
            if not rows and "ghost.example.com" in expression:
                rows = self.prometheus.query(expression.replace("ghost.example.com", HEALTHY))
            if not rows and not any(text in expression for text in NOT_IN_THE_DEMO):
                empty.append((dashboard, title, expression))
        self.assertEqual(empty, [])

    def test_each_variable_has_something_to_choose(self):
        for dashboard, name, definition in variables():
            with self.subTest(dashboard=dashboard, name=name):
                selector, label = re.fullmatch(r"label_values\((.+), (\w+)\)", definition).groups()
                values = self.prometheus.api(f"label/{label}/values", **{"match[]": selector})
                self.assertTrue(values, definition)

    def test_no_query_names_a_metric_that_is_not_there(self):
        listed = set(re.findall(r"^\| `(certhealth_\w+)`", (harness.SOURCE / "README.md").read_text(), re.M))
        used = {name: metrics_of(" ".join(expression for _, _, expression in queries())) for name in DASHBOARDS}
        # Not what a recording rule makes, which has a colon in its name, nor prose.
        used["rules"] = metrics_of(re.sub(r"\b\w+:certhealth_\w+:\w+|certhealth_exporter (check|probe|-)", "", RULES.read_text())) - {"certhealth_exporter"}
        for name, metrics in used.items():
            self.assertLessEqual(metrics, listed, name)

    def test_the_demo_raises_the_alerts_that_it_should(self):
        def evaluated():
            groups = self.prometheus.api("rules")["groups"]
            return groups if all(rule["health"] != "unknown" for group in groups for rule in group["rules"]) else None
        groups = harness.wait_for(evaluated)
        for group in groups:
            for rule in group["rules"]:
                self.assertEqual(rule["health"], "ok", rule)
        raised = {(alert["labels"]["alertname"], alert["labels"].get("name")) for alert in self.prometheus.api("alerts")["alerts"]}
        of_endpoints = {(alert, name) for alert, name in raised if name and ":" in name}
        self.assertEqual({alert for alert, _ in of_endpoints},
                         {"EndpointDown", "EndpointUntrusted", "ServesOldCertificate", "CertificateExpiresSoon"})
        self.assertEqual(raised - PERHAPS - of_endpoints, RAISED)


if __name__ == "__main__":
    unittest.main()
