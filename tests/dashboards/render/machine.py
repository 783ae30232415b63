# SPDX-License-Identifier: Apache-2.0
"""What the pictures show: the demo tree, and nginx that serves some of its certificates, at the real ports of a network of its own."""

import contextlib
import os
import pathlib
import ssl
import subprocess
import sys

import harness
import servers

INSTANCE = "web1.example.com:10090"
LISTEN = "127.0.0.1:10090"
CA = "/usr/local/share/ca-certificates/demo-root.crt"  # below the demo's root
TLS_1_3 = "ssl_protocols TLSv1.2 TLSv1.3;"

# (port, name, lineage, version) of what is served. The first at a port is what any other name gets.
SERVED = ((443, "www.example.com", "www.example.com", 3), (443, "blog.example.com", "blog.example.com", 2),
          (443, "example.org", "example.org", 2), (443, "wiki.example.org", "wiki.example.org", 1),
          (443, "forum.example.org", "forum.example.org", 2), (8443, "forum.example.org", "forum.example.org", 1),
          (993, "mail.example.org", "mail.example.org", 2))
# Of these, photos gets a certificate for another name, and imap is at an address where nothing listens.
ENDPOINTS = f"""
[endpoint "web"]
target = www.example.com:443
target = blog.example.com:443
target = example.org:443
target = wiki.example.org:443
target = forum.example.org:443
target = forum.example.org:8443
target = photos.example.com:443
roots = {CA}
[endpoint "mail"]
target = imaps://mail.example.org
target = imaps://imap.example.org
roots = {CA}
"""


def alone():
    """Goes on in a network and with a table of hosts of its own, where every name of the demo is this machine. Needs root."""
    if "CERTHEALTH_ALONE" not in os.environ:
        os.execvpe("unshare", ["unshare", "--net", "--mount", sys.executable, *sys.argv], {**os.environ, "CERTHEALTH_ALONE": "1"})
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)


def name_hosts(folder):
    names = {INSTANCE.split(":", maxsplit=1)[0], "photos.example.com"} | {name for _, name, _, _ in SERVED}
    hosts = pathlib.Path(folder, "hosts")
    hosts.write_text("127.0.0.1 localhost\n127.0.0.2 imap.example.org\n" + "".join(f"127.0.0.1 {name}\n" for name in sorted(names)))
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)


@contextlib.contextmanager
def running(folder):
    """The exporter that looks at it, and the demo's folder."""
    folder = pathlib.Path(folder)
    demo = folder / "demo"
    subprocess.run([harness.SOURCE / "scripts/make-demo", demo], check=True)
    name_hosts(folder)
    archive = demo / "etc/letsencrypt/archive"
    nginx = servers.nginx(folder, [
        (port, name, archive / lineage / f"fullchain{version}.pem", archive / lineage / f"privkey{version}.pem", TLS_1_3 if port == 443 else "")
        for port, name, lineage, version in SERVED])
    try:
        nginx.wait_until_started()
        configuration = folder / "certhealth.ini"
        configuration.write_text(ENDPOINTS)
        with harness.exporter(f"--root={demo}", "--files=/etc/ssl/private/*.pem", f"--config.file={configuration}", listen=(LISTEN,)) as exporter:
            yield exporter, demo
    finally:
        nginx.stop()


def versions(demo):
    """Lineage -> [(begin, end)] of its certificates, in seconds since 1970, the oldest first."""
    found = {}
    for path in (demo / "etc/letsencrypt/archive").glob("*/cert*.pem"):
        shown = subprocess.run(["openssl", "x509", "-noout", "-startdate", "-enddate", "-in", path],
                               check=True, capture_output=True, text=True).stdout
        found.setdefault(path.parent.name, []).append(tuple(ssl.cert_time_to_seconds(line.split("=")[1]) for line in shown.splitlines()))
    return {name: sorted(pairs) for name, pairs in found.items()}
