# SPDX-License-Identifier: Apache-2.0
"""What the apache plugin needs of apache."""

from foresight.kinds import APACHE, APACHE_PID, APACHE_SITE, stop_by_file
from foresight.scenario import fails, renews

KIND = "apache"
SITE = APACHE / "sites-available/shop.conf"
LINK = APACHE / "sites-enabled/shop.conf"


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="web_server_config", third=True)
def section_not_closed(machine):
    """A section is not closed."""
    SITE.write_text(APACHE_SITE.replace("</VirtualHost>", ""))
    yield


@fails(KIND, passive="web_server_config")
def section_closed_twice(machine):
    """A section is closed that was not opened."""
    SITE.write_text(APACHE_SITE + "</Directory>\n")
    yield


@fails(KIND, passive="web_server_config")
def unknown_directive(machine):
    """A directive is mistyped."""
    SITE.write_text(APACHE_SITE.replace("DocumentRoot", "DocumentRot"))
    yield


@fails(KIND, passive="web_server_config")
def include_missing(machine):
    """A file that is included by its name is not there."""
    SITE.write_text(APACHE_SITE + "Include shared.conf\n")
    yield


@fails(KIND, passive="web_server_config")
def conf_gone(machine):
    """apache2.conf is not there."""
    (APACHE / "apache2.conf").unlink()
    yield


@fails(KIND, passive="web_server_config", third=True)
def program_gone(machine):
    """apache2ctl and apache2 were uninstalled, but for the configuration."""
    stop_by_file(APACHE_PID)
    with machine.hidden("/usr/sbin/apache2ctl", "/usr/sbin/apache2"):
        yield


@renews(KIND, third=True)
def no_host_for_the_name(machine):
    """The only virtual host has another name: it answers for all."""
    SITE.write_text(APACHE_SITE.replace("shop.example.com", "blog.example.com"))
    yield


@renews(KIND)
def optional_include_missing(machine):
    """What may be included is not there."""
    SITE.write_text(APACHE_SITE + "IncludeOptional shared/*.conf\n")
    yield


@renews(KIND)
def dangling_site_of_nobody(machine):
    """A link in sites-available leads nowhere."""
    (APACHE / "sites-available/old.conf").symlink_to("/srv/old.conf")
    yield


@renews(KIND)
def dangling_site(machine):
    """A link in sites-enabled leads nowhere, which IncludeOptional passes over."""
    (APACHE / "sites-enabled/old.conf").symlink_to("../sites-available/old.conf")
    yield


@renews(KIND)
def stopped(machine):
    """apache does not run: the plugin starts it."""
    stop_by_file(APACHE_PID)
    yield


@renews(KIND)
def odd_syntax(machine):
    """The configuration has continued lines, conditions and quotes, which all are in order."""
    SITE.write_text(APACHE_SITE.replace("  DocumentRoot /var/www/shop\n", """  DocumentRoot \\
    "/var/www/shop"
  <IfModule mod_nowhere.c>
    NowhereDirective on
  </IfModule>
  # </VirtualHost>
"""))
    yield


@renews(KIND)
def all_redirected(machine):
    """The virtual host redirects everything to https, where nobody listens."""
    SITE.write_text(APACHE_SITE.replace("DocumentRoot /var/www/shop",
                                        "RewriteEngine on\n  RewriteRule ^ https://%{HTTP_HOST}%{REQUEST_URI} [R=301,L]"))
    yield
