#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds our ConfigObj against python3-configobj on generated files.

usage: configobj_differential.py DRIVER [COUNT [SEED]]

The files are pieces of the format put together well and badly. Both must agree on whether a file is
usable, on the line of the first error, on every key, value, order and nesting, and on what
interpolation makes of every value. Exit status 1 and the first differing files otherwise.
"""

import io
import json
import random
import re
import subprocess
import sys

import configobj

BLANKS = [" "] * 8 + ["", "", "\t", "  ", "\x0b", "\x0c", "\x1c", "\x1f", "\x85", "\xa0", "\u1680",
                      "\u2003", "\u2028", "\u3000", "\r", "\u200b", "\ufeff", "\x00"]
KEYS = ["k", "key", "a.b-c_d", "server", "DEFAULT", "name", "2001:db8::1", "[::1]", "caf\xe9", "k k",
        "'q k'", '"q=k"', "''", '""', '"a', "'b", "%(k)s", ";k", "x", "y", "z", "\U0001f512", "=", "'a'b'",
        '"a" "b"', "[", "]", "]]", "#"]
ATOMS = ["a", "b c", "v", "'", '"', "''", '""', "'''", '"""', ",", ", ", " ,", ",,", "#", " # c", "=",
         "[", "]", "'x'", '"y"', "'x, y'", '"y # z"', "it's", 'say "hi"', "\\", "%", "%%", "%(k)s",
         "%(key)s", "%(name)s", "%(x)s", "%(y)s", "%(z)s", "%(nosuch)s", "%(k", ")s", "%()s", "$k", "${k}",
         "caf\xe9", "\U0001f512", "%(%(k)s)s", "%(DEFAULT)s", "%(2001:db8::1)s", ";", ":", "None",
         "\x00", "\u212a"]
PLAIN = ["/etc/letsencrypt/live/x/cert.pem", "standalone", "webroot", "30 days", "True", "/srv/a,",
         "a, b, c", "'a, b'", '"a # b", c', "echo %(k)s", "x%(x)s%(y)s", "'''one'''", '"""t"""  # c', ""]
ENDS = ["\n"] * 12 + ["\r\n"] * 3 + ["\r", "\n\n", "\r\r\n", ""]


class Generator:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def blank(self):
        return self.random.choice(BLANKS)

    def some(self, pieces, most):
        return "".join(self.random.choice(pieces) for _ in range(self.random.randint(0, most)))

    def key(self):
        r = self.random
        if r.random() < 0.85:
            return r.choice(KEYS)
        return self.some(ATOMS + KEYS + BLANKS, 3)

    def value(self):
        r = self.random
        kind = r.random()
        if kind < 0.35:
            return r.choice(PLAIN)
        if kind < 0.55:
            quote = r.choice(["'", '"', "'''", '"""'])
            inside = self.some([a for a in ATOMS if quote not in a or r.random() < 0.2], 4)
            return quote + inside + quote + r.choice(["", "", " ", " # c", "#", ",", ", x", " x"])
        if kind < 0.65:
            quote = r.choice(["'''", '"""'])
            lines = [self.some(ATOMS, 3) for _ in range(r.randint(1, 4))]
            return quote + r.choice(["\n", "\r\n"]).join(lines) + r.choice([quote] * 4 + [""])
        if kind < 0.75:
            items = [r.choice(["a", "'b'", '"c, d"', "e f", "", "it's", "%(k)s", "#"])
                     for _ in range(r.randint(1, 4))]
            return r.choice([", ", ",", " , "]).join(items) + r.choice(["", ",", " ,", ", "])
        if kind < 0.85:
            return self.some("'\",# a=", 10)
        return self.some(ATOMS + BLANKS, 6)

    def section(self, depth):
        r = self.random
        opened = max(1, depth + r.choice([1, 1, 1, 0, 0, -1, -2, 2]))
        closed = opened if r.random() < 0.95 else opened + r.choice([-1, 1])
        name = r.choice([self.key(), "s", "t", "u", "'s'", '"t"', "DEFAULT", " s ", "a]b", "]#]"])
        between = self.blank() if r.random() < 0.1 else ""
        line = between.join("[" * opened) + name + between.join("]" * max(closed, 0))
        return line + r.choice(["", "", "", " # c", "#c", "x", "]"] if r.random() < 0.2 else [""]), opened

    def line(self, depth):
        r = self.random
        kind = r.random()
        if kind < 0.2:
            return self.section(depth)
        if kind < 0.25:
            return r.choice(["", "# c", "  # k = v", ";k = v", self.blank()]), depth
        if kind < 0.28:
            return self.some("[]'\"# a=", 10), depth
        if kind < 0.30:
            return self.some(ATOMS + KEYS + BLANKS, 6), depth
        divider = self.blank() + "=" + self.blank()
        return self.key() + divider + self.value(), depth

    def file(self):
        r = self.random
        text, depth = "", 0
        for _ in range(r.choice([1, 1, 2, 3, 5, 8, 12])):
            line, depth = self.line(depth)
            indent = self.blank() if r.random() < 0.2 else ""
            trail = self.blank() if r.random() < 0.2 else ""
            text += indent + line + trail + r.choice(ENDS)
        data = text.encode("utf-8", "surrogatepass")
        kind = r.random()
        if kind < 0.03:
            data = b"\xef\xbb\xbf" * r.choice([1, 1, 2]) + data
        elif kind < 0.05:
            at = r.randint(0, len(data))
            data = data[:at] + r.choice([b"\xe9", b"\xff\xfe", b"\xc0\x80", b"\xed\xa0\x80", b"\x80"]) + data[at:]
        elif kind < 0.06:
            data = text.encode(r.choice(["utf-16", "utf-16-le", "utf-16-be"]), "surrogatepass")
        elif kind < 0.08 and data:
            at = r.randrange(len(data))
            data = data[:at] + data[at + 1:]
        return data


def members(section):
    found = []
    for key in section.scalars:
        raw = dict.__getitem__(section, key)
        section.main.interpolation = True  # a failed look-up leaves it off
        try:
            value = section[key]
        except Exception:  # whatever it is: certbot takes each for a broken file
            value = None
        found.append([key, raw, value])
    for name in section.sections:
        found.append([name, members(dict.__getitem__(section, name))])
    return found


def judge(data):
    """The same call as certbot's, but for the file name: readlines() is what it comes down to."""
    try:
        lines = io.BytesIO(data).readlines()
        parsed = configobj.ConfigObj(lines, encoding="utf-8", default_encoding="utf-8")
    except configobj.ConfigObjError as error:
        return {"line": error.errors[0].line_number}
    except UnicodeDecodeError:
        return {"line": "encoding"}
    return {"members": members(parsed)}


def plain(found):
    """Our answer in the judge's words."""
    if len(found) == 3:
        return [found[0], [plain(member) for member in found[2]]]
    key, _, raw, value = found
    return [key, raw, None if isinstance(value, dict) else value]


def ours(line):
    answer = json.loads(line)
    if "failure" not in answer:
        return {"members": [plain(member) for member in answer["members"]]}
    number, what = re.match(r"file:(\d+): (.*)", answer["failure"], re.DOTALL).groups()
    return {"line": "encoding" if what.startswith("not UTF-8") else int(number)}


def main():
    driver = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 12000
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    generator = Generator(seed)
    files = [generator.file() for _ in range(count)]
    stream = b"".join(b"%d\n%s" % (len(data), data) for data in files)
    run = subprocess.run([driver], input=stream, stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode("utf-8").split("\n")[:-1]
    assert len(answers) == count, "the driver answered %d of %d" % (len(answers), count)
    usable = different = 0
    for data, line in zip(files, answers):
        expected, got = judge(data), ours(line)
        usable += "members" in expected
        if expected != got:
            different += 1
            if different <= 5:
                print("file:     %r\nexpected: %r\ngot:      %r (%s)\n" % (data, expected, got, line))
    print("%d files, %d of them usable, %d differences (seed %d)" % (count, usable, different, seed))
    # A generator that only makes garbage would prove little.
    return 1 if different or usable < count // 10 or usable > count * 9 // 10 else 0


if __name__ == "__main__":
    sys.exit(main())
