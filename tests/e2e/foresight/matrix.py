# SPDX-License-Identifier: Apache-2.0
"""What was foretold against what happened."""

import dataclasses

from foresight.scenario import Happens, Scenario

CRITICAL = "critical"


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What came of a scenario with one certbot."""

    row: Scenario
    certbot: str
    found: dict  # of foresight.bench

    @property
    def happened(self):
        return Happens(self.found["happened"])

    def foretold(self, checks):
        """By the "passive" checks alone, or by the "active" ones as well: that it fails."""
        return self.found[checks]["ok"] == 0

    def __str__(self):
        said = self.found.get("skipped") or "; ".join(self.faults()) or "as expected"
        return f"{self.certbot}: {self.row.id} {self.found.get('happened', '')}: {said}"

    def faults(self):
        """What is not as the row says: sentences."""
        if "error" in self.found:
            return [self.found["error"]]
        faults = []
        if self.happened is not self.row.happens:
            faults.append(f"it {self.happened.value}")
        if touched := self.found["touched"]:
            faults.append(f"the passive checks touched {', '.join(touched)}")
        if left := self.found["left"]:
            faults.append(f"the checks left {', '.join(left)}")
        for checks in self.checks():
            faults += self._faults_of(checks)
        return faults

    def checks(self):
        return [checks for checks in ("passive", "active") if self.found[checks]]

    def _faults_of(self, checks):
        expected = getattr(self.row, checks)
        problems = self.found[checks]["problems"]
        told = f"({', '.join(f'{problem} {severity}' for problem, severity in problems.items()) or 'no problem'})"
        if self.foretold(checks) and not expected:
            # Worst of all where it renews: it teaches people to ignore us.
            what = "a false alarm" if self.happened is Happens.RENEWS else "it foretells the failure, and the row does not know"
            return [f"{checks}: {what} {told}"]
        if expected and (not self.foretold(checks) or problems.get(expected) != CRITICAL):
            return [f"{checks}: {expected} is not foretold {told}"]
        if self.row.warns and self.row.warns not in problems:
            return [f"{checks}: {self.row.warns} is not told {told}"]
        return []


@dataclasses.dataclass(frozen=True)
class Matrix:
    """Foretold x happened, for one set of checks."""

    caught: int
    missed: int
    false_alarms: int
    in_order: int

    @property
    def precision(self):
        return self.caught / (self.caught + self.false_alarms) if self.caught else 0.0

    @property
    def recall(self):
        return self.caught / (self.caught + self.missed) if self.caught else 0.0

    def __str__(self):
        return (f"{self.caught} caught, {self.missed} missed, {self.false_alarms} false alarms, {self.in_order} rightly left alone: "
                f"precision {self.precision:.2f}, recall {self.recall:.2f}")


def count(outcomes, checks):
    cells = [(outcome.foretold(checks), outcome.happened is Happens.FAILS) for outcome in outcomes]
    return Matrix(*(cells.count(cell) for cell in ((True, True), (False, True), (True, False), (False, False))))
