#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The web front as clients meet it: routes, formats, reloading, starting and stopping, and clients that misbehave."""

import contextlib
import gzip
import json
import os
import pathlib
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

SAMPLE = f"--root={harness.SAMPLES / '22-mixed-four-lineages'}"
TEXT = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"

# What Prometheus sends, by version. 3.x asks for the escaping of names, which ours do not need.
ACCEPT_2_42 = "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75," \
              "text/plain;version=0.0.4;q=0.5,*/*;q=0.1"
ACCEPT_3 = "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6," \
           "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4," \
           "text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
ACCEPT_3_PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6," + \
                    ACCEPT_3.replace("q=0.6", "q=0.5", 1)
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

A_SECOND = 1.0


def fails_to_start(*flags):
    """Exit code and output of an exporter that must end by itself."""
    done = subprocess.run([harness.BINARY, *flags], capture_output=True, text=True, timeout=30, check=False)
    return done.returncode, done.stdout, done.stderr


class Routes(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.exporter = cls.enterClassContext(harness.exporter(SAMPLE))
        cls.address = cls.exporter.addresses[0]

    def ask(self, path, method="GET", **headers):
        return harness.ask(self.address, path, method, {name.replace("_", "-"): value for name, value in headers.items()})

    def test_each_route_has_its_status_and_type(self):
        for path, content_type in {"/": "text/html; charset=utf-8", "/metrics": TEXT,
                                   "/api/v1/report": "application/json; charset=utf-8",
                                   "/-/healthy": "text/plain; charset=utf-8", "/-/ready": "text/plain; charset=utf-8"}.items():
            with self.subTest(path=path):
                answer = self.ask(path)
                self.assertEqual(answer.status, 200)
                self.assertEqual(answer.headers["content-type"], content_type)
                self.assertEqual(int(answer.headers["content-length"]), len(answer.body))
                self.assertGreater(len(answer.body), 0)

    def test_paths_are_exact(self):
        for path in ("/metrics/", "/Metrics", "//metrics", "/metrics/../metrics", "/%6detrics", "/metrics%00", "/index.html",
                     "/api/v1/report/", "/-/", "/etc/passwd", "/../../etc/passwd", "/probe", "/favicon.ico"):
            with self.subTest(path=path):
                self.assertIn(self.ask(path).status, (400, 404))

    def test_a_query_changes_nothing(self):
        self.assertEqual(self.ask("/metrics?collect[]=x&%zz").status, 200)

    def test_head_is_get_without_the_body(self):
        for path in ("/", "/metrics", "/api/v1/report", "/-/healthy", "/-/ready"):
            with self.subTest(path=path):
                head, get = self.ask(path, "HEAD"), self.ask(path)
                self.assertEqual((head.status, head.body), (200, b""))
                self.assertEqual(head.headers["content-type"], get.headers["content-type"])
                self.assertGreater(int(head.headers["content-length"]), 0)

    def test_other_methods_are_refused_by_name(self):
        for path in ("/", "/metrics", "/api/v1/report", "/-/healthy", "/-/ready"):
            for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS"):
                with self.subTest(path=path, method=method):
                    answer = self.ask(path, method)
                    self.assertEqual((answer.status, answer.headers["allow"]), (405, "GET, HEAD"))
        answer = self.ask("/-/reload")
        self.assertEqual((answer.status, answer.headers["allow"]), (405, "POST, PUT"))

    def test_reloading_needs_the_flag(self):
        answer = self.ask("/-/reload", "POST")
        self.assertEqual(answer.status, 403)
        self.assertIn(b"--web.enable-lifecycle", answer.body)

    def test_gzip_goes_by_weight(self):
        for accepted, encoded in {"gzip": True, "gzip, deflate, br": True, "deflate, gzip;q=0.5": True, "GZIP": True, "*": True,
                                  "gzip;q=0.001": True, "gzip;q=0": False, "gzip; q=0.000": False, "deflate": False,
                                  "identity": False, "gzip;q=0, *": False, "*;q=0": False, "identity;q=1, gzip;q=0.5": False,
                                  "": False, "gzipx": False}.items():
            with self.subTest(accepted=accepted):
                for path in ("/metrics", "/", "/api/v1/report"):
                    answer = self.ask(path, Accept_Encoding=accepted)
                    self.assertEqual(answer.headers.get("content-encoding"), "gzip" if encoded else None, path)
                    self.assertIn("Accept-Encoding", answer.headers["vary"])

    def test_gzip_holds_the_page(self):
        page = gzip.decompress(self.ask("/metrics", Accept_Encoding="gzip").body).decode()
        plain = self.ask("/metrics").body.decode()
        strip = lambda samples: {key: value for key, value in samples.items() if not key[0].startswith("process_")}
        self.assertEqual(strip(harness.parse(page)), strip(harness.parse(plain)))

    def test_the_format_goes_by_accept(self):
        for accept, content_type in {ACCEPT_2_42: OPENMETRICS, ACCEPT_3: OPENMETRICS, ACCEPT_3_PROTOBUF: OPENMETRICS, BROWSER: TEXT,
                                     "*/*": TEXT, "": TEXT, "text/plain": TEXT, "application/openmetrics-text": OPENMETRICS,
                                     "application/openmetrics-text;q=0": TEXT, "application/openmetrics-text;version=2.0.0": TEXT,
                                     "application/openmetrics-text;q=0.1,text/plain;q=0.9": TEXT}.items():
            with self.subTest(accept=accept):
                answer = self.ask("/metrics", Accept=accept)
                self.assertEqual(answer.headers["content-type"], content_type)
                self.assertEqual(answer.body.endswith(b"# EOF\n"), content_type == OPENMETRICS)
                self.assertIn("Accept", answer.headers["vary"].split(", "))

    def test_the_report_is_json(self):
        report = json.loads(self.ask("/api/v1/report").body)
        self.assertIn("shop.example.com", json.dumps(report))

    def test_the_page_forbids_scripts(self):
        policy = self.ask("/").headers["content-security-policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("script-src", policy)

    def test_nonsense_is_answered_and_the_next_client_served(self):
        for raw in (b"\r\n\r\n", b"GET\r\n\r\n", b"GET /metrics\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 64,
                    b"GET / HTTP/9.9\r\n\r\n", b"GET /metrics HTTP/1.1\r\n" + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
                    b"POST /metrics HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", b"GET http://[ HTTP/1.1\r\n\r\n",
                    b"POST /-/ready HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"):
            with self.subTest(raw=raw[:40]), harness.connect(self.address) as connected:
                with contextlib.suppress(ConnectionError):
                    connected.sendall(raw)
                    with contextlib.suppress(OSError):  # not connected any more, when the exporter has reset it
                        connected.shutdown(socket.SHUT_WR)
                    first = connected.recv(12)
                    self.assertNotIn(b" 200", first)
            self.assertEqual(self.ask("/-/healthy").status, 200)


class Paths(unittest.TestCase):
    def test_the_telemetry_path_moves_and_leaves_nothing_behind(self):
        with harness.exporter(SAMPLE, "--web.telemetry-path=/certs") as exporter:
            address = exporter.addresses[0]
            self.assertEqual(harness.ask(address, "/certs").headers["content-type"], TEXT)
            self.assertEqual(harness.ask(address, "/metrics").status, 404)
            self.assertEqual(harness.ask(address, "/").body.count(b'href="./certs"'), 1)


class Reloading(unittest.TestCase):
    GOOD = '[files "main"]\nglob = {glob}\n'
    BAD = '[files "main"]\nglob = {glob}\nglobe = /x\n'

    def setUp(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        self.file = pathlib.Path(folder, "certhealth.ini")
        live = harness.SAMPLES / "22-mixed-four-lineages/etc/letsencrypt/live"
        self.one, self.two = live / "shop.example.com/cert.pem", live / "blog.example.com/cert.pem"
        self.write(self.GOOD, self.one)
        self.exporter = self.enterContext(harness.exporter(f"--config.file={self.file}", f"--certbot.config-dir={folder}/none",
                                                           "--web.enable-lifecycle"))
        self.address = self.exporter.addresses[0]

    def write(self, text, glob):
        self.file.write_text(text.format(glob=glob))

    def page(self):
        return harness.parse(harness.ask(self.address, "/metrics").body.decode())

    def files(self):
        return {labels["name"] for labels, _ in harness.values(self.page(), "certhealth_not_after_timestamp_seconds", source="file")}

    def successful(self):
        return harness.value(self.page(), "certhealth_config_last_reload_successful")

    def test_a_signal_brings_a_good_file_into_force(self):
        self.assertEqual((self.files(), self.successful()), ({str(self.one)}, 1))
        before = harness.value(self.page(), "certhealth_config_last_reload_success_timestamp_seconds")
        self.write(self.GOOD, self.two)
        time.sleep(1.1)  # the metric counts in seconds
        self.exporter.process.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: self.files() == {str(self.two)})
        self.assertEqual(self.successful(), 1)
        self.assertGreater(harness.value(self.page(), "certhealth_config_last_reload_success_timestamp_seconds"), before)

    def test_after_a_bad_file_the_old_configuration_stays_and_a_metric_tells(self):
        self.write(self.BAD, self.two)
        self.exporter.process.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: self.successful() == 0)
        self.assertEqual(self.files(), {str(self.one)})
        self.assertEqual(self.exporter.log.count(f"{self.file}:3: "), 1)
        self.assertIn("did you mean 'glob'?", self.exporter.log)
        self.write(self.GOOD, self.two)
        self.exporter.process.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: self.successful() == 1)
        self.assertEqual(self.files(), {str(self.two)})

    def test_a_request_reloads_and_answers_when_that_is_done(self):
        self.write(self.GOOD, self.two)
        self.assertEqual(harness.ask(self.address, "/-/reload", "POST").status, 200)
        self.assertEqual(self.files(), {str(self.two)})
        self.write(self.BAD, self.one)
        answer = harness.ask(self.address, "/-/reload", "PUT")
        self.assertEqual(answer.status, 500)
        self.assertIn(f"{self.file}:3: ", answer.body.decode())
        self.assertEqual((self.files(), self.successful()), ({str(self.two)}, 0))

    def test_a_file_that_is_gone_changes_nothing(self):
        self.file.unlink()
        self.assertEqual(harness.ask(self.address, "/-/reload", "POST").status, 500)
        self.assertEqual((self.files(), self.successful()), ({str(self.one)}, 0))

    def test_a_storm_of_signals_ends_in_the_last_file(self):
        for _ in range(20):
            self.write(self.BAD, self.two)
            self.exporter.process.send_signal(signal.SIGHUP)
        self.write(self.GOOD, self.two)
        self.exporter.process.send_signal(signal.SIGHUP)
        harness.wait_for(lambda: self.files() == {str(self.two)} and self.successful() == 1)
        self.assertEqual(self.exporter.end(), 0)


class Starting(unittest.TestCase):
    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())

    def config(self, text):
        file = pathlib.Path(self.folder, "certhealth.ini")
        file.write_text(text)
        return f"--config.file={file}"

    def test_a_good_configuration_is_ok(self):
        self.assertEqual(fails_to_start("--config.check", self.config("[policy]\nignore = never_renewed\n")), (0, "OK\n", ""))

    def test_a_bad_configuration_is_named_by_file_and_line(self):
        flag = self.config("[policy]\nignore = never_renewed\n\n[certbto \"x\"]\n")
        for command in (["--config.check"], ["serve"], ["check"], ["check", "--config.check"]):
            with self.subTest(command=command):
                code, out, errors = fails_to_start(*command, flag)
                self.assertEqual((code, out), (3, ""))
                self.assertEqual(errors, f"{self.folder}/certhealth.ini:4: unknown section 'certbto', did you mean 'certbot'?\n")

    def test_a_missing_configuration_is_one_line(self):
        code, out, errors = fails_to_start(f"--config.file={self.folder}/none.ini")
        self.assertEqual((code, out, errors.count("\n")), (3, "", 1))
        self.assertIn("none.ini", errors)

    def test_a_mistyped_flag_is_one_line_that_says_what_is_meant(self):
        code, out, errors = fails_to_start("--web.listen-adress=:1")
        self.assertEqual((code, out, errors.count("\n")), (3, "", 1))
        self.assertIn("did you mean --web.listen-address?", errors)

    def test_a_port_in_use_is_one_line(self):
        with socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
            code, out, errors = fails_to_start("serve", SAMPLE, f"--web.listen-address={address}")
        self.assertEqual((code, out), (3, ""))
        complaints = [line for line in errors.splitlines() if "level=error" in line]
        self.assertEqual(len(complaints), 1, errors)
        self.assertIn(f"cannot listen on {address}: Address already in use", complaints[0])

    def test_it_takes_several_addresses_of_all_kinds(self):
        path = f"{self.folder}/certhealth.sock"
        with harness.exporter(SAMPLE, listen=("127.0.0.1:0", "[::1]:0", f"unix:{path}", "127.0.0.1:0")) as exporter:
            self.assertEqual(len(set(exporter.addresses)), 4)
            for address in exporter.addresses:
                with self.subTest(address=address):
                    self.assertEqual(harness.ask(address, "/metrics").status, 200)
            self.assertEqual(exporter.end(), 0)
        self.assertFalse(os.path.exists(path))

    def test_it_listens_everywhere_for_both_families(self):
        with harness.exporter(SAMPLE, listen=(":0",)) as exporter:
            port = exporter.addresses[0].rsplit(":", 1)[1]
            for host in ("127.0.0.1", "[::1]"):
                self.assertEqual(harness.ask(f"{host}:{port}", "/-/healthy").status, 200, host)

    def test_a_socket_that_a_killed_exporter_left_is_taken_over(self):
        listen = (f"unix:{self.folder}/certhealth.sock",)
        with harness.exporter(SAMPLE, listen=listen) as exporter:
            exporter.process.kill()
            exporter.process.wait()
        with harness.exporter(SAMPLE, listen=listen) as exporter:
            self.assertEqual(harness.ask(exporter.addresses[0], "/-/healthy").status, 200)


class Stopping(unittest.TestCase):
    def test_it_stops_promptly_with_zero(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            with self.subTest(signal=number), harness.exporter(SAMPLE) as exporter:
                started = time.monotonic()
                exporter.process.send_signal(number)
                self.assertEqual(exporter.process.wait(timeout=30), 0)
                self.assertLess(time.monotonic() - started, 5)
                self.assertIn("msg=stopping", exporter.log)

    def test_clients_that_say_nothing_do_not_hold_it_up(self):
        with harness.exporter(SAMPLE) as exporter, contextlib.ExitStack() as open_connections:
            for start in (b"", b"GET /metrics HTTP/1.1\r\n"):
                for _ in range(20):
                    open_connections.enter_context(harness.connect(exporter.addresses[0])).sendall(start)
            started = time.monotonic()
            self.assertEqual(exporter.end(), 0)
            self.assertLess(time.monotonic() - started, 8)


class Crowds(unittest.TestCase):
    """Clients that take and do not give. Each test has an exporter of its own."""

    def setUp(self):
        self.exporter = self.enterContext(harness.exporter(SAMPLE))
        self.address = self.exporter.addresses[0]
        self.crowd = self.enterContext(contextlib.ExitStack())

    def join(self, count, bytes_sent=b"", receive_buffer=None):
        for _ in range(count):
            connected = self.crowd.enter_context(socket.socket())
            if receive_buffer:
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
            connected.settimeout(10)
            host, port = self.address.rsplit(":", 1)
            connected.connect((host, int(port)))
            connected.sendall(bytes_sent)

    def assert_scraped_within_a_second_of(self, *crowd):
        """Before each scrape the crowd joins anew, as the exporter drops it after a while. The best of a few counts: what else
        runs on the machine is not the exporter's doing."""
        spans = []
        while not spans or min(spans) >= A_SECOND:
            self.assertLess(len(spans), 5, spans)
            self.crowd.close()
            self.join(*crowd)
            spans.append(self.scrape())

    def scrape(self):
        """How long one takes, in seconds."""
        started = time.monotonic()
        self.assertEqual(harness.ask(self.address, "/metrics").status, 200)
        return time.monotonic() - started

    def test_three_hundred_half_requests_leave_scrapes_answering(self):
        self.assert_scraped_within_a_second_of(300, b"GET /metrics HTTP/1.1\r\nHost: x\r\nX-Slow")

    def test_a_thousand_idle_connections_leave_scrapes_answering(self):
        self.assert_scraped_within_a_second_of(1000)

    def test_clients_that_do_not_read_leave_scrapes_answering(self):
        self.assert_scraped_within_a_second_of(100, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n", 1024)

    def test_clients_that_vanish_do_no_harm(self):
        for _ in range(200):
            with harness.connect(self.address) as connected:
                connected.sendall(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n")
                connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # closing resets
        self.scrape()
        self.assertEqual(self.exporter.end(), 0)

    def test_what_a_crowd_took_is_given_back(self):
        def files():
            return len(os.listdir(f"/proc/{self.exporter.process.pid}/fd"))
        before = files()
        self.join(300, b"GET /")
        harness.wait_for(lambda: files() > before + 100)
        self.crowd.close()
        harness.wait_for(lambda: files() <= before + 2)


if __name__ == "__main__":
    unittest.main()
