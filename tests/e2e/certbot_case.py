# SPDX-License-Identifier: Apache-2.0
"""A certbot with a CA, a tree and a port of its own, and what a step of its story has to end with."""

import pathlib
import re
import tempfile
import unittest

import certbot
import harness
import pebble
import witness

NAME = "shop.example.com"
OTHER = "www.shop.example.com"


def succeeds(run):
    return run.code == 0


def fails(run):
    return run.code not in (0, None)


class CertbotCase(unittest.TestCase):
    """Of the classes with the tests: the `program`, and how many old logs it keeps. 0 is Debian's own setting: certbot writes all
    its runs into one file, which logrotate rotates. 1000 is certbot's default: a new file for every run."""

    log_backups = None

    def program(self):
        raise NotImplementedError

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.webroot = self.folder / "webroot"
        self.webroot.mkdir()
        self.ca = pebble.Pebble(folder.name)
        self.addCleanup(self.ca.close)
        self.certbot = certbot.Certbot(self.program(), self.log_backups, self.folder / "root", self.ca)
        self.witness = witness.Witness()

    # What is done.

    def issue(self, *flags, names=(NAME,)):
        """A new lineage, by the first of `names`."""
        self.assert_agree(self.until(succeeds, lambda: self.certbot.obtain(*(f"--domain={name}" for name in names), *flags)))

    def edit(self, old, new):
        """Replaces the one place in the conf where the pattern `old` is."""
        conf = self.certbot.conf(NAME)
        text, places = re.subn(old, new, conf.read_text(), flags=re.M)
        self.assertEqual(places, 1, conf.read_text())
        conf.write_text(text)

    def serve_webroot(self, **options):
        return pebble.web_server(self.ca.http_port, self.webroot, **options)

    # What is to come of it.

    @property
    def flags(self):
        return [f"--certbot.config-dir={self.certbot.config_dir}", f"--certbot.logs-dir={self.certbot.logs_dir}"]

    def problems(self, name=NAME):
        """To the witness, and so, when they agree, to the exporter too."""
        return self.witness.lineages[name].problems()

    def assert_agree(self, run):
        """The exporter and who watched the terminal say the same, `run` included."""
        self.witness.saw(run)
        done = harness.check("--format=prometheus", *self.flags, env=self.certbot.environment)
        self.assertIn(done.returncode, (0, 1, 2), done.stderr)
        self.assert_page(done.stdout.decode(), run)

    def assert_page(self, page, run):
        if differences := self.witness.differences(harness.parse(page)):
            self.fail("\n".join([*differences, "", run.output]))

    def until(self, is_meant, act):
        """Does `act` until the run that it returns `is_meant`, and agrees on those before. Once in a hundred times Pebble takes
        an earlier validation for good, so that nothing fails; and a busy machine may not answer it in time."""
        for _ in range(5):
            run = act()
            if is_meant(run):
                return run
            self.assert_agree(run)
        raise AssertionError(f"it is always like this:\n{run.output}")

    def assert_fails(self, act, reason, name=NAME, is_meant=fails):
        """The terminal gives `reason`, and so does the exporter. Returns the run."""
        run = self.until(is_meant, act)
        self.assert_agree(run)
        self.assertEqual(self.witness.lineages[name].reason, reason, run.output)
        return run

    def assert_clear(self, act, name=NAME):
        """It is renewed, and nothing is left of what was wrong."""
        run = self.until(succeeds, act)
        self.assert_agree(run)
        lineage = self.witness.lineages[name]
        self.assertEqual((lineage.success, lineage.reason, lineage.problems()), (run, None, set()), run.output)

    def assert_next_look(self, exporter, run):
        """The first look of a running exporter that began after the run had ended shows what came of it."""
        self.witness.saw(run)

        def page_of_next_look():
            page = harness.get(exporter.base + "/metrics")[0].decode()
            samples = harness.parse(page)
            ended, took = (harness.value(samples, f"certhealth_collector_{what}_seconds", collector="certbot")
                           for what in ("last_run_timestamp", "duration"))
            return page if ended - took >= run.ended else None

        self.assert_page(harness.wait_for(page_of_next_look), run)
