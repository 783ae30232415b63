#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`check` as people, cron jobs, Nagios and node_exporter call it."""

import datetime
import json
import os
import pathlib
import pty
import re
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import trees

SAMPLE = harness.SAMPLES / "22-mixed-four-lineages"
AT = "--at=2026-11-23T12:00:00Z"
HEALTHY, WARNINGS, CRITICAL, COULD_NOT_LOOK = range(4)
ESC = b"\x1b"


def check(*flags):
    """Exit code, output, and what it complained of."""
    done = harness.check(*flags)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def on_a_terminal(*flags):
    """What `check` writes to a terminal of 80 columns."""
    controller, terminal = pty.openpty()
    with os.fdopen(controller, "rb", buffering=0) as controller, os.fdopen(terminal, "wb") as terminal:
        process = subprocess.Popen([harness.BINARY, "check", *flags], stdout=terminal, stderr=subprocess.DEVNULL)
        terminal.close()
        written = b""
        try:
            while chunk := controller.read(65536):
                written += chunk
        except OSError:
            pass  # the terminal's end of file
        process.wait(timeout=60)
    return written


class Formats(unittest.TestCase):
    def test_the_table_names_each_lineage_its_problems_and_what_to_do(self):
        code, out, errors = check(f"--root={SAMPLE}", AT)
        self.assertEqual((code, errors), (CRITICAL, ""))
        for name in ("old.example.org", "blog.example.com", "mail.example.net", "shop.example.com"):
            self.assertRegex(out, rf"(?m)^(CRITICAL|WARNING)\s+{re.escape(name)} ")
        self.assertRegex(out, r"(?m)^  critical  authenticator_missing: \S*old\.example\.org\.conf:10: .*\n +-> Add authenticator")
        self.assertTrue(out.endswith("4 certificates: 1 critical, 3 warning, 0 healthy (as of 2026-11-23 12:00 UTC)\n"))

    def test_a_root_that_is_no_directory_is_said_before_anything_is_looked_at(self):
        for root, why in (("/nowhere/at/all", " does not exist"), ("/etc/hostname", ": not a directory")):
            code, out, errors = check(f"--root={root}")
            self.assertEqual((code, out), (COULD_NOT_LOOK, ""))
            self.assertIn(f"--root: {root}{why}", errors)

    def test_json_prometheus_and_openmetrics_tell_the_same(self):
        report = json.loads(check(f"--root={SAMPLE}", AT, "--format=json")[1])
        text = harness.parse(check(f"--root={SAMPLE}", AT, "--format=prometheus")[1])
        strict = check(f"--root={SAMPLE}", AT, "--format=openmetrics")[1]
        self.assertTrue(strict.endswith("# EOF\n"))
        self.assertEqual(without_looks(harness.parse(strict)), without_looks(text))
        in_metrics = {(labels.get("name"), labels["problem"], labels["severity"])
                      for labels, _ in harness.values(text, "certhealth_problem")}
        in_json = {(judged.get("name"), problem["id"], problem["severity"])
                   for judged in report["certificates"] + report["clients"] for problem in judged["problems"]}
        self.assertIn((None, "last_run_failed", "warning"), in_json)
        self.assertEqual(in_json, in_metrics)
        self.assertGreater(len(in_json), 5)

    def test_the_exit_code_is_the_same_in_all_formats(self):
        for form in ("table", "json", "prometheus", "openmetrics"):
            self.assertEqual(check(f"--root={SAMPLE}", AT, f"--format={form}")[0], CRITICAL, form)

    def test_an_unknown_format_says_which_is_meant(self):
        code, out, errors = check("--format=jason")
        self.assertEqual((code, out), (COULD_NOT_LOOK, ""))
        self.assertIn("did you mean", errors)
        self.assertIn("json", errors)


def without_looks(samples):
    """Without what is about the look itself, which the clock changes from one to the next."""
    return {key: value for key, value in samples.items() if not key[0].startswith("certhealth_collector_")}


class Colours(unittest.TestCase):
    def test_a_pipe_gets_plain_text(self):
        self.assertNotIn(ESC, harness.check(f"--root={SAMPLE}", AT).stdout)

    def test_a_terminal_gets_colours_and_its_own_width(self):
        written = on_a_terminal(f"--root={SAMPLE}", AT)
        self.assertIn(ESC + b"[", written)
        plain = re.sub(rb"\x1b\[[0-9;]*m", b"", written)
        self.assertNotIn(ESC, plain)
        self.assertIn(b"authenticator_missing", plain)

    def test_the_flag_has_the_last_word(self):
        self.assertIn(ESC, harness.check(f"--root={SAMPLE}", AT, "--color=always").stdout)
        self.assertNotIn(ESC, on_a_terminal(f"--root={SAMPLE}", AT, "--color=never"))

    def test_a_file_of_json_has_none_even_on_a_terminal(self):
        self.assertNotIn(ESC, on_a_terminal(f"--root={SAMPLE}", AT, "--format=json"))


class OwnTree(unittest.TestCase):
    """A lineage that nothing is wrong with: what a test wants wrong, it breaks."""

    def setUp(self):
        self.folder = self.enterContext(tempfile.TemporaryDirectory())
        self.tree = trees.healthy(self.folder)
        self.root = f"--root={self.folder}"


class Codes(OwnTree):
    def test_zero_when_all_is_well(self):
        code, out, errors = check(self.root)
        self.assertEqual((code, errors), (HEALTHY, ""), out)

    def test_one_with_a_warning(self):
        os.chmod(self.tree.archived("good.example.com", "privkey", 2), 0o644)
        for folder in ("live", "archive"):
            os.chmod(self.tree.within(folder), 0o755)
        code, out, _ = check(self.root)
        self.assertEqual(code, WARNINGS)
        self.assertIn("key_exposed", out)

    def test_two_when_the_next_renewal_must_fail(self):
        self.tree.conf("good.example.com", "")
        code, out, _ = check(self.root)
        self.assertEqual(code, CRITICAL)
        self.assertIn("authenticator_missing", out)

    def test_another_moment_has_another_verdict(self):
        self.assertEqual(check(self.root)[0], HEALTHY)
        christmas = f"{datetime.date.today().year + 1}-12-24T00:00:00Z"
        code, out, _ = check(self.root, f"--at={christmas}")
        self.assertEqual(code, CRITICAL)
        self.assertRegex(out, r"critical\s+expired")
        self.assertIn(f"(as of {christmas[:10]} 00:00 UTC)", out)
        self.assertEqual(check(self.root, f"--at={christmas[:10]}")[1], out)

    def test_a_moment_that_is_none_is_refused(self):
        for typed in ("Christmas", "2026-13-01", "2026-02-30T00:00:00Z", ""):
            code, out, errors = check(self.root, f"--at={typed}")
            self.assertEqual((code, out, errors.count("\n")), (COULD_NOT_LOOK, "", 1), typed)
            self.assertIn("--at", errors)

    def test_only_the_lineages_named_count(self):
        self.tree.lineage("broken.example.com", "no certificate\n")
        self.assertEqual(check(self.root)[0], CRITICAL)
        code, out, _ = check(self.root, "good.example.com")
        self.assertEqual(code, HEALTHY)
        self.assertNotIn("broken", out)
        self.assertEqual(check(self.root, "good.example.com", "broken.example.com")[0], CRITICAL)

    def test_a_name_that_nothing_has_gets_the_nearest_one(self):
        code, out, errors = check(self.root, "good.exmaple.com")
        self.assertEqual((code, out), (COULD_NOT_LOOK, ""))
        self.assertEqual(errors, "there is no certificate named 'good.exmaple.com', did you mean 'good.example.com'?\n")


class Places(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def test_a_machine_without_certbot_is_no_problem(self):
        code, out, errors = check(f"--root={self.folder}")
        self.assertEqual((code, errors), (HEALTHY, ""))
        self.assertIn("No certificates found", out)
        page = harness.parse(check(f"--root={self.folder}", "--format=prometheus")[1])
        self.assertEqual(harness.value(page, "certhealth_collector_success", collector="certbot"), 1)

    def test_a_directory_that_was_typed_must_be_there(self):
        code, out, _ = check(f"--root={self.folder}", "--certbot.config-dir=/etc/letsencrypt")
        self.assertEqual(code, COULD_NOT_LOOK)
        self.assertIn("/etc/letsencrypt", out)

    def test_two_directories_are_both_looked_at(self):
        first, second = harness.SAMPLES / "10-v1.9.0-first-issue", harness.SAMPLES / "22-mixed-four-lineages"
        code, out, errors = check(AT, "--format=prometheus", f"--certbot.config-dir={first}/etc/letsencrypt",
                                  f"--certbot.config-dir={second}/etc/letsencrypt")
        self.assertEqual((code, errors), (CRITICAL, ""))
        found = [labels["name"] for labels, _ in harness.values(harness.parse(out), "certhealth_not_after_timestamp_seconds")]
        wanted = [p.name for tree in (first, second) for p in (tree / "etc/letsencrypt/live").iterdir() if p.is_dir()]
        self.assertEqual(sorted(name.split(" ")[0] for name in found), sorted(wanted))
        self.assertIn(f"shop.example.com ({second}/etc/letsencrypt)", found)

    def test_files_are_found_by_pattern(self):
        code, out, _ = check(f"--root={self.folder}", "--files=/etc/ssl/**/*.pem")
        self.assertEqual(code, COULD_NOT_LOOK, out)
        self.assertIn("/etc/ssl does not exist", out)
        nested = self.folder / "etc/ssl/a/b"
        nested.mkdir(parents=True)
        (nested / "x.pem").write_text(trees.issue(self.folder, "x.example.com")[0])
        page = harness.parse(check(f"--root={self.folder}", "--files=/etc/ssl/**/*.pem", "--format=prometheus")[1])
        self.assertIsNotNone(harness.value(page, "certhealth_not_after_timestamp_seconds", source="file", name="/etc/ssl/a/b/x.pem"))


class TextFile(OwnTree):
    def setUp(self):
        super().setUp()
        self.out = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.file = self.out / "certhealth.prom"

    def test_it_holds_a_page_that_promtool_accepts_without_this_process(self):
        code, table, _ = check(self.root, f"--textfile.path={self.file}")
        self.assertEqual(code, HEALTHY)
        self.assertIn("good.example.com", table)
        page = self.file.read_bytes()
        self.assertEqual(harness.promtool_complaints(page), [])
        self.assertNotIn(b"process_", page)
        self.assertEqual(harness.value(harness.parse(page.decode()), "certhealth_renewal_mode", mode="standalone"), 1)
        self.assertEqual(self.file.stat().st_mode & 0o777, 0o644)
        self.assertEqual(os.listdir(self.out), ["certhealth.prom"])

    def test_it_takes_the_old_files_place_in_one_step(self):
        self.file.write_text("old\n")
        with self.file.open() as reader:
            check(self.root, f"--textfile.path={self.file}")
            self.assertEqual(reader.read(), "old\n")  # the reader's file is not the new one
        self.assertIn("certhealth_", self.file.read_text())

    def test_it_is_written_whatever_the_verdict(self):
        self.tree.conf("good.example.com", "")
        self.assertEqual(check(self.root, f"--textfile.path={self.file}")[0], CRITICAL)
        self.assertIn('problem="authenticator_missing"', self.file.read_text())

    def test_a_missing_directory_is_one_line_and_three(self):
        code, out, errors = check(self.root, f"--textfile.path={self.out}/none/certhealth.prom")
        self.assertEqual((code, out, errors.count("\n")), (COULD_NOT_LOOK, "", 1))
        self.assertIn(f"{self.out}/none/certhealth.prom: No such file or directory", errors)

    def test_a_full_disk_leaves_the_old_file(self):
        self.file.write_text("old\n")
        done = subprocess.run(["prlimit", "--fsize=100", harness.BINARY, "check", self.root, f"--textfile.path={self.file}"],
                              capture_output=True, timeout=60, check=False, preexec_fn=ignore_too_large)
        self.assertEqual(done.returncode, COULD_NOT_LOOK)
        self.assertIn(b"cannot write", done.stderr)
        self.assertEqual(self.file.read_text(), "old\n")
        self.assertEqual(os.listdir(self.out), ["certhealth.prom"])

    def test_a_directory_in_its_place_stays(self):
        self.file.mkdir()
        self.assertEqual(check(self.root, f"--textfile.path={self.file}")[0], COULD_NOT_LOOK)
        self.assertEqual(os.listdir(self.out), ["certhealth.prom"])

    def test_full_standard_output_is_told(self):
        with open("/dev/full", "wb") as full:
            done = subprocess.run([harness.BINARY, "check", self.root], stdout=full, stderr=subprocess.PIPE, timeout=60, check=False)
        self.assertEqual((done.returncode, done.stderr), (COULD_NOT_LOOK, b"cannot write to standard output\n"))


def ignore_too_large():
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # so that write() fails, as on a full disk


@unittest.skipUnless(os.geteuid() == 0, "needs root, to be somebody else")
class WithoutPermission(OwnTree):
    def check_as_nobody(self, *flags):
        os.chmod(self.folder, 0o755)
        done = subprocess.run([harness.BINARY, "check", self.root, *flags], capture_output=True, timeout=60, check=False,
                              user=65534, group=65534, extra_groups=[])
        return done.returncode, done.stdout.decode(), done.stderr.decode()

    def setUp(self):
        super().setUp()
        if self.binary_is_hidden():
            self.skipTest("the binary lies where others may not go")

    def binary_is_hidden(self):
        return subprocess.run(["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "test", "-x", harness.BINARY],
                              check=False).returncode != 0

    def test_closed_live_says_permission(self):
        code, out, errors = self.check_as_nobody()
        self.assertEqual((code, errors), (COULD_NOT_LOOK, ""), out)
        self.assertIn("may not be read", out)
        self.assertIn("good.example.com", out)

    def test_a_closed_configuration_directory_is_three(self):
        os.chmod(self.tree.config, 0o700)
        code, out, _ = self.check_as_nobody()
        self.assertEqual(code, COULD_NOT_LOOK)
        self.assertIn("may not be read", out)

    def test_an_account_behind_a_closed_directory_is_not_called_damaged(self):
        os.chmod(self.tree.config / "accounts/ca.example/dir" / trees.ACCOUNT, 0o700)
        for folder in ("live", "archive"):
            os.chmod(self.tree.within(folder), 0o755)
        _, out, _ = self.check_as_nobody()
        self.assertNotIn("account_missing", out)

    def test_the_page_tells_and_guesses_nothing(self):
        _, page, _ = self.check_as_nobody("--format=prometheus")
        samples = harness.parse(page)
        self.assertEqual(harness.promtool_complaints(page.encode()), [])
        self.assertEqual(harness.values(samples, "certhealth_not_after_timestamp_seconds"), [])
        self.assertEqual(harness.value(samples, "certhealth_renewal_mode", mode="standalone"), 1)  # renewal/ is open

    def test_a_closed_textfile_directory_keeps_the_old_file(self):
        with tempfile.TemporaryDirectory() as out:
            os.chmod(out, 0o755)
            file = pathlib.Path(out, "certhealth.prom")
            file.write_text("old\n")
            code, _, errors = self.check_as_nobody(f"--textfile.path={file}")
            self.assertEqual(code, COULD_NOT_LOOK)
            self.assertIn("ermission denied", errors)
            self.assertEqual((file.read_text(), os.listdir(out)), ("old\n", ["certhealth.prom"]))


if __name__ == "__main__":
    unittest.main()
