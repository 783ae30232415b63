#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""awaited_temporaries.py ROOT: no co_await has, among the arguments of its calls, an aggregate made by braces or a lambda
that captures by value.

g++ 12 moves such temporaries as bytes into the coroutine's frame (see collectors/net/task.h): a short std::string in them
points to where it was, and is freed there. The compiler says nothing of it, so this does. A name of its own is enough:
`const Pair pair{...}; co_await Use(pair);`.
"""

import pathlib
import re
import sys

CODE = re.compile(r'//[^\n]*|R"\(.*?\)"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'', re.S)
LAMBDA = re.compile(r"\[([^\[\]]*)\]\s*(?:\([^()]*\))?[^;{}()]*$")


def blanked(text):
    """The text with its comments and literals as blanks, lines kept."""
    return CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)


def captures_by_reference(captures):
    return all(one.strip().startswith("&") or one.strip() == "this" for one in captures.split(",") if one.strip())


def findings(text):
    """The numbers of the lines with a brace that makes a temporary within an awaited call."""
    code = blanked(text)
    for start in re.finditer(r"\bco_await\b", code):
        depth = 0
        for i in range(start.end(), len(code)):
            c = code[i]
            depth += (c == "(") - (c == ")")
            if depth < 0 or c == ";" or (c == "{" and depth == 0):
                break
            if c == "{":
                made = LAMBDA.search(code[start.end():i])
                if made is None or not captures_by_reference(made[1]):
                    yield code.count("\n", 0, i) + 1
                break


def self_test():
    for good in ("co_await Use(pair);", "if (co_await Use(pair)) {", "co_await Use([&](int) { f({1}); });",
                 "for (;;) { co_await f(); }", "co_await Use([this, &a] { g(); });", "// co_await Use({1})",
                 'co_await Say("{");', "x = co_await Use(a[i], b);"):
        assert not list(findings(good)), good
    for bad in ("co_await Use({a, b});", "co_await Use(1,\n Pair{a, b});", "if (co_await Use({a})) {",
                "co_await Use([name] { return name; });", "co_await Use([&, name](int) -> int { return 1; });",
                "co_await Use(a[i], {b});"):
        assert list(findings(bad)), bad


def main():
    if sys.argv[1] == "--self-test":
        self_test()
        return
    root = pathlib.Path(sys.argv[1])
    found = [f"{path.relative_to(root)}:{line}: name this temporary before the co_await"
             for room in ("collectors", "exporter", "tests") for path in sorted((root / room).rglob("*.[ch]*"))
             if path.suffix in (".cc", ".h") for line in findings(path.read_text(errors="replace"))]
    print("\n".join(found))
    sys.exit(1 if found else 0)


if __name__ == "__main__":
    main()
