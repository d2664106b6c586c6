"""Policies that were read before and found good, so that a changed document costs what has changed in it.

What a policy may be depends on its text, its section and its scope; only those that may stand once depend on others. So
a policy at the top of a section that is known to be good, word for word, is not read again unless such a one is in it.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.definition import Reader
    from apim_ai.document import Element

__all__ = ["Clean"]

_MOST = 20_000


class Clean:
    """Remembers policies without complaint, by a digest of what they say and where: named values in them may be secrets."""

    def __init__(self) -> None:
        self._known: dict[bytes, None] = {}

    def read(self, reader: Reader, elements: Iterable[Element]) -> None:
        """Read the elements that are not known to be good; the reader has what is wrong."""
        keyed = [(_key(reader, element), element) for element in elements]
        unknown = [(key, element) for key, element in keyed if key not in self._known]
        reader.policies(element for _, element in unknown)
        if not reader.findings:
            self._remember(key for key, element in unknown if not _may_depend(element))

    def _remember(self, keys: Iterable[bytes]) -> None:
        self._known |= dict.fromkeys(keys)
        while len(self._known) > _MOST:
            del self._known[next(iter(self._known))]


def _key(reader: Reader, element: Element) -> bytes:
    text = element.source.text[element.start : element.end]
    return blake2b(f"{reader.section}\0{reader.scope}\0{text}".encode(), digest_size=16).digest()


def _may_depend(element: Element) -> bool:
    """Tell whether a policy that may stand only once is in an element, or is it."""
    return _stands_once(element.name) or any(map(_may_depend, element.elements))


@lru_cache(maxsize=1024)
def _stands_once(name: str) -> bool:
    from apim_ai.definition import POLICIES  # noqa: PLC0415 - the compiler behind it would slow the start of `up`

    policy = POLICIES.find(name)
    return policy is not None and policy.definition.once is not None
