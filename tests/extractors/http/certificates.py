"""A certificate authority of the tests' own, and servers that are certified by it."""

import base64
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_SHORT_PRIME = (  # of 1,024 bits: the second Oakley group (RFC 2409, 6.2), which old servers still offer
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD"
    "EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED"
    "EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
)


class Authority:
    """Its certificate is the file `pem`; whoever trusts that trusts the servers made here."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        builder = self._builder(self._name, self._key).add_extension(constraints, critical=True)
        builder = builder.add_extension(usage, critical=True)
        self.pem = directory / "authority.pem"
        self.pem.write_bytes(self._signed(builder))

    def server(self, address: str = "127.0.0.1", key: Key | None = None) -> ssl.SSLContext:
        """The context of a server that is certified to be at this address."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))])
        issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = self._builder(x509.Name([]), key).add_extension(names, critical=True)
        certificate = self._signed(builder.add_extension(issuer, critical=False))
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        (self._directory / "server.pem").write_bytes(private + certificate)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._directory / "server.pem")
        return context

    def weak_server(self) -> ssl.SSLContext:
        """The context of a server that agrees on a key too short for today's clients."""
        context = self.server(key=rsa.generate_private_key(65537, 2048))
        # PKCS#3 by hand: a sequence of the prime and the base, which is 2.
        numbers = bytes.fromhex(f"30818702818100{_SHORT_PRIME}020102")
        lines = ("-----BEGIN DH PARAMETERS-----", base64.b64encode(numbers).decode(), "-----END DH PARAMETERS-----")
        (self._directory / "dh.pem").write_text("\n".join(lines), encoding="ascii")
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("DHE-RSA-AES128-GCM-SHA256:@SECLEVEL=0")
        context.load_dh_params(str(self._directory / "dh.pem"))
        return context

    def _builder(self, subject: x509.Name, key: Key) -> x509.CertificateBuilder:
        start, serial = datetime.now(UTC) - timedelta(days=1), x509.random_serial_number()
        builder = x509.CertificateBuilder(
            self._name, subject, key.public_key(), serial, start, start + timedelta(days=2)
        )
        return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)

    def _signed(self, builder: x509.CertificateBuilder) -> bytes:
        return builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
