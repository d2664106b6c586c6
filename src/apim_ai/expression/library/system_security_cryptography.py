"""System.Security.Cryptography: hashes, HMACs and random numbers."""

from __future__ import annotations

import hashlib
import hmac
import os
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, argument_null, out_of_range
from apim_ai.expression.library.declare import clr_class

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.types import ClrType

_NS = "System.Security.Cryptography"
_SIZES = {"MD5": 128, "SHA1": 160, "SHA256": 256, "SHA384": 384, "SHA512": 512}
_BLOCKS = {"SHA384": 128, "SHA512": 128}
_BLOCK = 64


class Hash:
    """A hash algorithm, keyed or not."""

    __slots__ = ("algorithm", "key", "last", "name", "pending")

    def __init__(self, name: str, algorithm: str, key: bytes | None = None) -> None:
        self.name = name
        self.algorithm = algorithm
        self.key = key
        self.last: bytearray | None = None
        self.pending = b""

    def clr_type(self) -> ClrType:
        """The algorithm's class."""
        from apim_ai.expression.types import resolve  # noqa: PLC0415 - rare

        return resolve(f"{_NS}.{self.name}")

    def compute(self, data: bytes | None) -> bytearray:
        """Return the hash of data."""
        if data is None:
            argument_null("buffer")
        name = self.algorithm.lower()
        if self.key is None:
            digest = hashlib.new(name, data, usedforsecurity=False).digest()
        else:
            digest = hmac.new(self.key, data, name).digest()
        self.last = bytearray(digest)
        return bytearray(digest)


ALGORITHM = clr_class(f"{_NS}.HashAlgorithm", interfaces=("System.IDisposable",), python=(Hash,))
KEYED = clr_class(f"{_NS}.KeyedHashAlgorithm", base=f"{_NS}.HashAlgorithm")
HMAC = clr_class(f"{_NS}.HMAC", base=f"{_NS}.KeyedHashAlgorithm")
ALGORITHM.member("byte[] ComputeHash(byte[] buffer)")(Hash.compute)
ALGORITHM.inline("byte[] Hash", "{0}.last")
ALGORITHM.inline("void Clear()", "None")
ALGORITHM.inline("void Initialize()", "None")
ALGORITHM.inline("void Dispose()", "None")


@ALGORITHM.member("byte[] ComputeHash(byte[] buffer, int offset, int count)")
def compute_part(algorithm: Hash, data: bytes | None, offset: int, count: int) -> bytearray:
    """Return the hash of some of the data."""
    if data is None:
        argument_null("buffer")
    if offset < 0:
        out_of_range("offset", "Non-negative number required.")
    return algorithm.compute(_piece(data, offset, count))


@ALGORITHM.member("int HashSize")
def hash_size(algorithm: Hash) -> int:
    """Return the size of the hash in bits."""
    return _SIZES[algorithm.algorithm]


@ALGORITHM.member(
    "int TransformBlock(byte[] inputBuffer, int inputOffset, int inputCount, byte[] outputBuffer, int outputOffset)"
)
def transform_block(
    algorithm: Hash, data: bytes | None, offset: int, count: int, _output: bytes | None, _place: int
) -> int:
    """Take some data for a hash of several pieces."""
    algorithm.pending += _piece(data, offset, count)
    return count


@ALGORITHM.member("byte[] TransformFinalBlock(byte[] inputBuffer, int inputOffset, int inputCount)")
def transform_final_block(algorithm: Hash, data: bytes | None, offset: int, count: int) -> bytearray:
    """Take the last data of a hash of several pieces, and return it."""
    piece = _piece(data, offset, count)
    algorithm.compute(algorithm.pending + piece)
    algorithm.pending = b""
    return bytearray(piece)


def _piece(data: bytes | None, offset: int, count: int) -> bytes:
    if data is None:
        argument_null("inputBuffer")
    if offset < 0:
        out_of_range("inputOffset", "Non-negative number required.")
    if count < 0 or count > len(data):
        argument("Value was invalid.")
    if len(data) - count < offset:
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements "
            "from index to the end of the source collection."
        )
    return bytes(data[offset : offset + count])


for _text in ("int InputBlockSize", "int OutputBlockSize"):
    ALGORITHM.inline(_text, "({0}, 1)[1]")
for _text in ("bool CanReuseTransform", "bool CanTransformMultipleBlocks"):
    ALGORITHM.inline(_text, "({0}, True)[1]")


@ALGORITHM.member(f"static {_NS}.HashAlgorithm Create(string hashName)")
def create_named(name: str | None) -> Hash | None:
    """Return the algorithm of a name, or null."""
    found = (name or "").rsplit(".", 1)[-1].upper().replace("-", "").removesuffix("MANAGED")
    keyed = found.startswith("HMAC")
    algorithm = found.removeprefix("HMAC")
    if algorithm not in _SIZES:
        return None
    return _keyed(found, algorithm)() if keyed else Hash(algorithm, algorithm)


def _create_keyed(name: str | None) -> Hash | None:
    found = create_named(name)
    return found if found is not None and found.key is not None else None


HMAC.member(f"static {_NS}.HMAC Create(string algorithmName)")(_create_keyed)
KEYED.member(f"static {_NS}.KeyedHashAlgorithm Create(string algName)")(_create_keyed)
HMAC.inline("string HashName", "{0}.algorithm")


@KEYED.member("byte[] Key")
def get_key(algorithm: Hash) -> bytearray:
    """Return the key; one that is longer than a block is hashed."""
    key = algorithm.key or b""
    if len(key) > _BLOCKS.get(algorithm.algorithm, _BLOCK):
        key = hashlib.new(algorithm.algorithm.lower(), key, usedforsecurity=False).digest()
    return bytearray(key)


@KEYED.member("set byte[] Key")
def set_key(algorithm: Hash, key: bytes | None) -> bytes | None:
    """Set the key."""
    algorithm.key = bytes(key or b"")
    return key


def _plain(name: str, algorithm: str) -> Callable[[], Hash]:
    return lambda: Hash(name, algorithm)


def _hasher(algorithm: str) -> Callable[[bytes | None], bytearray]:
    return lambda data: Hash(algorithm, algorithm).compute(data)


def _keyed(name: str, algorithm: str) -> Callable[..., Hash]:
    def make(key: bytes | None = None, *_: object) -> Hash:
        return Hash(name, algorithm, bytes(key) if key is not None else os.urandom(_BLOCKS.get(algorithm, _BLOCK)))

    return make


def _keyed_checked(name: str, algorithm: str) -> Callable[..., Hash]:
    def make(key: bytes | None, *_: object) -> Hash:
        if key is None:
            argument_null("key")
        return Hash(name, algorithm, bytes(key))

    return make


for _algorithm in _SIZES:
    _class = clr_class(f"{_NS}.{_algorithm}", base=f"{_NS}.HashAlgorithm")
    _class.member(f"static {_NS}.{_algorithm} Create()")(_plain(_algorithm, _algorithm))
    _class.member(f"static {_NS}.{_algorithm} Create(string hashName)")(create_named)
    _class.member("static byte[] HashData(byte[] source)")(_hasher(_algorithm))
    _mac = clr_class(f"{_NS}.HMAC{_algorithm}", base=f"{_NS}.HMAC")
    _mac.member(f"static {_NS}.HMAC Create()")(_keyed("HMACSHA1", "SHA1"))
    _mac.member("()")(_keyed(f"HMAC{_algorithm}", _algorithm))
    _mac.member("(byte[] key)", "(byte[] key, bool useManagedSha1)")(_keyed_checked(f"HMAC{_algorithm}", _algorithm))
    if _algorithm != "MD5":
        _managed = clr_class(f"{_NS}.{_algorithm}Managed", base=f"{_NS}.{_algorithm}")
        _managed.member("()")(_plain(f"{_algorithm}Managed", _algorithm))


class RandomNumbers:
    """A source of random bytes fit for secrets."""

    __slots__ = ()
    clr = f"{_NS}.RNGCryptoServiceProvider"


RANDOM = clr_class(
    f"{_NS}.RandomNumberGenerator", interfaces=("System.IDisposable",), python=(RandomNumbers,), allowed="all"
)
PROVIDER = clr_class(f"{_NS}.RNGCryptoServiceProvider", base=f"{_NS}.RandomNumberGenerator", python=(RandomNumbers,))
PROVIDER.member("()")(RandomNumbers)
RANDOM.member(f"static {_NS}.RandomNumberGenerator Create()")(RandomNumbers)


@RANDOM.member("void GetBytes(byte[] data)")
def get_bytes(_source: RandomNumbers, data: bytearray | None) -> None:
    """Fill an array."""
    if data is None:
        argument_null("data")
    data[:] = os.urandom(len(data))


@RANDOM.member("void GetNonZeroBytes(byte[] data)")
def get_non_zero_bytes(_source: RandomNumbers, data: bytearray | None) -> None:
    """Fill an array with bytes that are not zero."""
    if data is None:
        argument_null("data")
    data[:] = bytes(value % 255 + 1 for value in os.urandom(len(data)))


RANDOM.inline("void Dispose()", "None")
