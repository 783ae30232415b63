# SPDX-License-Identifier: Apache-2.0
"""The table. Importing it fills scenario.ALL."""

from foresight.rows import account, apache, box, conf, dns, hooks, installer, manual, names, nginx, standalone, webroot, webroot_apache, webroot_nginx

__all__ = ["account", "apache", "box", "conf", "dns", "hooks", "installer", "manual", "names", "nginx", "standalone", "webroot",
           "webroot_apache", "webroot_nginx"]
