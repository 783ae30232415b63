# SPDX-License-Identifier: Apache-2.0
"""Tests that mostly wait, run side by side."""

import concurrent.futures
import threading
import unittest

SIDE_BY_SIDE = 6


class Once:
    """What `make` returns, or raises, at its only call: the first thread that asks makes it for all."""

    def __init__(self, make):
        self._make = make
        self._asking = threading.Lock()
        self._made = concurrent.futures.Future()

    def __call__(self):
        with self._asking:
            if not self._made.done():
                try:
                    self._made.set_result(self._make())
                except Exception as error:
                    self._made.set_exception(error)
        return self._made.result()


class Recorded(unittest.TestResult):
    """What came of one test, to be told later by another thread."""

    def __init__(self):
        super().__init__()
        self.told = []

    def addSuccess(self, test):
        self.told.append(("addSuccess", test))

    def addFailure(self, test, err):
        self.told.append(("addFailure", test, err))

    def addError(self, test, err):
        self.told.append(("addError", test, err))

    def addSkip(self, test, reason):
        self.told.append(("addSkip", test, reason))


def each(suite):
    """The tests of a suite and of those within it."""
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from each(test)
        else:
            yield test


class Together(unittest.TestSuite):
    """Tests with nothing in common, some at a time. Of the fixtures it knows those of a test, none of a class."""

    def run(self, result, debug=False):
        with concurrent.futures.ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            for recorded in pool.map(self._run_one, list(each(self))):
                for method, test, *details in recorded.told:
                    result.startTest(test)
                    getattr(result, method)(test, *details)
                    result.stopTest(test)
        return result

    @staticmethod
    def _run_one(test):
        recorded = Recorded()
        test.run(recorded)
        return recorded


class Loader(unittest.TestLoader):
    """For unittest.main: whatever is named on its command line runs together."""

    suiteClass = Together
