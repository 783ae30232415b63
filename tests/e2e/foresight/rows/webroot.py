# SPDX-License-Identifier: Apache-2.0
"""The directory that certbot writes into, and the one that is served."""

import pathlib
import shutil

import pebble
from foresight.kinds import CHALLENGES
from foresight.machine import ADDRESS6, CONFIG, NAME, OTHER, WEBROOT
from foresight.scenario import fails, renews

KIND = "webroot"
OLD = pathlib.Path("/var/www/old")
ONLY_HTTP = "only asking the web server tells"


def move_webroot(machine, path):
    """Has the conf name `path` everywhere."""
    machine.conf.write_text(machine.conf.read_text().replace(str(WEBROOT), str(path)))


def map_of(machine, *lines):
    """Has the conf a map of `lines` alone."""
    text = machine.conf.read_text()
    machine.conf.write_text(text[:text.index("[[webroot_map]]")] + "[[webroot_map]]\n" + "\n".join(lines) + "\n")


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong."""
    yield


@renews(KIND, warns="webroot_missing", third=True)
def webroot_made_anew(machine):
    """The webroot is gone, certbot makes it anew, and it is the one that is served."""
    shutil.rmtree(WEBROOT)
    yield


@renews(KIND)
def webroot_is_a_link(machine):
    """The webroot is a link to the directory of the newest release."""
    WEBROOT.rename("/var/www/release-7")
    WEBROOT.symlink_to("release-7")
    yield


@renews(KIND, third=True)
def map_has_more(machine):
    """The map has a name that the certificate has not, with a webroot that is not there."""
    machine.conf.write_text(machine.conf.read_text() + "old.example.com = /srv/old\n")
    yield


@renews(KIND)
def path_gone(machine):
    """There is no webroot_path, and the map has all names."""
    machine.unset("webroot_path")
    yield


@renews(KIND)
def map_gone(machine):
    """There is no map, and webroot_path serves all names."""
    text = machine.conf.read_text()
    machine.conf.write_text(text[:text.index("[[webroot_map]]")])
    yield


@renews(KIND, warns="webroot_disagrees")
def path_and_map_disagree(machine):
    """webroot_path is a directory that is not there, and the map, which counts, has all names."""
    machine.set("webroot_path", "/srv/mistyped,")
    yield


@renews(KIND)
def odd_path(machine):
    """The webroot's name has a blank, a percent sign and a number sign, and ends in a slash."""
    odd = WEBROOT.rename("/var/www/shop #1 100%")
    WEBROOT.symlink_to(odd.name)
    map_of(machine, f'{NAME} = "{odd}/"', f'{OTHER} = "{odd}/"')
    machine.set("webroot_path", f'"{odd}/",')
    yield


@renews(KIND)
def capitals(machine):
    """The map has the names in capitals."""
    map_of(machine, f"{NAME.upper()} = {WEBROOT}", f"{OTHER.upper()} = {WEBROOT}")
    machine.set("webroot_path", f"{WEBROOT},")
    yield


@fails(KIND, passive="webroot_map_incomplete", third=True)
def map_lacks_a_name(machine):
    """The map lacks a name, and there is no webroot_path."""
    map_of(machine, f"{NAME} = {WEBROOT}")
    machine.unset("webroot_path")
    yield


@fails(KIND, passive="webroot_map_incomplete")
def no_webroot_at_all(machine):
    """There is neither map nor webroot_path, as certbot 0.31 to 0.34 left it."""
    map_of(machine)
    machine.unset("webroot_path")
    yield


@fails(KIND, passive="webroot_not_directory", third=True)
def webroot_is_a_file(machine):
    """The webroot is a file."""
    shutil.rmtree(WEBROOT)
    WEBROOT.write_text("moved\n")
    yield


@fails(KIND, passive="webroot_not_directory")
def above_webroot_is_a_file(machine):
    """What the webroot lies in is a file."""
    move_webroot(machine, "/var/www/old/html")
    OLD.write_text("moved\n")
    yield


@fails(KIND, passive="webroot_not_directory")
def webroot_is_a_dangling_link(machine):
    """The webroot is a link to a release that was cleaned away."""
    shutil.rmtree(WEBROOT)
    WEBROOT.symlink_to("release-6")
    yield


@fails(KIND, passive="webroot_not_writable", third=True)
def read_only_mount(machine):
    """The webroot is on a file system that is mounted read-only."""
    with machine.read_only(WEBROOT):
        yield


@renews(KIND, third=True)
def read_only_but_for_challenges(machine):
    """The webroot is mounted read-only, but for a directory for challenges that is mounted into it."""
    CHALLENGES.mkdir(parents=True)
    writable = machine.write("/var/www/challenges/README", "for certbot\n").parent
    with machine.mounted(CHALLENGES, "--bind", writable), machine.read_only(WEBROOT), \
            machine.mounted(CHALLENGES, "--bind", writable):
        machine.web.translate = {str(WEBROOT / ".well-known/acme-challenge"): str(writable)}
        yield


@fails(KIND, passive="webroot_not_writable")
def read_only_and_missing(machine):
    """The webroot is not there, and certbot cannot make it on a file system that is mounted read-only."""
    move_webroot(machine, OLD / "html")
    OLD.mkdir()
    with machine.read_only(OLD):
        yield


@fails(KIND, passive="webroot_not_writable")
def immutable(machine):
    """The webroot is immutable."""
    with machine.immutable(WEBROOT):
        yield


@fails(KIND, passive="webroot_not_writable")
def immutable_challenges(machine):
    """The directory for challenges is immutable."""
    CHALLENGES.mkdir(parents=True)
    with machine.immutable(CHALLENGES):
        yield


@fails(KIND, passive="webroot_not_writable")
def disk_full(machine):
    """The webroot's disk is full."""
    with machine.small_disk(WEBROOT):
        yield


@fails(KIND, passive="webroot_not_writable")
def inodes_used_up(machine):
    """The webroot's disk has room, but no inode left."""
    with machine.small_disk(WEBROOT, options="size=512k,nr_inodes=2", fill=False):
        (WEBROOT / "last").touch()
        yield


@renews(KIND)
def disk_nearly_full(machine):
    """The webroot's disk is full but for some kilobytes."""
    with machine.small_disk(WEBROOT):
        with (WEBROOT / "everything").open("r+b") as everything:
            everything.truncate(512 * 1024 - 64 * 1024)
        yield


@fails(KIND, passive="webroot_not_directory", third=True)
def well_known_is_a_file(machine):
    """.well-known is a stray file."""
    (WEBROOT / ".well-known").write_text("")
    yield


@fails(KIND, passive="webroot_not_directory")
def challenges_is_a_file(machine):
    """.well-known/acme-challenge is a stray file."""
    (WEBROOT / ".well-known").mkdir()
    CHALLENGES.write_text("")
    yield


@fails(KIND, passive="webroot_not_directory")
def challenges_is_a_dangling_link(machine):
    """.well-known/acme-challenge is a link to a directory that is gone."""
    (WEBROOT / ".well-known").mkdir()
    CHALLENGES.symlink_to("/srv/acme")
    yield


@renews(KIND)
def challenges_is_a_link(machine):
    """.well-known is a link to a directory that all sites share."""
    shared = pathlib.Path("/var/www/shared")
    shared.mkdir()
    (WEBROOT / ".well-known").symlink_to(shared)
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP, third=True)
def another_webroot_is_served(machine):
    """The site has moved, and the directory of old is still there."""
    move_webroot(machine, OLD)
    OLD.mkdir()
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def one_name_served_from_elsewhere(machine):
    """Of two names, one is mapped to a directory that is not served."""
    OLD.mkdir()
    map_of(machine, f"{NAME} = {WEBROOT}", f"{OTHER} = {OLD}")
    machine.set("webroot_path", f"{WEBROOT}, {OLD}")
    yield


@fails(KIND, warns="webroot_missing", why_missed="certbot makes the webroot that is missing; whether anybody would serve it shows only once it is there, "
       "and the check makes none")
def webroot_made_for_nobody(machine):
    """The webroot was moved with the site: certbot makes it anew, and nobody serves it."""
    move_webroot(machine, "/srv/gone/html")
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def dot_files_denied(machine):
    """The server denies all whose name begins with a dot."""
    machine.web.instead = lambda path: (403, None) if "/." in path else None
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def redirected_away(machine):
    """The server sends everybody to a name where nobody listens."""
    machine.web.instead = lambda path: (301, f"http://gone.example.com{path}")
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def redirected_for_ever(machine):
    """The server sends everybody round in a circle."""
    machine.web.instead = lambda path: (302, f"http://{NAME}{path}?again")
    yield


@renews(KIND, third=True)
def redirected_to_the_other_name(machine):
    """The server sends those who ask for one path to another, where the file is."""
    machine.web.instead = lambda path: None if path.startswith("/acme/") else (302, f"http://{OTHER}/acme{path}")
    (WEBROOT / "acme").symlink_to(".")
    yield


@renews(KIND)
def not_found_but_for_challenges(machine):
    """The server knows nothing but challenges."""
    machine.web.instead = lambda path: None if path.startswith("/.well-known/acme-challenge/") else (404, None)
    yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def ipv6_of_another_site(machine):
    """The name's IPv6 address is that of another site on this machine."""
    OLD.mkdir()
    machine.dns.say(**{"www.shop": f"AAAA {ADDRESS6}"})
    with pebble.web_server(80, OLD, host=ADDRESS6):
        yield


@fails(KIND, active="webroot_not_served", why_missed=ONLY_HTTP)
def server_is_off(machine):
    """No web server runs."""
    machine.web.shutdown()
    machine.web.socket.close()
    yield


@fails(KIND, active="dns_unresolved", why_missed="only the DNS tells")
def name_gone(machine):
    """One of the two names does not exist any more."""
    machine.dns.say(**{"www.shop": None})
    yield


@renews(KIND)
def conf_of_a_copy(machine):
    """A copy of the conf lies beside it with another ending."""
    shutil.copy2(machine.conf, CONFIG / "renewal" / f"{NAME}.conf.bak")
    yield
