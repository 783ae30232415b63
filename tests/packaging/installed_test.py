#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The .deb on a Debian 12 that boots: installed, started, scraped, upgraded, purged. As root; a minute for the first root."""

import contextlib
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

from debian_package import NAME, SOURCE, UNIT, package, run
from debian_root import Machine, copy_of_base

from harness import parse, value, values, wait_for

TEXTFILE = f"{NAME}-textfile.service"
# What the package manager and a boot write of their own accord.
NOISE = ("/dev", "/proc", "/sys", "/run", "/tmp", "/var/log", "/var/cache", "/var/lib/dpkg", "/var/lib/systemd", "/var/tmp",
         "/etc/ld.so.cache", "/etc/machine-id", "/root", "/usr/lib/.build-id", "/etc/passwd", "/etc/group", "/etc/shadow",
         "/etc/gshadow", "/etc/subuid", "/etc/subgid", "/etc/.pwd.lock", "/var/lib/apt", "/etc/resolv.conf", "/etc/hosts")


def files_of(root):
    found = set()
    for folder, folders, names in os.walk(root):
        inside = "/" + os.path.relpath(folder, root).removeprefix(".")
        found.update(os.path.join(inside, name) for name in [*folders, *names])
    return {path for path in found if not path.startswith(NOISE)}


class InstalledTest(unittest.TestCase):
    """The tests of one machine, in the order of their names: what is installed is purged in the end."""

    @classmethod
    def setUpClass(cls):
        open_until_done = contextlib.ExitStack()
        cls.addClassCleanup(open_until_done.close)
        cls.deb = open_until_done.enter_context(package())
        cls.root = open_until_done.enter_context(copy_of_base())
        libraries = [word for word in run("dpkg-deb", "-f", cls.deb, "Depends").replace(",", " ").split()
                     if word.startswith("lib")]
        run("chroot", cls.root, "apt-get", "-q", "-y", "--no-install-recommends", "install", *libraries,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"})
        cls.add_certbot(open_until_done)
        cls.before = files_of(cls.root)
        (cls.root / "var/tmp" / cls.deb.name).write_bytes(cls.deb.read_bytes())
        cls.machine = Machine(cls.root)
        open_until_done.callback(cls.machine.close)
        cls.machine.run("dpkg", "-i", f"/var/tmp/{cls.deb.name}")
        wait_for(lambda: not cls.machine.fails("systemctl", "is-active", UNIT), 20)
        wait_for(lambda: cls.page_or_nothing(), 20)

    @classmethod
    def add_certbot(cls, open_until_done):
        demo = pathlib.Path(open_until_done.enter_context(tempfile.TemporaryDirectory())) / "demo"
        run(SOURCE / "scripts/make-demo", demo)
        for part in ("etc/letsencrypt", "var/log/letsencrypt", "var/www"):
            run("mkdir", "-p", (cls.root / part).parent)
            run("cp", "-a", demo / part, cls.root / part)
        # What the unit's view does not hold, and may not take for missing.
        conf = cls.root / "etc/letsencrypt/renewal/blog.example.com.conf"
        conf.write_text(conf.read_text().replace("/var/www/blog", "/home/blog/www"))
        (cls.root / "home/blog/www").mkdir(parents=True)

    @classmethod
    def page_or_nothing(cls):
        with contextlib.suppress(AssertionError):
            cls.machine.get("/-/ready")
            return parse(cls.machine.get("/metrics"))

    def pid(self):
        return self.machine.run("systemctl", "show", "-P", "MainPID", UNIT).strip()

    def seen(self, path):
        """What the service finds at `path`: names of a directory, None where nothing is."""
        folder = f"/proc/{self.pid()}/root{path}"
        return None if self.machine.fails("test", "-e", folder) else self.machine.run("ls", "-A", folder).split()

    def test_1_it_runs_as_its_own_user_with_one_capability(self):
        status = dict(line.split(":\t", 1) for line in self.machine.run("cat", f"/proc/{self.pid()}/status").splitlines())
        user = self.machine.run("id", "-u", "certhealth").strip()
        self.assertNotEqual(user, "0")
        self.assertEqual(set(status["Uid"].split()), {user})
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            self.assertEqual(int(status[kind], 16), 1 << 2, kind)  # CAP_DAC_READ_SEARCH
        self.assertEqual(status["NoNewPrivs"], "1")

    def test_2_it_sees_what_it_looks_at_and_nothing_else(self):
        self.assertIn("live", self.seen("/etc/letsencrypt"))
        self.assertIn("blog.example.com", self.seen("/etc/letsencrypt/live"))
        for hidden in ("/etc/shadow", "/etc/passwd", "/etc/ssh", "/home", "/root", "/boot", "/var/lib/dpkg", "/run/systemd/private"):
            self.assertIsNone(self.seen(hidden), hidden)
        # A mount over the file alone would fall away here.
        self.machine.run("sh", "-c", "cp -a /etc/shadow /etc/shadow.new && mv /etc/shadow.new /etc/shadow")
        self.assertIsNone(self.seen("/etc/shadow"))

    def expect_what_root_is_told(self, served, *more):
        metrics = ("certhealth_problem", "certhealth_next_renewal", "certhealth_last_renew", "certhealth_renewal",
                   "certhealth_client_last", "certhealth_collector_success", *more)

        def told(samples):
            return {(key, number) for key, number in samples.items() if key[0].startswith(metrics)}
        checked = self.machine.run("sh", "-c", "certhealth_exporter check --format=prometheus || [ $? = 2 ]")
        self.assertGreater(len(values(served, "certhealth_problem")), 10)
        self.assertEqual(told(served) ^ told(parse(checked)), set())

    def test_3_it_tells_what_root_would_be_told_without_a_sandbox(self):
        served = parse(self.machine.get("/metrics"))
        self.expect_what_root_is_told(served, "certhealth_client")
        self.assertEqual(values(served, "certhealth_problem", name="blog.example.com"), [], "its webroot is out of sight")

    def test_3_so_it_does_without_the_capability_as_documented(self):
        chapter = (SOURCE / "docs/install.md").read_text().split("### Without the capability")[1].split("\n#")[0]
        commands, settings = re.findall(r"\n\n((?:    .*\n)+)", chapter)
        self.machine.run("sh", "-ec", commands.replace("sudo ", ""))
        drop_in = self.root / f"etc/systemd/system/{UNIT}.d/acl.conf"
        drop_in.parent.mkdir()
        drop_in.write_text(settings)
        self.machine.run("systemctl", "daemon-reload")
        self.machine.run("systemctl", "restart", UNIT)
        served = wait_for(self.page_or_nothing, 20)
        self.assertIn("CapEff:\t0000000000000000\n", self.machine.run("cat", f"/proc/{self.pid()}/status"))
        self.expect_what_root_is_told(served)
        self.assertIsNone(value(served, "certhealth_client_renewal_scheduled"), "the crontabs are closed")
        as_its_user = ["setpriv", "--reuid=certhealth", "--regid=certhealth", "--clear-groups", "cat"]
        lineage = "/etc/letsencrypt/live/blog.example.com"
        self.machine.run(*as_its_user, f"{lineage}/cert.pem")
        self.assertTrue(self.machine.fails(*as_its_user, f"{lineage}/privkey.pem"))
        drop_in.unlink()
        drop_in.parent.rmdir()
        self.machine.run("systemctl", "daemon-reload")

    def test_4_it_sees_who_holds_the_port_that_certbot_needs(self):
        listener = subprocess.Popen(self.machine.in_its_network(sys.executable, "-m", "http.server", "80"),
                                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait_for(lambda: not subprocess.run(self.machine.in_its_network("curl", "-s", "--noproxy", "*", "http://127.0.0.1/"),
                                                stdout=subprocess.DEVNULL, check=False).returncode, 20)
            self.machine.run("systemctl", "restart", UNIT)
            samples = wait_for(self.page_or_nothing, 20)
        finally:
            listener.kill()
            listener.wait()
        self.assertTrue(values(samples, "certhealth_problem", problem="standalone_port_taken"))

    def test_5_reload_keeps_the_process_and_an_upgrade_the_flags(self):
        before = self.pid()
        self.machine.run("systemctl", "reload", UNIT)
        self.assertEqual(self.pid(), before)
        flags = self.root / "etc/default" / NAME
        flags.write_text(flags.read_text().replace('ARGS=""', 'ARGS="--metrics.dns-names"'))
        self.machine.run("dpkg", "-i", f"/var/tmp/{self.deb.name}")
        self.assertNotEqual(self.pid(), before)
        samples = wait_for(self.page_or_nothing, 20)
        self.assertTrue(values(samples, "certhealth_dns_name_info", name="blog.example.com"))

    def test_6_a_certbot_that_comes_later_comes_into_view(self):
        before = self.pid()
        with tempfile.TemporaryDirectory() as folder:
            tree = pathlib.Path(folder)
            for name, text in {"DEBIAN/control": "Package: later\nVersion: 1\nArchitecture: all\nMaintainer: a <a@b.example>\n"
                                                 "Description: comes later\n", "etc/letsencrypt/cli.ini": "\n"}.items():
                (tree / name).parent.mkdir(parents=True, exist_ok=True)
                (tree / name).write_text(text)
            run("dpkg-deb", "--root-owner-group", "-b", tree, self.root / "var/tmp/later.deb")
        self.machine.run("dpkg", "-i", "/var/tmp/later.deb")
        self.assertNotEqual(self.pid(), before)
        self.machine.run("dpkg", "-P", "later")

    def test_7_the_timer_writes_for_the_textfile_collector(self):
        self.machine.run("mkdir", "-p", "/var/lib/prometheus/node-exporter")
        self.machine.run("systemctl", "start", TEXTFILE)
        written = self.root / "var/lib/prometheus/node-exporter/certhealth.prom"
        samples = parse(written.read_text())
        self.assertEqual(value(samples, "certhealth_collector_success", collector="certbot"), 1)
        self.assertEqual(values(samples, "certhealth_problem", problem="webroot_not_writable"), [])
        self.assertEqual(written.stat().st_mode & 0o777, 0o644)
        self.machine.run("systemctl", "start", f"{NAME}-textfile.timer")
        self.machine.run("rm", "-r", "/var/lib/prometheus")

    def test_8_purged_it_leaves_nothing_but_its_user(self):
        self.machine.run("dpkg", "-r", NAME)
        self.assertTrue(self.machine.fails("systemctl", "is-active", UNIT))
        self.assertTrue((self.root / "etc/default" / NAME).exists(), "a conffile stays until it is purged")
        self.machine.run("dpkg", "-P", NAME)
        self.assertEqual(files_of(self.root) - self.before, set())


if __name__ == "__main__":
    unittest.main(failfast=True)
