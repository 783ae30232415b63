# SPDX-License-Identifier: Apache-2.0
"""An installer beside another authenticator. certbot renews without one that it cannot use: pick_installer (selection.py) comes
back with nothing, and only `run` and `install` insist on one. What it would have reloaded serves the old certificate."""

from foresight.kinds import NGINX, NGINX_CONFIGURATION, NGINX_SITE
from foresight.scenario import renews

KIND = "standalone"


def set_up_nginx(machine, site):
    machine.set("installer", "nginx")
    machine.write(NGINX / "nginx.conf", NGINX_CONFIGURATION)
    machine.write(NGINX / "sites-enabled/shop", site)
    machine.write("/var/log/nginx/error.log", "")


@renews(KIND, warns="plugin_missing", third=True)
def unknown(machine):
    """The installer is of a plugin that is not installed: certbot renews, and tells no server of it."""
    machine.set("installer", "plesk")
    yield


@renews(KIND, warns="web_server_config")
def program_gone(machine):
    """The installer is nginx, which was uninstalled: the same."""
    set_up_nginx(machine, NGINX_SITE)
    with machine.hidden("/usr/sbin/nginx"):
        yield


@renews(KIND, warns="web_server_config")
def configuration_broken(machine):
    """The installer is nginx, whose configuration has a brace too few: the same."""
    set_up_nginx(machine, NGINX_SITE.rstrip().removesuffix("}"))
    yield


@renews(KIND, warns="web_server_config")
def configuration_gone(machine):
    """The installer is nginx, whose configuration is not there: the same."""
    set_up_nginx(machine, NGINX_SITE)
    (NGINX / "nginx.conf").unlink()
    yield
