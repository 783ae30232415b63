# SPDX-License-Identifier: Apache-2.0
"""A simulated year of a hoster, as a file for `promtool test rules`: healthy certificates that renew on time, with jitter, through outages of
the CA, of certbot and of the exporter; and certificates whose renewal breaks, each in one of the ways in which renewals break."""

import dataclasses
import json
import random

HOUR, DAY = 3600, 86400
STEP = 2 * HOUR  # from one evaluation to the next: of six days, six hours are between the page and its deadline

# Days of life, the share of all certificates, and how long before the end certbot 4 renews, in hours. Those of 398 days are bought, and
# replaced by hand: a month is expected.
LIVES = ((6, 0.1, 72), (45, 0.25, 360), (64, 0.2, 512), (90, 0.35, 720), (398, 0.1, 720))

# How renewals break.
FAULTS = ("unauthorized", "port_taken", "runs_stopped", "not_scheduled", "conf_invalid", "nothing is known", "renewal_disabled", "unreadable",
          "forgotten file", "not reloaded")


def runs_of_certbot(dice, days, length):
    """When certbot runs. Its own timer fires twice a day, at random within twelve hours: up to a day apart. Whoever has certificates of six days
    runs it four times: with a day between two runs, an outage of another day leaves some of these less than a day, and then a page is right."""
    every = 6 * HOUR if days == 6 else 12 * HOUR
    delay = 3 * HOUR if days == 6 else 12 * HOUR
    return [start + dice.randrange(delay) for start in range(-every, length + every, every)]


@dataclasses.dataclass
class Certificate:
    """What there is to know of one, and when."""

    name: str
    days: int
    threshold: int  # seconds
    source: str = "certbot"
    begins: list = dataclasses.field(default_factory=list)  # when each of its versions was saved
    failures: list = dataclasses.field(default_factory=list)  # (from, until): the last attempt is one
    gaps: list = dataclasses.field(default_factory=list)  # (from, until): the exporter is not there
    fault: str = ""
    broken_at: int = 0

    @property
    def life(self):
        return self.days * DAY

    @property
    def end(self):
        """Of the last version."""
        return self.begins[-1] + self.life


def inside(moment, spans):
    return any(begin <= moment < end for begin, end in spans)


def live(certificate, dice, length, outages):
    """Lets it renew from a random age on."""
    turn = certificate.life - certificate.threshold
    certificate.begins.append(-dice.randrange(turn))
    if certificate.source == "file":
        while (at := certificate.end - dice.randrange(25 * DAY, 45 * DAY)) < length:
            certificate.begins.append(at)
        return
    for at in runs_of_certbot(dice, certificate.days, length):
        if at < certificate.end - certificate.threshold or at > length:
            continue
        if inside(at, outages):
            certificate.failures.append([at, length])
        else:
            certificate.begins.append(at)
            for failure in certificate.failures:
                failure[1] = min(failure[1], at)


def fleet(dice, healthy, faults, length):
    """All certificates of the year."""
    outages = [(at, at + DAY) for at in (dice.randrange(length) for _ in range(max(1, 4 * length // (365 * DAY))))]
    found = []
    for i in range(healthy):
        days, threshold = pick(i / healthy)
        one = Certificate(f"h{i}", days, threshold, "file" if days == 398 else "certbot")
        live(one, dice, length, outages)
        at = dice.randrange(length)
        one.gaps = [(at, at + DAY)] + [(moment, moment + STEP) for moment in (dice.randrange(length) for _ in range(6))]  # an outage, restarts
        found.append(one)
    for i in range(faults):
        found.append(broken(dice, f"f{i}", FAULTS[i % len(FAULTS)], i / faults, length, outages))
    return found


def pick(share):
    """Days of life and threshold in seconds, for a place in the whole fleet."""
    for days, part, hours in LIVES:
        if share < part:
            return days, hours * HOUR
        share -= part
    return LIVES[-1][0], LIVES[-1][2] * HOUR


def broken(dice, name, fault, share, length, outages):
    """One that renewed on time until it broke, early enough to be seen to its end."""
    days, threshold = pick(share)
    if fault == "forgotten file" or days == 398:
        days, threshold = (398 if fault == "forgotten file" else 90), 30 * DAY
    source = {"forgotten file": "file", "not reloaded": "endpoint"}.get(fault, "certbot")
    one = Certificate(name, days, threshold, source, fault=fault)
    end = dice.randrange(threshold + 3 * DAY, length - DAY)
    one.begins = [end - one.life]
    while one.begins[0] > 0:
        one.begins.insert(0, one.begins[0] - one.life + threshold)
    one.broken_at = dice.randrange(max(DAY, one.begins[-1]), end - threshold)
    one.failures = [[at, length] for at in runs_of_certbot(dice, days, length)
                    if end - threshold < at and (fault in ("unauthorized", "port_taken") or inside(at, outages))][:1]
    return one


def encode(values):
    """Run lengths, as promtool reads them; None is no sample."""
    parts, at = [], 0
    while at < len(values):
        until = at
        while until < len(values) and values[until] == values[at]:
            until += 1
        parts.append(f"_x{until - at}" if values[at] is None else f"{values[at]}x{until - at - 1}")
        at = until
    return " ".join(parts)


def series(certificate, length):
    """Its series as the exporter shows them."""
    moments = range(0, length, STEP)
    versions, number = [], 0
    for moment in moments:
        while number + 1 < len(certificate.begins) and certificate.begins[number + 1] <= moment:
            number += 1
        versions.append(certificate.begins[number])
    fault = certificate.fault
    is_broken = [bool(fault) and moment >= certificate.broken_at for moment in moments]
    blind = [fault == "unreadable" and b for b in is_broken]
    begins = [None if b else version - HOUR for b, version in zip(blind, versions)]
    ends = [None if b else version + certificate.life for b, version in zip(blind, versions)]
    yield "certhealth_not_before_timestamp_seconds", "", begins
    yield "certhealth_not_after_timestamp_seconds", "", ends
    if certificate.source == "certbot":
        unplanned = [b and fault in ("conf_invalid", "renewal_disabled", "unreadable") for b in is_broken]
        yield "certhealth_renewal_threshold_seconds", "", [None if b else certificate.threshold for b in unplanned]
        yield "certhealth_renewal_due_timestamp_seconds", "", [None if u else end - certificate.threshold for u, end in zip(unplanned, ends)]
        yield "certhealth_next_renewal_ok", "", [0 if b and fault in ("port_taken", "conf_invalid", "unreadable") else 1 for b in is_broken]
        yield "certhealth_last_renew_success", "", [int(not inside(moment, certificate.failures)) for moment in moments]
    if certificate.source == "endpoint":  # the lineage goes on, and the server has not read it since
        yield "certhealth_endpoint_serves_newest", f',lineage="{certificate.name}"', [int(not b) for b in is_broken]
    problem = {"unreadable": ("unreadable", "critical"), "port_taken": ("standalone_port_taken", "critical"),
               "conf_invalid": ("conf_invalid", "critical"), "renewal_disabled": ("renewal_disabled", "warning")}.get(fault)
    if problem:
        yield "certhealth_problem", f',problem="{problem[0]}",severity="{problem[1]}"', [1 if b else None for b in is_broken]


def labelled(certificate, found):
    """As promtool wants it; each certificate has a host of its own."""
    for metric, more, values in found:
        values = [None if inside(at * STEP, certificate.gaps) else value for at, value in enumerate(values)]
        yield {"series": f'{metric}{{job="c",instance="{certificate.name}",source="{certificate.source}",name="{certificate.name}"{more}}}',
               "values": encode(values)}


def of_the_host(certificate, length):
    """What the exporter and certbot as a whole show."""
    moments = range(0, length, STEP)
    up = [int(not inside(moment, certificate.gaps)) for moment in moments]
    yield {"series": f'up{{job="c",instance="{certificate.name}"}}', "values": encode(up)}
    yield {"series": f'certhealth_exporter_build_info{{job="c",instance="{certificate.name}",version="1"}}',
           "values": encode([value or None for value in up])}
    if certificate.fault in ("runs_stopped", "not_scheduled"):
        values = [1 if moment >= certificate.broken_at + DAY else None for moment in moments]
        yield {"series": f'certhealth_problem{{job="c",instance="{certificate.name}",source="certbot",problem="{certificate.fault}",severity="warning"}}',
               "values": encode(values)}


def promtool_test(rules, healthy, faults, days, seed, part=0, parts=1):
    """The text of the file, about one of `parts` equal parts of the fleet. No two certificates have to do with each other."""
    dice = random.Random(seed)
    length = days * DAY
    certificates = fleet(dice, healthy, faults, length)[part::parts]
    hours = length // HOUR
    input_series, tests = [], [{"expr": f'ALERTS{{severity="critical",alertstate="firing",name!~"f.*"}} or '
                                        f'count_over_time(ALERTS{{severity="critical",alertstate="firing",name=~"h.*"}}[{hours}h])',
                                "eval_time": f"{(length - STEP) // HOUR}h", "exp_samples": []}]
    for one in certificates:
        input_series += [*labelled(one, series(one, length)), *of_the_host(one, length)]
        if one.fault:
            # Paged while a quarter of the threshold was still left.
            moment = (one.end - one.threshold // 4) // STEP * STEP
            tests.append({"expr": f'count(count_over_time(ALERTS{{severity="critical",alertstate="firing",name="{one.name}"}}[{hours}h]))',
                          "eval_time": f"{moment // HOUR}h", "exp_samples": [{"labels": "{}", "value": 1}]})
    return json.dumps({"rule_files": [str(rules)], "evaluation_interval": f"{STEP // HOUR}h",
                       "tests": [{"interval": f"{STEP // HOUR}h", "input_series": input_series, "promql_expr_test": tests}]})
