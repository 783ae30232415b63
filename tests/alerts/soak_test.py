#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""No false alarm in a simulated year, and none that is missing.
Usage: soak_test.py [--full]: 200 healthy certificates and 100 faults in 365 days, ten minutes; without it, a part of them in 45 days."""

import concurrent.futures
import pathlib
import subprocess
import sys
import tempfile
import unittest

import yaml

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import year

RULES = pathlib.Path(__file__).resolve().parents[2] / "alerts/certhealth.rules.yml"
SIZE = {"healthy": 200, "faults": 100, "days": 365} if "--full" in sys.argv else {"healthy": 30, "faults": 20, "days": 45}
PARTS = 10 if "--full" in sys.argv else 2


def without_words(text):
    """The rules for the alerts alone. What they say costs half of the time, and is tested elsewhere."""
    group = yaml.safe_load(text)["groups"][0]
    return yaml.safe_dump({"groups": [group | {"rules": [rule | {"annotations": {}} if "alert" in rule else rule for rule in group["rules"]]}]})


def promtool(rules, **size):
    """What promtool says of a year under these rules (their text): None when nothing."""
    with tempfile.TemporaryDirectory() as folder:
        copy, file = pathlib.Path(folder, "rules.yml"), pathlib.Path(folder, "year.json")
        copy.write_text(without_words(rules))
        file.write_text(year.promtool_test(copy, **size))
        done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, timeout=3500, check=False)
        return None if done.returncode == 0 else done.stdout + done.stderr


class Soak(unittest.TestCase):
    def test_nobody_is_paged_for_the_healthy_and_everybody_for_the_broken(self):
        rules = RULES.read_text()
        with concurrent.futures.ThreadPoolExecutor(2) as pool:
            for said in pool.map(lambda part: promtool(rules, seed=1, part=part, parts=PARTS, **SIZE), range(PARTS)):
                self.assertIsNone(said)

    def test_it_can_fail_in_both_ways(self):
        small = {"healthy": 10, "faults": 10, "days": 45, "seed": 1}
        rules = RULES.read_text()
        self.assertIn("ALERTS", promtool(rules.replace("replacement_time_seconds / 3", "replacement_time_seconds * 2"), **small))
        self.assertIn('name=\\"f', promtool(rules.replace("replacement_time_seconds / 3", "replacement_time_seconds / 5"), **small))


if __name__ == "__main__":
    unittest.main(argv=[argument for argument in sys.argv if argument != "--full"])
