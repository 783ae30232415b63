# SPDX-License-Identifier: Apache-2.0
"""The life of one certificate."""

from panels import (BLUE, COLOURED_TEXT, DATASOURCE, DATE, DAY, DAYS, GREEN, RED, RUNBOOK, SEVERITIES, WILL_WORK, WORKED, YELLOW, YES_NO, Column, by,
                    dashboard, field, graph, link, ranked, stat, steps, table, target, timeline, variables)

ONE = 'job=~"$job",instance=~"$instance",source="$source",name="$name"'
HOST = 'job=~"$job",instance=~"$instance"'
NOT_AFTER = f"certhealth_not_after_timestamp_seconds{{{ONE}}}"
NOT_BEFORE = f"certhealth_not_before_timestamp_seconds{{{ONE}}}"


def moment(title, description, metric, none):
    return stat(title, description, f"max({metric}{{{ONE}}}) * 1000", field(DATE, none=none))


def verdict(title, description, metric, words, none):
    return stat(title, description, f"min({metric}{{{ONE}}})", field("none", words, none=none))


FIRST = [
    stat("Expires in", "How long the certificate is good for; negative once it has expired.", f"(min({NOT_AFTER}) - time()) / {DAY}",
         field(DAYS, thresholds=steps((None, RED), (2, YELLOW), (10, GREEN)), decimals=1)),
    stat("Life left", "The share of its life that is left: 100 % fresh, 0 % expired.", f"min(certhealth_lifetime_remaining_ratio{{{ONE}}})",
         field("percentunit", thresholds=steps((None, RED), (0.12, YELLOW), (0.3, GREEN)), decimals=0)),
    moment("Renewal due", "From when on certbot renews it.", "certhealth_renewal_due_timestamp_seconds", "not at all"),
    stat("Mode", "The authenticator by which it is renewed.", f"certhealth_renewal_mode{{{ONE}}}", field("none", none="none"), text="name", legend="{{mode}}"),
    verdict("Next renewal", "Whether anything is known that would make the next renewal fail.", "certhealth_next_renewal_ok", WILL_WORK, "not known"),
    verdict("Last renewal", "How the last attempt to renew it ended.", "certhealth_last_renew_success", WORKED, "not in the logs"),
]
SECOND = [
    moment("Last attempt", "When certbot last tried to renew it.", "certhealth_last_renew_attempt_timestamp_seconds", "not in the logs"),
    moment("Last success", "When it was last renewed.", "certhealth_last_renew_success_timestamp_seconds", "never yet"),
    stat("Renewed", "How often it has been renewed. Never is no fault, but then it is not proven that it can be.",
         f"max(certhealth_renewals{{{ONE}}})", field("short", {0: ("never yet", YELLOW)}, decimals=0)),
    stat("Renewal threshold", "How long before its end certbot renews it, by the version that runs.",
         f"max(certhealth_renewal_threshold_seconds{{{ONE}}}) / {DAY}", field(DAYS, decimals=1)),
    verdict("Renews itself", "Whether anything would ever renew it.", "certhealth_renewal_enabled", YES_NO, "not of certbot"),
    verdict("Last dry run", "How the last `certbot renew --dry-run` of it ended.", "certhealth_last_dry_run_success", WORKED, "none known"),
]

LIFE = graph(
    "Its life", "How long it is good for, over time. It falls from the length of its life until a renewal lifts it again; under the threshold it "
    "should be renewed, under a third of that it is paged. Renewals are marked.",
    [target(f"({NOT_AFTER} - time()) / {DAY}", "life left", instant=False),
     target(f"certhealth_renewal_threshold_seconds{{{ONE}}} / {DAY}", "renewal threshold", instant=False),
     target(f"certhealth_renewal_threshold_seconds{{{ONE}}} / {3 * DAY}", "paged below this", instant=False)],
    field(DAYS, thresholds=steps((None, GREEN)), colour={"mode": "palette-classic"}, decimals=1) | {"min": 0}, lineInterpolation="linear")

OUTCOMES = timeline(
    "Outcomes", "What was known of its renewal, over time.",
    [target(f"{metric}{{{ONE}}}", words, instant=False)
     for metric, words in (("certhealth_next_renewal_ok", "next renewal will work"), ("certhealth_last_renew_success", "last renewal worked"),
                           ("certhealth_last_dry_run_success", "last dry run worked"), ("certhealth_renewal_enabled", "renews itself"))],
    YES_NO)

PROBLEMS_OVER_TIME = timeline("Problems over time", "Which problems it had when.",
                              [target(ranked(ONE, ("critical", "warning")), "{{problem}}", instant=False)], SEVERITIES)

PROBLEMS = table(
    "Problems now", "A click leads to the section of the runbook: how to look, how to mend it.",
    [Column("Severity", ranked(ONE), unit="none", words=SEVERITIES, cell=COLOURED_TEXT, width=110),
     Column("Problem", label="problem", links=link("Runbook", RUNBOOK + "#${__value.text}")), Column("Instance", label="instance", width=190)],
    sort="Severity", hidden=("severity", "job", "source", "name"), none="It has no problem.")

REASONS = table("Why it failed", "The reason of the last attempt, while that is a failure. A click leads to what to do.",
                [Column("Reason", label="reason", links=link("Runbook", RUNBOOK + "#renewalfailed")),
                 Column("", f"certhealth_last_renew_failure_info{{{ONE}}}")],
                sort="Reason", hidden=("__name__", "job", "instance", "source", "name"), none="No failure is known.")

IDENTITY = table(
    "Identity", "The certificate itself. A renewal changes all of this, and none of the series above.",
    [Column("Subject", label="subject", width=220), Column("Issuer", label="issuer"), Column("Key", label="key", width=90),
     Column("Signature", label="signature", width=170), Column("Serial", label="serial", width=370),
     Column("Valid from", by(NOT_BEFORE + " * 1000", "job, instance, source, name"), unit=DATE, width=140),
     Column("Valid until", by(NOT_AFTER + " * 1000", "job, instance, source, name"), unit=DATE, width=140),
     Column("", by(f"certhealth_certificate_info{{{ONE}}}", "job, instance, source, name, subject, issuer, serial, key, signature"))],
    sort="Subject", hidden=("job", "instance", "source", "name"))

SERVED = table(
    "Who serves it", "Endpoints that present a certificate of this lineage, and whether it is the newest.",
    [Column("Endpoint", label="name",
            links=link("Its phases", "/d/certhealth-endpoints?var-datasource=${datasource}&var-job=$job&var-name=${__value.text}")),
     Column("Seen from", label="instance", width=190),
     Column("Newest", by(f'certhealth_endpoint_serves_newest{{{HOST},lineage="$name"}}', "instance, name"), unit="none", words=YES_NO,
            cell=COLOURED_TEXT, width=100)],
    sort="Newest", none="No endpoint that is probed presents it.")

RENEWED_AT = f"changes(certhealth_not_before_timestamp_seconds{{{ONE}}}[$__interval]) > 0"
RENEWED = {"name": "Renewals", "datasource": DATASOURCE, "enable": True, "hide": False, "iconColor": BLUE, "titleFormat": "renewed",
           "textFormat": "{{name}} on {{instance}}", "expr": RENEWED_AT, "step": "10m", "useValueForTime": False,
           "target": {"expr": RENEWED_AT, "refId": "Anno"}}

DASHBOARD = dashboard(
    "certhealth-certificate", "Certificates / Certificate", "One certificate: its life with every renewal, how it is renewed, what is wrong with it, and who "
    "serves it.",
    variables(one_certificate=True),
    [(4, [(4, one) for one in FIRST]), (4, [(4, one) for one in SECOND]), (9, [(24, LIFE)]),
     (6, [(12, OUTCOMES), (12, PROBLEMS_OVER_TIME)]), (6, [(8, PROBLEMS), (6, REASONS), (10, SERVED)]), (4, [(24, IDENTITY)])],
    since="now-90d", annotations=[RENEWED])
