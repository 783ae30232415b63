# SPDX-License-Identifier: Apache-2.0
"""What stands in the renewal conf, in cli.ini, and in live/ and archive/."""

import pathlib
import shutil

from foresight.machine import CONFIG, NAME, OTHER
from foresight.scenario import fails, renews

KIND = "standalone"
ARCHIVE = CONFIG / "archive" / NAME
LIVE = CONFIG / "live" / NAME


def top(machine, line):
    """Puts a line at the top of the conf."""
    machine.conf.write_text(line + "\n" + machine.conf.read_text())


@renews(KIND, third=True)
def crlf(machine):
    """The conf has the line ends of Windows."""
    machine.conf.write_bytes(machine.conf.read_bytes().replace(b"\n", b"\r\n"))
    yield


@renews(KIND)
def byte_order_mark(machine):
    """The conf begins with a byte order mark."""
    machine.conf.write_bytes(b"\xef\xbb\xbf" + machine.conf.read_bytes())
    yield


@fails(KIND, passive="conf_invalid")
def not_utf8(machine):
    """A comment of the conf is in Latin-1."""
    machine.conf.write_bytes(b"# f\xfcr den Shop\n" + machine.conf.read_bytes())
    yield


@renews(KIND)
def newer_version(machine):
    """A certbot from the future wrote the conf."""
    machine.edit("^version = .*$", "version = 99.1.0")
    yield


@renews(KIND, third=True)
def older_version(machine):
    """certbot 0.8 wrote the conf, with what it wrote then."""
    machine.edit("^version = .*$", "version = 0.8.1\n# renew_before_expiry = 30 days")
    machine.set("tls_sni_01_port", "443")
    yield


@fails(KIND, passive="conf_invalid", only="Debian")
def option_of_old(machine):
    """The conf has standalone_supported_challenges, of certbot up to 0.32, over which 0.33 to 2.6 stumble."""
    machine.set("standalone_supported_challenges", '"tls-sni-01,http-01"')
    yield


@renews(KIND, only="PyPI")
def option_of_old_for_the_newest(machine):
    """The conf has standalone_supported_challenges, of certbot up to 0.32, which 2.7 and later pass over."""
    machine.set("standalone_supported_challenges", '"tls-sni-01,http-01"')
    yield


@fails(KIND, passive="conf_invalid")
def section_missing(machine):
    """The conf has lost its [renewalparams]."""
    machine.edit(r"^\[renewalparams\]$", "")
    yield


@fails(KIND, passive="authenticator_missing")
def no_authenticator(machine):
    """The conf names no authenticator."""
    machine.unset("authenticator")
    yield


@fails(KIND, passive="conf_invalid")
def key_missing(machine):
    """The conf has lost the line of the chain."""
    machine.unset("chain")
    yield


@fails(KIND, passive="conf_invalid", third=True)
def quote_not_closed(machine):
    """A quote in the conf is not closed."""
    machine.set("user_agent", "'shop")
    yield


@fails(KIND, passive="conf_invalid")
def not_a_boolean(machine):
    """autorenew = no, where certbot knows true and false alone."""
    machine.set("autorenew", "no")
    yield


@renews(KIND, warns="renewal_disabled")
def switched_off(machine):
    """autorenew = False: `renew` skips it for ever, but does as it is told when forced."""
    machine.set("autorenew", "False")
    yield


@renews(KIND, warns="renew_before_expiry_ignored")
def threshold_in_words(machine):
    """renew_before_expiry = thirty days, which certbot takes for none at all."""
    top(machine, "renew_before_expiry = thirty days")
    yield


@fails(KIND, passive="renew_before_expiry_ignored", forced=False)
def threshold_with_a_comma(machine):
    """renew_before_expiry = 1 month, 2 days: every run that is not forced dies of it."""
    top(machine, "renew_before_expiry = 1 month, 2 days")
    yield


@fails(KIND, passive="conf_invalid")
def key_type_unknown(machine):
    """key_type is of a kind that certbot does not make."""
    machine.set("key_type", "ed25519")
    yield


@fails(KIND, passive="conf_invalid")
def curve_unknown(machine):
    """elliptic_curve is one that certbot does not make."""
    machine.set("key_type", "ecdsa")
    machine.set("elliptic_curve", "secp192r1")
    yield


@fails(KIND, passive="conf_invalid")
def key_too_small(machine):
    """rsa_key_size is less than certbot makes."""
    machine.set("key_type", "rsa")
    machine.set("rsa_key_size", "512")
    yield


@fails(KIND, passive="conf_invalid")
def other_challenge_preferred(machine):
    """pref_challs is dns-01, which standalone cannot."""
    machine.set("pref_challs", "dns-01,")
    yield


@renews(KIND)
def both_challenges_preferred(machine):
    """pref_challs has dns-01, which standalone cannot, and http-01."""
    machine.set("pref_challs", "dns-01, http-01")
    yield


@renews(KIND)
def chain_unknown(machine):
    """preferred_chain is one that the CA does not have: certbot warns, and takes another."""
    machine.set("preferred_chain", '"DST Root CA X3"')
    yield


@renews(KIND)
def percent_signs(machine):
    """The conf has percent signs that are no interpolation."""
    machine.set("user_agent", "100% shop %d")
    yield


@fails(KIND, passive="conf_invalid")
def interpolation_of_nothing(machine):
    """A value refers to a setting that is not there."""
    machine.set("http01_address", "%(address)s")
    yield


@renews(KIND)
def newer_version_incomplete(machine):
    """archive/NAME has the beginning of a version that was never finished."""
    shutil.copy2(ARCHIVE / "cert1.pem", ARCHIVE / "cert2.pem")
    yield


@fails(KIND, passive="plugin_missing", only="Debian")
def certbot_without_python(machine):
    """The Python that certbot's first line names is not there any more."""
    program = pathlib.Path(machine.program)
    lines = program.read_text().splitlines(keepends=True)
    broken = machine.write(CONFIG / "certbot", "#!/opt/python3.9/bin/python3\n" + "".join(lines[1:]), 0o755)
    with machine.mounted(program.resolve(), "--bind", broken):
        yield


@renews(KIND)
def reuse_key(machine):
    """The key stays the same."""
    machine.set("reuse_key", "True")
    yield


@fails(KIND, passive="links_broken")
def archive_file_gone(machine):
    """The file that live/NAME/chain.pem leads to is gone."""
    (ARCHIVE / "chain1.pem").unlink()
    yield


@fails(KIND, passive="links_broken", third=True)
def file_instead_of_link(machine):
    """live/NAME/cert.pem is a copy, as cp -L makes it."""
    content = (LIVE / "cert.pem").read_bytes()
    (LIVE / "cert.pem").unlink()
    (LIVE / "cert.pem").write_bytes(content)
    yield


@fails(KIND, passive="orphan_conf")
def live_gone(machine):
    """live/NAME was deleted by hand."""
    shutil.rmtree(LIVE)
    yield


@fails(KIND, passive="links_broken")
def archive_gone(machine):
    """archive/NAME was deleted by hand."""
    shutil.rmtree(ARCHIVE)
    yield


@renews(KIND)
def absolute_links(machine):
    """The links of live/NAME are absolute."""
    for link in LIVE.glob("*.pem"):
        target = link.resolve()
        link.unlink()
        link.symlink_to(target)
    yield


@renews(KIND, warns="live_behind_archive")
def links_behind(machine):
    """archive/NAME has a version that live/NAME does not point to yet."""
    for old in ARCHIVE.glob("*1.pem"):
        shutil.copy2(old, ARCHIVE / old.name.replace("1.pem", "2.pem"))
    yield


@renews(KIND)
def other_conf_broken(machine):
    """Another lineage's conf is empty; this one is in order."""
    machine.write(CONFIG / "renewal" / f"{OTHER}.conf", "")
    yield


@fails(KIND, passive="plugin_missing", third=True)
def unknown_authenticator(machine):
    """The authenticator is of a plugin that was never installed here."""
    machine.set("authenticator", "dns-hetzner")
    yield


@renews(KIND)
def settings_of_others(machine):
    """The conf has settings of plugins that are not installed, and is renewed by one that is."""
    machine.set("dns_cloudflare_credentials", "/root/gone.ini")
    machine.set("manual_auth_hook", "/root/gone")
    yield


@fails(KIND, passive="cli_ini_invalid", third=True)
def cli_ini_unknown(machine):
    """cli.ini has an option that no certbot knows."""
    machine.write(CONFIG / "cli.ini", "no-such-option = 1\n")
    yield


@fails(KIND, passive="cli_ini_invalid")
def cli_ini_not_a_number(machine):
    """cli.ini has a word where a number belongs."""
    machine.write(CONFIG / "cli.ini", "rsa-key-size = large\n")
    yield


@renews(KIND)
def cli_ini_odd(machine):
    """cli.ini has sections, comments of two kinds, a flag alone and an empty line, which all are in order."""
    machine.write(CONFIG / "cli.ini", "[main]\n; a comment\n# another\nno-eff-email\n\nkey-type: ecdsa\n")
    yield
