#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes the dashboards beside itself. Usage: generate.py [--check], which only says whether they are what this makes"""

import json
import pathlib
import sys

import certificate
import endpoints
import overview


def dashboards():
    """File name -> text."""
    return {f"{module.__name__}.json": json.dumps(module.DASHBOARD, indent=2, ensure_ascii=False) + "\n"
            for module in (overview, certificate, endpoints)}


def main():
    folder = pathlib.Path(__file__).parent
    different = [name for name, text in dashboards().items()
                 if not (folder / name).is_file() or (folder / name).read_text(encoding="utf-8") != text]
    if sys.argv[1:] == ["--check"]:
        for name in different:
            print(f"{name} is not what generate.py makes")
        return bool(different)
    for name, text in dashboards().items():
        (folder / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
