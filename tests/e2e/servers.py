# SPDX-License-Identifier: Apache-2.0
"""Real servers from the distribution's packages, each with a certificate, at ports of their own on loopback."""

import os
import pathlib
import pwd
import shutil
import signal
import struct
import subprocess
import tempfile

import harness
import pebble
from nginx import CONFIGURATION as NGINX_CONFIGURATION

HOST = pebble.HOST


class Server:
    """A program in the foreground that listens on `ports`; it ends with the test."""

    def __init__(self, folder, ports, command, env=None, user=None, stop_command=()):
        self.folder = pathlib.Path(folder)
        self._log = self.folder / "log"
        options = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.folder,
                                            env={**os.environ, **(env or {})}, start_new_session=True, **options)
        self._ports = ports
        self._stop_command = stop_command

    def wait_until_started(self):
        for port in self._ports:
            harness.wait_for(lambda port=port: self._listens(port), seconds=60)

    def _listens(self, port):
        assert self.process.poll() is None, f"ended by itself:\n{self._log.read_text(errors='replace')[-4000:]}"
        try:
            with pebble.socket.create_connection((HOST, port), timeout=10):
                return True
        except OSError:
            return False

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def stop(self):
        """Ends it with all that it started."""
        if self._stop_command:
            subprocess.run(self._stop_command, capture_output=True, timeout=60, check=False)
        for number in (signal.SIGTERM, signal.SIGKILL):
            if self.process.poll() is None:
                os.killpg(self.process.pid, number)
                try:
                    self.process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    pass


def new_folder(parent, name, user=None):
    folder = pathlib.Path(parent, name)
    folder.mkdir(mode=0o755)
    if user:
        shutil.chown(folder, user)
    return folder


def nginx(parent, sites):
    """`sites`: (port, name or None for the default, fullchain, key, more lines)."""
    folder = new_folder(parent, "nginx")
    blocks = "".join(
        f"""  server {{
    listen {HOST}:{port} ssl;
    server_name {name or "_"};
    ssl_certificate {chain};
    ssl_certificate_key {key};
    {more}
  }}
""" for port, name, chain, key, more in sites)
    (folder / "nginx.conf").write_text("daemon off;" + NGINX_CONFIGURATION.format(folder=folder, servers=blocks))
    return Server(folder, sorted({site[0] for site in sites}), ["nginx", "-c", f"{folder}/nginx.conf"])


def apache(parent, port, chain, key):
    folder = new_folder(parent, "apache")
    modules = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n"
                      for name in ("mpm_event", "authz_core", "ssl", "socache_shmcb"))
    (folder / "apache.conf").write_text(f"""
{modules}
ServerRoot {folder}
ServerName good.example
PidFile {folder}/pid
ErrorLog {folder}/error.log
Listen {HOST}:{port}
SSLEngine on
SSLCertificateFile {chain}
SSLCertificateKeyFile {key}
""")
    return Server(folder, [port], ["apache2", "-DFOREGROUND", "-f", f"{folder}/apache.conf"])


def postfix(parent, port, chain, key):
    folder = new_folder(parent, "postfix")
    for name in ("queue", "data", "conf"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "conf/main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
myhostname = good.example
inet_interfaces = 127.0.0.1
maillog_file = /dev/stdout
smtpd_tls_chain_files = {key}, {chain}
smtpd_tls_security_level = may
""")
    (folder / "conf/master.cf").write_text(f"""
{HOST}:{port} inet n - n - - smtpd
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
postlog unix-dgram n - n - 1 postlogd
""")
    # Its master leaves the session that it is started in.
    control = ["postfix", "-c", f"{folder}/conf"]
    return Server(folder, [port], [*control, "start-fg"], stop_command=[*control, "stop"])


def dovecot(parent, ports, chain, key):
    """`ports` of imap, pop3, lmtp, sieve."""
    folder = new_folder(parent, "dovecot")
    imap, pop3, lmtp, sieve = ports

    def service(name, listener, port):
        return f"""service {name} {{
  inet_listener {listener} {{
    address = {HOST}
    port = {port}
  }}
}}
"""
    (folder / "dovecot.conf").write_text(f"""
base_dir = {folder}/run
state_dir = {folder}
log_path = /dev/stderr
protocols = imap pop3 lmtp sieve
ssl = yes
ssl_cert = <{chain}
ssl_key = <{key}
passdb {{
  driver = static
  args = nopassword=y
}}
userdb {{
  driver = static
  args = uid=65534 gid=65534 home={folder}
}}
service imap-login {{
  inet_listener imap {{
    address = {HOST}
    port = {imap}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  inet_listener pop3 {{
    address = {HOST}
    port = {pop3}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
""" + service("lmtp", "lmtp", lmtp) + service("managesieve-login", "sieve", sieve))
    return Server(folder, ports, ["dovecot", "-F", "-c", f"{folder}/dovecot.conf"])


def vsftpd(parent, port, chain, key):
    folder = new_folder(parent, "vsftpd")
    (folder / "empty").mkdir()
    (folder / "vsftpd.conf").write_text(f"""listen=YES
listen_address={HOST}
listen_port={port}
background=NO
secure_chroot_dir={folder}/empty
local_enable=YES
ssl_enable=YES
rsa_cert_file={chain}
rsa_private_key_file={key}
seccomp_sandbox=NO
""")
    return Server(folder, [port], ["vsftpd", f"{folder}/vsftpd.conf"])


def slapd(parent, port, chain, key, authority):
    folder = new_folder(parent, "slapd")
    (folder / "slapd.conf").write_text(f"""
pidfile {folder}/pid
TLSCACertificateFile {authority}
TLSCertificateFile {chain}
TLSCertificateKeyFile {key}
""")
    return Server(folder, [port], ["slapd", "-d", "0", "-h", f"ldap://{HOST}:{port}/", "-f", f"{folder}/slapd.conf"])


def owned_copies(folder, user, *paths):
    """Copies of certificate and key that `user` alone may read, as some servers insist."""
    copies = []
    for path in paths:
        copy = pathlib.Path(folder, pathlib.Path(path).name)
        shutil.copy(path, copy)
        copy.chmod(0o600)
        shutil.chown(copy, user)
        copies.append(copy)
    return copies


def postgres(parent, port, chain, key):
    folder = new_folder(parent, "postgres", "postgres")
    chain, key = owned_copies(folder, "postgres", chain, key)
    programs = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))[-1]
    data = folder / "data"
    subprocess.run([programs / "initdb", "--no-sync", "-A", "trust", "-D", data], check=True, capture_output=True, cwd=folder,
                   user="postgres", group=pwd.getpwnam("postgres").pw_gid, extra_groups=[])
    settings = {"listen_addresses": HOST, "port": port, "unix_socket_directories": "", "ssl": "on", "ssl_cert_file": chain,
                "ssl_key_file": key, "fsync": "off"}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return Server(folder, [port], [programs / "postgres", "-D", data, *options], user="postgres")


def mariadb(parent, port, chain, key):
    folder = new_folder(parent, "mariadb", "nobody")
    chain, key = owned_copies(folder, "nobody", chain, key)
    data = new_folder(folder, "data", "nobody")
    return Server(folder, [port], [
        "mariadbd", "--no-defaults", "--skip-grant-tables", "--skip-networking=OFF", "--user=nobody", f"--datadir={data}",
        f"--socket={folder}/socket", f"--pid-file={folder}/pid", f"--bind-address={HOST}", f"--port={port}",
        "--default-storage-engine=MyISAM", "--skip-innodb", f"--ssl-cert={chain}", f"--ssl-key={key}"])


def prosody(parent, ports, chain, key):
    """`ports` of clients, servers."""
    folder = new_folder(parent, "prosody", "prosody")
    chain, key = owned_copies(folder, "prosody", chain, key)
    (folder / "prosody.cfg.lua").write_text(f"""
pidfile = "{folder}/pid"
data_path = "{folder}"
log = {{ info = "*console" }}
interfaces = {{ "{HOST}" }}
c2s_ports = {{ {ports[0]} }}
s2s_ports = {{ {ports[1]} }}
http_ports = {{ }}
https_ports = {{ }}
modules_enabled = {{ "tls", "saslauth" }}
modules_disabled = {{ "s2s_auth_certs" }}
authentication = "internal_hashed"
VirtualHost "good.example"
  ssl = {{ certificate = "{chain}", key = "{key}" }}
""")
    return Server(folder, ports, ["prosody", "--config", f"{folder}/prosody.cfg.lua", "-F"], user="prosody")


def unpacked(*packages):
    """The directory with what these packages hold, for those that do not install on every machine; None where they cannot be had."""
    folder = harness.BINARY.resolve().parent / packages[0]
    if not folder.exists():
        with tempfile.TemporaryDirectory() as downloads:
            done = subprocess.run(["apt-get", "download", "-q", *packages], cwd=downloads, capture_output=True, timeout=120, check=False)
            if done.returncode != 0:
                return None
            for package in pathlib.Path(downloads).glob("*.deb"):
                subprocess.run(["dpkg", "-x", package, f"{downloads}/root"], check=True, timeout=120)
            shutil.copytree(f"{downloads}/root", folder, symlinks=True)
    return folder


def nnrpd(parent, program, port, chain, key):
    """inn2's server for readers, without the rest of it; `program` is where its package was unpacked."""
    folder = new_folder(parent, "nnrpd", "news")
    chain, key = owned_copies(folder, "news", chain, key)
    libraries = program / "usr/lib/news"
    for name in ("etc", "db", "run", "logs", "spool", "articles", "overview", "tmp"):
        (folder / name).mkdir()
    (folder / "etc/inn.conf").write_text(f"""
mta: "/bin/true %s"
organization: test
domain: example
pathhost: example
pathnews: {libraries}
pathdb: {folder}/db
pathetc: {folder}/etc
pathrun: {folder}/run
pathlog: {folder}/logs
pathspool: {folder}/spool
patharticles: {folder}/articles
pathoverview: {folder}/overview
pathtmp: {folder}/tmp
runasuser: news
runasgroup: news
ovmethod: tradindexed
hismethod: hisv6
enableoverview: true
nnrpdloadlimit: 0
tlscertfile: {chain}
tlskeyfile: {key}
tlscapath: /etc/ssl/certs
""")
    (folder / "etc/storage.conf").write_text("method tradspool { newsgroups: * class: 0 }\n")
    (folder / "etc/readers.conf").write_text('auth all { hosts: "*" default: "<anon>" }\naccess all { users: "<anon>" newsgroups: "*" access: "R" }\n')
    (folder / "db/active").write_text("control 0000000000 0000000001 n\njunk 0000000000 0000000001 n\n")
    for name in ("newsgroups", "active.times", "history"):
        (folder / "db" / name).touch()
    # An overview of nothing: a mark, 16384 empty buckets and no free place (tradindexed/tdx-group.c).
    (folder / "overview/group.index").write_bytes(struct.pack("<I", ~0xf1f0f33d & 0xffffffff) + b"\xff" * 4 * 16385)
    for path in folder.rglob("*"):
        shutil.chown(path, "news", "news")
    return Server(folder, [port], [libraries / "bin/nnrpd", "-D", "-f", "-n", "-b", HOST, "-p", str(port)],
                  env={"INNCONF": f"{folder}/etc/inn.conf", "LD_LIBRARY_PATH": str(libraries)})
