# SPDX-License-Identifier: Apache-2.0
"""The hooks of the manual authenticator, which certbot cannot do without."""

from foresight.kinds import AUTH_HOOK, CLEANUP_HOOK
from foresight.machine import CONFIG
from foresight.scenario import fails, renews

KIND = "manual"


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="hook_missing", third=True)
def auth_hook_missing(machine):
    """The auth hook is not there."""
    AUTH_HOOK.unlink()
    yield


@fails(KIND, passive="hook_missing")
def cleanup_hook_missing(machine):
    """The cleanup hook is not there."""
    CLEANUP_HOOK.unlink()
    yield


@fails(KIND, passive="hook_not_executable", third=True)
def auth_hook_not_executable(machine):
    """The auth hook is not executable."""
    AUTH_HOOK.chmod(0o644)
    yield


@fails(KIND, passive="manual_without_hook")
def no_auth_hook(machine):
    """Somebody typed what the CA wanted when it was issued."""
    machine.unset("manual_auth_hook")
    yield


@renews(KIND)
def no_cleanup_hook(machine):
    """There is no cleanup hook."""
    machine.unset("manual_cleanup_hook")
    yield


@fails(KIND, passive="hook_not_executable", third=True)
def interpreter_missing(machine):
    """The interpreter of the auth hook is not there any more."""
    machine.write(AUTH_HOOK, AUTH_HOOK.read_text().replace("#!/bin/sh", "#!/opt/shell/bin/sh"), 0o755)
    yield


@fails(KIND, passive="hook_not_executable")
def interpreter_of_env_missing(machine):
    """The auth hook begins with #!/usr/bin/env python2."""
    machine.write(AUTH_HOOK, AUTH_HOOK.read_text().replace("#!/bin/sh", "#!/usr/bin/env python2"), 0o755)
    yield


@fails(KIND, passive="hook_not_executable")
def interpreter_with_a_carriage_return(machine):
    """The auth hook has the line ends of Windows."""
    machine.write(AUTH_HOOK, AUTH_HOOK.read_text().replace("\n", "\r\n"), 0o755)
    yield


@renews(KIND)
def no_interpreter(machine):
    """The auth hook has no first line for an interpreter: the shell takes it."""
    machine.write(AUTH_HOOK, AUTH_HOOK.read_text().replace("#!/bin/sh\n", ""), 0o755)
    yield


@renews(KIND)
def interpreter_of_env(machine):
    """The auth hook begins with #!/usr/bin/env -S sh -e."""
    machine.write(AUTH_HOOK, AUTH_HOOK.read_text().replace("#!/bin/sh", "#!/usr/bin/env -S sh -e"), 0o755)
    yield


@renews(KIND)
def only_root_may(machine):
    """Nobody but root may run the hooks, or read them."""
    AUTH_HOOK.chmod(0o700)
    CLEANUP_HOOK.chmod(0o100)
    CLEANUP_HOOK.chmod(0o700)
    yield


@renews(KIND, third=True)
def arguments(machine):
    """The auth hook is called with arguments."""
    machine.set("manual_auth_hook", f'"{AUTH_HOOK} --zone=example.com -v"')
    yield


@renews(KIND)
def cleanup_fails(machine):
    """The cleanup hook ends with 1."""
    machine.script(CLEANUP_HOOK, "exit 1\n")
    yield


@renews(KIND)
def hook_is_a_link(machine):
    """The auth hook is a link to a program elsewhere."""
    AUTH_HOOK.rename(CONFIG / "hooks/auth-2")
    AUTH_HOOK.symlink_to("auth-2")
    yield


@fails(KIND, why_missed="what a hook does shows only when it runs", third=True)
def auth_hook_fails(machine):
    """The auth hook ends with 1, because its token has expired, say."""
    machine.script(AUTH_HOOK, "exit 1\n")
    yield
