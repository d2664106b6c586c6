"""Certificates read in each form."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs12
from cryptography.x509.oid import NameOID

from apim_ai.family.certificates import describe, load_certificate

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
START = datetime(2026, 1, 1, tzinfo=UTC)


def rsa_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, 2048)


def certificate_of(key: Key, name: str = "client", issuer: tuple[Key, str] | None = None) -> x509.Certificate:
    signer, issuer_name = issuer or (key, name)
    return (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]))
        .issuer_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, issuer_name)]))
        .public_key(key.public_key())
        .serial_number(0xAB12)
        .not_valid_before(START)
        .not_valid_after(START + timedelta(days=10))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("client.test")]), critical=False)
        .sign(signer, hashes.SHA256())
    )


def pkcs12_of(key: Key, certificate: x509.Certificate, password: str) -> bytes:
    encryption = serialization.BestAvailableEncryption(password.encode()) if password else serialization.NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"c", key, certificate, None, encryption)


@pytest.mark.parametrize("key", [rsa_key(), ec.generate_private_key(ec.SECP256R1())])
def test_every_form_gives_the_same_certificate(key: Key) -> None:
    certificate = certificate_of(key)
    der, pem = certificate.public_bytes(Encoding.DER), certificate.public_bytes(Encoding.PEM)
    own = key.private_bytes(Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    loaded = [
        load_certificate(der),
        load_certificate(pem),
        load_certificate(pem + own),
        load_certificate(pkcs12_of(key, certificate, "")),
        load_certificate(pkcs12_of(key, certificate, "pw"), "pw"),
    ]
    assert {each.thumbprint for each in loaded} == {certificate.fingerprint(hashes.SHA1()).hex().upper()}  # noqa: S303 - what a thumbprint is
    assert [each.private_key_pem is not None for each in loaded] == [False, False, True, True, True]
    assert loaded[-1].pem.count(b"-----BEGIN") == 2
    assert loaded[0].is_rsa is isinstance(key, rsa.RSAPrivateKey)


@pytest.mark.parametrize("data", [b"", b"x", b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_what_is_none_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        load_certificate(data)


def test_a_wrong_password_is_refused() -> None:
    key = rsa_key()
    with pytest.raises(ValueError, match=r".*"):
        load_certificate(pkcs12_of(key, certificate_of(key), "right"), "wrong")


def test_secrets_do_not_show() -> None:
    key = rsa_key()
    assert "PRIVATE" not in repr(load_certificate(pkcs12_of(key, certificate_of(key), "")))


def test_what_a_client_certificate_says() -> None:
    authority, key = rsa_key(), rsa_key()
    root = certificate_of(authority, "root").public_bytes(Encoding.DER)
    leaf = describe(certificate_of(key, "client", (authority, "root")).public_bytes(Encoding.DER))
    assert (leaf.common_name, leaf.subject, leaf.issuer) == ("client", "CN=client", "CN=root")
    assert leaf.dns_names == ("client.test",)
    assert leaf.serial_number == "AB12"
    assert (leaf.not_before, leaf.not_after - leaf.not_before) == (START.timestamp(), 864000)
    assert leaf.is_issued_by(root)
    assert not leaf.is_issued_by(certificate_of(key, "root").public_bytes(Encoding.DER))
    assert not leaf.is_issued_by(b"nothing")
