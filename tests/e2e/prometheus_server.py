# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus."""

import json
import pathlib
import subprocess
import urllib.parse

import harness

CONFIGURATION = """
global:
  scrape_interval: 1s
scrape_configs:
  - job_name: certhealth
    static_configs:
      - targets: ['{address}']
"""


def scrapes(address):
    """The configuration of one that scrapes `address` every second."""
    return CONFIGURATION.format(address=address)


def free_address():
    with harness.socket.create_server(("127.0.0.1", 0)) as server:
        return f"127.0.0.1:{server.getsockname()[1]}"


class Prometheus:
    """A Prometheus with this configuration, its files in `folder`."""

    moment = None  # of a good scrape: queries are about it, as on a busy machine the next may run out of its second

    def __init__(self, folder, configuration, *flags):
        file = pathlib.Path(folder, "prometheus.yml")
        file.write_text(configuration)
        self.address = free_address()
        self._log_path = pathlib.Path(folder, "prometheus.log")
        with self._log_path.open("w") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={file}", f"--storage.tsdb.path={folder}/data",
                 f"--web.listen-address={self.address}", "--log.level=debug", *flags], stdout=log, stderr=log)

    @property
    def log(self):
        return self._log_path.read_text()

    def query(self, expression):
        """An instant vector: a list of (labels, value)."""
        parameters = {"query": expression} | ({"time": self.moment} if self.moment else {})
        return [(row["metric"], float(row["value"][1])) for row in self.api("query", **parameters)["result"]]

    def api(self, name, **parameters):
        """The `data` of an answer of its API."""
        answer = harness.ask(self.address, f"/api/v1/{name}?" + urllib.parse.urlencode(parameters, doseq=True),
                             headers={"Connection": "close"})
        return self._decode(answer)["data"]

    @staticmethod
    def _decode(answer):
        assert answer.status == 200, answer.body
        body = answer.body
        if answer.headers.get("transfer-encoding") == "chunked":
            body = Prometheus._dechunk(body)
        return json.loads(body)

    @staticmethod
    def _dechunk(body):
        pieces = b""
        while body:
            size, _, rest = body.partition(b"\r\n")
            pieces, body = pieces + rest[:int(size, 16)], rest[int(size, 16) + 2:]
        return pieces

    def has_scraped(self):
        """Whether the target was up twice; sets `moment`."""
        assert self.process.poll() is None, self.log
        try:
            if not self.query("sum_over_time(up[5m]) >= 2"):
                return False
            moments = self.query("timestamp(up == 1)")
        except (OSError, AssertionError):
            return False  # not listening yet
        # A millisecond later: of what is asked about the very moment of a sample, rounding may leave the sample before it.
        self.moment = moments[0][1] + 0.001 if moments else None
        return bool(moments)

    def wait_for_scrapes(self):
        try:
            harness.wait_for(self.has_scraped)
        except AssertionError as error:
            raise AssertionError("\n".join(self.log.splitlines()[-20:])) from error

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=60)
