# SPDX-License-Identifier: Apache-2.0
"""Hooks: what they are for is not the renewal, and certbot goes on without them."""

from foresight.machine import CONFIG
from foresight.scenario import renews

KIND = "standalone"


@renews(KIND, third=True)
def post_hook_fails(machine):
    """The post_hook ends with 1."""
    machine.set("post_hook", "exit 1")
    yield


@renews(KIND)
def deploy_hook_fails(machine):
    """A script in renewal-hooks/deploy ends with 1."""
    machine.script(CONFIG / "renewal-hooks/deploy/reload", "exit 1\n")
    yield


@renews(KIND, warns="hook_missing")
def pre_hook_missing(machine):
    """The pre_hook is not there."""
    machine.set("pre_hook", "/usr/local/sbin/stop-nothing")
    yield


@renews(KIND, warns="hook_not_executable")
def deploy_hook_not_executable(machine):
    """The deploy hook is not executable."""
    machine.set("renew_hook", machine.write(CONFIG / "reload", "#!/bin/sh\n"))
    yield


@renews(KIND)
def directory_hook_not_executable(machine):
    """A script in renewal-hooks/post is not executable, and is passed over."""
    machine.write(CONFIG / "renewal-hooks/post/restart", "#!/bin/sh\n")
    yield


@renews(KIND)
def directory_hook_interpreter_missing(machine):
    """The interpreter of a script in renewal-hooks/pre is not there."""
    machine.write(CONFIG / "renewal-hooks/pre/stop", "#!/opt/python2/bin/python\n", 0o755)
    yield


@renews(KIND, third=True)
def relative_paths(machine):
    """The hooks have relative paths, which depend on where certbot is started."""
    machine.set("pre_hook", "./bin/stop")
    machine.set("post_hook", "cd /srv/app && bin/restart")
    yield


@renews(KIND)
def shell_constructs(machine):
    """The hooks are small programs in the language of the shell."""
    machine.set("pre_hook", "if [ -x /usr/sbin/haproxy ]; then /usr/sbin/haproxy -v; fi")
    machine.set("post_hook", "FOO=1 true || true; $SHELL -c true")
    yield
