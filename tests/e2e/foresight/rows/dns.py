# SPDX-License-Identifier: Apache-2.0
"""What a DNS plugin needs: itself, its credentials, and a server that takes them."""

import base64
import contextlib
import os
import pathlib

from foresight.dns import ALGORITHM
from foresight.kinds import CREDENTIALS
from foresight.machine import CONFIG, NAME
from foresight.scenario import fails, renews

KIND = "dns"
DEBIAN = pathlib.Path("/usr/lib/python3/dist-packages")


REFUSED = "dns_update_refused"
ONLY_SERVER = "only the DNS server tells"


def edit(machine, old, new):
    machine.edit(old, new, CREDENTIALS)


def in_small_letters(machine):
    edit(machine, "^dns_rfc2136_algorithm = .*$", f"dns_rfc2136_algorithm = {ALGORITHM}")


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong; one of the names is a wildcard."""
    yield


@fails(KIND, passive="credentials_missing", third=True)
def credentials_missing(machine):
    """The credentials file is not there."""
    CREDENTIALS.unlink()
    yield


@fails(KIND, passive="credentials_missing")
def credentials_not_named(machine):
    """The conf names no credentials file."""
    machine.unset("dns_rfc2136_credentials")
    yield


@fails(KIND, passive="credentials_incomplete", third=True)
def secret_missing(machine):
    """The credentials file lacks the secret."""
    edit(machine, "^dns_rfc2136_secret = .*$", "")
    yield


@fails(KIND, passive="credentials_incomplete")
def secret_empty(machine):
    """The credentials file has nothing behind the secret's name."""
    edit(machine, "^dns_rfc2136_secret = .*$", "dns_rfc2136_secret =")
    yield


@fails(KIND, passive="credentials_incomplete")
def credentials_empty(machine):
    """The credentials file is empty."""
    CREDENTIALS.write_text("")
    yield


@fails(KIND, passive="credentials_incomplete")
def credentials_not_a_conf(machine):
    """The credentials file has a line that is none."""
    CREDENTIALS.write_text(CREDENTIALS.read_text() + "this is not a setting\n")
    yield


@fails(KIND, passive="credentials_incomplete")
def secret_not_base64(machine):
    """The secret was cut off in the middle."""
    edit(machine, "^dns_rfc2136_secret = (.*)$", "dns_rfc2136_secret = c2VjcmV")
    yield


@fails(KIND, passive="credentials_incomplete")
def server_by_name(machine):
    """The DNS server is given by its name, where the plugin takes an address."""
    edit(machine, "^dns_rfc2136_server = .*$", "dns_rfc2136_server = ns.example.com")
    yield


@fails(KIND, passive="credentials_incomplete")
def algorithm_unknown(machine):
    """The algorithm is one that the plugin does not know."""
    edit(machine, "^dns_rfc2136_algorithm = .*$", "dns_rfc2136_algorithm = HMAC-SHA3")
    yield


@fails(KIND, passive="credentials_incomplete")
def port_not_a_number(machine):
    """The port is a name."""
    edit(machine, "^dns_rfc2136_port = .*$", "dns_rfc2136_port = domain")
    yield


@fails(KIND, passive="credentials_missing")
def credentials_are_a_directory(machine):
    """The credentials file is a directory, as container engines make it where a file to mount was missing."""
    CREDENTIALS.unlink()
    CREDENTIALS.mkdir()
    yield


@renews(KIND, warns="credentials_exposed", third=True)
def credentials_exposed(machine):
    """Everybody can read the credentials file: certbot warns and goes on."""
    CREDENTIALS.chmod(0o644)
    yield


@renews(KIND)
def credentials_are_a_link(machine):
    """The credentials file is a link."""
    CREDENTIALS.rename(CONFIG / "secret.ini")
    CREDENTIALS.symlink_to("secret.ini")
    yield


@renews(KIND)
def credentials_have_more(machine):
    """The credentials file has settings that the plugin does not know, and Windows's line ends."""
    CREDENTIALS.write_bytes((CREDENTIALS.read_text() + "dns_cloudflare_api_token = x\n").replace("\n", "\r\n").encode())
    yield


@renews(KIND)
def defaults(machine):
    """The credentials file has no port, which has a default."""
    edit(machine, "^dns_rfc2136_port = .*$", "")
    yield


@renews(KIND)
def quoted(machine):
    """The credentials are quoted."""
    edit(machine, "^dns_rfc2136_name = (.*)$", 'dns_rfc2136_name = "certbot."')
    yield


@fails(KIND, active=REFUSED, third=True, why_missed=ONLY_SERVER)
def key_wrong(machine):
    """The DNS server has another key."""
    other = base64.b64encode(b"another key" * 5).decode()
    edit(machine, "^dns_rfc2136_secret = .*$", f"dns_rfc2136_secret = {other}")
    yield


@fails(KIND, active=REFUSED, why_missed=ONLY_SERVER)
def key_not_known(machine):
    """The DNS server knows the key by another name."""
    edit(machine, "^dns_rfc2136_name = .*$", "dns_rfc2136_name = certbot-2026.")
    yield


@fails(KIND, active=REFUSED, why_missed=ONLY_SERVER)
def algorithm_of_another_key(machine):
    """The DNS server has the key for another algorithm."""
    edit(machine, "^dns_rfc2136_algorithm = .*$", "dns_rfc2136_algorithm = HMAC-SHA256")
    yield


@fails(KIND, active=REFUSED, only="Debian", why_missed=ONLY_SERVER)
def algorithm_in_small_letters(machine):
    """The algorithm is in small letters, which this certbot takes for its default."""
    in_small_letters(machine)
    yield


@renews(KIND, only="PyPI")
def algorithm_in_small_letters_today(machine):
    """The algorithm is in small letters, which this certbot understands."""
    in_small_letters(machine)
    yield


@renews(KIND, third=True)
def key_for_challenges_only(machine):
    """The key may change the challenge's record, and nothing else."""
    only = "update-type: TXT", "update-owner: name", "update-owner-match: equal", f"update-owner-name: _acme-challenge.{NAME}."
    with machine.dns.allowing(*only):
        yield


@fails(KIND, passive=REFUSED)
def server_gone(machine):
    """Nothing answers at the DNS server's address."""
    edit(machine, "^dns_rfc2136_port = .*$", "dns_rfc2136_port = 5353")
    yield


@fails(KIND, passive="wildcard_needs_dns", third=True)
def wildcard_by_http(machine):
    """Somebody changed the authenticator to standalone, which cannot prove a wildcard."""
    machine.set("authenticator", "standalone")
    yield


@fails(KIND, passive="plugin_missing", only="Debian")
def plugin_removed(machine):
    """The plugin's package was removed since the last run."""
    with contextlib.ExitStack() as stack:
        stack.enter_context(machine.hidden(*DEBIAN.glob("certbot_dns_rfc2136*")))
        before = DEBIAN.stat()
        os.utime(DEBIAN)  # as it is when something is removed from it
        stack.callback(os.utime, DEBIAN, ns=(before.st_atime_ns, before.st_mtime_ns))
        yield


@renews(KIND, third=True)
def standalone_port_taken(machine):
    """A server listens at port 80, which this lineage does not need."""
    with machine.listener("0.0.0.0"):
        yield


@renews(KIND)
def name_has_no_address(machine):
    """The name has no address: it is for a machine inside."""
    assert NAME.startswith("shop.")
    machine.dns.say(shop=None)
    yield


@renews(KIND)
def name_elsewhere(machine):
    """The name leads to another machine: this one only fetches the certificate."""
    machine.dns.say(shop="A 192.0.2.99")
    yield
