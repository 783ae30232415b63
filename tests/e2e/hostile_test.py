#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What stops or kills other readers of certificates: each beside a good lineage and a good file, which must stay as they are.
All of it under a limit of memory and of time."""

import json
import os
import pathlib
import resource
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import trees

GIB = 1 << 30
CPU_SECONDS = 10
SECONDS = 120  # on whatever machine: what hangs on a FIFO takes no CPU
CRITICAL = 2
GLOB = "--files=/etc/ssl/**/*"


def with_little_memory():
    resource.setrlimit(resource.RLIMIT_AS, (GIB, GIB))


def with_little_of_all():
    with_little_memory()
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))


def make(root):
    """The tree. Returns the lineages and files that must be called unreadable, by name."""
    tree = trees.healthy(root)
    ssl = pathlib.Path(root, "etc/ssl")
    ssl.mkdir()
    (ssl / "good.pem").write_text(trees.issue(root, "file.example.com")[0])
    bad_lineages = set(FULLCHAINS)
    for name, spoil in FULLCHAINS.items():
        spoil_lineage(tree, name, spoil)
    for name, leaf in {"leafless-empty": "", "leafless-text": "no certificate\n"}.items():
        tree.lineage(name, leaf)  # with a good chain, and a fullchain.pem that begins with it
        bad_lineages.add(name)
    for name, spoil in CONFS.items():
        tree.lineage(name)
        spoil(tree.replace(tree.conf_path(name)), tree)
    bad_files = set()
    for name, spoil in FULLCHAINS.items():
        spoil(os.fsencode(ssl / f"{name}.pem"), tree)
        bad_files.add(f"/etc/ssl/{name}.pem")
    # What carries its leaf after all.
    tree.lineage("bom.example.com", "\ufeff" + tree.leaf)
    (ssl / "bom.pem").write_text("\ufeff" + tree.leaf + tree.authority[0])
    (ssl / "crlf.pem").write_text("Subject: text\n" + tree.leaf.replace("\n", "\r\n"))
    for number, name in enumerate(trees.HOSTILE_NAMES):
        tree.lineage(name)
        (ssl / os.fsdecode(name)).write_text(tree.leaf)
    os.mkfifo(ssl / "fifo")
    os.symlink(".", ssl / "round")  # a way round for **
    return tree, bad_lineages, bad_files


def spoil_lineage(tree, name, spoil):
    """fullchain.pem and cert.pem are both spoiled: else what cert.pem says would count."""
    tree.lineage(name)
    for part in ("cert", "fullchain"):
        spoil(tree.replace(tree.archived(name, part)), tree)


def sparse(path, _tree):
    with open(path, "wb") as file:
        file.truncate(2 * GIB)


def link_loop(path, _tree):
    other = path + b".loop"
    os.symlink(os.path.basename(path), other)
    os.symlink(os.path.basename(other), path)


def many(path, tree):
    """Ten thousand certificates: more than the reader's limit of bytes."""
    tree.write(path, tree.leaf * 10_000)


def put(contents):
    return lambda path, tree: tree.write(path, contents(tree))


FULLCHAINS = {
    "fifo": lambda path, _tree: os.mkfifo(path),
    "zero": lambda path, _tree: os.symlink("/dev/zero", path),
    "tty": lambda path, _tree: os.symlink("/dev/tty", path),
    "sparse": sparse,
    "loop": link_loop,
    "dangling": lambda path, _tree: os.symlink("nowhere.pem", path),
    "directory": lambda path, _tree: os.mkdir(path),
    "many": many,
    "empty": put(lambda tree: ""),
    "truncated": put(lambda tree: tree.leaf[:len(tree.leaf) // 2]),
    "noise": put(lambda tree: os.urandom(4096)),
    "zeros": put(lambda tree: bytes(500_000)),
    "nested": put(lambda tree: trees.to_pem(b"\x30\x80" * 50_000)),
}

CONFS = {
    "conf-fifo": lambda path, _tree: os.mkfifo(path),
    "conf-zero": lambda path, _tree: os.symlink("/dev/zero", path),
    "conf-directory": lambda path, _tree: os.mkdir(path),
    "conf-loop": link_loop,
    "conf-10-mib": put(lambda tree: b"[renewalparams]\n" + b"# " + b"x" * (10 << 20)),
    "conf-deep": put(lambda tree: b"[" * 100_000),
    "conf-interpolation": put(lambda tree: "a = %(b)s%(b)s\nb = %(a)s%(a)s\n[renewalparams]\nauthenticator = %(a)s\n"),
    "conf-nul": put(lambda tree: b"[renewalparams]\nauthenticator = stand\0alone\n"),
    "conf-binary": put(lambda tree: os.urandom(65536)),
    "conf-quotes": put(lambda tree: b"x = '''" + b"\n" * 200_000),
}


class Hostile(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        cls.tree, cls.bad_lineages, cls.bad_files = make(cls.folder)
        cls.flags = (f"--root={cls.folder}", GLOB)
        cls.page = cls.check("--format=prometheus")
        cls.samples = harness.parse(cls.page.decode())

    @classmethod
    def check(cls, *flags):
        """Output of a `check` that must end in time, by itself, and with nothing on standard error."""
        done = subprocess.run([harness.BINARY, "check", *cls.flags, *flags], capture_output=True, timeout=SECONDS, check=False,
                              preexec_fn=with_little_of_all)
        assert (done.returncode, done.stderr) == (CRITICAL, b""), (done.returncode, done.stderr)
        return done.stdout

    def problems(self, name, samples=None):
        return {labels["problem"] for labels, _ in harness.values(samples or self.samples, "certhealth_problem", name=name)}

    def assert_good_ones_are_there(self, samples):
        for source, name in (("certbot", "good.example.com"), ("file", "/etc/ssl/good.pem"), ("file", "/etc/ssl/bom.pem"),
                             ("file", "/etc/ssl/crlf.pem"), ("certbot", "bom.example.com")):
            days = harness.value(samples, "certhealth_days_until_expiry", source=source, name=name)
            self.assertIsNotNone(days, name)
            self.assertTrue(trees.DAYS - 1 < days <= trees.DAYS, f"{name}: {days}")
        self.assertEqual(harness.value(samples, "certhealth_renewal_mode", name="good.example.com", mode="standalone"), 1)
        self.assertEqual(harness.value(samples, "certhealth_next_renewal_ok", name="good.example.com"), 1)

    def test_the_good_ones_are_there(self):
        self.assert_good_ones_are_there(self.samples)

    def test_each_bad_lineage_is_told_and_has_no_date(self):
        for name in sorted(self.bad_lineages):
            with self.subTest(name=name):
                self.assertTrue(self.problems(name) & {"unreadable", "links_broken"}, self.problems(name))
                self.assertEqual(harness.values(self.samples, "certhealth_not_after_timestamp_seconds", source="certbot", name=name), [])

    def test_a_lost_leaf_never_gives_way_to_the_authority_behind_it(self):
        # Every certificate here but the authority's ends within DAYS.
        for labels, days in harness.values(self.samples, "certhealth_days_until_expiry"):
            self.assertLessEqual(days, trees.DAYS, labels)

    def test_each_bad_file_is_told(self):
        for name in sorted(self.bad_files):
            with self.subTest(name=name):
                if name.endswith("/directory.pem"):
                    continue  # directories are what ** passes through
                self.assertIn("unreadable", self.problems(name))

    def test_each_bad_conf_is_told_and_its_certificate_read(self):
        for name in CONFS:
            with self.subTest(name=name):
                self.assertTrue(self.problems(name) & {"conf_invalid", "authenticator_missing", "orphan_live"}, self.problems(name))
                self.assertIsNotNone(harness.value(self.samples, "certhealth_days_until_expiry", source="certbot", name=name))
                self.assertEqual(harness.value(self.samples, "certhealth_renewal_enabled", name=name) or 0, 0)

    def test_renewal_is_called_off_only_where_a_conf_says_so(self):
        self.assertEqual(harness.values(self.samples, "certhealth_problem", problem="renewal_disabled"), [])

    def test_each_hostile_name_is_a_lineage_and_a_file_of_its_own(self):
        for source in ("certbot", "file"):
            shown = harness.values(self.samples, "certhealth_days_until_expiry", source=source)
            self.assertGreaterEqual(len(shown), len(trees.HOSTILE_NAMES))
            names = {labels["name"].removeprefix("/etc/ssl/") for labels, _ in shown}
            self.assertLessEqual({name for name in trees.HOSTILE_NAMES if isinstance(name, str) and name.isprintable()}, names)

    def test_promtool_accepts_the_page(self):
        self.assertEqual(harness.promtool_complaints(self.page), [])

    def test_every_format_is_utf8_and_the_table_carries_no_control_characters(self):
        table = self.check().decode()
        self.assertEqual([c for c in table if ord(c) < 32 and c != "\n" or 0x7F <= ord(c) < 0xA0], [])
        report = json.loads(self.check("--format=json").decode())
        self.assertIn("good.example.com", [certificate["name"] for certificate in report["certificates"]])
        self.assertTrue(self.check("--format=openmetrics").decode().endswith("# EOF\n"))

    def test_served_it_is_the_same_and_memory_stays_bounded(self):
        with harness.exporter(*self.flags, "--interval.files=1s", preexec_fn=with_little_memory) as exporter:
            address = exporter.addresses[0]
            def last_look():
                samples = harness.parse(harness.ask(address, "/metrics").body.decode())
                return harness.value(samples, "certhealth_collector_last_run_timestamp_seconds", collector="certbot"), samples
            first, samples = last_look()
            self.assert_good_ones_are_there(samples)
            harness.wait_for(lambda: last_look()[0] > first)
            page = harness.ask(address, "/").body.decode()
            self.assertIn("good.example.com", page)
            self.assertNotIn("<script", page)
            self.assertLess(harness.value(last_look()[1], "process_resident_memory_bytes"), 100 << 20)
            self.assertEqual(exporter.end(), 0)


if __name__ == "__main__":
    unittest.main()
