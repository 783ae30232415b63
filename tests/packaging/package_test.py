#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The .deb: what lintian and systemd say of it, and whether what documents the flags knows all of them."""

import contextlib
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

from debian_package import NAME, UNIT, package, run


class PackageTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        open_until_done = contextlib.ExitStack()
        cls.addClassCleanup(open_until_done.close)
        cls.deb = open_until_done.enter_context(package())
        cls.root = pathlib.Path(open_until_done.enter_context(tempfile.TemporaryDirectory()))
        run("dpkg-deb", "-x", cls.deb, cls.root)
        cls.program = cls.root / "usr/bin/certhealth_exporter"
        cls.help = run(cls.program, "--help")
        cls.flags = set(re.findall(r"^  (?:-h, )?(--[a-z.-]+)", cls.help, re.M))

    def test_lintian_has_nothing_to_say(self):
        # A warning that it dislikes to run as root is not about the package.
        said = run("lintian", "--allow-root", "--fail-on", "error,warning", self.deb)
        self.assertEqual([line for line in said.splitlines() if re.match("[EW]:", line)], [])

    def test_a_changed_file_of_flags_survives_an_upgrade(self):
        self.assertEqual(run("dpkg-deb", "-I", self.deb, "conffiles"), f"/etc/default/{NAME}\n")
        self.assertIn('\nARGS=""\n', (self.root / f"etc/default/{NAME}").read_text())

    def test_it_depends_on_what_its_program_is_linked_with(self):
        depends = run("dpkg-deb", "-f", self.deb, "Depends")
        for library in ("libc6", "libgflags2.2", "libinih1", "libssl3", "libstdc++6", "zlib1g"):
            self.assertRegex(depends, rf"(^|, ){re.escape(library)}\b")
        self.assertIn("adduser", depends)

    def test_the_unit_is_as_confined_as_promised(self):
        unit = self.root / "usr/lib/systemd/system" / UNIT
        run("systemd-analyze", "security", "--offline=true", "--threshold=20", unit)

    def test_systemd_understands_every_unit(self):
        units = sorted((self.root / "usr/lib/systemd/system").iterdir())
        self.assertEqual(len(units), 3)
        with tempfile.TemporaryDirectory() as folder:
            for unit in units:  # its program is here, not in /usr/bin
                text = unit.read_text().replace("/usr/bin/certhealth_exporter", str(self.program))
                (pathlib.Path(folder) / unit.name).write_text(text)
            said = run("systemd-analyze", "verify", "--man=no", *(f"{folder}/{unit.name}" for unit in units))
        self.assertEqual(said, "")

    def test_the_unit_binds_only_what_may_be_missing(self):
        # /usr is there wherever the program is; anything else that is not there must not stop it.
        paths = re.findall(r"^BindReadOnlyPaths=(.*)$", (self.root / "usr/lib/systemd/system" / UNIT).read_text(), re.M)
        self.assertEqual([path for line in paths for path in line.split() if not path.startswith("-")], ["/usr"])

    def test_no_setting_undoes_the_view_of_the_unit(self):
        # systemd 252 drops TemporaryFileSystem=/ beside these two, and says nothing.
        unit = (self.root / "usr/lib/systemd/system" / UNIT).read_text()
        self.assertIn("\nTemporaryFileSystem=/:ro\n", unit)
        self.assertEqual(re.findall(r"^(?:ProtectSystem|DynamicUser)=.*", unit, re.M), [])

    def test_the_manual_page_has_every_flag(self):
        page = self.root / "usr/share/man/man1/certhealth_exporter.1.gz"
        shown = run("man", "--local-file", page, env={**os.environ, "MANWIDTH": "200", "MAN_KEEP_FORMATTING": ""})
        shown = re.sub(".\b", "", shown)
        self.assertTrue(self.flags)
        self.assertEqual(self.flags - set(re.findall(r"--[a-z][a-z.-]*", shown)), set())
        self.assertNotIn("@", shown)
        done = subprocess.run(["man", "--warnings=w", "--local-file", page], capture_output=True, check=True)
        self.assertEqual(done.stderr, b"")

    def complete(self, shell, *words):
        """What a shell offers for the last of `words`; readline cuts them at "=", the others do not."""
        share = self.root / "usr/share"
        bash = (f". {share}/bash-completion/completions/certhealth_exporter; compopt() {{ :; }}; COMP_WORDS=(\"$@\"); "
                "COMP_CWORD=$(($# - 1)); _certhealth_exporter certhealth_exporter; printf '%s\\n' \"${COMPREPLY[@]}\"")
        fish = (f"source {share}/fish/vendor_completions.d/certhealth_exporter.fish; "
                f"complete -C '{' '.join(words).replace(' = ', '=')}'")
        zsh = ("_arguments() { print -rl -- \"$@\" }; _call_program() { shift; \"$@\" }; words=(\"$@\"); "
               f"run() {{ . {share}/zsh/vendor-completions/_certhealth_exporter }}; run")
        command = {"bash": ["bash", "-c", bash, "-", *words], "fish": ["fish", "--no-config", "-c", fish],
                   "zsh": ["zsh", "-f", "-c", zsh, "-", *words]}[shell]
        with tempfile.TemporaryDirectory() as home:
            return run(*command, env={**os.environ, "HOME": home,
                                      "PATH": f"{self.program.parent}:{os.environ['PATH']}"}).splitlines()

    def test_every_shell_offers_every_flag_that_help_lists_and_no_other(self):
        for shell in ("bash", "fish", "zsh"):
            with self.subTest(shell):
                offered = self.complete(shell, "certhealth_exporter", "--")
                flags = {match.group(1) for match in (re.match(r"\*?(--[a-z.-]+)", line) for line in offered) if match}
                self.assertEqual(flags, self.flags)

    def test_every_shell_offers_the_values_that_help_lists(self):
        for flag, values in {"--format": "table json prometheus openmetrics", "--color": "auto always never",
                             "--log.level": "debug info warn error", "--log.format": "logfmt json"}.items():
            [line] = [line for line in self.help.splitlines() if line.startswith(f"  {flag}=")]
            for value in values.split():
                self.assertRegex(line, rf"\b{value}\b")
            for shell in ("bash", "fish"):
                with self.subTest(f"{shell} {flag}"):
                    offered = self.complete(shell, "certhealth_exporter", "check", flag, "=", "")
                    self.assertEqual({line.split("=")[-1] for line in offered}, set(values.split()))
            with self.subTest(f"zsh {flag}"):
                [spec] = [line for line in self.complete("zsh", "certhealth_exporter") if line.startswith(f"*{flag}=")]
                self.assertTrue(spec.endswith(f":({values})"), spec)


if __name__ == "__main__":
    unittest.main()
