#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The .rpm, as far as Debian's rpm can tell: its files, its scripts, what it depends on."""

import tempfile
import unittest

from debian_package import NAME, UNIT, package, run


class RpmTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        context = package("RPM", "*.rpm")
        cls.rpm = context.__enter__()
        cls.addClassCleanup(context.__exit__, None, None, None)

    def query(self, *options):
        with tempfile.TemporaryDirectory() as database:  # rpm makes one where there is none
            return run("rpm", "--dbpath", database, "-qp", *options, self.rpm).splitlines()

    def test_it_has_the_files_of_the_deb_and_owns_no_folder_of_others(self):
        files = self.query("-l")
        for path in ("/usr/bin/certhealth_exporter", f"/usr/lib/systemd/system/{UNIT}", f"/etc/default/{NAME}",
                     "/usr/share/man/man1/certhealth_exporter.1.gz"):
            self.assertIn(path, files)
        for folder in ("/etc", "/usr", "/usr/bin", "/usr/lib/systemd/system", "/usr/share/man/man1", "/usr/share/doc"):
            self.assertNotIn(folder, files)
        self.assertEqual([path for path in files if "lintian" in path or "Debian" in path], [])

    def test_a_changed_file_of_flags_survives_an_upgrade(self):
        self.assertEqual(self.query("--configfiles"), [f"/etc/default/{NAME}"])

    def test_it_needs_the_libraries_of_its_program(self):
        needed = " ".join(self.query("--requires"))
        for library in ("libssl.so.3", "libgflags.so", "libinih.so", "libz.so"):
            self.assertIn(library, needed)

    def test_its_scripts_are_shell_and_name_the_unit(self):
        scripts = "\n".join(self.query("--scripts"))
        for moment in ("preinstall", "postinstall", "preuninstall", "postuninstall"):
            self.assertIn(f"{moment} scriptlet (using /bin/sh)", scripts)
        self.assertIn(UNIT, scripts)
        with tempfile.NamedTemporaryFile("w") as file:
            file.write("\n".join(line for line in scripts.splitlines() if "scriptlet (using" not in line))
            file.flush()
            run("sh", "-n", file.name)


if __name__ == "__main__":
    unittest.main()
