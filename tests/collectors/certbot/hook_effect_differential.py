#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds what we say that a hook does against what shells make of it.

usage: hook_effect_differential.py DRIVER [COUNT [SEED]]

dash and bash run what we claim to understand, in a directory whose few programs note their words. None may be called but
systemctl, and that only for the services that we told. What we do not understand is not run. Exit status 1 and the first
differing texts otherwise.
"""

import json
import pathlib
import random
import subprocess
import sys
import tempfile

SHELLS = "/bin/dash", "/bin/bash"
NOTE = '#!/bin/sh\necho "${0##*/} $*" >>calls\n'
COMMANDS = ["exit", "exit 0", "exit 3", "true", "false", ":", "set -e", "set -n", "echo a", "printf b", "# c", "",
            "systemctl stop nginx", "systemctl 'reload' \"caddy\"", "other"]
ENDS = ["\n", "\n", "\n", ";", " ; ", " && ", " || ", "&&\n", " >/dev/null\n", " 2>&1; ", " # d\n"]
ODD = ["other", "$(other)", "`other`", "'", '"', "\\", "\\\n", "|", " | other\n", "&", " & other\n", " & other\n", "(", ")", "{ ", "}",
       "if ", "; then ", "; fi", "!", "trap other EXIT", "()", "<<E\n", "\nE\n", "#", " ", "\t", "\r", ">", "2>", "*", "=", ";;", "\n",
       "exec "]


def text(rand):
    parts = []
    for _ in range(rand.choice([1, 2, 3, 4])):
        parts += [rand.choice(COMMANDS), rand.choice(ENDS)]
    for _ in range(rand.choice([0, 0, 1, 1, 2, 3])):
        parts.insert(rand.randint(0, len(parts)), rand.choice(ODD))
    return "".join(parts[:-1] if rand.random() < 0.5 else parts)


def calls(shell, command, directory):
    """What a shell calls for it."""
    noted = directory / "calls"
    noted.unlink(missing_ok=True)
    subprocess.run([shell, "-c", command], env={"PATH": str(directory)}, cwd=directory, stdin=subprocess.DEVNULL,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60, check=False)
    return set(noted.read_text().splitlines()) if noted.exists() else set()


def main():
    driver = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rand = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    commands = [text(rand) for _ in range(count)]
    stream = "".join(f"{len(command)}\n{command}" for command in commands)
    run = subprocess.run([driver], input=stream.encode(), stdout=subprocess.PIPE, check=True)
    answers = run.stdout.decode().split("\n")[:-1]
    assert len(answers) == count, f"the driver answered {len(answers)} of {count}"
    understood = different = 0
    with tempfile.TemporaryDirectory() as name:
        directory = pathlib.Path(name)
        for program in "systemctl", "other":
            (directory / program).write_text(NOTE)
            (directory / program).chmod(0o755)
        for command, answer in zip(commands, answers):
            if (services := json.loads(answer)) is None:
                continue
            understood += 1
            may_call = {f"systemctl {verb} {service}" for verb in ("stop", "reload") for service in services}
            for shell in SHELLS:
                if unexpected := calls(shell, command, directory) - may_call:
                    different += 1
                    print(f"{shell}: {command!r} calls {sorted(unexpected)}")
    print(f"{count} texts, {understood} understood, {different} differences")
    return 1 if different or understood < count // 5 else 0


if __name__ == "__main__":
    sys.exit(main())
