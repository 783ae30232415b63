# SPDX-License-Identifier: Apache-2.0
"""A real Alertmanager with the shipped example, and the receivers that it calls."""

import http.server
import json
import pathlib
import re
import subprocess
import threading

import harness
import prometheus_server

EXAMPLE = harness.SOURCE / "alerts/alertmanager.example.yml"


class Receivers:
    """A web server that is every receiver of the example; `calls` is what came: (receiver, alert) each time an alert was in a call."""

    def __init__(self):
        calls = self.calls = []

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                calls.extend((self.path[1:], alert) for alert in body["alerts"])
                self.send_response(200)
                self.end_headers()

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})
        self._thread.start()

    def heard(self, status, alert, name):
        """The receivers that were told so, each with the alert as it was told first."""
        return {receiver: told for receiver, told in reversed(self.calls)
                if (told["status"], told["labels"]["alertname"], told["labels"].get("name")) == (status, alert, name)}

    def subjects(self):
        return {(receiver, told["labels"]["alertname"], told["labels"].get("name")) for receiver, told in self.calls}

    def close(self):
        self._server.shutdown()
        self._thread.join(timeout=60)
        self._server.server_close()


class Alertmanager:
    """The example as it is, but for the addresses of the receivers and how long it waits for more."""

    def __init__(self, folder, receivers):
        text = EXAMPLE.read_text().replace("http://127.0.0.1:9099", receivers.url)
        text = re.sub(r"(group_wait|group_interval): \w+", r"\1: 1s", text)
        file = pathlib.Path(folder, "alertmanager.yml")
        file.write_text(text)
        self.address = prometheus_server.free_address()
        with pathlib.Path(folder, "alertmanager.log").open("w") as log:
            self.process = subprocess.Popen(
                ["prometheus-alertmanager", f"--config.file={file}", f"--storage.path={folder}/alertmanager",
                 f"--web.listen-address={self.address}", "--cluster.listen-address="], stdout=log, stderr=log)
        harness.wait_for(self._answers)

    def _answers(self):
        assert self.process.poll() is None, "the Alertmanager has ended by itself"
        try:
            return harness.ask(self.address, "/-/ready", headers={"Connection": "close"}).status == 200
        except (OSError, AssertionError):
            return False

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=60)
