#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A real Prometheus scrapes the exporter; readers of the text formats that are not ours accept its pages."""

import contextlib
import pathlib
import sys
import tempfile
import unittest

from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import prometheus_server
import trees

SAMPLE = harness.SAMPLES / "22-mixed-four-lineages"
OPENMETRICS = {"Accept": "application/openmetrics-text;version=1.0.0"}

# What Prometheus 2.42 logs when it refuses a sample or a whole page.
REFUSALS = ("append failed", "error on ingesting", "out of order", "duplicate sample", "level=error", "scrape commit failed")


@contextlib.contextmanager
def scraped(*flags):
    """An exporter and a Prometheus for which it is up; fails where it never is."""
    with tempfile.TemporaryDirectory() as folder, harness.exporter(*flags) as exporter:
        prometheus = prometheus_server.Prometheus(folder, prometheus_server.scrapes(exporter.addresses[0]))
        try:
            prometheus.wait_for_scrapes()
            yield exporter, prometheus
        finally:
            prometheus.end()


def samples_of(families):
    """{(name, labels): value} of what a reader that is not ours has read; fails on a duplicate."""
    samples = {}
    for family in families:
        for sample in family.samples:
            key = (sample.name, frozenset(sample.labels.items()))
            assert key not in samples, f"twice on the page: {key}"
            samples[key] = sample.value
    return samples


def without_process(samples):
    return {key: value for key, value in samples.items() if not key[0].startswith("process_")}


class Scrapes(unittest.TestCase):
    """One tree that certbot made."""

    @classmethod
    def setUpClass(cls):
        cls.exporter, cls.prometheus = cls.enterClassContext(scraped(f"--root={SAMPLE}"))

    def test_each_sample_of_the_page_arrives(self):
        assert_all_arrive(self, self.exporter, self.prometheus)

    def test_days_are_known_of_each_lineage(self):
        days = {labels["name"]: value for labels, value in self.prometheus.query("certhealth_days_until_expiry")}
        self.assertEqual(set(days), {p.name for p in (SAMPLE / "etc/letsencrypt/live").iterdir() if p.is_dir()})
        shown = harness.parse(harness.ask(self.exporter.addresses[0], "/metrics").body.decode())
        for name, value in days.items():
            self.assertAlmostEqual(value, harness.value(shown, "certhealth_days_until_expiry", name=name), places=1)

    def test_lineages_are_found_by_mode(self):
        found = self.prometheus.query('certhealth_renewal_mode{mode="standalone"}')
        self.assertEqual({labels["name"] for labels, _ in found}, {"mail.example.net", "shop.example.com"})
        self.assertEqual({value for _, value in found}, {1})


class HostileScrapes(unittest.TestCase):
    """Names and subjects that are there to break a page."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        tree = trees.Tree(folder)
        for name in trees.HOSTILE_NAMES:
            tree.lineage(name)
        tree.lineage("good.example.com")
        subjects = trees.hostile_subjects(folder)
        for name, pem in subjects.items():
            tree.lineage(name, pem)
        # openssl, and so certbot, cannot read this one at all.
        tree.lineage("utf8.example.com", trees.patched(folder, trees.UTF8_STRING, b"no utf8 \xff\xfe\xc0\xaf\xed\xa0\x80\0"))
        cls.readable = len(trees.HOSTILE_NAMES) + 1 + len(subjects)
        cls.exporter, cls.prometheus = cls.enterClassContext(scraped(f"--root={folder}", "--metrics.dns-names"))
        cls.text = harness.ask(cls.exporter.addresses[0], "/metrics").body
        cls.openmetrics = harness.ask(cls.exporter.addresses[0], "/metrics", headers=OPENMETRICS).body

    def test_each_sample_of_the_page_arrives(self):
        assert_all_arrive(self, self.exporter, self.prometheus)

    def test_each_lineage_is_a_series_of_its_own(self):
        days = self.prometheus.query("certhealth_days_until_expiry")
        self.assertEqual(len(days), self.readable)
        names = {labels["name"] for labels, _ in days}
        self.assertLessEqual({name for name in trees.HOSTILE_NAMES if isinstance(name, str) and name.isprintable()}, names)

    def test_subjects_arrive_to_their_end(self):
        for name in ("teletex.example.com", "ia5.example.com", "bmp.example.com"):
            (labels, _), = self.prometheus.query(f'certhealth_certificate_info{{name="{name}"}}')
            self.assertIn("CN=hostile.example.com", labels["subject"])
            self.assertRegex(labels["subject"], r"O=\S")

    def test_a_subject_that_nobody_can_read_costs_its_own_lineage_alone(self):
        (labels, _), = self.prometheus.query('certhealth_problem{name="utf8.example.com",problem="unreadable"}')
        self.assertEqual(labels["severity"], "critical")
        self.assertEqual(self.prometheus.query('certhealth_not_after_timestamp_seconds{name="utf8.example.com"}'), [])

    def test_both_pages_are_utf8(self):
        for page in (self.text, self.openmetrics):
            page.decode()
            self.assertNotIn(b"\0", page)

    def test_another_reader_reads_the_openmetrics_page_as_the_text_page(self):
        strict = samples_of(parse_openmetrics(self.openmetrics.decode()))
        loose = harness.parse(self.text.decode())
        self.assertEqual(without_process(strict), without_process(loose))
        self.assertGreater(len(strict), 10 * self.readable)

    def test_promtool_accepts_the_page(self):
        self.assertEqual(harness.promtool_complaints(self.text), [])


class Readers(unittest.TestCase):
    """Each page of certbot's trees before a strict reader."""

    def test_the_openmetrics_page_of_check_is_strict(self):
        for tree in sorted(harness.SAMPLES.glob("[124]*/")):
            with self.subTest(tree=tree.name):
                page = harness.check(f"--root={tree}", "--format=openmetrics").stdout.decode()
                self.assertTrue(page.endswith("# EOF\n"))
                text = harness.check(f"--root={tree}", "--format=prometheus").stdout.decode()
                shared = samples_of(parse_openmetrics(page)).keys()
                self.assertEqual(shared, samples_of(parse_text(text)).keys())

    def test_a_served_openmetrics_page_is_strict(self):
        with harness.exporter(f"--root={SAMPLE}") as exporter:
            page = harness.ask(exporter.addresses[0], "/metrics", headers=OPENMETRICS).body.decode()
        samples = samples_of(parse_openmetrics(page))
        self.assertIn(("process_cpu_seconds_total", frozenset()), samples)


def assert_all_arrive(test, exporter, prometheus):
    on_page = len(harness.parse(harness.ask(exporter.addresses[0], "/metrics").body.decode()))
    for count in ("scrape_samples_scraped", "scrape_samples_post_metric_relabeling"):
        test.assertEqual([value for _, value in prometheus.query(count)], [on_page], count)
    stored, = prometheus.query('count({job="certhealth",__name__=~"certhealth_.+|process_.+"})')
    test.assertEqual(stored[1], on_page)
    for refusal in REFUSALS:
        test.assertNotIn(refusal, prometheus.log.lower())


if __name__ == "__main__":
    unittest.main()
