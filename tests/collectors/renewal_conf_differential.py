#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Holds our reading of renewal confs against certbot's own code (written for certbot 2.1).

usage: renewal_conf_differential.py DRIVER [COUNT [SEED]]

certbot._internal.renewal._reconstitute judges generated confs, with the looks at links and at the
certificate taken out. Both must agree on whether the conf is skipped and why, and on the restored
values. Exit status 1 and the first differing confs otherwise.
"""

import copy
import json
import logging
import os
import random
import subprocess
import sys
import tempfile

from certbot import configuration
from certbot import errors
from certbot._internal import cli
from certbot._internal import renewal
from certbot._internal import storage
from certbot._internal.plugins import disco

UNPARSEABLE, MISSING_PATH, NO_PARAMS, NO_AUTHENTICATOR, BAD_VALUE = range(5)
REFUSALS = [("error parsing", UNPARSEABLE), ("missing a required", MISSING_PATH), ("lacks", NO_PARAMS),
            ("does not specify", NO_AUTHENTICATOR), ("error occurred while parsing", BAD_VALUE)]
VALUES = {
    "version": ["2.1.0", "9.9", "1, 2"],
    "pref_challs": ["http-01,", "http", "dns, http", " tls-alpn-01 ", "tls-sni-01,", "", ",", "'',", "'', ''", "%(cert)s"],
    "http01_port": ["80", "8080", "None", "eighty", "8_0", "' 81 '", "+82", "", "80,", "_8", "8__0"],
    "rsa_key_size": ["2048", "None", "4096,", "2k"],
    "authenticator": ["standalone", "webroot", "manual", "nginx", "None", "dns-foo", "a, b", "", "%(installer)s"],
    "installer": ["None", "nginx", "manual", "apache", "a,"],
    "webroot_path": ["/srv,", "/srv", "/a, /b", "None", ","],
    "webroot_map": ["{}", "None"],
    "manual_auth_hook": ["/bin/auth", "None", "True", "a, b"],
}
BOOLS = ["True", "False", "true", "FALSE", "no", "0", "None", "maybe", "True,", ""]
TEXTS = ["x", "None", "none", "a, b", "'a, b'", "%(cert)s", "%(nosuch)s", "caf\xe9", "", "100%"]
for name in ["autorenew", "must_staple", "allow_subset_of_names", "reuse_key"]:
    VALUES[name] = BOOLS
for name in ["account", "server", "pre_hook", "post_hook", "renew_hook", "http01_address", "user_agent"]:
    VALUES[name] = TEXTS
RESTORED = ["autorenew", "allow_subset_of_names", "reuse_key", "http01_port", "pref_challs", "account", "server",
            "authenticator", "installer", "http01_address", "pre_hook", "post_hook", "renew_hook",
            "manual_auth_hook", "webroot_path", "webroot_map"]


class Messages(logging.Handler):
    """Keeps what certbot logs as an error."""

    def __init__(self):
        super().__init__(logging.ERROR)
        self.texts = []

    def emit(self, record):
        self.texts.append(record.getMessage())


def conf(rand):
    lines = []
    for key in ["version", "cert", "privkey", "chain", "fullchain", "extra"]:
        if rand.random() < (0.97 if key != "extra" else 0.1):
            value = "/live/" + key if rand.random() < 0.98 else rand.choice(TEXTS[2:])
            lines.append("%s = %s" % (key, rand.choice(VALUES["version"][:2] if rand.random() < 0.95 else VALUES["version"])
                                      if key == "version" else value))
    if rand.random() < 0.02:
        lines.append("nonsense")
    if rand.random() < 0.97:
        lines.append("[renewalparams]")
        for key in rand.sample(sorted(VALUES), rand.randint(0, 5)):
            usual = VALUES[key][:2] if rand.random() < 0.7 else VALUES[key]
            if key != "authenticator":
                lines.append("%s = %s" % (key, rand.choice(usual)))
        if rand.random() < 0.95:
            choices = VALUES["authenticator"]
            lines.append("authenticator = " + rand.choice(choices[:4] if rand.random() < 0.8 else choices))
        if not any(line.startswith("webroot_map") for line in lines) and rand.random() < 0.3:
            lines += ["[[webroot_map]]", "a.example = /srv/a", "2001:db8::1 = /srv/b"]
        if rand.random() < 0.02:
            lines += ["[[%s]]" % rand.choice(["autorenew", "installer", "pre_hook", "http01_port"])]
    return "\n".join(lines).encode("latin-1" if rand.random() < 0.03 else "utf-8") + b"\n"


def check_paths(lineage):
    """All that is left of certbot's look at the links: a path is text, and not empty."""
    if not all([os.path.basename(getattr(lineage, kind)) for kind in storage.ALL_FOUR]):
        raise errors.CertStorageError("missing a required path")


def certbot_says(base, path, messages):
    config = copy.deepcopy(base)
    messages.texts.clear()
    try:
        lineage = renewal._reconstitute(config, path)
    except UnicodeDecodeError:
        return UNPARSEABLE, None, None
    except Exception:  # certbot: "produced an unexpected error", a parse failure as well
        return BAD_VALUE, None, None
    if lineage is None:
        text = " ".join(messages.texts)
        return next(fault for words, fault in REFUSALS if words in text), None, None
    return -1, config, lineage


def different(ours, config, lineage):
    """The fields in which the two part."""
    parted = [] if (ours["cert"], ours["fullchain"]) == (lineage.cert, lineage.fullchain) else ["paths"]
    params = lineage.configuration["renewalparams"]
    for name in RESTORED:
        if name not in params or name in ours["lists"]:
            continue
        theirs = getattr(config, name)
        if isinstance(theirs, dict) and name != "webroot_map":
            continue  # a section
        plugin = name.split("_")[0] if name.startswith(("webroot", "manual")) else ""
        if plugin == "webroot" and params["authenticator"] != plugin:
            theirs = []  # not restored
        elif plugin == "manual" and plugin not in (params["authenticator"], params.get("installer")):
            theirs = ""
        if name == "webroot_map":
            theirs = [list(pair) for pair in theirs.items()] if isinstance(theirs, dict) else []
        if name == "server" and theirs == cli.flag_default("server"):
            theirs = ours[name]  # an old URL renewed
        theirs = "" if theirs is None else str(theirs) if isinstance(theirs, bool) and plugin else theirs
        if ours[name] != theirs:
            parted.append("%s: %r, expected %r" % (name, ours[name], theirs))
    return parted


def main():
    driver = sys.argv[1]
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    rand = random.Random(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    storage.RenewableCert._fix_symlinks = lambda self: None
    storage.RenewableCert._check_symlinks = check_paths
    storage.RenewableCert.names = lambda self: ["a.example"]
    messages = Messages()
    renewal.logger.addHandler(messages)
    renewal.logger.propagate = False
    plugins = disco.PluginsRegistry.find_all()
    with tempfile.TemporaryDirectory() as directory:
        arguments = ["renew", "--config-dir", directory, "--work-dir", directory, "--logs-dir", directory]
        # So that nothing of this machine's certbot is read.
        os.environ["HOME"] = os.environ["XDG_CONFIG_HOME"] = directory
        cli.cli_constants.DEFAULT_CONFIG_FILES = []
        base = configuration.NamespaceConfig(cli.prepare_and_parse_args(plugins, arguments))
        confs = [conf(rand) for _ in range(count)]
        stream = b"".join(b"%d\n%s" % (len(text), text) for text in confs)
        run = subprocess.run([driver], input=stream, stdout=subprocess.PIPE, check=True)
        answers = run.stdout.decode().split("\n")[:-1]
        assert len(answers) == count, "the driver answered %d of %d" % (len(answers), count)
        path = os.path.join(directory, "a.example.conf")
        faults, wrong = {}, 0
        for text, line in zip(confs, answers):
            with open(path, "wb") as file:
                file.write(text)
            ours = json.loads(line)
            fault, config, lineage = certbot_says(base, path, messages)
            faults[fault] = faults.get(fault, 0) + 1
            parted = [] if fault == ours["fault"] else ["fault: %d, expected %d" % (ours["fault"], fault)]
            if not parted and lineage:
                parted = different(ours, config, lineage)
            if parted:
                wrong += 1
                if wrong <= 5:
                    print("%s\n%s\n%s\n%s\n" % (text.decode("utf-8", "replace"), parted, line, messages.texts))
    print("%d confs, faults %r, %d differences" % (count, faults, wrong))
    return 1 if wrong or set(faults) != set(range(-1, 5)) else 0


if __name__ == "__main__":
    sys.exit(main())
