#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The dashboards are what their generator makes, keep the rules of Grafana's dashboard-linter, and say everything in words."""

import copy
import json
import pathlib
import re
import subprocess
import sys
import unittest

SOURCE = pathlib.Path(__file__).resolve().parents[2]
FILES = sorted((SOURCE / "dashboards").glob("*.json"))
# Numbers whose unit is what is counted.
PLAIN = {"short", "none"}
# A panel's rules are about what is drawn, and a row draws nothing.
DRAWN = {"stat", "table", "timeseries", "bargauge", "state-timeline"}


def panels(dashboard):
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def expressions(dashboard):
    return [target["expr"] for panel in panels(dashboard) for target in panel["targets"]]


def selectors(expression):
    """Every series that an expression reads, with its braces."""
    return re.findall(r"\b(certhealth_\w+)(\{[^}]*\})?", expression)


def links_of(panel):
    defaults, overrides = panel["fieldConfig"]["defaults"], panel["fieldConfig"]["overrides"]
    return defaults.get("links", []) + [link for override in overrides for prop in override["properties"] if prop["id"] == "links"
                                        for link in prop["value"]]


def complaints(dashboard):
    """What is wrong with it: the rules of dashboard-linter by their names there, and ours."""
    yield from about_the_whole(dashboard)
    for panel in panels(dashboard):
        yield from (f"{panel.get('title')}: {complaint}" for complaint in about_a_panel(panel))
    yield from about_places(dashboard["panels"])


def about_the_whole(dashboard):
    if dashboard["editable"]:
        yield "uneditable-dashboard"
    if not 36 <= dashboard["schemaVersion"] <= 41:
        yield "schemaVersion: Grafana 10 and 11 read 36 to 41"
    if not dashboard["uid"].startswith("certhealth-") or not dashboard["title"] or not dashboard["description"]:
        yield "uid, title, description"
    variables = {variable["name"]: variable for variable in dashboard["templating"]["list"]}
    if not {"datasource", "job", "instance", "name"} <= set(variables):
        yield f"variables: {set(variables)}"
        return
    if (variables["datasource"]["type"], variables["datasource"]["label"]) != ("datasource", "Data source"):
        yield "template-datasource"
    for name, label in (("job", "Job"), ("instance", "Instance")):
        found = variables[name]
        if (found["type"], found["label"], found["multi"], found["allValue"], found["datasource"]["uid"]) != ("query", label, True, ".+", "${datasource}"):
            yield f"template-{name}"
    for variable in variables.values():
        if variable["type"] == "query" and variable["refresh"] != 2:
            yield f"template-on-time-change-reload: {variable['name']}"


def about_a_panel(panel):
    if panel["type"] not in DRAWN:
        yield f"a kind that is not drawn in the tests: {panel['type']}"
    if not panel.get("title") or len(panel.get("description", "")) < 15:
        yield "panel-title-description"
    if panel["datasource"] != {"type": "prometheus", "uid": "${datasource}"}:
        yield "panel-datasource"
    if not panel["targets"]:
        yield "panel-no-targets"
    defaults = panel["fieldConfig"]["defaults"]
    if not defaults.get("unit"):
        yield "panel-units"
    for target in panel["targets"]:
        for name, braces in selectors(target["expr"]):
            for label in ("job", "instance"):
                if f'{label}=~"${label}"' not in braces:
                    yield f"target-{label}: {name}{braces}"
        if re.search(r"\b(rate|irate|increase)\(", target["expr"]) and "$__rate_interval" not in target["expr"]:
            yield "target-rate-interval"
    yield from about_words(panel)
    for link in links_of(panel):
        if not re.match(r"/d/certhealth-|https://github\.com/certhealth/", link["url"]):
            yield f"a link to nowhere: {link['url']}"


def about_words(panel):
    """Colour never stands alone: what is mapped has a word of its own, and so has what is coloured."""
    configs = [panel["fieldConfig"]["defaults"].get("mappings", [])]
    configs += [prop["value"] for override in panel["fieldConfig"]["overrides"] for prop in override["properties"] if prop["id"] == "mappings"]
    for mappings in configs:
        texts = [options["text"] for mapping in mappings for options in mapping["options"].values()]
        if len(set(texts)) < len(texts) or not all(re.search(r"[a-z]{2}", text) for text in texts):
            yield f"colour alone: {texts}"
    if panel["options"].get("textMode") == "none":
        yield "colour alone: no text"


def about_places(placed):
    taken = {}
    for panel in placed:
        place = panel["gridPos"]
        for cell in ((x, y) for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])):
            if cell in taken or not 0 <= cell[0] < 24:
                yield f"{panel.get('title')} lies on {taken.get(cell, 'the edge')}"
                return
            taken[cell] = panel.get("title")
    if len({panel["id"] for panel in placed}) < len(placed):
        yield "two panels with one id"


class Dashboards(unittest.TestCase):
    def test_they_are_what_the_generator_makes(self):
        done = subprocess.run([sys.executable, SOURCE / "dashboards/generate.py", "--check"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stdout), (0, ""), done.stdout + done.stderr)

    def test_all_three_are_there(self):
        self.assertEqual([file.stem for file in FILES], ["certificate", "endpoints", "overview"])

    def test_nothing_is_to_be_said_against_them(self):
        for file in FILES:
            with self.subTest(file=file.name):
                self.assertEqual(list(complaints(json.loads(file.read_text()))), [])

    def test_links_lead_to_dashboards_and_variables_that_are_there(self):
        known = {dashboard["uid"]: {variable["name"] for variable in dashboard["templating"]["list"]}
                 for dashboard in (json.loads(file.read_text()) for file in FILES)}
        for file in FILES:
            for panel in panels(json.loads(file.read_text())):
                for link in links_of(panel):
                    if match := re.match(r"/d/([\w-]+)\?(.*)", link["url"]):
                        self.assertIn(match[1], known)
                        self.assertLessEqual(set(re.findall(r"var-(\w+)=", match[2])), known[match[1]], link["url"])

    def test_the_linter_can_fail(self):
        good = json.loads(FILES[-1].read_text())
        stat, table = panels(good)[0], next(panel for panel in panels(good) if panel["type"] == "table")
        spoil = {"uneditable-dashboard": lambda d: d.update(editable=True),
                 "template-job": lambda d: d["templating"]["list"][1].update(multi=False),
                 "panel-title-description": lambda d: self._same(d, stat).update(description=""),
                 "panel-units": lambda d: self._same(d, stat)["fieldConfig"]["defaults"].update(unit=""),
                 "target-job": lambda d: self._same(d, stat)["targets"][0].update(expr="count(certhealth_problem)"),
                 "colour alone": lambda d: self._same(d, table)["fieldConfig"]["defaults"].update(
                     mappings=[{"type": "value", "options": {"1": {"text": "", "color": "red"}}}]),
                 "lies on": lambda d: self._same(d, stat)["gridPos"].update(w=24),
                 "a link to nowhere": lambda d: self._same(d, stat)["fieldConfig"]["defaults"].update(links=[{"title": "x", "url": "/d/other"}])}
        for complaint, act in spoil.items():
            with self.subTest(complaint=complaint):
                spoiled = copy.deepcopy(good)
                act(spoiled)
                self.assertIn(complaint, "\n".join(complaints(spoiled)))

    @staticmethod
    def _same(dashboard, panel):
        return next(one for one in dashboard["panels"] if one["id"] == panel["id"])


if __name__ == "__main__":
    unittest.main()
