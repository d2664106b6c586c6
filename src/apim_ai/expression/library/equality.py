"""`Equals` and `GetHashCode` of boxed values."""

from __future__ import annotations

from apim_ai.expression.exceptions import ClrException

__all__ = ["equals", "hash_code"]

_BY_VALUE = (bool, int, str, float)


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
    """Return a hash code: that of .NET for numbers; texts have another in each process there, and one here."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        code = 5381
        for character in value:
            code = (code * 33 ^ ord(character)) & 0xFFFFFFFF
        return code - 2**32 if code >= 2**31 else code
    if isinstance(value, int):
        folded = (value ^ (value >> 32)) & 0xFFFFFFFF if not -(2**31) <= value < 2**31 else value & 0xFFFFFFFF
        return folded - 2**32 if folded >= 2**31 else folded
    code = hash(value) & 0xFFFFFFFF
    return code - 2**32 if code >= 2**31 else code
