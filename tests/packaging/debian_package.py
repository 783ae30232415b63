# SPDX-License-Identifier: Apache-2.0
"""The .deb as cpack makes it of the build that the tests run."""

import contextlib
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "e2e"))

from harness import BINARY, SOURCE  # noqa: E402

NAME = "prometheus-certhealth-exporter"
UNIT = f"{NAME}.service"
BUILD = BINARY.resolve().parent


def run(*command, timeout=600, **options):
    """The output of a command that must succeed."""
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=timeout,
                          check=False, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}: exit {done.returncode}\n{done.stdout}"
    return done.stdout


@contextlib.contextmanager
def package(generator="DEB", pattern="*.deb"):
    """The package's path, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        run("cpack", "--config", BUILD / "CPackConfig.cmake", "-G", generator, "-B", folder, cwd=folder)
        [made] = pathlib.Path(folder).glob(pattern)
        yield made
