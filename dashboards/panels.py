# SPDX-License-Identifier: Apache-2.0
"""The parts that the dashboards are made of, as Grafana 10 and later read them (schema version 39)."""

SCHEMA_VERSION = 39
DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
RUNBOOK = "https://github.com/certhealth/certhealth_exporter/blob/main/alerts/RUNBOOK.md"

GREEN, YELLOW, RED, BLUE, GREY = "green", "#EAB839", "red", "blue", "text"
DAY = 86400
DAYS = "suffix: days"  # a unit: Grafana's own would call 19 of them "2 weeks"
DATE = "time:YYYY-MM-DD HH:mm"  # another; no renewal is a matter of seconds

# Words beside every colour.
YES_NO = {1: ("✔ yes", GREEN), 0: ("✘ no", RED)}
WORKED = {1: ("✔ worked", GREEN), 0: ("✘ failed", RED)}
WILL_WORK = {1: ("✔ should work", GREEN), 0: ("✘ will fail", RED)}
SEVERITIES = {1: ("✘ critical", RED), 2: ("▲ warning", YELLOW), 3: ("ℹ info", BLUE)}


def by(selector, labels="job, instance, source, name"):
    """The one sample of each certificate, without a metric's name, so that the columns of a table can be merged."""
    return f"max by ({labels}) ({selector})"


def ranked(selector, severities=("critical", "warning", "info")):
    """The problems that `selector` (without a severity) chooses, each with the rank of its severity, as in SEVERITIES."""
    return " or ".join(f'{rank} * certhealth_problem{{{selector},severity="{severity}"}}'
                       for rank, severity in enumerate(severities, 1))


def mapping(words):
    return [{"type": "value", "options": {str(value): {"text": text, "color": colour, "index": index}
                                          for index, (value, (text, colour)) in enumerate(words.items())}}]


def steps(*pairs):
    """(first colour), then (from, colour)."""
    (_, first), *others = pairs
    return {"mode": "absolute", "steps": [{"value": None, "color": first}] + [{"value": at, "color": colour} for at, colour in others]}


def field(unit, words=None, thresholds=None, decimals=None, links=None, colour=None, none=None, **custom):
    """What a panel says of its values, and with `none` of having none."""
    config = {"unit": unit, "mappings": mapping(words) if words else [], "thresholds": thresholds or steps((None, GREY)),
              "color": colour or {"mode": "thresholds"}}
    if decimals is not None:
        config["decimals"] = decimals
    if none:
        config["noValue"] = none
    if links:
        config["links"] = links
    if custom:
        config["custom"] = custom
    return config


def target(expression, legend="", instant=True, table=False):
    return {"datasource": DATASOURCE, "expr": expression, "legendFormat": legend or "__auto", "instant": instant,
            "range": not instant, "format": "table" if table else "time_series", "editorMode": "code"}


def letters(targets):
    return [{**one, "refId": chr(ord("A") + i)} for i, one in enumerate(targets)]


def panel(kind, title, description, targets, defaults, options, overrides=(), transformations=(), **more):
    return {"type": kind, "title": title, "description": description, "datasource": DATASOURCE, "targets": letters(targets),
            "fieldConfig": {"defaults": defaults, "overrides": list(overrides)}, "options": options,
            "transformations": list(transformations), **more}


REDUCE = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def stat(title, description, expression, defaults, text="value", legend=""):
    """One value, large. `text` is "name" where the legend is what is to be read."""
    return panel("stat", title, description, [target(expression, legend)], defaults,
                 {"reduceOptions": REDUCE, "colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto",
                  "textMode": text, "wideLayout": True, "showPercentChange": False})


def bars(title, description, targets, defaults, links=()):
    return panel("bargauge", title, description, targets, {**defaults, "links": list(links)},
                 {"reduceOptions": REDUCE, "orientation": "horizontal", "displayMode": "basic", "valueMode": "text", "namePlacement": "left",
                  "showUnfilled": True, "text": {"valueSize": 16}, "sizing": "auto", "minVizWidth": 8, "minVizHeight": 16, "maxVizHeight": 300})


def graph(title, description, targets, defaults, stacked=False, **more):
    drawn = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 30 if stacked else 5, "showPoints": "never", "spanNulls": False,
             "stacking": {"mode": "normal" if stacked else "none", "group": "A"}, **more}
    return panel("timeseries", title, description, targets, {**defaults, "custom": drawn},
                 {"legend": {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull"]},
                  "tooltip": {"mode": "multi", "sort": "desc"}})


def timeline(title, description, targets, words):
    return panel("state-timeline", title, description, targets,
                 field("none", words, lineWidth=0, fillOpacity=70),
                 {"showValue": "auto", "alignValue": "left", "mergeValues": True, "rowHeight": 0.8,
                  "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False}, "tooltip": {"mode": "single", "sort": "none"}})


class Column:
    """A column of a table: the query's value, or one of its labels when `label` is set. Without a title, the query only adds rows."""

    def __init__(self, title, expression=None, *, label=None, width=None, cell=None, unit=None, words=None, thresholds=None, decimals=None,
                 links=None, most=None):
        self.title, self.expression, self.label = title, expression, label
        properties = {"unit": unit, "mappings": mapping(words) if words else None, "thresholds": thresholds, "decimals": decimals,
                      "links": links, "min": 0 if most else None, "max": most, "custom.width": width, "custom.cellOptions": cell}
        self.properties = [{"id": key, "value": value} for key, value in properties.items() if value is not None]

    def override(self):
        return {"matcher": {"id": "byName", "options": self.title}, "properties": self.properties}


COLOURED_TEXT = {"type": "color-text"}


def table(title, description, columns, sort, hidden=(), descending=False, none=None):
    """A table of instant queries: rows are merged by the labels that the queries have in common. `none` is for one that has no empty cells."""
    queries = [column for column in columns if column.expression]
    targets = [target(column.expression, table=True) for column in queries]
    names = {(f"Value #{chr(ord('A') + i)}" if len(queries) > 1 else "Value"): column.title
             for i, column in enumerate(queries) if column.title}
    names |= {column.label: column.title for column in columns if column.label}
    unnamed = [f"Value #{chr(ord('A') + i)}" if len(queries) > 1 else "Value" for i, column in enumerate(queries) if not column.title]
    order = [next(key for key, name in names.items() if name == column.title) for column in columns if column.title]
    organize = {"excludeByName": {key: True for key in ("Time", *hidden, *unnamed)}, "includeByName": {},
                "indexByName": {key: index for index, key in enumerate(order)}, "renameByName": names}
    transformations = ([{"id": "merge", "options": {}}] if len(queries) > 1 else []) + [{"id": "organize", "options": organize}]
    return panel("table", title, description, targets, field("none", none=none, align="left", cellOptions={"type": "auto"}, filterable=True),
                 {"showHeader": True, "cellHeight": "sm", "sortBy": [{"displayName": sort, "desc": descending}],
                  "footer": {"show": False, "reducer": ["sum"], "countRows": False, "fields": ""}},
                 overrides=[column.override() for column in columns if column.properties],
                 transformations=transformations)


def link(title, url):
    return [{"title": title, "url": url, "targetBlank": False}]


def query_variable(name, label, metric, matchers, multi, all_value):
    expression = f"label_values({metric}{{{matchers}}}, {name})" if matchers else f"label_values({metric}, {name})"
    return {"type": "query", "name": name, "label": label, "datasource": DATASOURCE, "definition": expression,
            "query": {"qryType": 1, "query": expression, "refId": "PrometheusVariableQueryEditor-VariableQuery"},
            "refresh": 2, "sort": 1, "multi": multi, "includeAll": multi, "hide": 0, "regex": "", "options": [], "skipUrlSync": False,
            **({"allValue": all_value, "current": {"selected": True, "text": ["All"], "value": ["$__all"]}} if multi else {"current": {}})}


def variables(*, one_certificate=False, source=True, name="certhealth_not_after_timestamp_seconds", fixed=""):
    """From the data source down to the certificate, each narrowed by those before it."""
    found = [{"type": "datasource", "name": "datasource", "label": "Data source", "query": "prometheus", "refresh": 1, "regex": "", "hide": 0,
              "multi": False, "includeAll": False, "options": [], "current": {}, "skipUrlSync": False},
             query_variable("job", "Job", "certhealth_exporter_build_info", "", True, ".+"),
             query_variable("instance", "Instance", "certhealth_exporter_build_info", 'job=~"$job"', True, ".+")]
    scope = 'job=~"$job",instance=~"$instance"'
    if source:
        found.append(query_variable("source", "Source", name, scope, not one_certificate, ".+"))
        scope += ',source=~"$source"'
    scope += fixed
    return found + [query_variable("name", "Name", name, scope, not one_certificate, ".+")]


def grid(rows):
    """Panels with their places: `rows` are (height, [(width, panel)...]), a str is a heading."""
    placed, y = [], 0
    for row in rows:
        if isinstance(row, str):
            placed.append({"type": "row", "title": row, "collapsed": False, "panels": [], "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
            y += 1
            continue
        height, cells = row
        x = 0
        for width, one in cells:
            placed.append({**one, "gridPos": {"x": x, "y": y, "w": width, "h": height}})
            x += width
        assert x == 24, [one["title"] for _, one in cells]
        y += height
    return [{"id": number, **one} for number, one in enumerate(placed, 1)]


def dashboard(uid, title, description, templates, rows, since="now-7d", annotations=()):
    others = {"type": "dashboards", "title": "certhealth", "tags": ["certhealth"], "asDropdown": False, "includeVars": False, "keepTime": True,
              "targetBlank": False, "icon": "external link", "tooltip": "", "url": ""}
    runbook = {"type": "link", "title": "Runbook", "url": RUNBOOK, "icon": "doc", "targetBlank": True, "tooltip": "What each problem means",
               "tags": [], "asDropdown": False, "includeVars": False, "keepTime": False}
    return {"uid": uid, "title": title, "description": description, "tags": ["certhealth", "certificates"], "schemaVersion": SCHEMA_VERSION,
            "version": 1, "editable": False, "graphTooltip": 1, "refresh": "5m", "timezone": "browser", "weekStart": "", "fiscalYearStartMonth": 0,
            "liveNow": False, "time": {"from": since, "to": "now"}, "timepicker": {}, "links": [others, runbook],
            "annotations": {"list": list(annotations)}, "templating": {"list": templates}, "panels": grid(rows)}
