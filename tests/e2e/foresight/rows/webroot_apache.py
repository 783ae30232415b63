# SPDX-License-Identifier: Apache-2.0
"""The directory that certbot writes into, and what Apache serves by its configuration."""

import pathlib

import pebble
from foresight.kinds import APACHE, APACHE_PID, start_with_file, stop_by_file
from foresight.machine import CONFIG, NAME, OTHER, WEBROOT
from foresight.rows.webroot import move_webroot
from foresight.scenario import fails, renews

KIND = "webroot_apache"
SITE = APACHE / "sites-available/shop.conf"
NAMES = f"ServerName {NAME}\nServerAlias {OTHER}\n"
NEW = pathlib.Path("/var/www/new")
BEHIND = 8081


def serve(*hosts, modules=()):
    """Has Apache these (address, text) for its virtual hosts, beside the modules that it has."""
    NEW.mkdir(exist_ok=True)
    (APACHE / "mods-enabled/more.load").write_text("".join(
        f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n" for module in modules))
    has_tls = any(address.endswith(":443") for address, _ in hosts)
    (APACHE / "ports.conf").write_text("Listen 80\n" + ("Listen 443\n" if has_tls else ""))
    SITE.write_text("".join(f"<VirtualHost {address}>\n{text}\n</VirtualHost>\n" for address, text in hosts))
    stop_by_file(APACHE_PID)
    start_with_file(APACHE_PID, "/usr/sbin/apache2ctl", "start")


def site(root, *lines):
    return "*:80", NAMES + f"DocumentRoot {root}\n" + "\n".join(lines)


def with_tls(root):
    live = CONFIG / "live" / NAME
    return "*:443", (f"{NAMES}DocumentRoot {root}\nSSLEngine on\nSSLCertificateFile {live}/fullchain.pem\n"
                     f"SSLCertificateKeyFile {live}/privkey.pem\n")


@renews(KIND)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def webroot_mistyped(machine):
    """A letter too many in the webroot: certbot makes the directory, and Apache serves another."""
    move_webroot(machine, f"{WEBROOT}p")
    yield


@fails(KIND, passive="webroot_not_served")
def site_moved(machine):
    """Apache serves the site from a new directory, and the old one is still there."""
    serve(site(NEW))
    yield


@fails(KIND, passive="webroot_not_served")
def one_name_elsewhere(machine):
    """Of two names, one has a virtual host with another root."""
    serve(("*:80", f"ServerName {NAME}\nDocumentRoot {WEBROOT}"), ("*:80", f"ServerName {OTHER}\nDocumentRoot {NEW}"))
    yield


@renews(KIND)
def root_is_a_link(machine):
    """Apache serves a link to the webroot."""
    pathlib.Path("/var/www/link").symlink_to(WEBROOT)
    serve(site("/var/www/link"))
    yield


@renews(KIND, third=True)
def challenges_by_an_alias(machine):
    """The site is elsewhere, but for challenges."""
    serve(site(NEW, f"Alias /.well-known/acme-challenge/ {WEBROOT}/.well-known/acme-challenge/"))
    yield


@fails(KIND, passive="webroot_not_served")
def alias_elsewhere(machine):
    """The site is the webroot, and challenges have an alias that leads elsewhere."""
    serve(site(WEBROOT, f"Alias /.well-known/acme-challenge {NEW}"))
    yield


@fails(KIND, passive="webroot_not_served")
def dot_files_forbidden(machine):
    """Apache forbids all whose name begins with a dot."""
    serve(site(WEBROOT, "RewriteEngine on", "RewriteRule (^|/)\\. - [F]"))
    yield


@renews(KIND, third=True)
def to_https(machine):
    """Whoever comes without TLS is sent to the site with TLS, which serves the webroot."""
    serve(site(NEW, f"Redirect permanent / https://{NAME}/"), with_tls(WEBROOT), modules=["ssl"])
    yield


@fails(KIND, passive="webroot_not_served", third=True)
def to_https_elsewhere(machine):
    """Whoever comes without TLS is sent to the site with TLS, which serves another directory."""
    serve(site(WEBROOT, "RewriteEngine on", "RewriteRule ^(.*)$ https://%{HTTP_HOST}$1 [R=301,L]"), with_tls(NEW), modules=["ssl"])
    yield


@renews(KIND)
def to_https_but_for_challenges(machine):
    """Challenges are answered without TLS."""
    serve(site(WEBROOT, "RewriteEngine on", "RewriteCond %{REQUEST_URI} !^/\\.well-known/", "RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R,L]"),
          with_tls(NEW), modules=["ssl"])
    yield


@fails(KIND, passive="webroot_not_served")
def only_the_first_host(machine):
    """The names have no host of their own, the first one serves another directory, and the webroot is not there."""
    move_webroot(machine, "/srv/gone")
    serve(("*:80", f"ServerName other.example.com\nDocumentRoot {NEW}"))
    yield


@renews(KIND)
def by_a_wildcard(machine):
    """The names are a wildcard's, and another host comes first."""
    serve(("*:80", "ServerName other.example.com\nDocumentRoot /srv"),
          ("*:80", f"ServerName third.example.com\nServerAlias *.example.com\nDocumentRoot {WEBROOT}"))
    yield


@renews(KIND, third=True)
def by_a_proxy(machine):
    """Apache hands challenges on to a program that serves the webroot."""
    serve(site(NEW, f"ProxyPass /.well-known/ http://127.0.0.1:{BEHIND}/.well-known/"), modules=["proxy", "proxy_http"])
    with pebble.web_server(BEHIND, WEBROOT):
        yield


@renews(KIND)
def by_a_proxy_but_for_challenges(machine):
    """Apache hands all on to a program, but for challenges."""
    serve(site(WEBROOT, "ProxyPass /.well-known/acme-challenge/ !", "ProxyPass / http://127.0.0.1:9/"), modules=["proxy", "proxy_http"])
    yield


@renews(KIND)
def by_htaccess(machine):
    """A file in the site's directory sends challenges elsewhere."""
    (NEW / ".well-known").mkdir(parents=True)
    (NEW / "old").symlink_to(WEBROOT)
    (NEW / ".htaccess").write_text("RewriteEngine on\nRewriteRule ^.well-known/(.*)$ /old/.well-known/$1 [L]\n")
    serve(site(NEW, f"<Directory {NEW}>", "AllowOverride All", "Options FollowSymLinks", "</Directory>"))
    yield


@renews(KIND)
def by_another_address(machine):
    """The name's address has a host of its own, with the webroot."""
    serve(("192.0.2.10:80", f"{NAMES}DocumentRoot {WEBROOT}"), site(NEW))
    yield
