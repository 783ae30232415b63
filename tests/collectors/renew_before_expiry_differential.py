#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds our reading of renew_before_expiry against parsedatetime, called as certbot calls it.

usage: renew_before_expiry_differential.py DRIVER [COUNT [SEED]]

Whatever we accept must mean the same to certbot, to the second; where days come before months, or
months twice, to four days. What we refuse is not judged, but most of the well-formed texts must be
accepted. Exit status 1 and the first differing texts otherwise.
"""

import datetime
import random
import subprocess
import sys

import parsedatetime

UTC = datetime.timezone.utc
UNITS = ("second seconds sec secs s minute minutes min mins m hour hours hr h day days dy d week weeks wk w "
         "month months mth year years yr y").split()
MONTHS = "month months mth year years yr y".split()
WORDS = "a an zero one two three five ten eleven thirteen nineteen twenty twelve thirty".split()
ODD = ["", "in", "foo", "hrs", "wks", "ago", "from now", "-1", "+5", "1,5", "P30D", "fortnights", "business",
       "1..5", "5.", ".5", "and", ",", "tomorrow", "mon", "30d12h", "1h30m", "a", "30", "\xa0"]


def certbot_add(base, text, calendar=parsedatetime.Calendar()):
    """certbot 2.1, storage.add_time_interval."""
    if text.strip().isdigit():
        text += " days"
    return calendar.parseDT(text, base, tzinfo=base.tzinfo)[0]


def term(rand):
    kind = rand.random()
    if kind < 0.2:
        return rand.choice(WORDS) + rand.choice([" ", "  ", "\t", "\u3000"]) + rand.choice(UNITS)
    number = rand.choice(["1", "2", "5", "12", "30", "45", "060", "90", "720", str(rand.randint(0, 5000))])
    if kind < 0.35:
        number += "." + rand.choice(["5", "25", "0", "333", "999999", "1"])
    return number + rand.choice(["", " ", " ", "  ", "\xa0"]) + rand.choice(UNITS)


def text(rand):
    """A text, and whether it is well formed and counts months first."""
    terms = [term(rand) for _ in range(rand.choice([1, 1, 1, 2, 2, 3]))]
    ordered = sum(any(t.endswith(unit) for unit in MONTHS) for t in terms[1:]) == 0
    separator = rand.choice([" ", " ", " ", "  ", ", ", ",", " and "])
    result = rand.choice(["", "", "", "in ", " "]) + separator.join(terms) + rand.choice(["", "", " "])
    if rand.random() < 0.15:
        at = rand.randint(0, len(result))
        return result[:at] + rand.choice(["", " "]) + rand.choice(ODD) + rand.choice(["", " "]) + result[at:], False
    if rand.random() < 0.05:
        result = str(rand.randint(0, 400))
    return rand.choice([str, str, str.upper, str.title])(result), ordered


def main():
    driver = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    rand = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    cases = []
    for _ in range(count):
        base = datetime.datetime(rand.choice([2024, 2025, 2026]), 1, 1, tzinfo=UTC)
        base += datetime.timedelta(days=rand.randint(0, 365), seconds=rand.randint(0, 86399))
        cases.append((base,) + text(rand))
    stream = "".join("%d %s\n" % (base.timestamp(), words) for base, words, _ in cases)
    run = subprocess.run([driver], input=stream.encode(), stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().split("\n")[:-1]
    assert len(answers) == count, "the driver answered %d of %d" % (len(answers), count)
    accepted = different = 0
    for (base, words, ordered), answer in zip(cases, answers):
        if answer == "none":
            continue
        accepted += 1
        expected = certbot_add(base, words).timestamp()
        if abs(int(answer) - expected) > (0 if ordered else 4 * 86400):
            different += 1
            if different <= 10:
                print("%r from %s: expected %+d s, got %+d s" %
                      (words, base, expected - base.timestamp(), int(answer) - base.timestamp()))
    print("%d texts, %d accepted, %d differences" % (count, accepted, different))
    return 1 if different or accepted < count // 2 else 0


if __name__ == "__main__":
    sys.exit(main())
