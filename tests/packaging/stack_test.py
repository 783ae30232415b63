#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""docker/: the compose file against its schema, each service's configuration by that service's own checker."""

import http.server
import json
import pathlib
import re
import subprocess
import tempfile
import threading
import unittest

import jsonschema
import yaml

from debian_package import SOURCE, run

DOCKER = SOURCE / "docker"
RULES = SOURCE / "alerts/certhealth.rules.yml"
ALERTMANAGER = SOURCE / "alerts/alertmanager.example.yml"


def compose(**variables):
    """The compose file with its variables filled in, as `docker compose config` has it."""
    def fill(match):
        return variables.get(match.group(1), match.group(2) or "")
    return yaml.safe_load(re.sub(r"\$\{(\w+)(?::-([^}]*))?\}", fill, (DOCKER / "compose.yaml").read_text()))


class ComposeTest(unittest.TestCase):
    def setUp(self):
        self.file = compose()
        self.services = self.file["services"]

    def test_it_follows_the_schema(self):
        schema = json.loads((SOURCE / "tests/fixtures/compose/compose-spec.json").read_text())
        validator = jsonschema.validators.validator_for(schema)(schema)
        for variables in {}, {"CERTHEALTH_HOST": "/", "CERTHEALTH_FLAGS": "--metrics.dns-names"}:
            validator.validate(compose(**variables))
        self.services["exporter"]["cap_ad"] = ["ALL"]
        self.assertFalse(validator.is_valid(self.file), "a misspelt key passes")

    def test_what_it_mounts_is_in_the_repository_or_a_volume(self):
        for name, service in self.services.items():
            for mount in service.get("volumes", []):
                source = mount.split(":")[0]
                with self.subTest(f"{name}: {source}"):
                    if source.startswith("."):
                        if not RULES.exists() and source.startswith("../"):
                            self.skipTest("no alert rules yet")
                        self.assertTrue((DOCKER / source).exists())
                    else:
                        self.assertIn(source, self.file["volumes"])

    def test_one_variable_leads_to_this_machine(self):
        self.assertEqual(compose(CERTHEALTH_HOST="/")["services"]["exporter"]["volumes"], ["/:/host:ro"])
        self.assertEqual(self.services["exporter"]["volumes"], ["demo:/host:ro"])

    def test_no_service_has_a_power_that_it_does_not_need(self):
        for name, service in self.services.items():
            with self.subTest(name):
                self.assertNotIn("privileged", service)
                if name != "demo":  # no network, and root's own files to write
                    self.assertEqual(service["cap_drop"], ["ALL"])
                    self.assertEqual(service.get("cap_add", []), ["DAC_READ_SEARCH"] if name == "exporter" else [])
                self.assertTrue(all(port.startswith("127.0.0.1:") for port in service.get("ports", [])))

    def test_every_address_that_a_service_is_given_is_a_service(self):
        text = "".join(path.read_text() for path in (DOCKER / "prometheus.yml", DOCKER / "grafana/datasources.yml"))
        hosts = set(re.findall(r"(?:\"|//)([a-z]+):\d+", text)) - {"localhost"}
        self.assertEqual(hosts, {"exporter", "prometheus", "alertmanager"})
        self.assertLessEqual(hosts, set(self.services))


class ServicesTest(unittest.TestCase):
    @unittest.skipUnless(RULES.exists(), "no alert rules yet")
    def test_prometheus_accepts_its_configuration_and_the_rules(self):
        with tempfile.TemporaryDirectory() as folder:
            (pathlib.Path(folder) / "alerts").symlink_to(SOURCE / "alerts")
            config = pathlib.Path(folder) / "prometheus.yml"
            config.write_text((DOCKER / "prometheus.yml").read_text())
            self.assertIn("rule files found", run("promtool", "check", "config", "--lint-fatal", config))

    @unittest.skipUnless(ALERTMANAGER.exists(), "no example yet")
    def test_alertmanager_accepts_its_configuration(self):
        run("amtool", "check-config", ALERTMANAGER)

    def test_grafana_is_given_a_data_source_and_the_dashboards(self):
        [source] = yaml.safe_load((DOCKER / "grafana/datasources.yml").read_text())["datasources"]
        self.assertEqual(source["type"], "prometheus")
        [provider] = yaml.safe_load((DOCKER / "grafana/dashboards.yml").read_text())["providers"]
        self.assertEqual(provider["type"], "file")
        mounts = dict(mount.split(":")[:2] for mount in compose()["services"]["grafana"]["volumes"])
        self.assertEqual(mounts["../dashboards"], provider["options"]["path"])


class HealthCheckTest(unittest.TestCase):
    """The image's health check, here: it asks a server, and is not content with a port that is open."""

    def command(self, port):
        text = (DOCKER / "Dockerfile").read_text().replace("\\\n", "")
        script = re.search(r'^HEALTHCHECK .* CMD \["bash", "-c",\s*("(?:[^"\\]|\\.)*")\]', text, re.M).group(1)
        return ["bash", "-c", yaml.safe_load(script).replace("10090", str(port))]

    def test_it_tells_healthy_from_ill(self):
        answers = {"status": 200}

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(answers["status"] if self.path == "/-/healthy" else 404)
                self.end_headers()

            def log_message(self, *_):
                pass

        with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            port = server.server_address[1]
            self.assertEqual(subprocess.run(self.command(port), check=False).returncode, 0)
            answers["status"] = 503
            self.assertNotEqual(subprocess.run(self.command(port), check=False).returncode, 0)
            server.shutdown()
        self.assertNotEqual(subprocess.run(self.command(port), stderr=subprocess.DEVNULL, check=False).returncode, 0)


if __name__ == "__main__":
    unittest.main()
