"""System.Security.Cryptography: RSA keys and symmetric algorithms, over the `cryptography` package."""

from __future__ import annotations

import base64
import os
from typing import TYPE_CHECKING, NoReturn, cast

from apim_ai.expression.exceptions import ClrException, argument_null
from apim_ai.expression.library.declare import clr_class, clr_enum, clr_static, clr_struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from cryptography.hazmat.primitives.asymmetric.padding import AsymmetricPadding
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
    from cryptography.hazmat.primitives.hashes import HashAlgorithm

    from apim_ai.expression.library.x509 import Certificate
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["Rsa", "Symmetric"]

_NS = "System.Security.Cryptography"
_KEY_SIZES = range(512, 16385, 64)


def _fail(text: str) -> NoReturn:
    raise ClrException(f"{_NS}.CryptographicException", text)


# --- names of algorithms and paddings --------------------------------------------------------------------------------


class Named:
    """A value that is no more than its name: a hash algorithm or a padding."""

    __slots__ = ("clr_name", "name")

    def __init__(self, clr_name: str, name: str | None) -> None:
        self.clr_name = clr_name
        self.name = name

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name."""
        return self.name or ""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Named) and (other.clr_name, other.name) == (self.clr_name, self.name)

    def __hash__(self) -> int:
        return hash((self.clr_name, self.name))


class HashName(Named):
    """A HashAlgorithmName."""

    __slots__ = ()
    clr = f"{_NS}.HashAlgorithmName"

    def __init__(self, name: str | None) -> None:
        super().__init__("HashAlgorithmName", name)


class SignaturePadding(Named):
    """An RSASignaturePadding."""

    __slots__ = ()
    clr = f"{_NS}.RSASignaturePadding"


class EncryptionPadding(Named):
    """An RSAEncryptionPadding."""

    __slots__ = ()
    clr = f"{_NS}.RSAEncryptionPadding"


HASH_NAME = clr_struct(f"{_NS}.HashAlgorithmName", python=(HashName,))
HASH_NAME.member("(string name)")(HashName)
HASH_NAME.inline("string Name", "{0}.name")
HASH_NAME.member(f"static {_NS}.HashAlgorithmName default()")(lambda: HashName(None))
for _name in ("MD5", "SHA1", "SHA256", "SHA384", "SHA512"):
    HASH_NAME.constant(f"{_NS}.HashAlgorithmName {_name}", HashName(_name))


@HASH_NAME.member(
    f"bool operator ==({_NS}.HashAlgorithmName left, {_NS}.HashAlgorithmName right)",
    f"bool Equals({_NS}.HashAlgorithmName other)",
)
def same_hash_name(left: HashName, right: HashName) -> bool:
    """Compare two names."""
    return left == right


@HASH_NAME.member(f"bool operator !=({_NS}.HashAlgorithmName left, {_NS}.HashAlgorithmName right)")
def other_hash_name(left: HashName, right: HashName) -> bool:
    """Compare two names for difference."""
    return left != right


SIGNATURE_PADDING = clr_class(f"{_NS}.RSASignaturePadding", python=(SignaturePadding,))
for _name in ("Pkcs1", "Pss"):
    SIGNATURE_PADDING.constant(f"{_NS}.RSASignaturePadding {_name}", SignaturePadding("RSASignaturePadding", _name))
ENCRYPTION_PADDING = clr_class(f"{_NS}.RSAEncryptionPadding", python=(EncryptionPadding,))
for _name in ("Pkcs1", "OaepSHA1", "OaepSHA256", "OaepSHA384", "OaepSHA512"):
    ENCRYPTION_PADDING.constant(f"{_NS}.RSAEncryptionPadding {_name}", EncryptionPadding("RSAEncryptionPadding", _name))


def _hash(name: HashName) -> HashAlgorithm:
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - heavy, and rarely used

    known = {
        "MD5": hashes.MD5,
        "SHA1": hashes.SHA1,
        "SHA256": hashes.SHA256,
        "SHA384": hashes.SHA384,
        "SHA512": hashes.SHA512,
    }
    if not name.name:
        raise ClrException(
            "System.ArgumentException", "The hash algorithm name cannot be null or empty.", parameter="hashAlgorithm"
        )
    made = known.get(name.name.upper())
    if made is None:
        _fail(f"'{name.name}' is not a known hash algorithm.")
    return made()


def _signature_padding(padding: SignaturePadding | None, algorithm: HashAlgorithm) -> AsymmetricPadding:
    from cryptography.hazmat.primitives.asymmetric import padding as paddings  # noqa: PLC0415 - heavy, and rarely used

    if padding is None:
        argument_null("padding")
    if padding.name == "Pkcs1":
        return paddings.PKCS1v15()
    return paddings.PSS(paddings.MGF1(algorithm), paddings.PSS.DIGEST_LENGTH)


def _encryption_padding(padding: EncryptionPadding | None) -> AsymmetricPadding:
    from cryptography.hazmat.primitives.asymmetric import padding as paddings  # noqa: PLC0415 - heavy, and rarely used

    if padding is None:
        argument_null("padding")
    if padding.name == "Pkcs1":
        return paddings.PKCS1v15()
    algorithm = _hash(HashName((padding.name or "").removeprefix("Oaep")))
    return paddings.OAEP(paddings.MGF1(algorithm), algorithm, None)


# --- RSA -------------------------------------------------------------------------------------------------------------


class Rsa:
    """An RSA key: a pair, or the public half alone."""

    __slots__ = ("private", "public")
    clr = f"{_NS}.RSA"

    def __init__(self, private: RSAPrivateKey | None, public: RSAPublicKey) -> None:
        self.private = private
        self.public = public

    def secret(self) -> RSAPrivateKey:
        """Return the private half.

        Raises:
            ClrException: CryptographicException where there is none.
        """
        if self.private is None:
            _fail("Key does not exist.")
        return self.private


ASYMMETRIC = clr_class(f"{_NS}.AsymmetricAlgorithm", interfaces=("System.IDisposable",))
RSA = clr_class(f"{_NS}.RSA", base=f"{_NS}.AsymmetricAlgorithm", python=(Rsa,))
ASYMMETRIC.inline("void Dispose()", "None")
ASYMMETRIC.inline("void Clear()", "None")
ASYMMETRIC.inline("int KeySize", "{0}.public.key_size")


@RSA.member(f"static {_NS}.RSA Create()", f"static {_NS}.RSA Create(int keySizeInBits)")
def create_rsa(size: int = 2048) -> Rsa:
    """Make a new key."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - heavy, and rarely used

    if size not in _KEY_SIZES:
        _fail("Specified key is not a valid size for this algorithm.")
    key = rsa.generate_private_key(65537, max(size, 1024))
    return Rsa(key, key.public_key())


def _data(data: bytes | None) -> bytes:
    if data is None:
        argument_null("data")
    return bytes(data)


_HASH, _PADDING = f"{_NS}.HashAlgorithmName hashAlgorithm", f"{_NS}.RSASignaturePadding padding"


@RSA.member(f"byte[] SignData(byte[] data, {_HASH}, {_PADDING})")
def sign_data(key: Rsa, data: bytes | None, name: HashName, padding: SignaturePadding | None) -> bytearray:
    """Sign data."""
    algorithm = _hash(name)
    return bytearray(key.secret().sign(_data(data), _signature_padding(padding, algorithm), algorithm))


@RSA.member(f"byte[] SignHash(byte[] hash, {_HASH}, {_PADDING})")
def sign_hash(key: Rsa, digest: bytes | None, name: HashName, padding: SignaturePadding | None) -> bytearray:
    """Sign a hash."""
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415 - heavy, and rarely used

    algorithm = _hash(name)
    try:
        return bytearray(key.secret().sign(_data(digest), _signature_padding(padding, algorithm), Prehashed(algorithm)))
    except ValueError:
        _fail("The provided hash value is not the expected size for the specified hash algorithm.")


@RSA.member(f"bool VerifyData(byte[] data, byte[] signature, {_HASH}, {_PADDING})")
def verify_data(
    key: Rsa, data: bytes | None, signature: bytes | None, name: HashName, padding: SignaturePadding | None
) -> bool:
    """Whether a signature of data is this key's."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - heavy, and rarely used

    algorithm = _hash(name)
    if signature is None:
        argument_null("signature")
    try:
        key.public.verify(bytes(signature), _data(data), _signature_padding(padding, algorithm), algorithm)
    except InvalidSignature:
        return False
    return True


@RSA.member(f"bool VerifyHash(byte[] hash, byte[] signature, {_HASH}, {_PADDING})")
def verify_hash(
    key: Rsa, digest: bytes | None, signature: bytes | None, name: HashName, padding: SignaturePadding | None
) -> bool:
    """Whether a signature of a hash is this key's."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - heavy, and rarely used
    from cryptography.hazmat.primitives.asymmetric.utils import Prehashed  # noqa: PLC0415 - likewise

    algorithm = _hash(name)
    if signature is None:
        argument_null("signature")
    try:
        key.public.verify(bytes(signature), _data(digest), _signature_padding(padding, algorithm), Prehashed(algorithm))
    except (InvalidSignature, ValueError):
        return False
    return True


@RSA.member(f"byte[] Encrypt(byte[] data, {_NS}.RSAEncryptionPadding padding)")
def rsa_encrypt(key: Rsa, data: bytes | None, padding: EncryptionPadding | None) -> bytearray:
    """Encrypt for the owner of the private half."""
    try:
        return bytearray(key.public.encrypt(_data(data), _encryption_padding(padding)))
    except ValueError:
        _fail("The message exceeds the maximum allowable length for the chosen options.")


@RSA.member(f"byte[] Decrypt(byte[] data, {_NS}.RSAEncryptionPadding padding)")
def rsa_decrypt(key: Rsa, data: bytes | None, padding: EncryptionPadding | None) -> bytearray:
    """Decrypt with the private half."""
    try:
        return bytearray(key.secret().decrypt(_data(data), _encryption_padding(padding)))
    except ValueError:
        _fail("The parameter is incorrect.")


@RSA.member("void FromXmlString(string xmlString)")
def from_xml(key: Rsa, text: str | None) -> None:
    """Take the key of .NET's XML form."""
    import re  # noqa: PLC0415 - rare

    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - heavy, and rarely used

    if text is None:
        argument_null("xmlString")
    parts = {name: base64.b64decode(value) for name, value in re.findall(r"<(\w+)>\s*([A-Za-z0-9+/=]+)\s*</\1>", text)}
    numbers = {name: int.from_bytes(value) for name, value in parts.items()}
    if "Modulus" not in numbers or "Exponent" not in numbers:
        _fail("Input string does not contain a valid encoding of the 'RSA' 'Modulus' parameter.")
    public = rsa.RSAPublicNumbers(numbers["Exponent"], numbers["Modulus"])
    key.private, key.public = None, public.public_key()
    if {"P", "Q", "D", "DP", "DQ", "InverseQ"} <= numbers.keys():
        key.private = rsa.RSAPrivateNumbers(
            numbers["P"], numbers["Q"], numbers["D"], numbers["DP"], numbers["DQ"], numbers["InverseQ"], public
        ).private_key()


# --- the keys of certificates ----------------------------------------------------------------------------------------

CERTIFICATE_KEYS = clr_static(f"{_NS}.X509Certificates.RSACertificateExtensions")
_CERTIFICATE = "System.Security.Cryptography.X509Certificates.X509Certificate2"


@CERTIFICATE_KEYS.member(f"static {_NS}.RSA GetRSAPublicKey(this {_CERTIFICATE} certificate)")
def public_key(certificate: Certificate) -> Rsa | None:
    """Return a certificate's public key, or null where it is of another kind."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey as Key  # noqa: PLC0415 - heavy, rarely used

    found = certificate.parsed.public_key()
    return Rsa(None, found) if isinstance(found, Key) else None


@CERTIFICATE_KEYS.member(f"static {_NS}.RSA GetRSAPrivateKey(this {_CERTIFICATE} certificate)")
def private_key(certificate: Certificate) -> Rsa | None:
    """Return a certificate's private key, or null where it came without one."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey as Key  # noqa: PLC0415 - heavy, rarely used

    found = certificate.key
    return Rsa(found, found.public_key()) if isinstance(found, Key) else None


# --- symmetric algorithms --------------------------------------------------------------------------------------------

clr_enum(f"{_NS}.CipherMode", {"CBC": 1, "ECB": 2, "OFB": 3, "CFB": 4, "CTS": 5})
clr_enum(f"{_NS}.PaddingMode", {"None": 1, "PKCS7": 2, "Zeros": 3, "ANSIX923": 4, "ISO10126": 5})
_BLOCKS = {"aes": 128, "tripledes": 64}
_NAMES = {
    "aes": "aes", "aesmanaged": "aes", "aescryptoserviceprovider": "aes", "rijndael": "aes", "rijndaelmanaged": "aes",
    "tripledes": "tripledes", "triple des": "tripledes", "3des": "tripledes", "tripledescryptoserviceprovider": "tripledes",
}  # fmt: skip


class Symmetric:
    """A symmetric algorithm with its key and vector."""

    __slots__ = ("iv", "key", "key_size", "mode", "name", "padding")
    clr = f"{_NS}.SymmetricAlgorithm"

    def __init__(self, name: str) -> None:
        self.name = name
        self.key_size = 256 if name == "aes" else 192
        self.key = bytearray(os.urandom(self.key_size // 8))
        self.iv = bytearray(os.urandom(_BLOCKS[name] // 8))
        self.mode = 1
        self.padding = 2


SYMMETRIC = clr_class(f"{_NS}.SymmetricAlgorithm", interfaces=("System.IDisposable",), python=(Symmetric,))


@SYMMETRIC.member(
    f"static {_NS}.SymmetricAlgorithm Create()", f"static {_NS}.SymmetricAlgorithm Create(string algName)"
)
def create_symmetric(name: str | None = "aes") -> Symmetric | None:
    """Return an algorithm by name with a new key, or null for an unknown name."""
    if name is None:
        argument_null("name")
    known = _NAMES.get(name.rsplit(".", 1)[-1].lower())
    return None if known is None else Symmetric(known)


def _property(text: str, field: str, check: Callable[[Symmetric, object], None] | None = None) -> None:
    def read(algorithm: Symmetric) -> object:
        value = getattr(algorithm, field)
        return bytearray(value) if isinstance(value, bytearray) else value

    def write(algorithm: Symmetric, value: object) -> object:
        if check is not None:
            check(algorithm, value)
        setattr(algorithm, field, bytearray(value) if isinstance(value, (bytes, bytearray)) else value)
        return value

    SYMMETRIC.member(text)(read)
    SYMMETRIC.member(f"set {text}")(write)


def _check_key(algorithm: Symmetric, value: object) -> None:
    if value is None:
        argument_null("value")
    key = cast("bytes", value)
    if len(key) not in ((16, 24, 32) if algorithm.name == "aes" else (16, 24)):
        _fail("Specified key is not a valid size for this algorithm.")
    algorithm.key_size = len(key) * 8


def _check_iv(algorithm: Symmetric, value: object) -> None:
    if value is None:
        argument_null("value")
    if len(cast("bytes", value)) * 8 != _BLOCKS[algorithm.name]:
        _fail("Specified initialization vector (IV) does not match the block size for this algorithm.")


def _check_size(algorithm: Symmetric, value: object) -> None:
    if value not in ((128, 192, 256) if algorithm.name == "aes" else (128, 192)):
        _fail("Specified key is not a valid size for this algorithm.")
    algorithm.key = bytearray(os.urandom(cast("int", value) // 8))


_property("byte[] Key", "key", _check_key)
_property("byte[] IV", "iv", _check_iv)
_property("int KeySize", "key_size", _check_size)
_property(f"{_NS}.CipherMode Mode", "mode")
_property(f"{_NS}.PaddingMode Padding", "padding")


@SYMMETRIC.member("int BlockSize")
def block_size(algorithm: Symmetric) -> int:
    """Return the size of a block in bits."""
    return _BLOCKS[algorithm.name]


@SYMMETRIC.member("void GenerateKey()")
def generate_key(algorithm: Symmetric) -> None:
    """Make a new key."""
    algorithm.key = bytearray(os.urandom(algorithm.key_size // 8))


@SYMMETRIC.member("void GenerateIV()")
def generate_iv(algorithm: Symmetric) -> None:
    """Make a new vector."""
    algorithm.iv = bytearray(os.urandom(_BLOCKS[algorithm.name] // 8))


SYMMETRIC.inline("void Clear()", "None")
SYMMETRIC.inline("void Dispose()", "None")
