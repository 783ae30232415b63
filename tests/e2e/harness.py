# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: the binary, its output parsed, a server on a port of its own."""

import contextlib
import os
import pathlib
import re
import socket
import subprocess
import tempfile
import time
import urllib.request

SOURCE = pathlib.Path(__file__).resolve().parents[2]
SAMPLES = SOURCE / "tests/fixtures/samples"
BINARY = pathlib.Path(os.environ.get("CERTHEALTH_BINARY", SOURCE / "build/release/certhealth_exporter"))

SAMPLE_LINE = re.compile(r'^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$')
LABEL = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"')


def to_itself(flags):
    """`flags`, and nothing asked of what happens to listen on the machine that runs the tests, unless they say so."""
    return flags if any("endpoints.local" in os.fsdecode(flag) for flag in flags) else ["--no-endpoints.local", *flags]


def check(*flags, binary=BINARY, **options):
    """Runs `check` and returns the finished process, its output as bytes; `options` are subprocess.run's."""
    return subprocess.run([binary, "check", *to_itself(flags)], capture_output=True, timeout=60, check=False, **options)


def unescape(value):
    return re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m.group(1), m.group(1)), value)


def parse(page):
    """The samples of a page as {(name, frozenset(labels)): value}; fails on a duplicate."""
    samples = {}
    for line in page.split("\n"):  # splitlines() would also split at a line separator within a label
        if not line or line.startswith("#"):
            continue
        match = SAMPLE_LINE.match(line)
        assert match, f"not a sample: {line!r}"
        labels = frozenset((k, unescape(v)) for k, v in LABEL.findall(match.group(2) or ""))
        key = (match.group(1), labels)
        assert key not in samples, f"twice on the page: {line!r}"
        samples[key] = float(match.group(3))
    return samples


def promtool_complaints(page):
    """What promtool says of a page (bytes), but for the one name that it may dislike."""
    done = subprocess.run(["promtool", "check", "metrics"], input=page, capture_output=True, timeout=60, check=False)
    lines = (done.stdout + done.stderr).decode().splitlines()
    complaints = [line for line in lines if line and not line.startswith("certhealth_days_until_expiry ")]
    return complaints if done.returncode in (0, 3) else [f"exit {done.returncode}", *complaints]


def values(samples, metric, **labels):
    """The samples of `metric` that carry `labels`: a list of (all labels as a dict, value)."""
    wanted = set(labels.items())
    return [(dict(key[1]), value) for key, value in samples.items() if key[0] == metric and wanted <= key[1]]


def value(samples, metric, **labels):
    """The value of the one such sample, None without any."""
    found = values(samples, metric, **labels)
    assert len(found) <= 1, f"{metric} {labels}: {found}"
    return found[0][1] if found else None


class Exporter:
    """A serving exporter and what it has logged so far."""

    LISTENING = re.compile(r'msg=listening address="?([^"\s]+)')

    def __init__(self, binary, arguments, **options):
        self._log = tempfile.TemporaryFile()
        self.process = subprocess.Popen([binary, "serve", *to_itself(arguments)], stdout=subprocess.DEVNULL, stderr=self._log, **options)

    @property
    def log(self):
        # Not seek() and read(): the exporter writes at the same offset.
        return os.pread(self._log.fileno(), os.fstat(self._log.fileno()).st_size, 0).decode()

    @property
    def addresses(self):
        return self.LISTENING.findall(self.log)

    @property
    def base(self):
        return "http://" + self.addresses[0]

    def wait_until_ready(self, listeners):
        def listening():
            if self.process.poll() is not None:
                raise AssertionError(f"the exporter ended before it listened:\n{self.log}")
            return len(self.addresses) == listeners
        wait_for(listening)
        wait_for(lambda: ask(self.addresses[0], "/-/ready").status == 200)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(timeout=60)
        self._log.close()

    def end(self):
        """Its exit code after SIGTERM; fails on one that has ended by itself."""
        ended = self.process.poll()
        assert ended is None, f"ended by itself with {ended}:\n{self.log}"
        self.process.terminate()
        return self.process.wait(timeout=60)


@contextlib.contextmanager
def exporter(*flags, listen=("127.0.0.1:0",), binary=BINARY, **options):
    """A serving exporter, ready; `options` are Popen's."""
    running = Exporter(binary, [*(f"--web.listen-address={address}" for address in listen), *flags], **options)
    try:
        running.wait_until_ready(len(listen))
        yield running
    finally:
        running.close()


@contextlib.contextmanager
def serve(*flags, binary=BINARY):
    """A serving exporter; yields its base address once it is ready."""
    with exporter(*flags, binary=binary) as running:
        yield running.base


def wait_for(condition, seconds=120):
    """What `condition` returns once that is true; fails when it never is."""
    deadline = time.monotonic() + seconds
    while not (result := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return result


class Answer:
    """A raw HTTP answer: status, header fields by lower-case name, body."""

    def __init__(self, raw):
        head, separator, self.body = raw.partition(b"\r\n\r\n")
        assert separator, f"no complete head: {raw[:200]!r}"
        lines = head.decode("ascii").split("\r\n")
        self.status = int(lines[0].split(" ")[1])
        self.headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}


def connect(address, timeout=10):
    """A socket connected to HOST:PORT, :PORT, [IPV6]:PORT or unix:PATH."""
    if address.startswith("unix:"):
        connected = socket.socket(socket.AF_UNIX)
        connected.settimeout(timeout)
        connected.connect(address[len("unix:"):])
        return connected
    host, port = address.rsplit(":", 1)
    return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout)


def ask(address, path, method="GET", headers=None, timeout=10):
    """One request as typed here and nothing more: no header of a library's own, no redirect, no decoding."""
    lines = [f"{method} {path} HTTP/1.1", "Host: test", *(f"{k}: {v}" for k, v in (headers or {}).items()), "", ""]
    with connect(address, timeout) as connected:
        connected.sendall("\r\n".join(lines).encode())
        raw = b""
        while chunk := connected.recv(65536):
            raw += chunk
    return Answer(raw)


def get(url, headers=None, timeout=10):
    """Body and headers of a GET."""
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers or {}), timeout=timeout) as answer:
        return answer.read(), answer.headers
