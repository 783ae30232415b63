#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Endpoints against real servers: every protocol, every verdict, with openssl s_client as the judge of what is presented."""

import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import pebble
import pki
import servers
import trees

HOST = pebble.HOST
NAME = "good.example"
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n", re.DOTALL)


def seen_by_openssl(port, starttls=None, name=NAME):
    """What s_client is presented: (fingerprint of the leaf, protocol, number of certificates)."""
    dialogue = ["-starttls", starttls] if starttls else []
    if starttls in ("xmpp", "xmpp-server"):
        dialogue += ["-xmpphost", name]
    done = subprocess.run(["openssl", "s_client", "-connect", f"{HOST}:{port}", "-servername", name, "-showcerts",
                           "-cipher", "DEFAULT@SECLEVEL=0", *dialogue], input=b"", capture_output=True, timeout=60, check=False)
    text = done.stdout.decode(errors="replace")
    chain = PEM.findall(text)
    assert chain, text + done.stderr.decode(errors="replace")
    digest = trees.openssl("x509", "-noout", "-fingerprint", "-sha256", text=chain[0].encode()).decode()
    protocol = re.search(r"^(?:New, |\s*Protocol\s*: )(TLSv[\d.]+)", text, re.MULTILINE).group(1)
    return digest.strip().split("=")[1].replace(":", "").lower(), protocol, len(chain)


class Endpoints(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.folder = pathlib.Path(folder.name)
        cls.folder.chmod(0o755)
        cls.authority = pki.Authority(cls.folder)
        cls.good = cls.authority.leaf(names=(NAME, "www.good.example"))
        cls.chain, cls.key = cls.authority.write("good", cls.good, cls.authority.intermediate)

    def setUp(self):
        scratch = tempfile.TemporaryDirectory(dir=self.folder)
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.scratch.chmod(0o755)

    def started(self, *made):
        for server in made:
            self.addCleanup(server.stop)
        for server in made:
            server.wait_until_started()
        return made[0]

    def configuration(self, sections):
        path = self.scratch / "certhealth.ini"
        path.write_text(sections)
        return f"--config.file={path}"

    def report(self, targets, *flags):
        """`check` of `targets`, {label: URL}, asked for NAME: {label: samples of that endpoint}, and the whole page."""
        sections = "".join(f"""
[endpoint "{label}"]
target = {url}
server_name = {NAME}
roots = {self.authority.root_path}
""" for label, url in targets.items())
        done = harness.check("--format=prometheus", "--no-endpoints.local", self.configuration(sections),
                             f"--certbot.config-dir={self.scratch}", *flags)
        self.assertEqual(done.stderr, b"")
        samples = harness.parse(done.stdout.decode())
        self.assertEqual(harness.promtool_complaints(done.stdout), [])
        return samples

    @staticmethod
    def name(port):
        return f"{NAME}:{port}@{HOST}"

    def reason(self, samples, port):
        found = harness.values(samples, "certhealth_endpoint_failure_info", name=self.name(port))
        return found[0][0]["reason"] if found else None

    def assert_seen_as_by_openssl(self, samples, port, starttls):
        """The healthy endpoint at `port`."""
        name = self.name(port)
        self.assertIsNone(self.reason(samples, port))
        for metric in ("up", "trusted", "hostname_match"):
            self.assertEqual(harness.value(samples, f"certhealth_endpoint_{metric}", name=name), 1, metric)
        (info, _), = harness.values(samples, "certhealth_certificate_info", name=name)
        (tls, _), = harness.values(samples, "certhealth_endpoint_tls_info", name=name)
        chain_end = harness.value(samples, "certhealth_chain_not_after_timestamp_seconds", name=name)
        digest, protocol, length = seen_by_openssl(port, starttls)
        self.assertEqual(info["sha256"], digest)
        self.assertEqual(tls["protocol"], protocol)
        self.assertEqual(chain_end is not None, length > 1)
        self.assertEqual(tls["address"], HOST)
        phases = {labels["phase"] for labels, _ in harness.values(samples, "certhealth_endpoint_phase_duration_seconds", name=name)}
        self.assertLessEqual({"connect", "handshake"}, phases)

    @unittest.skipUnless(os.geteuid() == 0, "postfix, postgres and others start as root and become somebody else")
    def test_every_protocol_is_spoken(self):
        ports = {label: pebble.free_port() for label in ("https", "apache", "smtp", "imap", "pop3", "lmtp", "sieve", "ftp", "ldap",
                                                         "postgres", "mysql", "xmpp-client", "xmpp-server")}
        port = ports.__getitem__
        certificate = (self.chain, self.key)
        self.started(
            servers.postgres(self.scratch, port("postgres"), *certificate),
            servers.mariadb(self.scratch, port("mysql"), *certificate),
            servers.prosody(self.scratch, (port("xmpp-client"), port("xmpp-server")), *certificate),
            servers.nginx(self.scratch, [(port("https"), NAME, *certificate, "")]),
            servers.apache(self.scratch, port("apache"), *certificate),
            servers.postfix(self.scratch, port("smtp"), *certificate),
            servers.dovecot(self.scratch, [port(label) for label in ("imap", "pop3", "lmtp", "sieve")], *certificate),
            servers.vsftpd(self.scratch, port("ftp"), *certificate),
            servers.slapd(self.scratch, port("ldap"), *certificate, self.authority.root_path))
        dialects = {"https": None, "apache": None, "xmpp-client": "xmpp"}
        targets = {label: f"{'https' if label == 'apache' else label}://{HOST}:{number}" for label, number in ports.items()}
        samples = self.report(targets)
        for label, number in ports.items():
            with self.subTest(label):
                self.assert_seen_as_by_openssl(samples, number, dialects.get(label, label))

    @unittest.skipUnless(os.geteuid() == 0, "nnrpd becomes somebody else")
    def test_nntp_is_spoken(self):
        program = servers.unpacked("inn2", "inn2-inews")
        if program is None:
            self.skipTest("the packages of inn2 cannot be had here")
        port = pebble.free_port()
        self.started(servers.nnrpd(self.scratch, program, port, self.chain, self.key))
        self.assert_seen_as_by_openssl(self.report({"nntp": f"nntp://{HOST}:{port}"}), port, "nntp")

    def test_every_verdict_is_given_and_the_facts_stay(self):
        authority = self.authority
        made = {
            "expired": (authority.leaf(age=91), authority.intermediate),
            "not_yet_valid": (authority.leaf(age=-3), authority.intermediate),
            "self_signed": (authority.self_signed(),),
            "incomplete_chain": (authority.leaf(),),
            "unknown_issuer": (authority.leaf(issuer=authority.stranger), authority.stranger),
            "wrong_name": (authority.leaf(names=("other.example",)), authority.intermediate),
            "weak_key": (authority.leaf(key=authority.weak_key()), authority.intermediate),
            "wrong_purpose": (authority.leaf(purpose=pki.ExtendedKeyUsageOID.CLIENT_AUTH), authority.intermediate),
            "weak_protocol": (self.good, authority.intermediate),
        }
        ports = {label: pebble.free_port() for label in made}
        more = {"weak_protocol": "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;", "weak_key": "ssl_ciphers DEFAULT@SECLEVEL=0;"}
        sites = [(ports[label], NAME, *authority.write(label, *chain), more.get(label, "")) for label, chain in made.items()]
        self.started(servers.nginx(self.scratch, sites))
        samples = self.report({label.replace("_", "-"): f"https://{HOST}:{port}" for label, port in ports.items()})
        for label, port in ports.items():
            with self.subTest(label):
                name = self.name(port)
                self.assertEqual(self.reason(samples, port), label)
                self.assertEqual(harness.value(samples, "certhealth_endpoint_up", name=name), 1)
                self.assertEqual(harness.value(samples, "certhealth_endpoint_trusted", name=name), 0)
                self.assertEqual(harness.value(samples, "certhealth_endpoint_hostname_match", name=name),
                                 0 if label == "wrong_name" else 1)
                (info, _), = harness.values(samples, "certhealth_certificate_info", name=name)
                self.assertEqual(info["sha256"], made[label][0].sha256)
                self.assertEqual(info["sha256"], seen_by_openssl(port)[0])
                problem = "endpoint_wrong_name" if label == "wrong_name" else "endpoint_untrusted"
                self.assertEqual(harness.value(samples, "certhealth_problem", name=name, problem=problem), 1)

    def test_what_presents_nothing_has_a_reason(self):
        plain, silent, refused, ftp, rejects = (pebble.free_port() for _ in range(5))
        nginx = servers.nginx(self.scratch, [(rejects, NAME, self.chain, self.key, "ssl_reject_handshake on;")])
        self.started(nginx)
        plain_server = subprocess.Popen([sys.executable, "-m", "http.server", "--bind", HOST, str(plain)], cwd=self.scratch,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(plain_server.wait)
        self.addCleanup(plain_server.kill)
        harness.wait_for(lambda: not pebble.is_free(plain))
        listener = pebble.taken(silent)
        self.addCleanup(listener.close)
        self.started(servers.vsftpd(self.scratch, ftp, self.chain, self.key))
        samples = self.report({"plain": f"https://{HOST}:{plain}", "silent": f"https://{HOST}:{silent}",
                               "refused": f"https://{HOST}:{refused}", "another": f"smtp://{HOST}:{ftp}",
                               "rejects": f"https://{HOST}:{rejects}"}, "--probe.timeout=2s")
        expected = {plain: "not_tls", silent: "handshake_timeout", refused: "connect_refused", rejects: "tls_alert"}
        for port, reason in expected.items():
            self.assertEqual(self.reason(samples, port), reason)
            self.assertEqual(harness.value(samples, "certhealth_endpoint_up", name=self.name(port)), 0)
            self.assertEqual(harness.value(samples, "certhealth_problem", name=self.name(port), problem="endpoint_down"), 1)
            self.assertEqual(harness.values(samples, "certhealth_certificate_info", name=self.name(port)), [])
        # An FTP server greets as an SMTP server does, and knows no EHLO.
        self.assertIn(self.reason(samples, ftp), ("starttls_refused", "starttls_protocol"))

    def test_an_old_certificate_is_told_until_the_reload(self):
        tree = trees.Tree(self.scratch / "machine")
        old, new = (self.authority.leaf(names=(NAME,)) for _ in range(2))
        tree.authority = (self.authority.intermediate.pem, "")
        tree.key = old.key_pem
        tree.lineage(NAME, pem=old.pem)
        conf = pathlib.Path(os.fsdecode(tree.conf_path(NAME)))
        conf.write_text(conf.read_text().replace("/etc/letsencrypt", str(tree.config)))
        live = tree.config / "live" / NAME
        port = pebble.free_port()
        nginx = self.started(servers.nginx(self.scratch, [
            (port, NAME, live / "fullchain.pem", live / "privkey.pem", "")]))
        flags = ("--endpoints.local", self.configuration(f"[local]\nports = {port}\n"), f"--certbot.config-dir={tree.config}",
                 "--interval.files=1s", "--interval.endpoints=1s")
        endpoint = f"{NAME}:{port}"
        with harness.serve(*flags) as base:
            def samples():
                return harness.parse(harness.get(base + "/metrics")[0].decode())

            def serves_newest():
                return harness.value(samples(), "certhealth_endpoint_serves_newest", name=endpoint, lineage=NAME)

            def problem():
                return harness.value(samples(), "certhealth_problem", name=endpoint, problem="serves_old_certificate")

            self.assertEqual(serves_newest(), 1)
            self.assertIsNone(problem())

            tree.version(NAME, 2, new.pem, new.key_pem)
            harness.wait_for(lambda: serves_newest() == 0)
            self.assertIsNone(problem(), "the reload may still come")
            two_hours_ago = time.time() - 7200
            os.utime(tree.archived(NAME, "cert", 2), (two_hours_ago, two_hours_ago))
            harness.wait_for(lambda: problem() == 1)
            report = harness.get(base + "/api/v1/report")[0].decode()
            self.assertIn(f"presents serial {old.serial}, ", report)
            self.assertIn(f"{NAME} has serial {new.serial} on disk", report)
            page = harness.get(base + "/")[0].decode()
            self.assertIn("an old version is served at", page)

            nginx.reload()
            harness.wait_for(lambda: serves_newest() == 1)
            harness.wait_for(lambda: problem() is None)
            (info, _), = harness.values(samples(), "certhealth_certificate_info", source="endpoint", name=endpoint)
            self.assertEqual(info["sha256"], new.sha256)
            targets = harness.get(base + "/sd")[0].decode()
            self.assertIn(f'"targets":["{NAME}:443"]', targets)

    def test_a_listener_of_this_machine_that_serves_another_name_is_no_alarm(self):
        tree = trees.Tree(self.scratch / "machine")
        leaf = self.authority.leaf(names=("unserved.example",))
        tree.authority = (self.authority.intermediate.pem, "")
        tree.lineage("unserved.example", pem=leaf.pem)
        default, plain = pebble.free_port(), pebble.free_port()
        self.started(servers.nginx(self.scratch, [
            (default, None, *self.authority.write("default", self.authority.self_signed(("localhost",))), "")]))
        listener = pebble.taken(plain)
        self.addCleanup(listener.close)
        done = harness.check("--format=prometheus", "--endpoints.local", f"--certbot.config-dir={tree.config}", "--probe.timeout=2s",
                             self.configuration(f"[local]\nports = {default}, {plain}\n"))
        samples = harness.parse(done.stdout.decode())
        self.assertEqual(harness.values(samples, "certhealth_endpoint_up"), [])
        self.assertEqual(harness.value(samples, "certhealth_collector_success", collector="endpoints"), 1)

    def test_probe_answers_as_blackbox_exporter_does(self):
        good, bad = pebble.free_port(), pebble.free_port()
        expired = self.authority.leaf(age=91)
        self.started(servers.nginx(self.scratch, [
            (good, NAME, self.chain, self.key, ""),
            (bad, NAME, *self.authority.write("expired", expired, self.authority.intermediate), "")]))
        flags = self.configuration(f"""
[probe "default"]
targets = {HOST}:{good}, {HOST}:{bad}
private = yes
roots = {self.authority.root_path}

[probe "public"]
targets = *:*
""")
        with harness.exporter(flags, "--no-endpoints.local", f"--certbot.config-dir={self.scratch}") as exporter:
            address = exporter.addresses[0]

            def probe(query, **headers):
                return harness.ask(address, f"/probe?{query}", headers=headers)

            answer = probe(f"target={HOST}:{good}&hostname={NAME}")
            self.assertEqual(answer.status, 200, answer.body)
            self.assertEqual(harness.promtool_complaints(answer.body), [])
            samples = harness.parse(answer.body.decode())
            self.assertEqual(harness.value(samples, "probe_success"), 1)
            self.assertEqual(harness.value(samples, "probe_ip_protocol"), 4)
            (info, _), = harness.values(samples, "probe_ssl_last_chain_info")
            self.assertEqual(info["fingerprint_sha256"], self.good.sha256)
            end = self.good.certificate.not_valid_after.replace(tzinfo=pki.datetime.timezone.utc).timestamp()
            self.assertEqual(harness.value(samples, "probe_ssl_earliest_cert_expiry"), end)
            self.assertEqual(harness.value(samples, "certhealth_endpoint_trusted"), 1)

            samples = harness.parse(probe(f"target={HOST}:{bad}&hostname={NAME}").body.decode())
            self.assertEqual(harness.value(samples, "probe_success"), 0)
            self.assertEqual(harness.value(samples, "certhealth_endpoint_failure_info", reason="expired"), 1)

            answer = probe(f"target={HOST}:{good}&module=public")
            self.assertEqual(answer.status, 200)
            samples = harness.parse(answer.body.decode())
            self.assertEqual(harness.value(samples, "certhealth_endpoint_failure_info", reason="forbidden"), 1)
            self.assertEqual(harness.value(samples, "probe_success"), 0)

            self.assertEqual(probe("").status, 400)
            self.assertEqual(probe("target=a&module=none").status, 400)
            self.assertEqual(probe("target=www.example.com").status, 403)

    def test_probe_is_for_people_too(self):
        port = pebble.free_port()
        self.started(servers.nginx(self.scratch, [(port, NAME, self.chain, self.key, "")]))
        done = subprocess.run([harness.BINARY, "probe", f"{NAME}:{port}@{HOST}"], capture_output=True, text=True, timeout=60,
                              check=False)
        self.assertEqual(done.returncode, 2, done.stderr)  # its root is not among the machine's
        self.assertIn(f"address     {HOST}\n", done.stdout)
        self.assertIn(f"sha256 {self.good.sha256}\n", done.stdout)
        self.assertIn("endpoint_untrusted: unknown_issuer", done.stdout)
        done = subprocess.run([harness.BINARY, "probe", "no endpoint"], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 3)


if __name__ == "__main__":
    unittest.main()
