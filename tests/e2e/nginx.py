# SPDX-License-Identifier: Apache-2.0
"""An nginx for certbot's installer to start and to reload."""

import os
import pathlib
import signal

import harness
import pebble

# What keeps an nginx within a folder of its own.
CONFIGURATION = """
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi;
  uwsgi_temp_path {folder}/uwsgi;
  scgi_temp_path {folder}/scgi;
{servers}
}}
"""

SERVER = """
  server {{
    listen {host}:{port};
    server_name {name};
  }}"""


class Nginx:
    """The configuration, in `folder`, of an nginx that serves `name` at `port`. Only certbot starts it."""

    def __init__(self, folder, name):
        self._folder = pathlib.Path(folder)
        self._folder.mkdir()
        self.port = pebble.free_port()
        self._pid_file = self._folder / "pid"
        server = SERVER.format(host=pebble.HOST, port=self.port, name=name)
        text = CONFIGURATION.format(folder=self._folder, servers=server)
        (self._folder / "nginx.conf").write_text(text)

    @property
    def flags(self):
        """What makes it certbot's installer."""
        return "--installer=nginx", f"--nginx-server-root={self._folder}", "--nginx-ctl=/usr/sbin/nginx"

    def wait_until_started(self):
        # It goes to the background first, and then tells its number.
        harness.wait_for(self._number)

    def stop(self):
        """Ends it if it runs."""
        if number := self._number():
            os.kill(int(number), signal.SIGTERM)
            # The file goes first, then the last process that listens.
            harness.wait_for(lambda: not self._pid_file.exists() and pebble.is_free(self.port))

    def _number(self):
        # One that could not start leaves the file empty.
        return self._pid_file.exists() and self._pid_file.read_text().strip()
