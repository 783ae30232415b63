# SPDX-License-Identifier: Apache-2.0
"""Trees as certbot makes them, with certificates that openssl has just issued; and what no certbot ever made."""

import os
import pathlib
import subprocess

DAYS = 90
AUTHORITY_DAYS = 3650
PARTS = ("cert", "chain", "fullchain", "privkey")
ACCOUNT = "0123456789abcdef" * 2


def openssl(*arguments, text=b""):
    return subprocess.run(["openssl", *arguments], input=text, check=True, capture_output=True).stdout


def issue(folder, name, subject=None, authority=None, days=DAYS):
    """A certificate for `name` and its key, as PEM: signed by `authority`, a pair like the one returned, or by itself."""
    key, certificate = pathlib.Path(folder, "issued.key"), pathlib.Path(folder, "issued.pem")
    signer = []
    if authority:
        for option, text in zip(("-CA", "-CAkey"), authority):
            path = pathlib.Path(folder, "authority" + option)
            path.write_text(text)
            signer += [option, path]
        signer += ["-addext", "basicConstraints=critical,CA:FALSE"]
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", str(days),
            "-subj", subject or f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", *signer,
            "-keyout", key, "-out", certificate)
    return certificate.read_text(), key.read_text()


def to_pem(der):
    body = openssl("enc", "-base64", text=der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"


def to_der(pem):
    return openssl("x509", "-outform", "DER", text=pem.encode())


class Tree:
    """A root directory with a certbot's configuration in it. Names may be bytes."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.config = self.root / "etc/letsencrypt"
        for folder in ("live", "archive", "renewal", "accounts"):
            (self.config / folder).mkdir(parents=True)
        for secret in ("live", "archive"):
            (self.config / secret).chmod(0o700)
        self.authority = issue(root, "ca.example", subject="/CN=Test CA", days=AUTHORITY_DAYS)
        self.leaf, self.key = issue(root, "good.example.com", authority=self.authority)

    def within(self, *parts):
        return os.path.join(os.fsencode(self.config), *(os.fsencode(part) for part in parts))

    def conf_path(self, name):
        return self.within("renewal", os.fsencode(name) + b".conf")

    def archived(self, name, part="fullchain", version=1):
        return self.within("archive", name, f"{part}{version}.pem")

    def lineage(self, name, pem=None, authenticator="standalone"):
        """A lineage of one version; `pem` is its leaf in place of a good one."""
        os.makedirs(self.within("live", name))
        os.makedirs(self.within("archive", name))
        self.version(name, 1, self.leaf if pem is None else pem, self.key)
        self.conf(name, authenticator)

    def version(self, name, version, leaf, key):
        """Archives a version and lets live/ point to it."""
        chain = self.authority[0]
        contents = {"cert": leaf, "chain": chain, "fullchain": leaf + chain, "privkey": key}
        for part in PARTS:
            self.write(self.archived(name, part, version), contents[part], 0o600)
            link = self.within("live", name, f"{part}.pem")
            if os.path.lexists(link):
                os.unlink(link)
            os.symlink(os.path.join(b"../../archive", os.fsencode(name), f"{part}{version}.pem".encode()), link)

    def account(self):
        """The one account, which confs then need not name."""
        account = self.config / "accounts/ca.example/dir" / ACCOUNT
        account.mkdir(parents=True)
        key = "QUFB" * 60  # as long as one: nobody reads it
        self.write(account / "meta.json", '{"creation_dt": "2026-01-01T00:00:00Z", "creation_host": "localhost"}', 0o644)
        self.write(account / "regr.json", '{"body": {}, "uri": "https://ca.example/account/1"}', 0o644)
        self.write(account / "private_key.json", f'{{"n": "{key}"}}', 0o400)

    def conf(self, name, authenticator):
        home = b"/etc/letsencrypt"
        lines = [b"version = 2.1.0", b"archive_dir = " + home + b"/archive/" + os.fsencode(name)]
        lines += [part.encode() + b" = " + home + b"/live/" + os.fsencode(name) + b"/" + part.encode() + b".pem" for part in PARTS]
        lines += [b"[renewalparams]", b"server = https://ca.example/dir"]
        lines += [b"authenticator = " + authenticator.encode()] if authenticator else []
        lines += [b""]
        self.write(self.conf_path(name), b"\n".join(lines))

    def replace(self, path):
        """`path` without what was there, for something worse."""
        os.unlink(path)
        return path

    @staticmethod
    def write(path, contents, mode=0o644):
        with open(path, "wb") as file:
            file.write(contents.encode() if isinstance(contents, str) else contents)
        os.chmod(path, mode)


def healthy(root):
    """A tree whose one lineage, good.example.com, nothing is wrong with: it has an account and has been renewed once."""
    tree = Tree(root)
    tree.account()
    tree.lineage("good.example.com")
    tree.version("good.example.com", 2, *issue(root, "good.example.com", authority=tree.authority))
    return tree


# Names that file systems take and certificates should not have. certbot reads any *.conf that no dot begins.
HOSTILE_NAMES = ['quo"te', "back\\slash", "new\nline", "esc\x1b[31mred", "<script>alert(1)<script>", "tab\tbed", "{}=,",
                 "line\u2028separator", b"latin1-\xe9", b"\xff\xfe", b"truncated-\xe2\x82", "x" * 200, " ", "-dash", "%s%n"]


def patched(folder, tag, value):
    """A certificate whose subject's O is the 16 bytes `value`, as an ASN.1 string of the type `tag`, as PEM. openssl would
    not write some of these, so they take the place of a harmless value; the signature is nobody's concern here."""
    pem, _ = issue(folder, "hostile.example.com", subject="/O=AAAAAAAAAAAAAAAA/CN=hostile.example.com")
    harmless = b"\x0c\x10" + b"A" * 16
    der = to_der(pem)
    assert len(value) == 16 and harmless in der
    return to_pem(der.replace(harmless, bytes((tag, 16)) + value))


UTF8_STRING, TELETEX_STRING, IA5_STRING, BMP_STRING = 0x0C, 0x14, 0x16, 0x1E


def hostile_subjects(folder):
    """Certificates by name: a subject with NULs, control characters, quotes, and bytes that are no UTF-8."""
    return {
        "teletex.example.com": patched(folder, TELETEX_STRING, b'nul\0 "q" \\ \n\xff\xfe{}'),
        "ia5.example.com": patched(folder, IA5_STRING, b"\xed\xa0\x80\xc0\xaf\x1b[31m\xf4\x90\x80\x80\r\n"),
        "bmp.example.com": patched(folder, BMP_STRING, b"\x00A\x00\x00\xff\xff\x00\x1b\x00\x0a\x20\x28\x00\\\x00\""),
    }
