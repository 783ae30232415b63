# SPDX-License-Identifier: Apache-2.0
"""Machines that are in order, one for each authenticator. What is on while the certificate is issued is on when it is renewed."""

import contextlib
import os
import pathlib
import signal
import socket

import harness
import pebble
from foresight import dns
from foresight.machine import ADDRESS, CONFIG, NAME, OTHER, WEBROOT, command

BOTH = f"--domain={NAME}", f"--domain={OTHER}"
CHALLENGES = WEBROOT / ".well-known/acme-challenge"
AUTH_HOOK = CONFIG / "hooks/auth"
CLEANUP_HOOK = CONFIG / "hooks/cleanup"
CREDENTIALS = CONFIG / "rfc2136.ini"

NGINX = pathlib.Path("/etc/nginx")
NGINX_CONFIGURATION = """
pid /etc/nginx/pid;
error_log /var/log/nginx/error.log;
events {}
http {
  access_log off;
  client_body_temp_path /var/log/nginx/body;
  proxy_temp_path /var/log/nginx/proxy;
  fastcgi_temp_path /var/log/nginx/fastcgi;
  uwsgi_temp_path /var/log/nginx/uwsgi;
  scgi_temp_path /var/log/nginx/scgi;
  include /etc/nginx/conf.d/*.conf;
  include /etc/nginx/sites-enabled/*;
}
"""
NGINX_SITE = """
server {
  listen 80;
  server_name shop.example.com www.shop.example.com;
  root /var/www/shop;
}
"""

APACHE = pathlib.Path("/etc/apache2")
APACHE_PID = "/var/log/apache2/pid"
APACHE_MODULES = ["mpm_event", "authz_core", "authz_host", "alias", "dir", "rewrite"]
APACHE_CONFIGURATION = """
ServerName localhost
PidFile ${APACHE_PID_FILE}
User ${APACHE_RUN_USER}
Group ${APACHE_RUN_GROUP}
ErrorLog ${APACHE_LOG_DIR}/error.log
IncludeOptional mods-enabled/*.load
Include ports.conf
IncludeOptional sites-enabled/*.conf
"""
APACHE_VARIABLES = """
export APACHE_RUN_USER=www-data
export APACHE_RUN_GROUP=www-data
export APACHE_PID_FILE=/var/log/apache2/pid
export APACHE_RUN_DIR=/var/log/apache2
export APACHE_LOCK_DIR=/var/log/apache2
export APACHE_LOG_DIR=/var/log/apache2
"""
APACHE_SITE = """
<VirtualHost *:80>
  ServerName shop.example.com
  ServerAlias www.shop.example.com
  DocumentRoot /var/www/shop
</VirtualHost>
"""


class Answers(pebble.QuietFiles):
    """A server may answer otherwise than with a file: `instead` of the server gives, for a path, status and location, or None."""

    def do_GET(self):
        answer = getattr(self.server, "instead", lambda path: None)(self.path)
        if not answer:
            return super().do_GET()
        status, location = answer
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()


def start_with_file(path, *words):
    """Runs a server's command, which leaves its number at `path`, until it listens and can be stopped."""
    command(*words)
    path = pathlib.Path(path)
    harness.wait_for(lambda: listens(80) and path.exists() and path.read_text().strip())


def has_ended(number):
    """Whether the process is gone, or waits for somebody to notice."""
    try:
        return pathlib.Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def stop_by_file(path):
    """Ends the server that has its number there, if it runs. One that has just been started leaves its file and its children."""
    path = pathlib.Path(path)
    if path.exists() and (number := path.read_text().strip()):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(os.getpgid(int(number)), signal.SIGTERM)
        harness.wait_for(lambda: has_ended(number) and not listens(80))
        path.unlink(missing_ok=True)


def listens(port):
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10):
        return True
    return False


@contextlib.contextmanager
def standalone(machine):
    yield "--standalone", *BOTH


@contextlib.contextmanager
def webroot(machine):
    WEBROOT.mkdir(exist_ok=True)
    with pebble.web_server(80, WEBROOT, host=ADDRESS, answers=Answers) as machine.web:
        yield "--webroot", f"--webroot-path={WEBROOT}", *BOTH


@contextlib.contextmanager
def manual(machine):
    if not AUTH_HOOK.exists():
        machine.script(AUTH_HOOK, f'mkdir -p {CHALLENGES} && printf %s "$CERTBOT_VALIDATION" >{CHALLENGES}/"$CERTBOT_TOKEN"\n')
        machine.script(CLEANUP_HOOK, f'rm {CHALLENGES}/"$CERTBOT_TOKEN"\n')
    with pebble.web_server(80, WEBROOT, host=ADDRESS, answers=Answers) as machine.web:
        yield "--manual", f"--manual-auth-hook={AUTH_HOOK}", f"--manual-cleanup-hook={CLEANUP_HOOK}", *BOTH


@contextlib.contextmanager
def dns_rfc2136(machine):
    if not CREDENTIALS.exists():
        machine.write(CREDENTIALS, f"dns_rfc2136_server = {dns.HOST}\ndns_rfc2136_port = 53\ndns_rfc2136_name = {dns.KEY}\n"
                      f"dns_rfc2136_secret = {dns.SECRET}\ndns_rfc2136_algorithm = {dns.ALGORITHM.upper()}\n", 0o600)
    yield ("--dns-rfc2136", f"--dns-rfc2136-credentials={CREDENTIALS}", "--dns-rfc2136-propagation-seconds=1",
           f"--domain={NAME}", f"--domain=*.{NAME}")


@contextlib.contextmanager
def nginx(machine):
    if not (NGINX / "nginx.conf").exists():
        machine.write(NGINX / "nginx.conf", NGINX_CONFIGURATION)
        machine.write(NGINX / "sites-enabled/shop", NGINX_SITE)
        pathlib.Path("/var/log/nginx").mkdir()
        WEBROOT.mkdir()
    start_with_file(NGINX / "pid", "/usr/sbin/nginx")
    try:
        yield "--nginx", *BOTH
    finally:
        stop_by_file(NGINX / "pid")


@contextlib.contextmanager
def webroot_nginx(machine):
    with nginx(machine):
        yield "--webroot", f"--webroot-path={WEBROOT}", *BOTH


@contextlib.contextmanager
def apache(machine):
    if not (APACHE / "apache2.conf").exists():
        machine.write(APACHE / "apache2.conf", APACHE_CONFIGURATION)
        machine.write(APACHE / "envvars", APACHE_VARIABLES)
        machine.write(APACHE / "ports.conf", "Listen 80\n")
        machine.write(APACHE / "sites-available/shop.conf", APACHE_SITE)
        (APACHE / "sites-enabled").mkdir()
        (APACHE / "sites-enabled/shop.conf").symlink_to("../sites-available/shop.conf")
        machine.write(APACHE / "mods-enabled/modules.load", "".join(
            f"LoadModule {module}_module /usr/lib/apache2/modules/mod_{module}.so\n" for module in APACHE_MODULES))
        pathlib.Path("/var/log/apache2").mkdir()
        WEBROOT.mkdir()
    start_with_file(APACHE_PID, "/usr/sbin/apache2ctl", "start")
    try:
        yield "--apache", *BOTH
    finally:
        stop_by_file(APACHE_PID)


@contextlib.contextmanager
def webroot_apache(machine):
    with apache(machine):
        yield "--webroot", f"--webroot-path={WEBROOT}", *BOTH


KINDS = {"standalone": standalone, "webroot": webroot, "webroot_nginx": webroot_nginx, "webroot_apache": webroot_apache,
         "nginx": nginx, "apache": apache, "manual": manual, "dns": dns_rfc2136}
