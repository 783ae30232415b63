#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes files for `promtool test rules`: whole lives of certificates of every length, with the renewals of a staggered fleet, and one
lineage whose renewals stop. Usage: lives.py RULES FOLDER"""

import dataclasses
import json
import pathlib
import sys

HOUR, DAY = 3600, 86400
FLEET = 6  # healthy lineages beside the broken one, spread over a life

# By days of life: how much is left at the renewal threshold of certbot 4 and later, and, when nothing renews, at the first hour in which
# RenewalOverdue and both stages of CertificateExpiresSoon may be pending. Worked out by hand, in hours.
LIVES = {
    6: dict(threshold=72, overdue=46, ticket=48, page=24),
    45: dict(threshold=360, overdue=334, ticket=240, page=120),
    64: dict(threshold=512, overdue=486, ticket=341, page=170),
    90: dict(threshold=720, overdue=684, ticket=480, page=240),
    398: dict(threshold=3184, overdue=3112, ticket=480, page=240),
}
# certbot before 4.0 renews thirty days before the end whatever the life. Of six days, it renews at every run.
OLD_CERTBOT = {45: dict(threshold=720, overdue=694, ticket=240, page=120)}


@dataclasses.dataclass
class Lineage:
    name: str
    life: int
    threshold: int  # seconds
    first: int  # when its first certificate begins, before the test
    lives: int  # how many it gets
    late: int = 0  # how long after it is due the run that renews comes

    def begins(self):
        """When each of its certificates begins. The CA dates them an hour back."""
        moments = [self.first]
        while len(moments) < self.lives:
            moments.append(moments[-1] + self.life - self.threshold + self.late)
        return moments

    def series(self, steps, step):
        begins = [moment - HOUR for moment in self.begins()]
        ends = [begin + self.life for begin in begins]
        values = {"certhealth_not_before_timestamp_seconds": begins, "certhealth_not_after_timestamp_seconds": ends,
                  "certhealth_renewal_threshold_seconds": [self.threshold] * len(begins),
                  "certhealth_renewal_due_timestamp_seconds": [end - self.threshold for end in ends]}
        for metric, of_each in values.items():
            yield {"series": f'{metric}{{job="c",instance="h",source="certbot",name="{self.name}"}}',
                   "values": self._steps(of_each, steps, step)}

    def _steps(self, of_each, steps, step):
        """Each value for as long as its certificate is the newest, as promtool writes it."""
        starts = [max(0, -(-moment // step)) for moment in self.begins()] + [steps]
        return " ".join(f"{value}x{until - start - 1}" for value, start, until in zip(of_each, starts, starts[1:]) if until > start)


def firing(alert, severity, name):
    return f'count(ALERTS{{alertname="{alert}",severity="{severity}",name="{name}",alertstate="firing"}})'


def expect(expression, moment, fires):
    return {"expr": expression, "eval_time": f"{moment // 60}m", "exp_samples": [{"labels": "{}", "value": 1}] if fires else []}


def test(days, hours, client):
    life, threshold = days * DAY, hours["threshold"] * HOUR
    turn = life - threshold  # from one renewal to the next
    step = {6: 1, 45: 6, 64: 6, 90: 12, 398: 24}[days] * HOUR
    fleet = [Lineage(f"healthy{i}", life, threshold, first=-turn * i // FLEET, lives=9, late=(5 * i % 25) * HOUR) for i in range(FLEET)]
    broken = Lineage("broken", life, threshold, first=-turn // 2, lives=2)
    end = broken.begins()[-1] - HOUR + life
    steps = end // step + 4
    length = steps * step
    tests = [expect(f'count_over_time(ALERTS{{name=~"healthy.",alertstate="firing"}}[{length // HOUR}h])', length, False)]
    stages = [("RenewalOverdue", "warning", hours["overdue"] * HOUR, 2), ("CertificateExpiresSoon", "warning", hours["ticket"] * HOUR, 2),
              ("CertificateExpiresSoon", "critical", hours["page"] * HOUR, 2), ("CertificateExpired", "critical", 0, 1)]
    for alert, severity, left, wait in stages:
        begin = -(-(end - left) // step) * step
        tests += [expect(firing(alert, severity, "broken"), begin - step, False),
                  expect(firing(alert, severity, "broken"), begin + wait * step, True)]
    return {"name": f"{days} days, {client}", "interval": f"{step // HOUR}h", "promql_expr_test": tests,
            "input_series": [series for lineage in [*fleet, broken] for series in lineage.series(steps, step)]}


def main():
    rules, folder = sys.argv[1:]
    tests = [test(days, hours, "certbot 4") for days, hours in LIVES.items()]
    tests += [test(days, hours, "certbot 2") for days, hours in OLD_CERTBOT.items()]
    for number, one in enumerate(tests):
        content = {"rule_files": [rules], "evaluation_interval": one["interval"], "tests": [one]}
        pathlib.Path(folder, f"life{number}.test.json").write_text(json.dumps(content, indent=1))


if __name__ == "__main__":
    main()
