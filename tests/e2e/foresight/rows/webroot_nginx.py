# SPDX-License-Identifier: Apache-2.0
"""The directory that certbot writes into, and what nginx serves by its configuration."""

import pathlib

import pebble
from foresight.kinds import NGINX, start_with_file, stop_by_file
from foresight.machine import CONFIG, NAME, OTHER, WEBROOT, command
from foresight.rows.webroot import OLD, map_of, move_webroot
from foresight.scenario import fails, renews

KIND = "webroot_nginx"
SITE = NGINX / "sites-enabled/shop"
NAMES = f"server_name {NAME} {OTHER};"
NEW = pathlib.Path("/var/www/new")
BEHIND = 8081


def serve(*blocks):
    """Has nginx these server blocks. It is started anew: one that has just been started may lose the signal to reload."""
    SITE.write_text("\n".join(f"server {{ {block} }}" for block in blocks) + "\n")
    stop_by_file(NGINX / "pid")
    start_with_file(NGINX / "pid", "/usr/sbin/nginx")


def with_tls(text):
    live = CONFIG / "live" / NAME
    return f"listen 443 ssl; {NAMES} ssl_certificate {live}/fullchain.pem; ssl_certificate_key {live}/privkey.pem; {text}"


@renews(KIND)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def webroot_mistyped(machine):
    """A letter too many in the webroot: certbot makes the directory, and nginx serves another."""
    move_webroot(machine, f"{WEBROOT}p")
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def site_moved(machine):
    """nginx serves the site from a new directory, and the old one is still there."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW};")
    yield


@fails(KIND, passive="webroot_not_served")
def one_name_elsewhere(machine):
    """Of two names, one has a server block with another root."""
    NEW.mkdir()
    serve(f"listen 80; server_name {NAME}; root {WEBROOT};", f"listen 80; server_name {OTHER}; root {NEW};")
    yield


@fails(KIND, passive="webroot_not_served")
def one_name_mapped_elsewhere(machine):
    """Of two names, one is mapped to another directory than the one that nginx serves."""
    OLD.mkdir()
    map_of(machine, f"{NAME} = {WEBROOT}", f"{OTHER} = {OLD}")
    machine.set("webroot_path", f"{WEBROOT}, {OLD}")
    yield


@renews(KIND)
def root_is_a_link(machine):
    """nginx serves a link to the webroot."""
    NEW.symlink_to(WEBROOT)
    serve(f"listen 80; {NAMES} root {NEW};")
    yield


@renews(KIND)
def root_is_a_mount(machine):
    """nginx serves a directory onto which the webroot is mounted."""
    NEW.mkdir()
    command("mount", "--bind", WEBROOT, NEW)
    serve(f"listen 80; {NAMES} root {NEW};")
    yield
    command("umount", "--lazy", NEW)


@renews(KIND, third=True)
def challenges_by_a_location(machine):
    """The site is elsewhere, but for challenges."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW}; location ^~ /.well-known/acme-challenge/ {{ root {WEBROOT}; }}")
    yield


@renews(KIND)
def challenges_by_an_alias(machine):
    """Challenges have an alias of their own."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW}; location /.well-known/acme-challenge {{ alias {WEBROOT}/.well-known/acme-challenge; }}")
    yield


@fails(KIND, passive="webroot_not_served")
def alias_of_the_webroot(machine):
    """The alias is the webroot, where it should be the directory of challenges within it."""
    serve(f"listen 80; {NAMES} location /.well-known/acme-challenge/ {{ alias {WEBROOT}/; }}")
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def dot_files_denied(machine):
    """nginx denies all whose name begins with a dot."""
    serve(f"listen 80; {NAMES} root {WEBROOT}; location ~ /\\. {{ deny all; }}")
    yield


@renews(KIND)
def dot_files_denied_but_these(machine):
    """nginx denies all whose name begins with a dot, but for .well-known."""
    serve(f"listen 80; {NAMES} root {WEBROOT}; location ~ /\\.(?!well-known/) {{ deny all; }}")
    yield


@renews(KIND)
def dot_files_denied_too_late(machine):
    """nginx denies all whose name begins with a dot, but looks for challenges first."""
    serve(f"listen 80; {NAMES} root {WEBROOT}; location ^~ /.well-known/ {{ }} location ~ /\\. {{ deny all; }}")
    yield


@fails(KIND, passive="webroot_not_served")
def password(machine):
    """The site wants a password."""
    users = NGINX / "users"
    users.write_text("nobody:x\n")
    serve(f"listen 80; {NAMES} root {WEBROOT}; auth_basic inside; auth_basic_user_file {users};")
    yield


@renews(KIND, third=True)
def to_https(machine):
    """Whoever comes without TLS is sent to the site with TLS, which serves the webroot."""
    serve(f"listen 80; {NAMES} return 301 https://$host$request_uri;", with_tls(f"root {WEBROOT};"))
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def to_https_elsewhere(machine):
    """Whoever comes without TLS is sent to the site with TLS, which serves another directory."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} return 301 https://$host$request_uri;", with_tls(f"root {NEW};"))
    yield


@renews(KIND)
def to_https_but_for_challenges(machine):
    """Challenges are answered without TLS, and the site with TLS is a program's."""
    serve(f"listen 80; {NAMES} location / {{ return 301 https://$host$request_uri; }} "
          f"location /.well-known/acme-challenge/ {{ root {WEBROOT}; }}", with_tls("location / { proxy_pass http://127.0.0.1:9; }"))
    yield


@fails(KIND, passive="webroot_not_served")
def closed(machine):
    """The site without TLS answers nobody."""
    serve(f"listen 80; {NAMES} return 404;")
    yield


@fails(KIND, passive="webroot_not_served")
def block_with_a_default(machine):
    """The names have no block of their own, the default one serves another directory, and the webroot is not there."""
    NEW.mkdir()
    move_webroot(machine, "/srv/gone")
    serve(f"listen 80 default_server; server_name _; root {NEW};")
    yield


@fails(KIND, active="webroot_not_served", warns="webroot_not_served",
       why_missed="a site that the server does not know by its name may be another machine's, which shares the webroot")
def not_in_any_block(machine):
    """The names have no block of their own, and the default one serves another directory."""
    NEW.mkdir()
    serve(f"listen 80 default_server; server_name _; root {NEW};")
    yield


@renews(KIND)
def by_a_wildcard(machine):
    """The names' block has a wildcard, and another one comes first."""
    serve("listen 80; server_name other.example.com; root /srv;", f"listen 80; server_name *.example.com; root {WEBROOT};")
    yield


@renews(KIND)
def by_a_pattern(machine):
    """The names' block has a regular expression, and another one comes first."""
    serve("listen 80; server_name other.example.com; root /srv;",
          f"listen 80; server_name ~^(www\\.)?shop\\.; root {WEBROOT};")
    yield


@renews(KIND, third=True)
def by_a_proxy(machine):
    """nginx hands challenges on to a program that serves the webroot."""
    serve(f"listen 80; {NAMES} root {OLD}; location /.well-known/ {{ proxy_pass http://127.0.0.1:{BEHIND}; }}")
    with pebble.web_server(BEHIND, WEBROOT):
        yield


@renews(KIND)
def by_what_is_tried_next(machine):
    """What nginx does not find it asks a program for, which serves the webroot."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW}; location / {{ try_files $uri @app; }} "
          f"location @app {{ proxy_pass http://127.0.0.1:{BEHIND}; }}")
    with pebble.web_server(BEHIND, WEBROOT):
        yield


@renews(KIND)
def by_the_page_of_errors(machine):
    """What nginx does not find it asks a program for, by error_page."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW}; error_page 404 = @app; location @app {{ proxy_pass http://127.0.0.1:{BEHIND}; }}")
    with pebble.web_server(BEHIND, WEBROOT):
        yield


@renews(KIND)
def by_a_condition(machine):
    """A condition sends challenges to the webroot."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW}; location / {{ if ($uri ~ ^/.well-known/) {{ root {WEBROOT}; }} }}")
    yield


@renews(KIND)
def by_another_listener(machine):
    """nginx has another directory at the address of the name, and takes it from a block with that address."""
    NEW.mkdir()
    serve(f"listen 80; {NAMES} root {NEW};", f"listen 192.0.2.10:80; {NAMES} root {WEBROOT};")
    yield
