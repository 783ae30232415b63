# SPDX-License-Identifier: Apache-2.0
"""The account, and the server that knows it."""

import re
import shutil

from foresight.machine import STAGING
from foresight.scenario import fails, renews

KIND = "standalone"
KEY = "private_key.json"


def move_to(machine, server):
    """Has the conf name `server`, with an account for it."""
    accounts = machine.accounts_of(server)
    accounts.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(machine.accounts, accounts, symlinks=True)
    for regr in accounts.glob("*/regr.json"):
        regr.write_text(re.sub(r"https://[^/\"]+", server[:server.index("/", 8)], regr.read_text()))
    machine.set("server", server)


@fails(KIND, passive="account_missing", third=True)
def accounts_gone(machine):
    """accounts/ was not restored from the backup."""
    shutil.rmtree(machine.certbot.config_dir / "accounts")
    yield


@fails(KIND, passive="account_missing")
def registration_missing(machine):
    """The account has lost its regr.json."""
    (machine.account / "regr.json").unlink()
    yield


@fails(KIND, passive="account_missing")
def meta_missing(machine):
    """The account has lost its meta.json."""
    (machine.account / "meta.json").unlink()
    yield


@fails(KIND, passive="account_missing")
def key_truncated(machine):
    """The account's key is cut off in the middle."""
    text = (machine.account / KEY).read_text()
    (machine.account / KEY).chmod(0o600)
    (machine.account / KEY).write_text(text[:len(text) // 2])
    yield


@fails(KIND, passive="account_missing", third=True)
def key_of_another_format(machine):
    """The account's key is in PEM."""
    (machine.account / KEY).chmod(0o600)
    (machine.account / KEY).write_text("-----BEGIN PRIVATE KEY-----\n" + "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n" * 40)
    yield


@fails(KIND, passive="account_missing")
def key_empty(machine):
    """The disk was full when the account's key was written."""
    (machine.account / KEY).chmod(0o600)
    (machine.account / KEY).write_text("")
    yield


@renews(KIND, third=True)
def account_not_named(machine):
    """The conf names no account, and there is one."""
    machine.unset("account")
    yield


@fails(KIND, passive="account_missing")
def account_not_named_of_two(machine):
    """The conf names no account, and there are two."""
    shutil.copytree(machine.account, machine.accounts / ("0" * 32))
    machine.unset("account")
    yield


@fails(KIND, passive="account_missing")
def account_of_another_name(machine):
    """The conf names an account that is not there, beside one that is."""
    machine.set("account", "0" * 32)
    yield


@renews(KIND)
def two_accounts(machine):
    """There are two accounts, one of them damaged, and the conf names the good one."""
    other = machine.accounts / ("0" * 32)
    shutil.copytree(machine.account, other)
    (other / "regr.json").unlink()
    yield


@fails(KIND, passive="server_retired")
def server_retired(machine):
    """The server is Buypass's, which issues no more."""
    move_to(machine, "https://api.buypass.com/acme/directory")
    yield


@fails(KIND, passive="ca_unreachable", third=True)
def server_down(machine):
    """Nobody listens at the server's address."""
    move_to(machine, "https://localhost:19999/dir")
    yield


@fails(KIND, active="ca_unreachable", why_missed="only asking the server tells")
def server_renamed(machine):
    """The server's name does not resolve any more."""
    move_to(machine, machine.ca.directory.replace("localhost", "acme.example.com"))
    yield


@fails(KIND, active="ca_unreachable", why_missed="only asking the server tells")
def server_untrusted(machine):
    """The server's certificate is of a CA that this machine does not trust."""
    machine.ca.certificate.write_bytes((machine.certbot.config_dir / "live/shop.example.com/cert.pem").read_bytes())
    yield


@fails(KIND, active="ca_unreachable", why_missed="only asking the server tells")
def server_is_none(machine):
    """What answers at the server's address has no directory there."""
    move_to(machine, machine.ca.directory.replace("/dir", "/moved"))
    yield


@renews(KIND, warns="staging_server", third=True)
def server_for_staging(machine):
    """The server is Let's Encrypt's staging."""
    move_to(machine, machine.ca.directory.replace("localhost", STAGING))
    yield


@fails(KIND, why_missed="what the CA still knows only an order tells")
def account_unknown_to_the_server(machine):
    """The CA does not know the account's key."""
    regr = machine.account / "regr.json"
    regr.write_text(re.sub(r"/my-account/\w+", "/my-account/4711", regr.read_text()))
    yield
