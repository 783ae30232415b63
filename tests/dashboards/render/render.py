#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the dashboards: the demo tree and some servers, the exporter, a Prometheus with some months behind it, Grafana's own components in
Chromium. Usage, as root: render.py PACKAGES OUTPUT, where PACKAGES is a folder with a node_modules of this package.json
(`npm install --ignore-scripts`)."""

import contextlib
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
import browser
import harness
import machine
import prometheus_server

DAY = 86400
PAST = 89 * DAY
PACE, FINE, FINE_PAST = 7200, 600, 8 * DAY  # from one sample of the past to the next; of late, they are closer
WIDTH = 1600
ROW, TOP = 38, 48  # pixels, as in app.jsx
CHOSEN = {"job": ".+", "instance": ".+", "source": ".+", "name": ".+"}
CHOSEN_FOR = {"certificate": {"source": "certbot", "name": "forum.example.org"}}
SINCE_DUE = ("certhealth_last_renew_success", "certhealth_last_renew_attempt_timestamp_seconds", "certhealth_last_renew_failure_info")
BROKEN = 12 * DAY  # how long ago something happened to what will not renew
DOWN = 5 * 3600  # and to what is down


def moments(now):
    return [*range(int(now - PAST) // PACE * PACE, int(now - FINE_PAST) // PACE * PACE, PACE),
            *range(int(now - FINE_PAST) // PACE * PACE, int(now) - 30, FINE)]


def past(page, versions, now):
    """What the exporter would have shown over the last months, as OpenMetrics."""
    samples = harness.parse(page)
    facts = {}  # of a certificate, by its metrics
    for (metric, labels), value in samples.items():
        facts.setdefault(dict(labels).get("name"), {})[metric] = value
    lines = {}
    for (metric, labels), value in samples.items():
        if not metric.startswith("certhealth_"):
            continue
        labels = dict(labels)
        text = ",".join(f'{key}="{escaped(word)}"' for key, word in sorted({**labels, "job": "certhealth", "instance": machine.INSTANCE}.items()))
        begin = facts[labels.get("name")].get("certhealth_not_before_timestamp_seconds")
        earlier = [pair for pair in versions.get(labels.get("name"), ()) if begin and pair[0] < begin]
        for moment in moments(now):
            then = value_then(metric, labels, value, moment, now, facts[labels.get("name")], earlier)
            if then is not None:
                lines.setdefault(metric, []).append(f"{metric}{{{text}}} {then} {moment}")
    return "".join(f"# TYPE {metric} gauge\n" + "\n".join(rows) + "\n" for metric, rows in lines.items()) + "# EOF\n"


def value_then(metric, labels, value, moment, now, facts, earlier):
    """None before there was one. `earlier` are the certificate's versions before that of now."""
    if metric == "certhealth_collector_last_run_timestamp_seconds":
        return moment - (150 if labels["collector"] == "endpoints" else 20) - moment // FINE * 37 % 31
    if labels.get("source") == "endpoint":
        return endpoint_then(metric, labels, value, moment, now, facts)
    begin, due = (facts.get(f"certhealth_{name}_timestamp_seconds") for name in ("not_before", "renewal_due"))
    if begin is None:
        return value
    if metric == "certhealth_lifetime_remaining_ratio" or (moment < begin and not any(pair[0] <= moment for pair in earlier)):
        return None
    if metric in SINCE_DUE or labels.get("problem") in ("last_renewal_failed", "renewal_overdue"):
        return value if due is not None and moment > due + DAY / 2 else None
    if labels.get("problem") == "expires_soon":
        return value if due is not None and moment > due + 10 * DAY else None
    if facts.get("certhealth_next_renewal_ok") == 0 and moment < now - BROKEN:
        if metric == "certhealth_next_renewal_ok":
            return 1
        if labels.get("severity") == "critical":
            return None
    if moment < begin and metric in ("certhealth_not_before_timestamp_seconds", "certhealth_not_after_timestamp_seconds"):
        return max(pair for pair in earlier if pair[0] <= moment)[metric == "certhealth_not_after_timestamp_seconds"]
    return value


def endpoint_then(metric, labels, value, moment, now, facts):
    end = facts.get("certhealth_not_after_timestamp_seconds", now)
    if metric == "certhealth_endpoint_phase_duration_seconds":
        return value * (1 + (moment // FINE * 17) % 23 / 60)
    if facts["certhealth_endpoint_up"] == 0 and moment < now - DOWN:
        return 1 if metric == "certhealth_endpoint_up" else None
    if metric == "certhealth_endpoint_trusted" and end < now and moment < end:
        return 1
    return value


def escaped(word):
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Frames:
    """The answers of a Prometheus as Grafana's data frames."""

    def __init__(self, prometheus, chosen, seconds, now):
        self._prometheus, self.chosen, self._seconds, self.now = prometheus, chosen, seconds, now

    def of_panel(self, panel):
        return [frame for target in panel["targets"] for frame in self._of_target(target, len(panel["targets"]) > 1)]

    def marks(self, annotations):
        """When what is annotated happened, in milliseconds."""
        frames = [frame for one in annotations for frame in self._of_target(
            {"expr": one["expr"], "format": "time_series", "instant": False, "legendFormat": one["titleFormat"]}, False)]
        return [{"at": at, "text": frame["name"]} for frame in frames for at in frame["fields"][0]["values"]]

    def _of_target(self, target, one_of_many):
        pace = FINE if self._seconds < FINE_PAST else PACE
        step = -(-self._seconds // 300 // pace) * pace  # where there are samples of the past
        chosen = self.chosen | {"__interval": f"{step}s"}
        expression = re.sub(r"\$([a-z_]\w*)", lambda match: chosen[match[1]], target["expr"])
        if target["format"] == "table":
            return self._table(expression, f"Value #{target['refId']}" if one_of_many else "Value")
        if target["instant"]:
            rows = [(row["metric"], [row["value"]]) for row in self._prometheus.api("query", query=expression, time=self.now)["result"]]
        else:
            rows = [(row["metric"], row["values"]) for row in self._prometheus.api(
                "query_range", query=expression, start=(self.now - self._seconds) // step * step, end=self.now, step=step)["result"]]
        return [self._line(labels, values, self._legend(target["legendFormat"], labels)) for labels, values in rows]

    @staticmethod
    def _legend(pattern, labels):
        return re.sub(r"\{\{(\w+)\}\}", lambda match: labels.get(match[1], ""), pattern) if pattern != "__auto" else "Value"

    @staticmethod
    def _line(labels, values, legend):
        return {"name": legend, "fields": [
            {"name": "Time", "type": "time", "values": [float(at) * 1000 for at, _ in values], "config": {}},
            {"name": "Value", "type": "number", "values": [float(value) for _, value in values], "labels": labels,
             "config": {"displayNameFromDS": legend}}]}

    def _table(self, expression, value_name):
        rows = self._prometheus.api("query", query=expression, time=self.now)["result"]
        names = sorted({name for row in rows for name in row["metric"]})
        fields = [{"name": "Time", "type": "time", "values": [float(row["value"][0]) * 1000 for row in rows], "config": {}}]
        fields += [{"name": name, "type": "string", "values": [row["metric"].get(name, "") for row in rows], "config": {}} for name in names]
        fields.append({"name": value_name, "type": "number", "values": [float(row["value"][1]) for row in rows], "config": {}})
        return [{"fields": fields}]


def seconds_of(dashboard):
    return {"h": 3600, "d": DAY}[dashboard["time"]["from"][-1]] * int(dashboard["time"]["from"][4:-1])


def page_of(dashboard, source, script):
    frames = {panel["id"]: source.of_panel(panel) for panel in dashboard["panels"] if panel["type"] != "row"}
    until = source.now * 1000
    given = json.dumps({"dashboard": dashboard, "frames": frames, "chosen": source.chosen, "marks": source.marks(dashboard["annotations"]["list"]),
                        "from": until - seconds_of(dashboard) * 1000, "until": until}).replace("<", "\\u003c")
    return ("<!doctype html><meta charset=utf-8><style>@font-face {font-family: Inter; src: local('Liberation Sans')}</style>"
            "<body><div id=root></div>"
            "<script>window.grafanaBootData = {settings: {}, user: {}, navTree: []}; window.__grafana_public_path__ = '/public/';</script>"
            f"<script>window.INPUT = {given}</script><script type=module src='{script}'></script>")


def main():
    packages, output = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    machine.alone()
    for name in ("app.jsx", "build.mjs"):
        shutil.copy(HERE / name, packages / name)
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)  # for nginx, whose workers are somebody else
        script = pathlib.Path(folder, "app.js")
        subprocess.run(["node", "build.mjs", script], cwd=packages, check=True, timeout=600)
        with machine.running(folder) as (exporter, demo):
            text = pathlib.Path(folder, "past.txt")
            text.write_text(past(harness.get(exporter.base + "/metrics")[0].decode(), machine.versions(demo), time.time()))
            subprocess.run(["promtool", "tsdb", "create-blocks-from", "--max-block-duration=4000h", "openmetrics", text, f"{folder}/data"],
                           check=True, capture_output=True, timeout=300)
            prometheus = prometheus_server.Prometheus(folder, prometheus_server.scrapes(machine.INSTANCE), "--storage.tsdb.retention.time=200d")
            try:
                prometheus.wait_for_scrapes()
                with served(folder, packages) as base:
                    draw(prometheus, folder, base, script, output)
            finally:
                prometheus.end()


@contextlib.contextmanager
def served(folder, packages):
    """The address at which the browser finds the pages and Grafana's icons."""
    pathlib.Path(folder, "public").symlink_to(packages / "node_modules/@grafana/ui/dist/public")
    handler = type("Quiet", (http.server.SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(handler, directory=folder)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def draw(prometheus, folder, base, script, output):
    window = browser.Browser()
    try:
        for path in sorted((harness.SOURCE / "dashboards").glob("*.json")):
            dashboard = json.loads(path.read_text())
            source = Frames(prometheus, CHOSEN | CHOSEN_FOR.get(path.stem, {}), seconds_of(dashboard), prometheus.moment)
            page = pathlib.Path(folder, f"{path.stem}.html")
            page.write_text(page_of(dashboard, source, script.name), encoding="utf-8")
            height = TOP + ROW * max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
            window.open(f"{base}/{page.name}", WIDTH, height)
            time.sleep(2)  # fonts and the second pass of the tables
            for complaint in window.complaints():
                if "404" not in json.dumps(complaint):  # Grafana's font, which is not in its packages
                    print(path.stem, json.dumps(complaint)[:600], file=sys.stderr)
            picture = output / f"dashboard-{path.stem}.png"
            picture.write_bytes(window.screenshot())
            if shutil.which("pngquant"):  # less than half as large, with no difference to be seen
                subprocess.run(["pngquant", "--force", "--speed=1", "--ext=.png", picture], check=True, timeout=60)
    finally:
        window.close()


if __name__ == "__main__":
    main()
