"""The URL of a request, split once."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["DEFAULT_PORTS", "Url", "sendable"]

DEFAULT_PORTS = {"http": 80, "https": 443}
_SENDABLE = re.compile(r"[\x21-\x7e]*")
_KEPT = "".join(map(chr, range(0x21, 0x7F)))


def sendable(text: str) -> str:
    """Return a URL, or a part of one, with everything encoded that no request line can hold."""
    return text if _SENDABLE.fullmatch(text) else quote(text, safe=_KEPT)


class Url:
    """An absolute URL. Immutable: each change returns a new one.

    `path` and `query_string` stand as they were sent, percent-encoded; `query` is decoded on first use.
    """

    __slots__ = ("_query", "host", "path", "port", "query_string", "scheme")

    def __init__(self, scheme: str, host: str, port: int | None, path: str, query_string: str = "") -> None:
        self.scheme = scheme
        self.host = host
        self.port = port if port is not None else DEFAULT_PORTS.get(scheme, 0)
        self.path = path or "/"
        self.query_string = query_string
        self._query: dict[str, list[str]] | None = None

    @classmethod
    def parse(cls, text: str) -> Url:
        """Split an absolute URL.

        Raises:
            ValueError: the text is no absolute URL.
        """
        parts = urlsplit(text)
        if not parts.scheme or not parts.hostname:
            raise ValueError(f"'{text}' is not an absolute URL")
        return cls(parts.scheme.lower(), parts.hostname, parts.port, parts.path, parts.query)

    @property
    def query(self) -> dict[str, list[str]]:
        """The decoded query: name to values, in order of appearance. Do not change it."""
        if self._query is None:
            self._query = {}
            for name, value in parse_qsl(self.query_string, keep_blank_values=True):
                self._query.setdefault(name, []).append(value)
        return self._query

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        return _authority(self.scheme, self.host, self.port)

    @property
    def target(self) -> str:
        """Path and query as a request line can hold them: white space, controls and letters beyond ASCII are encoded."""
        return sendable(f"{self.path}?{self.query_string}" if self.query_string else self.path)

    def replace(
        self,
        *,
        scheme: str | None = None,
        host: str | None = None,
        port: int | None = None,
        path: str | None = None,
        query_string: str | None = None,
    ) -> Url:
        """Return a copy with some parts changed."""
        changes_origin = scheme is not None or host is not None
        return Url(
            scheme or self.scheme,
            host or self.host,
            port if port is not None or changes_origin else self.port,
            self.path if path is None else path,
            self.query_string if query_string is None else query_string,
        )

    def with_query(self, pairs: Iterable[tuple[str, str]]) -> Url:
        """Return a copy with this query, encoded."""
        return self.replace(query_string=urlencode(list(pairs), quote_via=quote, safe="-._~:/@!$'()*,;"))

    def query_pairs(self) -> list[tuple[str, str]]:
        """Return the decoded query as (name, value) pairs."""
        return [(name, value) for name, values in self.query.items() for value in values]

    def __str__(self) -> str:
        query = f"?{self.query_string}" if self.query_string else ""
        return f"{self.scheme}://{self.authority}{self.path}{query}"

    def __repr__(self) -> str:
        return f"Url({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Url) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


@lru_cache(maxsize=1024)
def _authority(scheme: str, host: str, port: int) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port == DEFAULT_PORTS.get(scheme) else f"{name}:{port}"
