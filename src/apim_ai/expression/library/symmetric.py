"""Symmetric encryption over the `cryptography` package: what `Encrypt` and `Decrypt` do, and nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import ClrException, argument_null

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers import CipherAlgorithm

    from apim_ai.expression.library.system_security_rsa import Symmetric

__all__ = ["decrypt", "encrypt", "transform"]

_BLOCK_BITS = {"aes": 128, "rijndael": 128, "tripledes": 64, "3des": 64, "des": 64}
_KEY_BYTES = {"aes": (16, 24, 32), "rijndael": (16, 24, 32), "tripledes": (16, 24), "3des": (16, 24), "des": (8,)}
_ALIASES = {
    "aesmanaged": "aes",
    "aescryptoserviceprovider": "aes",
    "rijndaelmanaged": "rijndael",
    "triple des": "tripledes",
}


def _fail(text: str) -> NoReturn:
    raise ClrException("System.Security.Cryptography.CryptographicException", text)


def _name(algorithm: str | None) -> str:
    if algorithm is None:
        argument_null("alg")
    simple = algorithm.rsplit(".", 1)[-1].lower()
    name = _ALIASES.get(simple, simple)
    if name not in _BLOCK_BITS:
        raise ClrException("System.NullReferenceException", "Object reference not set to an instance of an object.")
    return name


def _cipher(name: str, key: bytes | None, iv: bytes | None) -> tuple[CipherAlgorithm, bytes]:
    from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES  # noqa: PLC0415 - heavy, and rarely used
    from cryptography.hazmat.primitives.ciphers.algorithms import AES  # noqa: PLC0415 - cryptography is slow to import

    if key is None or iv is None:
        argument_null("rgbKey" if key is None else "rgbIV")
    if len(key) not in _KEY_BYTES[name]:
        _fail("Specified key is not a valid size for this algorithm.")
    if len(iv) * 8 != _BLOCK_BITS[name]:
        _fail("Specified initialization vector (IV) does not match the block size for this algorithm.")
    secret = bytes(key)
    if name in ("aes", "rijndael"):
        return AES(secret), bytes(iv)
    return TripleDES(secret * 3 if name == "des" else secret), bytes(iv)


def encrypt(data: bytes | None, algorithm: str | None, key: bytes | None, iv: bytes | None) -> bytearray:
    """Encrypt in CBC mode with PKCS #7 padding, the defaults of .NET.

    Raises:
        ClrException: CryptographicException for a key or vector of the wrong size.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415 - heavy, and rarely used
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415 - cryptography is slow to import
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415 - cryptography is slow to import

    if data is None:
        argument_null("inputBuffer")
    name = _name(algorithm)
    method, vector = _cipher(name, key, iv)
    padder = PKCS7(_BLOCK_BITS[name]).padder()
    worker = Cipher(method, CBC(vector)).encryptor()
    return bytearray(worker.update(padder.update(bytes(data)) + padder.finalize()) + worker.finalize())


def decrypt(data: bytes | None, algorithm: str | None, key: bytes | None, iv: bytes | None) -> bytearray:
    """Undo `encrypt`.

    Raises:
        ClrException: CryptographicException for data that is not what `encrypt` gives with this key.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher  # noqa: PLC0415 - heavy, and rarely used
    from cryptography.hazmat.primitives.ciphers.modes import CBC  # noqa: PLC0415 - cryptography is slow to import
    from cryptography.hazmat.primitives.padding import PKCS7  # noqa: PLC0415 - cryptography is slow to import

    if data is None:
        argument_null("inputBuffer")
    name = _name(algorithm)
    method, vector = _cipher(name, key, iv)
    worker = Cipher(method, CBC(vector)).decryptor()
    unpadder = PKCS7(_BLOCK_BITS[name]).unpadder()
    try:
        plain = worker.update(bytes(data)) + worker.finalize()
    except ValueError:
        _fail("The input data is not a complete block.")
    try:
        return bytearray(unpadder.update(plain) + unpadder.finalize())
    except ValueError:
        _fail("Padding is invalid and cannot be removed.")


def transform(
    data: bytes | None, algorithm: Symmetric | None, key: bytes | None, iv: bytes | None, *, is_encryption: bool
) -> bytearray:
    """Encrypt or decrypt with a SymmetricAlgorithm.

    Raises:
        ClrException: CryptographicException for data, a mode or a padding that will not do.
    """
    from cryptography.hazmat.primitives.ciphers import Cipher, modes  # noqa: PLC0415 - heavy, and rarely used

    if data is None or algorithm is None:
        argument_null("input" if data is None else "alg")
    method, vector = _cipher(algorithm.name, bytes(key or algorithm.key), bytes(iv or algorithm.iv))
    bits = _BLOCK_BITS[algorithm.name]
    if algorithm.mode not in (_CBC, _ECB):
        _fail("Specified cipher mode is not valid for this algorithm.")
    cipher = Cipher(method, modes.CBC(vector) if algorithm.mode == _CBC else modes.ECB())  # noqa: S305 - what the policy says
    worker = cipher.encryptor() if is_encryption else cipher.decryptor()
    given = _padded(bytes(data), algorithm.padding, bits // 8) if is_encryption else bytes(data)
    try:
        made = worker.update(given) + worker.finalize()
    except ValueError:
        _fail("The input data is not a complete block.")
    return bytearray(made if is_encryption else _unpadded(made, algorithm.padding, bits))


_CBC, _ECB = 1, 2
_NO_PADDING, _PKCS7, _ZEROS = 1, 2, 3


def _padded(data: bytes, padding: int, size: int) -> bytes:
    missing = size - len(data) % size
    if padding == _NO_PADDING:
        return data
    if padding == _ZEROS:
        return data + bytes(missing % size)
    return data + (bytes([missing]) * missing if padding == _PKCS7 else bytes(missing - 1) + bytes([missing]))


def _unpadded(data: bytes, padding: int, bits: int) -> bytes:
    if padding in (_NO_PADDING, _ZEROS) or not data:
        return data
    count = data[-1]
    is_right = 1 <= count <= bits // 8 and (padding != _PKCS7 or data[-count:] == bytes([count]) * count)
    if not is_right:
        _fail("Padding is invalid and cannot be removed.")
    return data[:-count]
