# SPDX-License-Identifier: Apache-2.0
"""One way to break a machine, or not to: a row of the table."""

import contextlib
import dataclasses
import enum
import inspect
from typing import Callable


class Happens(enum.Enum):
    RENEWS = "renews"
    FAILS = "fails"


@dataclasses.dataclass(frozen=True)
class Scenario:
    """`arrange(machine)`, a context manager, does to a machine of `kind` what `what` says; certbot is run within it."""

    kind: str
    name: str
    what: str
    happens: Happens
    passive: str | None  # the id of the problem that foretells the failure, or None: nothing does
    active: str | None  # the same with all that has to be switched on: every active check, and the look into private keys
    warns: str | None  # a problem that has to be told, and does not keep certbot from renewing
    third: bool  # belongs to those that are run each time
    only: str | None  # of certbots, the one where it can be arranged
    forced: bool  # certbot is told to renew, due or not
    why_missed: str  # of a failure that nothing foretells
    arrange: Callable = dataclasses.field(repr=False)

    @property
    def id(self):
        return f"{self.kind}.{self.name}"


ALL = []


def _add(kind, happens, arrange, *, passive=None, active=None, warns=None, third=False, only=None, forced=True, why_missed=""):
    lines = inspect.getdoc(arrange).split()
    active = active or passive
    assert (happens is Happens.FAILS) == bool(active or why_missed), arrange.__name__
    ALL.append(Scenario(kind, arrange.__name__, " ".join(lines), happens, passive, active, warns, third, only, forced, why_missed,
                        contextlib.contextmanager(arrange)))
    assert len({scenario.id for scenario in ALL}) == len(ALL), ALL[-1].id
    return arrange


def renews(kind, **expected):
    """Of a generator function with a machine for its argument: certbot renews in the state that it yields in."""
    return lambda arrange: _add(kind, Happens.RENEWS, arrange, **expected)


def fails(kind, **expected):
    """certbot fails in the state that it yields in."""
    return lambda arrange: _add(kind, Happens.FAILS, arrange, **expected)
