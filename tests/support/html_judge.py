# SPDX-License-Identifier: Apache-2.0
"""Holds HTML pages against what the status page promises. Usage: html_judge.py FILE...

Prints each fault on a line; exit 1 when there is one. html.parser is the judge of what is markup.
"""
import sys
from html.parser import HTMLParser

VOID = {"meta", "link", "br", "hr", "img", "input"}
KNOWN = set(
    "html head meta title link style body svg symbol path circle rect line text use header main section "
    "article footer nav h1 h2 h3 h4 p ul li a b span bdi code time table thead tbody tr th td details "
    "summary div".split())
SELF_CLOSING = {"path", "circle", "rect", "line", "use"}


class Judge(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open, self.ids, self.targets, self.faults = [], [], [], []
        self.headings = [1]

    def handle_startendtag(self, tag, attributes):
        if tag not in SELF_CLOSING:
            self.faults.append(f"<{tag}/> closes itself")
        self.look_at(tag, attributes)

    def handle_starttag(self, tag, attributes):
        self.look_at(tag, attributes)
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes something else, near line {self.getpos()[0]}")

    def look_at(self, tag, attributes):
        if tag not in KNOWN:
            self.faults.append(f"<{tag}> is not of this page")
        if tag in ("h1", "h2", "h3", "h4"):
            level = int(tag[1])
            if level > self.headings[-1] + 1:
                self.faults.append(f"<{tag}> skips a level")
            self.headings.append(level)
        for name, value in attributes:
            if name.startswith("on") or name in ("style", "src", "srcset", "action"):
                self.faults.append(f"<{tag} {name}=...>")
            if name == "id":
                self.ids.append(value)
            if name == "href" and value.startswith("#"):
                self.targets.append(value[1:])
            elif name == "href" and (":" in value or value.startswith("/")) and tag != "link":
                self.faults.append(f"a link elsewhere: {value}")
            if tag == "link" and name == "href" and not value.startswith("data:image/svg+xml,"):
                self.faults.append(f"something from elsewhere: {value}")


def faults_of(path):
    judge = Judge()
    with open(path, encoding="utf-8") as file:  # strict: ill-formed UTF-8 raises
        judge.feed(file.read())
    judge.close()
    faults = judge.faults
    faults += [f"<{tag}> is never closed" for tag in judge.open]
    faults += [f"the id {one} is there twice" for one in set(judge.ids) if judge.ids.count(one) > 1]
    faults += [f"nothing has the id {one}" for one in set(judge.targets) - set(judge.ids)]
    faults += [f"a space in the id {one}" for one in judge.ids if " " in one]
    return [f"{path}: {fault}" for fault in faults]


found = [fault for path in sys.argv[1:] for fault in faults_of(path)]
print("\n".join(found))
sys.exit(1 if found else 0)
