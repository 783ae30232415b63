#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The runbook has a section for each alert and each problem, and no other: what it means, how to look, how to mend it.
Usage: runbook.py ROOT, or runbook.py --self-test"""

import pathlib
import re
import sys
import tempfile

# Critical problems with alerts of their own, which CertificateDefective therefore leaves out.
OWN_ALERT = re.compile(r'problem!~"([^"]*)"\}\[15m\]')


def sections(text):
    """(chapter, heading) -> body."""
    found, chapter, heading = {}, None, None
    for line in text.splitlines():
        if line.startswith("## "):
            chapter, heading = line[3:], None
        elif line.startswith("### "):
            heading = line[4:]
            if (chapter, heading) in found:
                heading += " (twice)"
            found[chapter, heading] = ""
        elif heading:
            found[chapter, heading] += line + "\n"
    return found


def complaints(root):
    text = (root / "alerts/RUNBOOK.md").read_text()
    rules = (root / "alerts/certhealth.rules.yml").read_text()
    table = dict(re.findall(r"^### (\w+)\n\n.*\((\w+)\)$", (root / "docs/problems.md").read_text(), re.M))
    found = sections(text)
    wanted = {"Alerts": set(re.findall(r"- alert: (\w+)", rules)), "Problems": set(table)}
    for chapter, headings in wanted.items():
        there = {heading for of, heading in found if of == chapter}
        yield from (f"{chapter}: no section {heading}" for heading in sorted(headings - there))
        yield from (f"{chapter}: section {heading} is of nothing" for heading in sorted(there - headings))
    for (_, heading), body in found.items():
        for part in ("Look", "Mend"):
            after = body.partition(f"**{part}:**")[2]
            if "`" not in after and "](#" not in after:
                yield f"{heading}: nothing to type under {part}"
        if not body.partition("**Look:**")[0].strip():
            yield f"{heading}: it does not say what it means"
    anchors = {re.sub(r"[^\w -]", "", line.lstrip("# ")).lower().replace(" ", "-") for line in text.splitlines() if line.startswith("#")}
    yield from (f"a link leads nowhere: #{anchor}" for anchor in re.findall(r"\]\(#([^)]*)\)", text) if anchor not in anchors)
    left_out = {problem for pattern in OWN_ALERT.findall(rules) for problem in pattern.split("|") if problem.isidentifier()}
    yield from (f"CertificateDefective leaves out {problem}, which is no problem"
                for problem in sorted(left_out - set(table)))


def self_test():
    source = pathlib.Path(__file__).resolve().parents[2]
    spoiled = [("alerts/RUNBOOK.md", "### expired", "### gone"), ("alerts/RUNBOOK.md", "### RenewalOverdue", "### RenewalLate"),
               ("alerts/RUNBOOK.md", "(#conf_invalid)", "(#nowhere)"), ("alerts/certhealth.rules.yml", "alert: EndpointDown", "alert: New"),
               ("alerts/RUNBOOK.md", "### hook_failed\n", "### hook_failed\n\n**Look:** twice.\n\n### hook_failed\n"),
               ("docs/problems.md", "### weak_key", "### new_one"), ("alerts/certhealth.rules.yml", '"expired|', '"expired|unheard_of|'),
               ("docs/problems.md", "### weak_key", "### endpoint_down")]
    for name, old, new in spoiled:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for file in ("alerts/RUNBOOK.md", "alerts/certhealth.rules.yml", "docs/problems.md"):
                (root / file).parent.mkdir(exist_ok=True)
                text = (source / file).read_text()
                if file == name:
                    assert old in text, old
                    text = text.replace(old, new, 1)
                (root / file).write_text(text)
            if not list(complaints(root)):
                return f"self-test: {new!r} in {name} is not noticed"
    return None


def main():
    if sys.argv[1:] == ["--self-test"]:
        problem = self_test()
        print(problem or "self-test: ok")
        return problem is not None
    found = list(complaints(pathlib.Path(sys.argv[1])))
    print("\n".join(found))
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
