# SPDX-License-Identifier: Apache-2.0
"""What is served."""

from panels import (BLUE, COLOURED_TEXT, DAY, DAYS, GREEN, RED, RUNBOOK, YELLOW, YES_NO, Column, bars, by, dashboard, field, graph, link, stat, steps, table,
                    target, timeline, variables)

ONE = 'job=~"$job",instance=~"$instance",source="endpoint",name=~"$name"'
NOT_AFTER = f"certhealth_not_after_timestamp_seconds{{{ONE}}}"

# The worst first. Where there is no verdict on trust, or no lineage to compare with, nothing is held against it.
STATES = {0: ("✘ down", RED), 1: ("✘ untrusted", RED), 2: ("✘ old certificate", RED), 3: ("✔ good", GREEN)}
UP, TRUSTED, NEWEST = (by(f"certhealth_endpoint_{metric}{{{ONE}}}") for metric in ("up", "trusted", "serves_newest"))
STATE = f"{UP} * (1 + ({TRUSTED} or {UP}) * (1 + ({NEWEST} or {UP})))"


def how_many(title, description, metric):
    return stat(title, description, f"sum(1 - {metric}{{{ONE}}})",
                field("short", thresholds=steps((None, GREEN), (1, RED)), decimals=0))


STATS = [
    stat("Endpoints", "How many endpoints are probed.", f"count(certhealth_endpoint_up{{{ONE}}})", field("short", decimals=0)),
    how_many("Down", "No TLS handshake comes about.", "certhealth_endpoint_up"),
    how_many("Untrusted", "Clients refuse the certificate that is presented.", "certhealth_endpoint_trusted"),
    how_many("Wrong name", "The certificate is for other names.", "certhealth_endpoint_hostname_match"),
    how_many("Old certificate", "Renewed on disk, and the server has not taken the new one.", "certhealth_endpoint_serves_newest"),
    stat("First to expire", "How long the certificate that expires first, of those served, still has; negative once it has expired.",
         f"(min({NOT_AFTER}) - time()) / {DAY}",
         field(DAYS, thresholds=steps((None, RED), (2, YELLOW), (10, GREEN)), decimals=1)),
]


def yes_no(title, metric):
    return Column(title, by(f"{metric}{{{ONE}}}"), unit="none", words=YES_NO, cell=COLOURED_TEXT, width=105)


TABLE = table(
    "Endpoints", "Each endpoint as the exporter on the instance sees it, the worst first.",
    [Column("Endpoint", label="name", links=link("Only this one", "/d/certhealth-endpoints?var-datasource=${datasource}&var-name=${__value.text}")),
     Column("State", STATE, unit="none", words=STATES, cell=COLOURED_TEXT, width=150), yes_no("Trusted", "certhealth_endpoint_trusted"),
     yes_no("Name fits", "certhealth_endpoint_hostname_match"), yes_no("Newest", "certhealth_endpoint_serves_newest"),
     Column("Expires in", f"({by(NOT_AFTER)} - time()) / {DAY}", unit=DAYS, decimals=1, width=110),
     Column("Protocol", label="protocol", width=100), Column("Cipher", label="cipher", width=280), Column("Address", label="address", width=140),
     Column("Seen from", label="instance", width=190),
     Column("", by(f"certhealth_endpoint_tls_info{{{ONE}}}", "job, instance, source, name, protocol, cipher, address"))],
    sort="State", hidden=("job", "source"))



def failing(up, reason, problem):
    """Those that are up, or not, for a reason that matches, with the problem that they have for it."""
    failure = f"certhealth_endpoint_failure_info{{{ONE},{reason}}} and on (job, instance, source, name) certhealth_endpoint_up{{{ONE}}} == {up}"
    return f'label_replace({failure}, "problem", "{problem}", "", "")'


FAILURES = table(
    "Failures", "Why an endpoint fails, while it does. A click leads to its section of the runbook.",
    [Column("Endpoint", label="name"), Column("Reason", label="reason"),
     Column("Problem", label="problem", width=190, links=link("Runbook", RUNBOOK + "#${__value.text}")),
     Column("Seen from", label="instance", width=190),
     Column("", " or ".join((failing(0, 'reason!=""', "endpoint_down"), failing(1, 'reason!="wrong_name"', "endpoint_untrusted"),
                             failing(1, 'reason="wrong_name"', "endpoint_wrong_name"))))],
    sort="Endpoint", hidden=("__name__", "job", "source"), none="None fails.")

OLD = table(
    "Old certificates", "Endpoints that still present an old certificate of a lineage that has been renewed. A click leads to the lineage.",
    [Column("Endpoint", label="name"),
     Column("Lineage", label="lineage", links=link("Its life", "/d/certhealth-certificate?var-datasource=${datasource}&var-source=certbot"
                                                   "&var-name=${__value.text}")),
     Column("Seen from", label="instance", width=190), Column("", f"certhealth_endpoint_serves_newest{{{ONE}}} == 0")],
    sort="Endpoint", hidden=("__name__", "job", "source"), none="None is old.")

PHASES = graph("Phases of a handshake", "How long each phase of the last look took, the median of all endpoints chosen.",
               [target(f"quantile by (phase) (0.5, certhealth_endpoint_phase_duration_seconds{{{ONE}}})", "{{phase}}", instant=False)],
               field("s", thresholds=steps((None, GREEN)), colour={"mode": "palette-classic"}), stacked=True)

SLOWEST = bars("Slowest", "The ten endpoints that take longest, all phases together.",
               [target(f"topk(10, sum by (name) (certhealth_endpoint_phase_duration_seconds{{{ONE}}}))", "{{name}}")],
               field("s", thresholds=steps((None, BLUE))))

PROTOCOLS = bars("By protocol", "Which protocol was agreed on.",
                 [target(f"sort_desc(count by (protocol) (certhealth_endpoint_tls_info{{{ONE}}}))", "{{protocol}}")],
                 field("short", decimals=0, thresholds=steps((None, BLUE))))

OVER_TIME = timeline(
    "State over time", "When each endpoint could be reached, whether clients trusted it then, and whether what it presented was the newest.",
    [target(STATE, "{{name}}", instant=False)], STATES)

DASHBOARD = dashboard(
    "certhealth-endpoints", "Certificates / Endpoints", "What is served: who answers, how fast, with what, and whether clients trust it.",
    variables(source=False, name="certhealth_endpoint_up", fixed=',source="endpoint"'),
    [(4, [(4, one) for one in STATS]), (10, [(24, TABLE)]), (7, [(12, FAILURES), (12, OLD)]), (8, [(9, PHASES), (10, SLOWEST), (5, PROTOCOLS)]),
     (8, [(24, OVER_TIME)])],
    since="now-24h")
