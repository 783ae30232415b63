# SPDX-License-Identifier: Apache-2.0
"""An ACME server of our own, Pebble, with the DNS that it believes, and what answers its challenges: all on loopback."""

import contextlib
import http.server
import json
import os
import pathlib
import random
import socket
import subprocess
import threading
import urllib.request

import harness

HOST = "127.0.0.1"
LIFE = 90 * 24 * 3600
# Validations are real, and come without delay. With no reuse at all, Pebble still takes an earlier one for good once in a
# hundred times: see CertbotCase.until.
ENVIRONMENT = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "PEBBLE_AUTHZREUSE": "0"}

_given_ports = set()
_giving_ports = threading.Lock()


def is_free(port):
    with contextlib.suppress(OSError), socket.socket() as probe:
        probe.bind((HOST, port))
        return True
    return False


def free_port():
    """A port where nobody listens, below those from which the kernel takes the near ends of connections."""
    with _giving_ports:
        while (port := random.randrange(20000, 32000)) in _given_ports or not is_free(port):
            pass
        _given_ports.add(port)
        return port


def taken(port):
    """A listener that holds `port`, to be closed."""
    return socket.create_server((HOST, port))


class Server:
    """A program that listens on `ports`; its output is in a file in `folder`."""

    def __init__(self, folder, ports, command):
        self._log = pathlib.Path(folder, command[0] + ".log")
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **ENVIRONMENT})
        try:
            for port in ports:
                harness.wait_for(lambda port=port: self._listens(port))
        except BaseException:
            self.stop()
            raise

    def _listens(self, port):
        assert self._process.poll() is None, f"ended by itself:\n{self.log}"
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), timeout=10):
            return True
        return False

    @property
    def log(self):
        return self._log.read_text()

    def stop(self):
        self._process.kill()
        self._process.wait(timeout=60)


class Pebble:
    """An ACME server that is called `names`. It validates http-01 at `http_port`, and believes the DNS server `dns_server`,
    HOST:PORT. Without one every name leads to this machine unless `dns` is told otherwise."""

    def __init__(self, folder, http_port=None, dns_server=None, names=("localhost",)):
        self._folder = pathlib.Path(folder)
        self.http_port = http_port or free_port()
        self._port, self._management, self._dns_port, self._dns_management = (free_port() for _ in range(4))
        self.certificate = self._make_certificate(names)
        self._dns_server = dns_server or f"{HOST}:{self._dns_port}"
        self._dns = None if dns_server else Server(folder, [self._dns_port, self._dns_management], [
            "pebble-challtestsrv", "-dns01", self._dns_server, "-management", f"{HOST}:{self._dns_management}",
            "-http01", "", "-https01", "", "-tlsalpn01", "", "-defaultIPv4", HOST, "-defaultIPv6", ""])
        try:
            self.start()
        except BaseException:
            self._stop_dns()
            raise

    @property
    def directory(self):
        return f"https://localhost:{self._port}/dir"

    def _make_certificate(self, names):
        key, certificate = self._folder / "pebble.key", self._folder / "pebble.pem"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "7",
                        "-subj", f"/CN={names[0]}", "-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names),
                        "-keyout", key, "-out", certificate],
                       check=True, capture_output=True, timeout=60)
        configuration = {"listenAddress": f"{HOST}:{self._port}", "managementListenAddress": f"{HOST}:{self._management}",
                         "certificate": str(certificate), "privateKey": str(key), "httpPort": self.http_port,
                         "tlsPort": free_port(), "certificateValidityPeriod": LIFE}
        (self._folder / "pebble.json").write_text(json.dumps({"pebble": configuration}))
        return certificate

    def start(self):
        """A server at the same address as before, that knows nobody."""
        self._server = Server(self._folder, [self._port, self._management], [
            "pebble", "-config", str(self._folder / "pebble.json"), "-dnsserver", self._dns_server])

    def stop(self):
        self._server.stop()

    def close(self):
        self.stop()
        self._stop_dns()

    def _stop_dns(self):
        if self._dns:
            self._dns.stop()

    def dns(self, command, name):
        """`set-servfail`: the DNS does not answer for `name`; `clear-servfail`: it does again."""
        body = json.dumps({"host": name + "."}).encode()
        with urllib.request.urlopen(f"http://{HOST}:{self._dns_management}/{command}", data=body, timeout=10) as answer:
            assert answer.status == 200


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    """Serves files, logs nothing, and first does what the server's `before_answer` says."""

    def __init__(self, request, client_address, server):
        super().__init__(request, client_address, server, directory=str(server.webroot))

    def log_message(self, *_):
        pass

    def do_GET(self):
        self.server.before_answer()
        super().do_GET()


class WebServer(http.server.ThreadingHTTPServer):
    def __init__(self, address, webroot, before_answer, answers):
        self.address_family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        self.webroot = webroot
        self.before_answer = before_answer
        super().__init__(address, answers)


@contextlib.contextmanager
def web_server(port, webroot, before_answer=lambda: None, host=HOST, answers=QuietFiles):
    """Serves the files below `webroot` at `port`; yields the WebServer, whose attributes may be changed meanwhile."""
    with WebServer((host, port), webroot, before_answer, answers) as server:
        serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        serving.start()
        try:
            yield server
        finally:
            server.shutdown()
            serving.join(timeout=60)
