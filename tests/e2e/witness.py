# SPDX-License-Identifier: Apache-2.0
"""What somebody knows who watched certbot's terminal: exit codes and printed words, no log, no file. The judge of the gauges."""

import dataclasses
import re

import harness
from certbot import Run

# How `renew` lists what came of each lineage, and of each conf that it cannot use.
LISTED = re.compile(r"^  \S*/live/([^/\s]+)/fullchain\.pem (?:expires on \S+ )?\((success|failure|skipped)\)$", re.M)
UNUSABLE = re.compile(r"^  \S*/renewal/([^/\s]+)\.conf \(parsefail\)$", re.M)
# The error of one lineage goes on to where certbot speaks of another or of all.
FAILED = re.compile(r"^Failed to renew certificate (\S+) with error: (.*?)(?=^Failed to renew|^- - -|\Z)", re.M | re.S)
PROCESSED = re.compile(r"^Processing\s+\S*/renewal/([^/\s]+)\.conf$", re.M)  # then comes all about this one
PROBLEM = re.compile(r"^ +(?:Domain|Identifier): (\S+)\n +Type: +(\S+)$", re.M)
HOOK = re.compile(r"^Hook '(\S+)' reported error code (\d+)$", re.M)
SAVED = re.compile(r"^Certificate is saved at: +\S*/live/([^/\s]+)/fullchain\.pem$", re.M)

# What an error text is about, for a reader of certbot's manual. Exactly one of them fits each error that the test provokes.
REASONS = {
    "port_taken": r"Could not bind TCP port \d+ because it is already in use",
    "webroot": r"Couldn't create root for ",
    "account": r"Account at \S+ does not exist|:accountDoesNotExist",
    "server_unreachable": r"Requesting \S+: Connection refused|port=\d+\): Max retries exceeded",
    "plugin": r"plugin does not appear to be installed",
    "hook": r"Unable to find manual-auth-hook command",
    "reload_failed": r"^nginx restart failed",
}
CHALLENGES = "Some challenges have failed."  # then the CA's own words, above, say why: RFC 8555, 6.7

PROBLEMS = {"last_renewal_failed", "renewed_not_deployed", "hook_failed", "conf_invalid", "never_renewed", "names_dropped"}


@dataclasses.dataclass
class Lineage:
    """What is known about one lineage."""

    reason: str = None  # why the last attempt failed
    attempt: Run = None
    success: Run = None
    dry_reason: str = None
    dry: Run = None
    versions: int = 1
    hook_failed: bool = False
    names_dropped: bool = False
    unusable: bool = False

    def problems(self):
        failed = self.attempt is not None and self.reason is not None
        return {problem for problem, raised in {
            "last_renewal_failed": failed and self.reason != "reload_failed",
            "renewed_not_deployed": self.reason == "reload_failed",
            "hook_failed": self.hook_failed,
            "conf_invalid": self.unusable,
            "never_renewed": self.versions == 1 and not self.unusable,
            "names_dropped": self.names_dropped,
        }.items() if raised}

    def gauges(self):
        """By metric: its value; the run that its timestamp falls into; None where there is to be no such series."""
        return {
            "certhealth_last_renew_success": None if self.attempt is None else int(self.reason is None),
            "certhealth_last_renew_attempt_timestamp_seconds": self.attempt,
            "certhealth_last_renew_success_timestamp_seconds": self.success,
            "certhealth_last_dry_run_success": None if self.dry is None else int(self.dry_reason is None),
            "certhealth_last_dry_run_timestamp_seconds": self.dry,
            "certhealth_renewals": self.versions - 1,
        }


def sections(output):
    """By lineage, what `renew` printed while it was at it."""
    _, *parts = PROCESSED.split(output)
    return dict(zip(parts[::2], parts[1::2]))


def reason_of(error, problems):
    if CHALLENGES in error:
        types = {kind for _, kind in problems}
        assert len(types) == 1, f"not one reason: {problems}"
        return types.pop()
    fitting = [reason for reason, text in REASONS.items() if re.search(text, error)]
    assert len(fitting) == 1, f"this error has the reasons {fitting}: {error}"
    return fitting[0]


def agrees(found, wanted):
    if isinstance(wanted, Run):
        return found is not None and int(wanted.began) <= found <= wanted.ended  # in whole seconds
    return found == wanted


class Witness:
    """Sees every run of one certbot, in their order."""

    def __init__(self):
        self.lineages = {}
        self._last_renew = None
        self._killed_at = None  # the lineage at which a run was killed, and that run

    def saw(self, run):
        """Takes note of a run."""
        self._settle_killed()
        if run.command == "renew" and not run.dry:
            self._last_renew = run
        if run.code is None:
            self._killed_at = PROCESSED.findall(run.output)[-1], run
        elif run.command == "certonly":
            self._saw_certonly(run)
        else:
            self._saw_renew(run)

    def _settle_killed(self):
        """One that was killed looks like one that is still running, until the next begins."""
        if self._killed_at is not None:
            name, run = self._killed_at
            self._killed_at = None
            self.lineages[name].attempt, self.lineages[name].reason = run, "interrupted"

    def _saw_certonly(self, run):
        assert SAVED.findall(run.output) == ([run.name] if run.code == 0 else []), run.output
        if run.name in self.lineages:
            self._saw_outcome(run.name, run, run.output, run.output if run.code != 0 else None)
        elif run.code == 0:
            self.lineages[run.name] = Lineage()

    def _saw_renew(self, run):
        listed = dict(LISTED.findall(run.output))
        unusable = set(UNUSABLE.findall(run.output))
        failed = dict(FAILED.findall(run.output))
        assert {name for name, word in listed.items() if word == "failure"} == failed.keys(), run.output
        assert (run.code == 0) == (not failed and not unusable), f"exit code {run.code}:\n{run.output}"
        for name, lineage in self.lineages.items():
            lineage.unusable = name in unusable
        for name, word in listed.items():
            if word != "skipped":
                self._saw_outcome(name, run, sections(run.output)[name], failed.get(name))

    def _saw_outcome(self, name, run, words, error):
        lineage = self.lineages[name]
        problems = PROBLEM.findall(words)
        reason = None if error is None else reason_of(error, problems)
        if run.dry:
            lineage.dry, lineage.dry_reason = run, reason
            return
        lineage.attempt, lineage.reason = run, reason
        lineage.hook_failed = any(hook != "post-hook" for hook, _ in HOOK.findall(words))
        if reason in (None, "reload_failed"):
            lineage.success = run
            lineage.versions += 1
            lineage.names_dropped = bool(problems)

    def differences(self, samples):
        """Where a page (harness.parse) says anything else, one line each."""
        wanted = [("certhealth_client_last_run_timestamp_seconds", {}, self._last_renew),
                  ("certhealth_client_last_run_success", {}, self._exit_verdict())]
        for name, lineage in self.lineages.items():
            wanted += [(metric, {"name": name}, value) for metric, value in lineage.gauges().items()]
        told = [f"{metric}{labels} is {found!r}, but to the witness {value!r}" for metric, labels, value in wanted
                if not agrees(found := harness.value(samples, metric, source="certbot", **labels), value)]
        for name, lineage in self.lineages.items():
            told += self._differing_words(samples, name, "certhealth_last_renew_failure_info", "reason",
                                          {lineage.reason} - {None})
            told += self._differing_words(samples, name, "certhealth_problem", "problem", lineage.problems())
        return told

    def _exit_verdict(self):
        if self._last_renew is None or self._last_renew.code is None:
            return None
        return int(self._last_renew.code == 0)

    @staticmethod
    def _differing_words(samples, name, metric, label, wanted):
        found = {labels[label] for labels, _ in harness.values(samples, metric, source="certbot", name=name)}
        if label == "problem":
            found &= PROBLEMS
        return [] if found == wanted else [f"{metric} of {name} is {sorted(found)}, but to the witness {sorted(wanted)}"]
