#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""one_definition.py ROOT: no two files of the program define a type of the same name in the same namespace.

The linker takes the inline functions of one of them for both: a constructor that initialises more than there is room for.
Neither compiler nor linker says anything of it as long as no file includes both."""

import collections
import pathlib
import re
import sys

NAMESPACE = re.compile(r"namespace\s*([\w:]*)\s*\{")
END = re.compile(r"\}  // namespace")
TYPE = re.compile(r"(?:struct|class|enum class|enum|union)\s+(\w+)(?:\s+final)?\s*(?::[^:;{][^;{]*)?\{")


def defined(text):
    """What the text defines for all to see: types by their full names."""
    within = []
    for line in text.splitlines():
        if opened := NAMESPACE.match(line):
            within.append(opened[1])
        elif END.match(line):
            within.pop()
        elif (made := TYPE.match(line)) and "" not in within:
            yield "::".join([*within, made[1]])


def complaints(files):
    places = collections.defaultdict(list)
    for name, text in files.items():
        for made in sorted(set(defined(text))):
            places[made].append(name)
    return [f"{made} is defined in {' and in '.join(names)}" for made, names in sorted(places.items()) if len(names) > 1]


def self_test():
    one = "namespace certhealth {\nstruct Answer {\n};\n}  // namespace certhealth\n"
    assert complaints({"a.h": one, "b.h": one.replace("struct Answer {", "enum class Answer : int { kOne };")})
    assert complaints({"a.h": one, "b.cc": one.replace("Answer", "Answer final : public Base")})
    for other in (one.replace("Answer", "Other"), one.replace("struct Answer {", "struct Answer;"),
                  one.replace("Answer", "Other::Answer"), one.replace("certhealth {", "certhealth::judges {"),
                  one.replace("struct", "namespace {\nstruct").replace("};", "};\n}  // namespace"), "struct Answer {\n};\n"):
        assert not complaints({"a.h": one, "b.cc": other}), other


def main():
    if sys.argv[1] == "--self-test":
        self_test()
        return
    root = pathlib.Path(sys.argv[1])
    found = complaints({str(path.relative_to(root)): path.read_text(errors="replace")
                        for room in ("collectors", "exporter") for path in sorted((root / room).rglob("*"))
                        if path.suffix in (".cc", ".h")})
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
