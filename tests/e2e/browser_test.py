#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The status page in Chromium, at the width of a desk and of a phone, light and dark."""

import pathlib
import re
import struct
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import harness
import trees
from browser import Browser

SAMPLE = harness.SAMPLES / "22-mixed-four-lineages"
LINEAGES = ("old.example.org", "blog.example.com", "mail.example.net", "shop.example.com")
DESK, PHONE = (1280, 900), (360, 800)

# The texts of leaf elements that reach beyond the window's right edge, but for those that a box of their own scrolls.
BEYOND_THE_EDGE = """[...document.querySelectorAll('main *, header *, footer *')]
    .filter(e => !e.children.length && e.textContent.trim() && e.getBoundingClientRect().right > innerWidth + 1
                 && getComputedStyle(e).position !== 'absolute' && !e.closest('thead'))
    .map(e => e.textContent)"""


browser = None


def setUpModule():
    global browser
    browser = Browser()
    unittest.addModuleCleanup(browser.close)


class Page(unittest.TestCase):
    """A page of lineages that certbot made."""

    @classmethod
    def setUpClass(cls):
        cls.url = cls.enterClassContext(harness.serve(f"--root={SAMPLE}")) + "/"

    def at_each_width(self):
        for size in (DESK, PHONE):
            browser.open(self.url, *size)
            yield size

    def test_each_lineage_is_there_to_read(self):
        for _ in self.at_each_width():
            text = browser.evaluate("document.body.innerText")
            for name in LINEAGES:
                self.assertIn(name, text)

    def test_the_console_is_silent_and_nothing_else_is_asked_for(self):
        for _ in self.at_each_width():
            self.assertEqual(browser.complaints(), [])
            self.assertEqual([url for url in browser.requested() if not url.startswith("data:")], [self.url])

    def test_there_is_no_script(self):
        browser.open(self.url, *DESK)
        self.assertEqual(browser.evaluate("document.scripts.length"), 0)

    def test_it_does_not_scroll_sideways(self):
        for width, _ in self.at_each_width():
            self.assertEqual(browser.evaluate("document.scrollingElement.scrollWidth"), width)
            self.assertEqual(browser.evaluate("innerWidth"), width)
            self.assertEqual(browser.evaluate(BEYOND_THE_EDGE), [])

    def test_it_is_painted(self):
        for size in self.at_each_width():
            picture = browser.screenshot()
            self.assertEqual(struct.unpack_from(">II", picture, 16), size)
            self.assertGreater(len(picture), 20_000)  # an empty page takes 2,000

    def test_it_follows_the_systems_colours(self):
        brightness = []
        for colours in ("light", "dark"):
            browser.open(self.url, *DESK, colours)
            painted = browser.evaluate("getComputedStyle(document.body).backgroundColor")
            brightness.append(sum(int(part) for part in re.findall(r"\d+", painted)))
        self.assertGreater(brightness[0], 600)
        self.assertLess(brightness[1], 150)

    def test_links_to_its_own_parts_lead_somewhere(self):
        browser.open(self.url, *DESK)
        lost = "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => decodeURIComponent(a.hash.slice(1)))" \
               ".filter(id => !document.getElementById(id))"
        self.assertEqual(browser.evaluate(lost), [])
        self.assertGreater(browser.evaluate("document.querySelectorAll('a[href^=\"#\"]').length"), 4)


class HostilePage(unittest.TestCase):
    """A page of names that are there to break it."""

    @classmethod
    def setUpClass(cls):
        folder = cls.enterClassContext(tempfile.TemporaryDirectory())
        tree = trees.healthy(folder)
        cls.names = [*trees.HOSTILE_NAMES, '"><img src=x onerror=alert(1)>', "' onclick='x", "&lt;b&gt;", "\u202eright-to-left", "a" * 240]
        for name in cls.names:
            tree.lineage(name)
        for name, pem in trees.hostile_subjects(folder).items():
            tree.lineage(name, pem)
        cls.url = cls.enterClassContext(harness.serve(f"--root={folder}")) + "/"

    def test_names_stay_text(self):
        browser.open(self.url, *DESK)
        self.assertEqual(browser.complaints(), [])
        self.assertEqual(browser.evaluate("document.querySelectorAll('script, img, b[onclick], [onclick], [onerror]').length"), 0)
        shown = browser.evaluate("[...document.querySelectorAll('h3')].map(e => e.textContent)")
        for name in self.names:
            if isinstance(name, str) and name.isprintable() and name.strip():
                self.assertIn(name, shown)
        self.assertEqual([url for url in browser.requested() if not url.startswith("data:")], [self.url])

    def test_long_names_do_not_push_a_phones_page_sideways(self):
        browser.open(self.url, *PHONE)
        self.assertEqual(browser.evaluate("document.scrollingElement.scrollWidth"), PHONE[0])
        self.assertEqual(browser.evaluate(BEYOND_THE_EDGE), [])


if __name__ == "__main__":
    unittest.main()
