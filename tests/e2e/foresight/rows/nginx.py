# SPDX-License-Identifier: Apache-2.0
"""What the nginx plugin needs of nginx."""

import pathlib
import shutil

from foresight.kinds import NGINX, NGINX_SITE, stop_by_file
from foresight.machine import CONFIG, NAME
from foresight.scenario import fails, renews

KIND = "nginx"
SITE = NGINX / "sites-enabled/shop"


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="web_server_config", third=True)
def brace_missing(machine):
    """A brace is not closed."""
    SITE.write_text(NGINX_SITE.rstrip().removesuffix("}"))
    yield


@fails(KIND, passive="web_server_config")
def semicolon_missing(machine):
    """A semicolon is missing."""
    SITE.write_text(NGINX_SITE.replace("root /var/www/shop;", "root /var/www/shop"))
    yield


@fails(KIND, passive="web_server_config")
def include_missing(machine):
    """A file that is included by its name is not there."""
    SITE.write_text(NGINX_SITE + "include /etc/nginx/shared.conf;\n")
    yield


@fails(KIND, passive="web_server_config")
def certificate_missing(machine):
    """A server block has a certificate that was deleted."""
    SITE.write_text(NGINX_SITE + "server { listen 443 ssl; ssl_certificate /etc/ssl/gone.pem; ssl_certificate_key /etc/ssl/gone.key; }\n")
    yield


@fails(KIND, passive="web_server_config")
def unknown_directive(machine):
    """A directive is mistyped."""
    SITE.write_text(NGINX_SITE.replace("server_name", "sever_name"))
    yield


@fails(KIND, passive="web_server_config")
def conf_gone(machine):
    """nginx.conf is not there."""
    (NGINX / "nginx.conf").unlink()
    yield


@fails(KIND, passive="web_server_config", third=True)
def program_gone(machine):
    """nginx was uninstalled, but for its configuration."""
    stop_by_file(NGINX / "pid")
    with machine.hidden("/usr/sbin/nginx"):
        yield


@fails(KIND, passive="web_server_config")
def ctl_gone(machine):
    """nginx_ctl names a program that is not there."""
    machine.set("nginx_ctl", "/opt/nginx/sbin/nginx")
    yield


@fails(KIND, passive="web_server_config")
def server_root_gone(machine):
    """nginx_server_root names a directory that is not there."""
    machine.set("nginx_server_root", "/opt/nginx/conf")
    yield


@renews(KIND, third=True)
def no_block_for_the_name(machine):
    """No server block has the name: the plugin makes one for the time of the challenge."""
    SITE.write_text(NGINX_SITE.replace("shop.example.com www.shop.example.com", "blog.example.com"))
    yield


@renews(KIND)
def no_block_at_all(machine):
    """There is no server block at all."""
    SITE.unlink()
    yield


@renews(KIND)
def block_by_wildcard(machine):
    """The server block has the names as patterns."""
    SITE.write_text(NGINX_SITE.replace("shop.example.com www.shop.example.com", "*.example.com"))
    yield


@renews(KIND)
def stopped(machine):
    """nginx does not run: the plugin starts it."""
    stop_by_file(NGINX / "pid")
    yield


@renews(KIND, third=True)
def name_twice(machine):
    """Two server blocks have the same names: nginx warns of it."""
    shutil.copy2(SITE, NGINX / "sites-enabled/shop-copy")
    yield


@renews(KIND)
def include_of_nothing(machine):
    """A pattern of files to include matches none."""
    SITE.write_text(NGINX_SITE + "include /etc/nginx/snippets-enabled/*.conf;\n")
    yield


@renews(KIND)
def odd_syntax(machine):
    """The configuration has comments with braces, quotes, lua-like strings and variables in braces, which all are in order."""
    SITE.write_text(NGINX_SITE + """# a comment { with a brace
map $http_host $site { default "a;b}"; "~^(?<sub>[a-z]{2,3})\\.example\\.com$" '${sub}'; "x\\"}y" z; }
""")
    yield


@renews(KIND)
def all_redirected(machine):
    """The server block redirects everything to https, where nobody listens."""
    SITE.write_text(NGINX_SITE.replace("root /var/www/shop;", "return 301 https://$host$request_uri;"))
    yield


@fails(KIND, passive="web_server_config")
def stopped_and_port_taken(machine):
    """nginx does not run, and another server has its port."""
    stop_by_file(NGINX / "pid")
    with machine.listener("0.0.0.0"):
        yield


@fails(KIND, passive="web_server_config")
def log_directory_gone(machine):
    """The directory of nginx's log is not there."""
    shutil.rmtree("/var/log/nginx")
    yield


@renews(KIND)
def certificate_of_its_own(machine):
    """A server block serves the very certificate that is renewed."""
    live = CONFIG / "live" / NAME
    SITE.write_text(NGINX_SITE + f"server {{ listen 443 ssl; ssl_certificate {live}/fullchain.pem; "
                    f"ssl_certificate_key {live}/privkey.pem; }}\n")
    assert pathlib.Path(live, "privkey.pem").exists()
    yield
