# SPDX-License-Identifier: Apache-2.0
"""A CA of the test's own: a root, an intermediate, and leaves good and bad."""

import datetime
import pathlib

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

DAY = datetime.timedelta(days=1)
NOW = datetime.datetime.utcnow().replace(microsecond=0)


def pem(certificate):
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


class Pair:
    """A certificate and its key."""

    def __init__(self, certificate, key):
        self.certificate, self.key = certificate, key

    @property
    def pem(self):
        return pem(self.certificate)

    @property
    def key_pem(self):
        return self.key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
                                      serialization.NoEncryption()).decode()

    @property
    def sha256(self):
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def serial(self):
        """In whole bytes."""
        number = self.certificate.serial_number
        return number.to_bytes((number.bit_length() + 7) // 8, "big").hex().upper()


def issue(common_name, issuer=None, names=(), days=90, age=1, is_ca=False, key=None, purpose=ExtendedKeyUsageOID.SERVER_AUTH):
    """A certificate that began `age` days ago and lasts `days`; of its own key without an `issuer`."""
    key = key or ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Test"),
                         x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
    builder = (x509.CertificateBuilder().subject_name(subject).public_key(key.public_key())
               .issuer_name(issuer.certificate.subject if issuer else subject)
               .serial_number(x509.random_serial_number())
               .not_valid_before(NOW - age * DAY).not_valid_after(NOW - age * DAY + days * DAY)
               .add_extension(x509.BasicConstraints(is_ca, None), critical=True)
               .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False))
    signer = issuer.key if issuer else key
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
    if not is_ca:
        builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
    return Pair(builder.sign(signer, hashes.SHA256()), key)


class Authority:
    """Writes certificates into `folder`: NAME.pem is what a server sends, NAME.key its key."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.root = issue("Test Root", days=3650, age=30, is_ca=True)
        self.intermediate = issue("Test Intermediate", self.root, days=1825, age=30, is_ca=True)
        self.stranger = issue("Another Root", days=3650, age=30, is_ca=True)
        self.root_path = self.folder / "root.pem"
        self.root_path.write_text(self.root.pem)

    def leaf(self, names=("good.example",), issuer=None, **options):
        return issue(names[0], issuer or self.intermediate, names, **options)

    def write(self, file, leaf, *chain):
        """The two paths, readable for servers that run as somebody else."""
        paths = self.folder / f"{file}.pem", self.folder / f"{file}.key"
        paths[0].write_text("".join(pair.pem for pair in (leaf, *chain)))
        paths[1].write_text(leaf.key_pem)
        return paths

    @staticmethod
    def self_signed(names=("good.example",)):
        return issue(names[0], None, names)

    @staticmethod
    def weak_key():
        return rsa.generate_private_key(65537, 1024)
