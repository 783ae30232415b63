# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the binary, its output parsed, a server on a port of its own."""

import contextlib
import os
import pathlib
import re
import subprocess
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCE / "tests/fixtures/samples"
BINARY = pathlib.Path(os.environ.get("CERTHEALTH_BINARY", SOURCE / "build/release/certhealth_exporter"))

SAMPLE_LINE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def check(*flags, binary=BINARY):
    """Runs `check` and returns the finished process, its output as bytes."""
    return subprocess.run([binary, "check", *flags], capture_output=True, timeout=60, check=False)


def unescape(value):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), value)


def parse(page):
    """The samples of a page as {(name, frozenset(labels)): value}; fails on a duplicate."""
    samples = {}
    for line in page.splitlines():
        if not line or line.startswith("#"):
            continue
        match = SAMPLE_LINE.match(line)
        assert match, f"not a sample: {line!r}"
        labels = frozenset((k, unescape(v)) for k, v in LABEL.findall(match.group(2) or ""))
        key = (match.group(1), labels)
        assert key not in samples, f"twice on the page: {line!r}"
        samples[key] = float(match.group(3))
    return samples


def values(samples, metric, **labels):
    """The samples of `metric` that carry `labels`: a list of (all labels as a dict, value)."""
    wanted = set(labels.items())
    return [(dict(key[1]), value) for key, value in samples.items() if key[0] == metric and wanted <= key[1]]


def value(samples, metric, **labels):
    """The value of the one such sample, None without any."""
    found = values(samples, metric, **labels)
    assert len(found) <= 1, f"{metric} {labels}: {found}"
    return found[0][1] if found else None


@contextlib.contextmanager
def serve(*flags, binary=BINARY):
    """A serving exporter; yields its base address once it is ready."""
    process = subprocess.Popen([binary, "serve", "--web.listen-address=127.0.0.1:0", *flags],
                               stderr=subprocess.PIPE, text=True)
    try:
        for line in process.stderr:
            match = re.search(r"msg=\"?listening\"? address=\"?([^\"\s]+)", line)
            if match:
                break
        else:
            raise AssertionError("the exporter ended before it listened")
        base = "http://" + match.group(1)
        deadline = time.monotonic() + 30
        while True:
            try:
                with urllib.request.urlopen(base + "/-/ready", timeout=5):
                    break
            except urllib.error.HTTPError as error:
                if error.code != 503 or time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield base
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stderr.close()


def get(url, headers=None, timeout=10):
    """Body and headers of a GET."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=timeout) as answer:
        return answer.read(), answer.headers
