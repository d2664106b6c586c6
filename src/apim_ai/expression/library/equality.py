"""`Equals` and `GetHashCode` of boxed values."""

from __future__ import annotations

import struct
from decimal import Decimal
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library import boxes

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["equals", "folded_hash", "hash_code"]


def equals(left: object, right: object) -> bool:
    """Return `left.Equals(right)`: values of the same type by value, the rest as their class says."""
    if type(left) is not type(right):
        return False
    if isinstance(left, float):
        return left == right or (left != left and right != right)  # noqa: PLR0124 - NaN equals NaN
    if isinstance(left, (bytes, bytearray, ClrException)):
        return left is right
    return bool(left == right)


def hash_code(value: object) -> int:
    """Return a hash code: that of .NET Core for plain values; texts have another in each process there, and one here."""
    maker = _HASHES.get(type(value))
    if maker is None:
        maker = getattr(type(value), "clr_hash", hash)
    return _to_int32(maker(value))


def _to_int32(number: int) -> int:
    number &= 0xFFFFFFFF
    return number - 2**32 if number >= 2**31 else number


def _text_hash(text: str) -> int:
    code = 5381
    for character in text:
        code = (code * 33 ^ ord(character)) & 0xFFFFFFFF
    return code


def folded_hash(number: int) -> int:
    """Return the hash code of 64 bits: their halves, one against the other."""
    return (number ^ number >> 32) & 0xFFFFFFFF


def _double_hash(value: float) -> int:
    if value == 0:
        return 0
    if value != value:  # noqa: PLR0124 - NaN
        return 0x7FF00000
    return folded_hash(int.from_bytes(struct.pack("<d", value), "little", signed=True))


def _single_hash(value: float) -> int:
    if value == 0:
        return 0
    if value != value:  # noqa: PLR0124 - NaN
        return 0x7F800000
    return int.from_bytes(struct.pack("<f", value), "little", signed=True)


def _decimal_hash(value: Decimal) -> int:
    sign, digits, exponent = value.as_tuple()
    number = int("".join(map(str, digits)))
    places = -exponent if isinstance(exponent, int) else 0
    while places and number and number % 10 == 0:
        number, places = number // 10, places - 1
    if not number:
        return 0
    return number ^ number >> 32 ^ number >> 64 ^ (places << 16 | (0x80000000 if sign else 0))


def _character_hash(value: boxes.Char) -> int:
    return ord(value) * 0x10001


def _enum_hash(value: boxes.EnumValue) -> int:
    return value.value


_HASHES: dict[type, Callable[..., int]] = {
    bool: int, str: _text_hash, int: int, float: _double_hash, boxes.Single: _single_hash, Decimal: _decimal_hash,
    boxes.Int64: folded_hash, boxes.UInt64: folded_hash, boxes.Char: _character_hash,
    boxes.EnumValue: _enum_hash,
    **dict.fromkeys((boxes.SByte, boxes.Byte, boxes.Int16, boxes.UInt16, boxes.UInt32), int),
}  # fmt: skip
