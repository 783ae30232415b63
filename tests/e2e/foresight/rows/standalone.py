# SPDX-License-Identifier: Apache-2.0
"""What stands at the port of the standalone authenticator."""

import contextlib
import signal
import socket
import subprocess
import sys
import threading

import harness
from foresight.kinds import listens
from foresight.machine import ADDRESS, CONFIG
from foresight.scenario import fails, renews

KIND = "standalone"
SERVER = """
import pathlib, socket, sys, time
pathlib.Path("/proc/self/comm").write_text(sys.argv[1])
server = socket.create_server(("0.0.0.0", 80))
time.sleep(600)
"""
PID = CONFIG / "server.pid"
STOP = f"kill $(cat {PID}); sleep 0.2\n"


@contextlib.contextmanager
def server(name="server"):
    """A process with a number and this name that listens, and can be stopped."""
    with subprocess.Popen([sys.executable, "-c", SERVER, name]) as process:
        try:
            PID.write_text(f"{process.pid}\n")
            harness.wait_for(lambda: listens(80))
            yield
        finally:
            process.send_signal(signal.SIGKILL)


def services(machine):
    """Has a service(8) that stops the server by the name of nginx, and knows no other."""
    program = machine.script(CONFIG / "service", f'[ "$*" != "nginx stop" ] || {STOP}')
    return machine.mounted("/usr/sbin/service", "--bind", program)


@contextlib.contextmanager
def forwarder(near, far):
    """Passes on what comes to port `near` to port `far`, as a balancer does."""
    def pump(one, other):
        with contextlib.suppress(OSError):
            while data := one.recv(65536):
                other.sendall(data)
            other.shutdown(socket.SHUT_WR)

    def serve(listening):
        with contextlib.suppress(OSError):
            while True:
                one = listening.accept()[0]
                other = socket.create_connection(("127.0.0.1", far), timeout=10)
                for ends in (one, other), (other, one):
                    threading.Thread(target=pump, args=ends, daemon=True).start()

    with socket.create_server((ADDRESS, near)) as listening:
        threading.Thread(target=serve, args=(listening,), daemon=True).start()
        try:
            yield
        finally:
            listening.shutdown(socket.SHUT_RDWR)  # the thread that waits would keep it open


@renews(KIND, third=True)
def untouched(machine):
    """Nothing is wrong."""
    yield


@fails(KIND, passive="standalone_port_taken", third=True)
def ipv4_listener(machine):
    """A server listens on every IPv4 address."""
    with machine.listener("0.0.0.0"):
        yield


@fails(KIND, passive="standalone_port_taken")
def dual_stack_listener(machine):
    """A server listens on [::] for both families."""
    with machine.listener("::", dual=True):
        yield


@fails(KIND, passive="standalone_port_taken")
def loopback_listener(machine):
    """A server listens on 127.0.0.1 alone."""
    with machine.listener("127.0.0.1"):
        yield


@renews(KIND, third=True)
def ipv6_only_listener(machine):
    """A server listens on [::] for IPv6 alone."""
    with machine.listener("::"):
        yield


@renews(KIND)
def other_port(machine):
    """A server listens, but at 8080."""
    with machine.listener("0.0.0.0", 8080):
        yield


@renews(KIND)
def other_address(machine):
    """A server listens on 127.0.0.1, and http01_address is another one."""
    machine.set("http01_address", ADDRESS)
    with machine.listener("127.0.0.1"):
        yield


@fails(KIND, passive="standalone_port_taken")
def address_taken(machine):
    """A server listens on http01_address."""
    machine.set("http01_address", ADDRESS)
    with machine.listener(ADDRESS):
        yield


@fails(KIND, passive="standalone_port_taken")
def address_gone(machine):
    """http01_address is no address of this machine any more."""
    machine.set("http01_address", "192.0.2.77")
    yield


@fails(KIND, passive="standalone_port_taken")
def ipv6_address_gone(machine):
    """http01_address is an IPv6 address that this machine has no more."""
    machine.set("http01_address", "2001:db8::77")
    yield


@renews(KIND, third=True)
def behind_a_balancer(machine):
    """http01_port is 8888, and what listens at 80 passes everything on to it."""
    machine.set("http01_port", "8888")
    with forwarder(80, 8888):
        yield


@fails(KIND, passive="standalone_port_taken")
def behind_a_balancer_taken(machine):
    """http01_port is 8888, and something else listens there."""
    machine.set("http01_port", "8888")
    with forwarder(80, 8888), machine.listener("0.0.0.0", 8888):
        yield


@renews(KIND, warns="standalone_port_taken", third=True)
def pre_hook_stops_it(machine):
    """A server listens, and the conf's pre_hook stops it."""
    machine.set("pre_hook", machine.script(CONFIG / "stop", STOP))
    with server():
        yield


@renews(KIND, warns="standalone_port_taken")
def directory_hook_stops_it(machine):
    """A server listens, and a script in renewal-hooks/pre stops it."""
    machine.script(CONFIG / "renewal-hooks/pre/stop", STOP)
    with server():
        yield


@fails(KIND, passive="standalone_port_taken")
def hook_that_is_not_executable(machine):
    """A server listens, and the script in renewal-hooks/pre that would stop it is not executable."""
    machine.write(CONFIG / "renewal-hooks/pre/stop", "#!/bin/sh\n" + STOP)
    with server():
        yield


@fails(KIND, passive="standalone_port_taken", third=True)
def pre_hook_that_does_not_stop_it(machine):
    """A server listens, and the pre_hook does something else."""
    machine.set("pre_hook", machine.script(CONFIG / "stop", "exit 0\n"))
    with server():
        yield


@fails(KIND, passive="standalone_port_taken")
def pre_hook_commented_out(machine):
    """A server listens, and in the pre_hook the line that would stop it is commented out."""
    machine.set("pre_hook", machine.script(CONFIG / "stop", "# " + STOP))
    with server():
        yield


@fails(KIND, passive="standalone_port_taken")
def directory_hook_commented_out(machine):
    """A server listens, and in the script in renewal-hooks/pre the line that would stop it is commented out."""
    machine.script(CONFIG / "renewal-hooks/pre/stop", f"set -e\n#{STOP}echo renewing >&2\n")
    with server():
        yield


@fails(KIND, passive="standalone_port_taken", third=True)
def pre_hook_stops_another(machine):
    """nginx listens, and the pre_hook stops Apache."""
    machine.set("pre_hook", "service apache2 stop")
    with services(machine), server("nginx"):
        yield


@renews(KIND, warns="standalone_port_taken")
def pre_hook_stops_another_too(machine):
    """nginx listens, and the pre_hook stops Apache and nginx."""
    machine.set("pre_hook", "service apache2 stop; service nginx stop")
    with services(machine), server("nginx"):
        yield


@renews(KIND, warns="standalone_port_taken")
def pre_hook_stops_it_after_a_condition(machine):
    """A server listens, and the pre_hook stops it, but behind lines that end others early."""
    machine.set("pre_hook", machine.script(CONFIG / "stop", f"true ||\nexit 0\n[ -s {PID} ] || exit 0\n{STOP}"))
    with server():
        yield


@fails(KIND, passive="standalone_port_taken")
def pre_hook_that_is_missing(machine):
    """A server listens, and the pre_hook that would stop it is not there."""
    machine.set("pre_hook", CONFIG / "stop")
    with server():
        yield
