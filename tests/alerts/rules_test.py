#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The alert rules: promtool accepts them, their own tests pass, they keep the conventions that pint would hold them to, and the example
of an Alertmanager routes and mutes them as it says."""

import concurrent.futures
import itertools
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

import yaml

SOURCE = pathlib.Path(__file__).resolve().parents[2]
ALERTS = SOURCE / "alerts"
RULES = ALERTS / "certhealth.rules.yml"
EXAMPLE = ALERTS / "alertmanager.example.yml"
RUNBOOK_ADDRESS = "https://github.com/certhealth/certhealth_exporter/blob/main/alerts/RUNBOOK.md#"


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, done.stdout + done.stderr


def all_rules():
    return [rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]]


def alerts():
    return [rule for rule in all_rules() if "alert" in rule]


def comment_before(text, place):
    """Whether the line before that of `place` is a comment."""
    return text[:place].rstrip().rsplit("\n", 1)[-1].lstrip().startswith("# ")


class Rules(unittest.TestCase):
    def test_promtool_accepts_them(self):
        code, output = run("promtool", "check", "rules", "--lint-fatal", RULES)
        self.assertEqual(code, 0, output)

    def test_their_own_tests_pass(self):
        with tempfile.TemporaryDirectory() as folder:
            subprocess.run([sys.executable, ALERTS / "tests/lives.py", RULES, folder], check=True)
            files = [*(ALERTS / "tests").glob("*.test.yml"), *pathlib.Path(folder).iterdir()]
            self.assertGreater(len(files), 8)
            with concurrent.futures.ThreadPoolExecutor(2) as pool:
                for code, output in pool.map(lambda file: run("promtool", "test", "rules", file), files):
                    self.assertEqual(code, 0, output)

    def test_each_alert_is_seen_to_fire_and_not_to_fire(self):
        expected = [case for file in (ALERTS / "tests").glob("*.test.yml") for test in yaml.safe_load(file.read_text())["tests"]
                    for case in test.get("alert_rule_test", [])]
        for name in {rule["alert"] for rule in alerts()}:
            with self.subTest(alert=name):
                outcomes = {bool(case.get("exp_alerts")) for case in expected if case["alertname"] == name}
                self.assertIn(True, outcomes)
                if name != "CertificateExpiresSoon":  # whose two severities take turns: the expressions tell
                    self.assertIn(False, outcomes)


class Conventions(unittest.TestCase):
    def test_an_alert_says_how_bad_it_is_and_nothing_else_in_labels(self):
        for rule in alerts():
            with self.subTest(alert=rule["alert"]):
                self.assertEqual(set(rule["labels"]), {"severity"})
                self.assertIn(rule["labels"]["severity"], ("critical", "warning"))

    def test_an_alert_says_what_it_is_about_and_what_to_do(self):
        for rule in alerts():
            with self.subTest(alert=rule["alert"]):
                told = rule["annotations"]
                self.assertEqual(set(told), {"summary", "description", "runbook_url"})
                self.assertTrue(told["runbook_url"].startswith(RUNBOOK_ADDRESS))
                self.assertIn("$labels.", told["summary"])
                self.assertNotIn("$value", told["summary"], "a summary that changes is another one at each evaluation")
                self.assertIn("`", told["description"] + "`" * (rule["alert"] == "ExporterDown"), "no command to type")

    def test_each_for_has_its_reason(self):
        text = RULES.read_text()
        places = [match.start() for match in re.finditer(r"^ +for: ", text, re.M)]
        self.assertEqual(len(places), len(alerts()))
        for place in places:
            self.assertTrue(comment_before(text, place), text[place - 100:place + 20])

    def test_no_series_is_read_without_looking_back(self):
        for rule in all_rules():
            if rule.get("record", "").startswith("job"):
                continue  # of the fleet: a gap in a graph harms nobody
            with self.subTest(rule=rule.get("alert") or rule["record"]):
                rest = re.sub(r"(last|min)_over_time\([a-z_:]+(\{[^}]*\})?\[\w+\]\)", "", rule["expr"])
                self.assertNotRegex(rest, r"\bcerthealth_\w+")

    def test_no_limit_is_in_days_of_some_life(self):
        """But for the two below, and the grace, that hold for every life."""
        for rule in alerts():
            self.assertNotRegex(rule["expr"].replace("93600", ""), r"\b\d{4,}\b")

    def test_a_runbook_is_the_section_of_its_alert(self):
        for rule in alerts():
            anchor = rule["annotations"]["runbook_url"].removeprefix(RUNBOOK_ADDRESS)
            self.assertIn(anchor, (rule["alert"].lower(), "{{ $labels.problem }}"))


class Alertmanager(unittest.TestCase):
    def test_amtool_accepts_the_example(self):
        code, output = run("amtool", "check-config", EXAMPLE)
        self.assertEqual(code, 0, output)

    def test_critical_pages_and_a_warning_is_a_ticket(self):
        for rule in alerts():
            severity = rule["labels"]["severity"]
            wanted = {"critical": "pager", "warning": "tickets"}[severity]
            if rule["alert"] == "RenewalOverdue":
                wanted = "pager,tickets"
            done = subprocess.run(["amtool", "config", "routes", "test", f"--config.file={EXAMPLE}", f"severity={severity}",
                                   f"alertname={rule['alert']}"], capture_output=True, text=True, timeout=60, check=True)
            self.assertEqual(done.stdout.strip(), wanted)

    def test_every_alert_that_is_muted_or_mutes_is_there(self):
        text = "\n".join(str(rule) for rule in yaml.safe_load(EXAMPLE.read_text())["inhibit_rules"])
        named = set(re.findall(r"\b[A-Z]\w+[a-z][A-Z]\w+\b", text))
        self.assertLessEqual(named, {rule["alert"] for rule in alerts()})

    def test_no_two_alerts_mute_each_other(self):
        """Then nobody would be told of either."""
        edges = set()
        for rule in yaml.safe_load(EXAMPLE.read_text())["inhibit_rules"]:
            sides = [[alert for alert in self._kinds() if all(self._matches(matcher, alert) for matcher in rule[side])]
                     for side in ("source_matchers", "target_matchers")]
            self.assertTrue(all(sides), f"matches nothing: {rule}")
            edges |= set(itertools.product(*sides))
        self.assertFalse({(a, b) for a, b in edges if (b, a) in edges})
        self._assert_no_circle(edges)

    @staticmethod
    def _kinds():
        """(alert, severity, whether it has a name)."""
        return {(rule["alert"], rule["labels"]["severity"], named) for rule in alerts() for named in (True, False)
                if named or rule["alert"] in ("RenewalsStopped", "RenewalNotScheduled")}

    @staticmethod
    def _matches(matcher, kind):
        label, operator, value = re.fullmatch(r'(\w+) (=~|!=|=) "?([^"]*)"?', matcher).groups()
        actual = {"alertname": kind[0], "severity": kind[1], "name": "x" if kind[2] else ""}[label]
        return {"=": actual == value, "!=": actual != value, "=~": re.fullmatch(value, actual) is not None}[operator]

    def _assert_no_circle(self, edges):
        left = set(itertools.chain(*edges))
        while left:
            muted = {b for a, b in edges if a in left and b in left}
            self.assertNotEqual(muted, left, "they mute each other in a circle")
            left = muted


if __name__ == "__main__":
    unittest.main()
