#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Every configuration in docs/fleet.md is loaded: by promtool and a real Prometheus, or by the exporter itself."""

import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest
import urllib.error

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness

FENCED = re.compile(r"^```(\w+)\n# (\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language, name):
    """The texts of the fenced blocks of one language whose first line is '# ...NAME'."""
    page = (harness.SOURCE / "docs/fleet.md").read_text()
    return [text for found, title, text in FENCED.findall(page) if found == language and title.endswith(name)]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    return done.returncode, done.stdout + done.stderr


class Fleet(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def written(self, name, text):
        path = self.folder / name
        path.write_text(text)
        return str(path)

    def test_every_fenced_block_is_taken(self):
        page = (harness.SOURCE / "docs/fleet.md").read_text()
        taken = sum(len(blocks(*kind)) for kind in (("yaml", "prometheus.yml"), ("yaml", "rules.yml"),
                                                    ("yaml", "web.yml"), ("ini", "certhealth.ini")))
        self.assertEqual(page.count("```") // 2, taken)
        self.assertGreaterEqual(taken, 9)

    def test_promtool_takes_each_configuration(self):
        for text in blocks("yaml", "prometheus.yml"):
            status, said = run("promtool", "check", "config", self.written("prometheus.yml", text))
            self.assertEqual(status, 0, said + text)
        for text in blocks("yaml", "rules.yml"):
            status, said = run("promtool", "check", "rules", self.written("rules.yml", text))
            self.assertEqual(status, 0, said + text)

    def test_promtool_refuses_a_mistake(self):
        text = blocks("yaml", "prometheus.yml")[0].replace("scrape_interval", "scrape_intervall")
        self.assertNotEqual(run("promtool", "check", "config", self.written("prometheus.yml", text))[0], 0)

    def started(self, number, text):
        """A Prometheus with the configuration `text`, all rules of the page, and /etc/prometheus elsewhere: its base address."""
        with harness.socket.create_server(("127.0.0.1", 0)) as server:
            address = f"127.0.0.1:{server.getsockname()[1]}"
        rules = [self.written(f"{number}-{i}.yml", rule) for i, rule in enumerate(blocks("yaml", "rules.yml"))]
        text = text.replace("/etc/prometheus/", f"{self.folder}/etc/") + f"rule_files: {rules}\n"
        log = open(self.folder / f"{number}.log", "w+")
        self.addCleanup(log.close)
        process = subprocess.Popen(
            ["prometheus", f"--config.file={self.written(f'{number}.yml', text)}",
             f"--storage.tsdb.path={self.folder}/data{number}", f"--web.listen-address={address}"], stdout=log, stderr=log)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)

        def ready():
            self.assertIsNone(process.poll(), pathlib.Path(log.name).read_text())
            try:
                return harness.get(f"http://{address}/-/ready")[0]
            except (urllib.error.URLError, ConnectionError):
                return None
        return f"http://{address}", ready

    def scrape_urls(self, base):
        targets = json.loads(harness.get(base + "/api/v1/targets?state=active")[0])["data"]["activeTargets"]
        return [target["scrapeUrl"] for target in targets]

    def test_a_prometheus_starts_with_each_configuration(self):
        (self.folder / "etc/certhealth").mkdir(parents=True)
        (self.folder / "etc/endpoints").mkdir()
        self.written("etc/certhealth/web.yml", blocks("yaml", "web.yml")[0])
        hosts = [f"www-{number}.example.com:443" for number in range(40)]
        self.written("etc/endpoints/all.json", json.dumps([{"targets": hosts}]))
        running = [self.started(number, text) for number, text in enumerate(blocks("yaml", "prometheus.yml"))]
        for base, ready in running:
            harness.wait_for(ready)
            self.assertIn("job:certhealth_problems:sum", harness.get(base + "/api/v1/rules")[0].decode())

        def scraped():
            return sorted(url for base, _ in running for url in self.scrape_urls(base))
        harness.wait_for(lambda: any("/probe?" in url for url in scraped())
                         and any("web-1.example.com" in url for url in scraped()))
        self.assertIn("http://web-1.example.com:10090/metrics", scraped())
        probes = [re.fullmatch(r"http://(prober-[0-3])\.example\.com:10090/probe\?module=default&target=(\S+)%3A443", url)
                  for url in scraped() if "/probe?" in url]
        self.assertNotIn(None, probes)
        self.assertEqual(sorted(found.group(2) + ":443" for found in probes), sorted(hosts), "each is asked by one")
        self.assertEqual(len({found.group(1) for found in probes}), 4)

    def test_the_exporter_takes_each_of_its_own(self):
        for text in blocks("ini", "certhealth.ini"):
            path = self.written("certhealth.ini", text)
            status, said = run(harness.BINARY, "check", f"--config.file={path}", "--config.check")
            self.assertEqual((status, said), (0, "OK\n"), text)


if __name__ == "__main__":
    unittest.main()
