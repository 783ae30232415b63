#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Pictures of the dashboards: the demo tree, the exporter, a Prometheus with some months behind it, Grafana's own components in Chromium.
Usage: render.py PACKAGES OUTPUT, where PACKAGES is a folder with a node_modules of this package.json (`npm install --ignore-scripts`)."""

import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "e2e"))
import browser
import harness
import prometheus_server

DAY = 86400
PAST = 89 * DAY
PACE = 7200  # from one sample of the past to the next
WIDTH = 1600
ROW = 38  # pixels, as in app.jsx
CHOSEN = {"job": ".+", "instance": ".+", "source": ".+", "name": ".+", "__interval": "6h", "__rate_interval": "6h"}
CHOSEN_FOR = {"certificate": {"source": "certbot", "name": "ghost.example.com"}}
SINCE_DUE = ("certhealth_last_renew_success", "certhealth_last_renew_attempt_timestamp_seconds", "certhealth_last_renew_failure_info")


def past(page, address, now):
    """What the exporter would have shown over the last months, as OpenMetrics."""
    samples = harness.parse(page)
    of = {metric: {dict(labels)["name"]: value for (name, labels), value in samples.items() if name == metric}
          for metric in ("certhealth_not_before_timestamp_seconds", "certhealth_renewal_due_timestamp_seconds", "certhealth_renewals")}
    begins, due, renewals = of.values()
    lines = {}
    for (metric, labels), value in samples.items():
        if not metric.startswith("certhealth_"):
            continue
        labels = dict(labels)
        name = labels.get("name")
        text = ",".join(f'{key}="{escaped(word)}"' for key, word in sorted({**labels, "job": "certhealth", "instance": address}.items()))
        for moment in range(int(now - PAST) // PACE * PACE, int(now) - 600, PACE):
            then = value_then(metric, labels, value, moment, begins.get(name), due.get(name), renewals.get(name, 0))
            if then is not None:
                lines.setdefault(metric, []).append(f"{metric}{{{text}}} {then} {moment}")
    return "".join(f"# TYPE {metric} gauge\n" + "\n".join(rows) + "\n" for metric, rows in lines.items()) + "# EOF\n"


def value_then(metric, labels, value, moment, begin, due, renewals):
    if metric == "certhealth_collector_last_run_timestamp_seconds":
        return moment - 20
    if begin is None:
        return value
    version_before = moment < begin
    if version_before and not renewals:
        return None
    if metric in SINCE_DUE or labels.get("problem") in ("last_renewal_failed", "renewal_overdue"):
        return value if due is not None and moment > due + DAY / 2 else None
    if labels.get("problem") == "expires_soon":
        return value if due is not None and moment > due + 10 * DAY else None
    if metric == "certhealth_lifetime_remaining_ratio":
        return None
    if version_before and metric in ("certhealth_not_before_timestamp_seconds", "certhealth_not_after_timestamp_seconds"):
        return value - 60 * DAY
    return value


def escaped(word):
    return word.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


class Frames:
    """The answers of a Prometheus as Grafana's data frames."""

    def __init__(self, prometheus, chosen, seconds, now):
        self._prometheus, self._chosen, self._seconds, self._now = prometheus, chosen, seconds, now

    def of_panel(self, panel):
        return [frame for target in panel["targets"] for frame in self._of_target(target, len(panel["targets"]) > 1)]

    def _of_target(self, target, one_of_many):
        expression = re.sub(r"\$(\w+)", lambda match: self._chosen[match[1]], target["expr"])
        if target["format"] == "table":
            return self._table(expression, f"Value #{target['refId']}" if one_of_many else "Value")
        if target["instant"]:
            rows = [(row["metric"], [row["value"]]) for row in self._prometheus.api("query", query=expression, time=self._now)["result"]]
        else:
            step = -(-self._seconds // 300 // PACE) * PACE  # where there are samples of the past
            rows = [(row["metric"], row["values"]) for row in self._prometheus.api(
                "query_range", query=expression, start=(self._now - self._seconds) // PACE * PACE, end=self._now, step=step)["result"]]
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
        rows = self._prometheus.api("query", query=expression, time=self._now)["result"]
        names = sorted({name for row in rows for name in row["metric"]})
        fields = [{"name": "Time", "type": "time", "values": [float(row["value"][0]) * 1000 for row in rows], "config": {}}]
        fields += [{"name": name, "type": "string", "values": [row["metric"].get(name, "") for row in rows], "config": {}} for name in names]
        fields.append({"name": value_name, "type": "number", "values": [float(row["value"][1]) for row in rows], "config": {}})
        return [{"fields": fields}]


def seconds_of(dashboard):
    return {"h": 3600, "d": DAY}[dashboard["time"]["from"][-1]] * int(dashboard["time"]["from"][4:-1])


def page_of(dashboard, frames, script):
    given = json.dumps({"dashboard": dashboard, "frames": frames}).replace("<", "\\u003c")
    return ("<!doctype html><meta charset=utf-8><style>[role=columnheader] * {color: #ccccdc}</style><body><div id=root></div>"
            "<script>window.grafanaBootData = {settings: {}, user: {}, navTree: []}; window.__grafana_public_path__ = '';</script>"
            f"<script>window.INPUT = {given}</script><script src='{script}'></script>")


def main():
    packages, output = (pathlib.Path(argument).resolve() for argument in sys.argv[1:])
    for name in ("app.jsx", "build.mjs"):
        shutil.copy(HERE / name, packages / name)
    with tempfile.TemporaryDirectory() as folder:
        script = pathlib.Path(folder, "app.js")
        subprocess.run(["node", "build.mjs", script], cwd=packages, check=True, timeout=600)
        demo = pathlib.Path(folder, "demo")
        subprocess.run([harness.SOURCE / "scripts/make-demo", demo], check=True)
        with harness.exporter(f"--root={demo}", "--files=/etc/ssl/private/*.pem") as exporter:
            text = pathlib.Path(folder, "past.txt")
            text.write_text(past(harness.get(exporter.base + "/metrics")[0].decode(), exporter.addresses[0], time.time()))
            subprocess.run(["promtool", "tsdb", "create-blocks-from", "--max-block-duration=4000h", "openmetrics", text, f"{folder}/data"], check=True, capture_output=True, timeout=300)
            prometheus = prometheus_server.Prometheus(folder, prometheus_server.scrapes(exporter.addresses[0]),
                                                      "--storage.tsdb.retention.time=200d")
            try:
                prometheus.wait_for_scrapes()
                draw(prometheus, folder, script, output)
            finally:
                prometheus.end()


def draw(prometheus, folder, script, output):
    window = browser.Browser()
    try:
        for path in sorted((harness.SOURCE / "dashboards").glob("*.json")):
            dashboard = json.loads(path.read_text())
            source = Frames(prometheus, CHOSEN | CHOSEN_FOR.get(path.stem, {}), seconds_of(dashboard), prometheus.moment)
            frames = {panel["id"]: source.of_panel(panel) for panel in dashboard["panels"] if panel["type"] != "row"}
            page = pathlib.Path(folder, f"{path.stem}.html")
            page.write_text(page_of(dashboard, frames, script.name), encoding="utf-8")
            height = ROW * max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in dashboard["panels"])
            window.open(page.as_uri(), WIDTH, height)
            time.sleep(2)  # fonts and the second pass of the tables
            for complaint in window.complaints():
                print(path.stem, json.dumps(complaint)[:600], file=sys.stderr)
            (output / f"dashboard-{path.stem}.png").write_bytes(window.screenshot())
    finally:
        window.close()


if __name__ == "__main__":
    main()
