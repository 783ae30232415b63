# SPDX-License-Identifier: Apache-2.0
"""The DNS that a machine and its CA believe: a real server that certbot may update."""

import contextlib
import pathlib

import pebble

HOST = "127.0.0.1"
ZONE = "example.com"
KEY = "certbot."
ALGORITHM = "hmac-sha512"
SECRET = "ZvzG3rXxG0iyUyEm7xjhxbYcUMcRPUXFHvxqp3jd0bqX0Gm0KJp6kyVqkpNqyMKsQX6iWcrLC5wSBuFhZ2uJOQ=="

CONFIGURATION = """
server:
    listen: {host}@53
    rundir: {folder}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: {folder}
key:
  - id: {key}
    algorithm: {algorithm}
    secret: {secret}
acl:
  - id: update
    key: {key}
    action: update
{limits}zone:
  - domain: {zone}
    storage: {folder}
    file: zone
    acl: update
    journal-content: none
    zonefile-load: whole
    zonefile-sync: -1
"""

BEGINNING = """$ORIGIN example.com.
$TTL 60
@ SOA ns hostmaster 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
"""


class Dns:
    """Answers at port 53 of loopback for ZONE alone; everybody who has the key may change what it knows."""

    def __init__(self, folder, addresses):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir()
        self._addresses = addresses  # by name; see `say`
        self._server = None
        self._configure()
        self.say()

    def _configure(self, *limits):
        (self._folder / "knot.conf").write_text(CONFIGURATION.format(
            host=HOST, folder=self._folder, key=KEY, algorithm=ALGORITHM, secret=SECRET, zone=ZONE,
            limits="".join(f"    {limit}\n" for limit in limits)))

    @contextlib.contextmanager
    def allowing(self, *limits):
        """Whoever has the key may change only what Knot's `limits` say."""
        self._configure(*limits)
        self.say()
        try:
            yield
        finally:
            self._configure()

    def say(self, **records):
        """Starts anew with what every machine begins with, but for `records`: by the first label of a name, "A 192.0.2.1"
        or None for a name that is gone."""
        lines = [f"{label} {record}" for label, record in {**self._addresses, **records}.items() if record]
        self.say_text(BEGINNING + "\n".join(lines) + "\n")

    def say_text(self, zone):
        """Starts anew with a zone file that need not be one: then every answer is SERVFAIL."""
        self.stop()
        (self._folder / "zone").write_text(zone)
        self._server = pebble.Server(self._folder, [53], ["knotd", "-c", str(self._folder / "knot.conf")])

    def stop(self):
        if self._server:
            self._server.stop()
            self._server = None
