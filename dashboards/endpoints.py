# SPDX-License-Identifier: Apache-2.0
"""What is served."""

from panels import (BLUE, COLOURED_TEXT, DAY, DAYS, GREEN, RED, RUNBOOK, YELLOW, YES_NO, Column, bars, by, dashboard, field, graph, link, stat, steps, table,
                    target, timeline, variables)

ONE = 'job=~"$job",instance=~"$instance",source="endpoint",name=~"$name"'
NOT_AFTER = f"certhealth_not_after_timestamp_seconds{{{ONE}}}"


def how_many(title, description, metric):
    return stat(title, description, f"sum(1 - {metric}{{{ONE}}})",
                field("short", thresholds=steps((None, GREEN), (1, RED)), decimals=0))


STATS = [
    stat("Endpoints", "How many endpoints are probed.", f"count(certhealth_endpoint_up{{{ONE}}})", field("short", decimals=0)),
    how_many("Down", "No TLS handshake comes about.", "certhealth_endpoint_up"),
    how_many("Untrusted", "Clients refuse the certificate that is presented.", "certhealth_endpoint_trusted"),
    how_many("Wrong name", "The certificate is for other names.", "certhealth_endpoint_hostname_match"),
    how_many("Old certificate", "Renewed on disk, and the server has not taken the new one.", "certhealth_endpoint_serves_newest"),
    stat("First to expire", "How long the certificate that expires first, of those served, still has.", f"(min({NOT_AFTER}) - time()) / {DAY}",
         field(DAYS, thresholds=steps((None, RED), (2, YELLOW), (10, GREEN)), decimals=1)),
]


def yes_no(title, metric):
    return Column(title, by(f"{metric}{{{ONE}}}"), unit="none", words=YES_NO, cell=COLOURED_TEXT, width=110)


TABLE = table(
    "Endpoints", "Each endpoint as the exporter on `instance` sees it.",
    [Column("Endpoint", label="name", links=link("Only this one", "/d/certhealth-endpoints?var-datasource=${datasource}&var-name=${__value.text}")),
     Column("Seen from", label="instance"), yes_no("Up", "certhealth_endpoint_up"), yes_no("Trusted", "certhealth_endpoint_trusted"),
     yes_no("Name fits", "certhealth_endpoint_hostname_match"), yes_no("Newest", "certhealth_endpoint_serves_newest"),
     Column("Expires in", f"({by(NOT_AFTER)} - time()) / {DAY}", unit=DAYS, decimals=1, width=110),
     Column("Protocol", label="protocol", width=100), Column("Cipher", label="cipher"), Column("Address", label="address"),
     Column("", by(f"certhealth_endpoint_tls_info{{{ONE}}}", "job, instance, source, name, protocol, cipher, address"))],
    sort="Up", hidden=("job", "source"))

FAILURES = table(
    "Failures", "Why an endpoint fails, while it does. A click leads to the runbook.",
    [Column("Endpoint", label="name"), Column("Reason", label="reason", links=link("Runbook", RUNBOOK + "#endpointdown")),
     Column("Seen from", label="instance"), Column("", f"certhealth_endpoint_failure_info{{{ONE}}}")],
    sort="Endpoint", hidden=("__name__", "job", "source"))

OLD = table(
    "Old certificates", "Endpoints that still present an old certificate of a lineage that has been renewed. A click leads to the lineage.",
    [Column("Endpoint", label="name"),
     Column("Lineage", label="lineage", links=link("Its life", "/d/certhealth-certificate?var-datasource=${datasource}&var-source=certbot"
                                                   "&var-name=${__value.text}")),
     Column("Seen from", label="instance"), Column("", f"certhealth_endpoint_serves_newest{{{ONE}}} == 0")],
    sort="Endpoint", hidden=("__name__", "job", "source"))

PHASES = graph("Phases of a handshake", "How long each phase of the last look took, the median of all endpoints chosen.",
               [target(f"quantile by (phase) (0.5, certhealth_endpoint_phase_duration_seconds{{{ONE}}})", "{{phase}}", instant=False)],
               field("s", thresholds=steps((None, GREEN)), colour={"mode": "palette-classic"}), stacked=True)

SLOWEST = bars("Slowest", "The ten endpoints that take longest, all phases together.",
               [target(f"topk(10, sum by (name) (certhealth_endpoint_phase_duration_seconds{{{ONE}}}))", "{{name}}")],
               field("s", thresholds=steps((None, BLUE))))

PROTOCOLS = bars("By protocol", "Which protocol was agreed on.",
                 [target(f"sort_desc(count by (protocol) (certhealth_endpoint_tls_info{{{ONE}}}))", "{{protocol}}")],
                 field("short", decimals=0, thresholds=steps((None, BLUE))))

UP = timeline("Up and trusted", "When each endpoint could be reached and was trusted.",
              [target(f"certhealth_endpoint_up{{{ONE}}}", "{{name}} up", instant=False),
               target(f"certhealth_endpoint_trusted{{{ONE}}}", "{{name}} trusted", instant=False)], YES_NO)

DASHBOARD = dashboard(
    "certhealth-endpoints", "Certificates / Endpoints", "What is served: who answers, how fast, with what, and whether clients trust it.",
    variables(source=False, name="certhealth_endpoint_up", fixed=',source="endpoint"'),
    [(4, [(4, one) for one in STATS]), (10, [(24, TABLE)]), (7, [(12, FAILURES), (12, OLD)]), (8, [(10, PHASES), (8, SLOWEST), (6, PROTOCOLS)]),
     (8, [(24, UP)])],
    since="now-24h")
