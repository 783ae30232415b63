# SPDX-License-Identifier: Apache-2.0
"""What the DNS says of the names."""

from foresight.machine import ADDRESS, ADDRESS6
from foresight.scenario import fails, renews

KIND = "standalone"
ONLY_DNS = "only the DNS tells"


@fails(KIND, active="dns_unresolved", why_missed=ONLY_DNS, third=True)
def one_name_gone(machine):
    """One of the two names does not exist any more."""
    machine.dns.say(**{"www.shop": None})
    yield


@fails(KIND, active="dns_unresolved", why_missed=ONLY_DNS)
def no_address(machine):
    """A name has a text, but no address."""
    machine.dns.say(**{"www.shop": 'TXT "nobody"'})
    yield


@fails(KIND, active="dns_unresolved", why_missed=ONLY_DNS)
def servfail(machine):
    """The name server cannot read its zone."""
    machine.dns.say_text("$ORIGIN example.com.\nno SOA at all\n")
    yield


@fails(KIND, active="dns_points_elsewhere", why_missed=ONLY_DNS, third=True)
def elsewhere(machine):
    """A name leads to another machine."""
    machine.dns.say(**{"www.shop": "A 192.0.2.99"})
    yield


@fails(KIND, active="dns_unresolved", why_missed=ONLY_DNS)
def alias_to_nowhere(machine):
    """A name is an alias of one that does not exist."""
    machine.dns.say(**{"www.shop": "CNAME gone"})
    yield


@renews(KIND, third=True)
def alias(machine):
    """A name is an alias of an alias."""
    machine.dns.say(**{"www.shop": "CNAME shop2", "shop2": "CNAME shop"})
    yield


@renews(KIND)
def subset_allowed(machine):
    """One of the two names does not exist any more, and allow_subset_of_names lets certbot go on with the other."""
    machine.set("allow_subset_of_names", "True")
    machine.dns.say(**{"www.shop": None})
    yield


@renews(KIND)
def both_families(machine):
    """The names have an address of each family, and the machine has both."""
    machine.dns.say(**{"shop": f"A {ADDRESS}\nshop AAAA {ADDRESS6}"})
    yield


@renews(KIND)
def ipv6_alone(machine):
    """A name has an IPv6 address and no other."""
    machine.dns.say(**{"www.shop": f"AAAA {ADDRESS6}"})
    yield
