# SPDX-License-Identifier: Apache-2.0
"""A fleet on one screen."""

from panels import (BLUE, COLOURED_TEXT, DATE, DAY, DAYS, GREEN, RED, RUNBOOK, SEVERITIES, WILL_WORK, WORKED, YELLOW, Column, bars, by, dashboard,
                    field, graph, link, ranked, stat, steps, table, target, variables)

HOST = 'job=~"$job",instance=~"$instance"'
ONE = HOST + ',source=~"$source",name=~"$name"'
OF_CERTBOT = HOST + ',name=""'  # what is of certbot as a whole
NOT_AFTER = f"certhealth_not_after_timestamp_seconds{{{ONE}}}"
DUE = f"certhealth_renewal_due_timestamp_seconds{{{ONE}}}"

DETAIL = link("Its life", "/d/certhealth-certificate?var-datasource=${datasource}&var-job=${__data.fields.Job}&var-instance="
              "${__data.fields.Instance}&var-source=${__data.fields.Source}&var-name=${__data.fields.Certificate}")


def number(expression, zero=GREEN, some=RED):
    return {"expression": expression, "defaults": field("short", thresholds=steps((None, zero), (1, some)), decimals=0)}


def due_within(begin, end):
    """How many are due between two days from now."""
    left = f"({DUE} - time())"
    return f"count({left} >= {begin * DAY} < {end * DAY}) or vector(0)"


STATS = [
    stat("Certificates", "How many certificates are watched, on disk and as served.", f"count({NOT_AFTER})", field("short", decimals=0)),
    stat("Expired", "Certificates that clients refuse now.", **number(f"sum({NOT_AFTER} <= bool time())")),
    stat("Overdue", "Less is left than the renewal threshold, by more than a grace: nothing renews them any more.",
         **number(f'count(certhealth_problem{{{ONE},problem="renewal_overdue"}}) or vector(0)')),
    stat("Renewals that will fail", "Something is known that makes the next renewal fail.",
         **number(f"sum(1 - certhealth_next_renewal_ok{{{ONE}}})")),
    stat("Critical problems", "What is certainly wrong; the table below says what.",
         **number(f'sum(certhealth_problems{{{HOST},severity="critical"}})')),
    stat("Warnings", "What may go wrong; the table below says what.",
         **number(f'sum(certhealth_problems{{{HOST},severity="warning"}})', some=YELLOW)),
    stat("First to expire", "How long the certificate that expires first still has.", f"(min({NOT_AFTER} > time()) - time()) / {DAY}",
         field(DAYS, thresholds=steps((None, RED), (2, YELLOW), (10, GREEN)), decimals=1)),
    stat("Oldest look", "How long ago the collector that is furthest behind last looked. Nobody is told of what is not looked at.",
         f"time() - min(certhealth_collector_last_run_timestamp_seconds{{{HOST}}})",
         field("s", decimals=0, thresholds=steps((None, GREEN), (1800, YELLOW), (DAY, RED)))),
]

BREAKS_FIRST = table(
    "What will break first", "Every certificate, the one with the smallest share of its life left at the top: so those of 6 days and those of a year "
    "compare. A click leads to its life.",
    [Column("Certificate", label="name", links=DETAIL),
     Column("Life left", by(f"certhealth_lifetime_remaining_ratio{{{ONE}}}"), unit="percentunit", decimals=0, width=150,
            thresholds=steps((None, RED), (0.12, YELLOW), (0.3, GREEN)), most=1, cell={"type": "gauge", "mode": "basic", "valueDisplayMode": "text"}),
     Column("Expires in", f"({by(NOT_AFTER)} - time()) / {DAY}", unit=DAYS, decimals=1, width=110),
     Column("Renewal due", by(DUE) + " * 1000", unit=DATE, width=150),
     Column("Mode", label="mode", width=130),
     Column("", by(f"certhealth_renewal_mode{{{ONE}}}", "job, instance, source, name, mode")),
     Column("Next renewal", by(f"certhealth_next_renewal_ok{{{ONE}}}"), unit="none", words=WILL_WORK, cell=COLOURED_TEXT, width=120),
     Column("Last renewal", by(f"certhealth_last_renew_success{{{ONE}}}"), unit="none", words=WORKED, cell=COLOURED_TEXT, width=120),
     Column("Source", label="source", width=90), Column("Instance", label="instance", width=190), Column("Job", label="job", width=110)],
    sort="Life left")

CALENDAR = bars(
    "Renewal calendar", "How many renewals are due when. A renewal comes within a day of its due date where certbot's own timer runs.",
    [target(f"count({DUE} < time()) or vector(0)", "due by now")] +
    [target(due_within(begin, end), words) for begin, end, words in (
        (0, 1, "within a day"), (1, 7, "in 1 to 7 days"), (7, 14, "in 7 to 14 days"), (14, 30, "in 14 to 30 days"), (30, 60, "in 30 to 60 days"),
        (60, 10000, "in more than 60 days"))],
    field("short", decimals=0, thresholds=steps((None, BLUE))))

MODES = bars("By mode", "How the certificates are renewed: the authenticator in the conf.",
             [target(f"sort_desc(count by (mode) (certhealth_renewal_mode{{{ONE}}}))", "{{mode}}")],
             field("short", decimals=0, thresholds=steps((None, BLUE))))

# An issuer's name is long, and a CA has several: its organisation, where it names one.
ORGANISATION = rf'label_replace(certhealth_certificate_info{{{ONE}}}, "issuer", "$1", "issuer", "(?:.*,)?O=([^,\\\\]+).*")'

ISSUERS = bars("By issuer", "Which organisation issued them, or which issuer where it names none.",
               [target(f"sort_desc(count by (issuer) ({ORGANISATION}))", "{{issuer}}")],
               field("short", decimals=0, thresholds=steps((None, BLUE))))

PROBLEMS = table(
    "Active problems", "What is wrong, the worst first. A click on a problem leads to its section of the runbook, on a certificate to its life.",
    [Column("Severity", f"{ranked(ONE)} or {ranked(OF_CERTBOT)}", unit="none", words=SEVERITIES, cell=COLOURED_TEXT, width=110),
     Column("Problem", label="problem", width=190, links=link("Runbook", RUNBOOK + "#${__value.text}")),
     Column("Certificate", label="name", links=DETAIL), Column("Source", label="source", width=90),
     Column("Instance", label="instance", width=190), Column("Job", label="job", width=100)],
    sort="Severity", hidden=("severity",))

AGES = graph("Age of the looks", "How long ago each collector last looked, as Prometheus saw it. It should be a saw with small teeth.",
             [target(f"time() - certhealth_collector_last_run_timestamp_seconds{{{HOST}}}", "{{instance}} {{collector}}", instant=False)],
             field("s", thresholds=steps((None, GREEN)), colour={"mode": "palette-classic"}))

RENEWALS = graph("Renewals a day", "How often certificates have been renewed, in the day before each moment. Nothing at all, for weeks, is a sign.",
                 [target(f"sum by (instance) (changes(certhealth_not_before_timestamp_seconds{{{ONE}}}[1d]))", "{{instance}}", instant=False)],
                 field("short", thresholds=steps((None, GREEN)), colour={"mode": "palette-classic"}, decimals=0))

DASHBOARD = dashboard(
    "certhealth-overview", "Certificates / Overview", "A fleet on one screen: what will break first, what is wrong, and when what is renewed.",
    variables(),
    [(4, [(3, one) for one in STATS]),
     (11, [(24, BREAKS_FIRST)]),
     (10, [(14, PROBLEMS), (10, CALENDAR)]),
     (8, [(5, MODES), (7, ISSUERS), (6, RENEWALS), (6, AGES)])])
