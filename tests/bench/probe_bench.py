#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""probe_bench.py BUILD [PATH_OF_SSL_EXPORTER]: what a probe costs, against nginx with a chain of three ECDSA certificates.

Runs probe_bench (beside a bare handshake) and round_bench (10,000 endpoints) of the build directory BUILD, and the
packaged blackbox_exporter, and ssl_exporter where it is given, on the same target with the same roots. Everything is of one
run. Exits 1 when a goal is missed.
"""

import concurrent.futures
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import measure

PROBES = 1500
ROUNDS = 5


def make_chain(folder):
    """root.pem, and a fullchain.pem of leaf and two intermediates, with leaf.key."""
    issuer = None
    for name in ("root", "upper", "lower", "leaf"):
        extensions = folder / f"{name}.ext"
        extensions.write_text("basicConstraints=critical,CA:TRUE\n" if name != "leaf" else
                              "basicConstraints=CA:FALSE\nsubjectAltName=DNS:example.com,IP:127.0.0.1\n")
        subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                        "-subj", f"/CN={name}", "-keyout", folder / f"{name}.key", "-out", folder / f"{name}.csr"],
                       check=True, stderr=subprocess.DEVNULL)
        signer = (["-signkey", folder / "root.key"] if issuer is None else
                  ["-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key", "-CAcreateserial"])
        subprocess.run(["openssl", "x509", "-req", "-days", "90", "-in", folder / f"{name}.csr", "-extfile", extensions,
                        "-out", folder / f"{name}.pem", *signer], check=True, stderr=subprocess.DEVNULL)
        issuer = name
    (folder / "fullchain.pem").write_text("".join((folder / f"{name}.pem").read_text()
                                                  for name in ("leaf", "lower", "upper")))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port):
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"nobody listens on {port}")


def start_nginx(folder, port):
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 8192; }}
http {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 0.0.0.0:{port} ssl backlog=4096; ssl_protocols TLSv1.2 TLSv1.3; ssl_session_tickets off;
    ssl_session_cache off; ssl_certificate {folder}/fullchain.pem; ssl_certificate_key {folder}/leaf.key;
    return 200; }} }}
""")
    process = subprocess.Popen(["/usr/sbin/nginx", "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    wait_for(port)
    return process


def scrape_cpu(pid, url):
    """Microseconds of CPU that the exporter spends for one of PROBES scrapes, eight at a time."""
    def probe(_):
        with urllib.request.urlopen(url, timeout=30) as answer:
            return b"probe_success 1" in answer.read() or b"ssl_probe_success" in answer.read()
    begin = measure.cpu_seconds(pid)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        if not all(pool.map(probe, range(PROBES))):
            raise SystemExit(f"{url} failed")
    return (measure.cpu_seconds(pid) - begin) * 1e6 / PROBES


def compare(build, folder, port, name, command, listening, url):
    """Our CPU for a verified probe in proportion to that of another exporter, the rounds interleaved."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(listening)
        scrape_cpu(process.pid, url)
        ours, theirs = [], []
        for _ in range(ROUNDS):
            theirs.append(scrape_cpu(process.pid, url))
            ours.append(float(subprocess.check_output(
                [build / "tests/bench/probe_bench", "cpu", str(port), folder / "root.pem", str(PROBES)])))
    finally:
        process.kill()
        process.wait()
    print(f"a verified probe: {statistics.median(ours):.0f} us of CPU; of {name}: {statistics.median(theirs):.0f} us")
    measure.goal(f"probe / {name}", statistics.median(o / t for o, t in zip(ours, theirs)), 1)


def main():
    build = pathlib.Path(sys.argv[1]).resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        folder.chmod(0o755)
        make_chain(folder)
        port, listening = free_port(), free_port()
        nginx = start_nginx(folder, port)
        try:
            for bench in ("probe_bench", "round_bench"):
                if subprocess.run([build / "tests/bench" / bench, str(port), folder / "root.pem"]).returncode:
                    measure.failed.append(bench)
            (folder / "blackbox.yml").write_text(
                f"modules: {{tls: {{prober: tcp, tcp: {{tls: true, preferred_ip_protocol: ip4, "
                f"tls_config: {{ca_file: {folder}/root.pem, server_name: example.com}}}}}}}}")
            compare(build, folder, port, "blackbox_exporter",
                    ["prometheus-blackbox-exporter", f"--config.file={folder}/blackbox.yml",
                     f"--web.listen-address=127.0.0.1:{listening}", "--log.level=error"],
                    listening, f"http://127.0.0.1:{listening}/probe?module=tls&target=127.0.0.1:{port}")
            if len(sys.argv) > 2:
                listening = free_port()
                (folder / "ssl.yml").write_text(
                    f"modules: {{tls: {{prober: tcp, tls_config: {{ca_file: {folder}/root.pem, server_name: example.com}}}}}}")
                compare(build, folder, port, "ssl_exporter",
                        [sys.argv[2], f"--config.file={folder}/ssl.yml",
                         f"--web.listen-address=127.0.0.1:{listening}"],
                        listening, f"http://127.0.0.1:{listening}/probe?module=tls&target=127.0.0.1:{port}")
        finally:
            nginx.terminate()
            nginx.wait()
    sys.exit(1 if measure.failed else 0)


if __name__ == "__main__":
    main()
