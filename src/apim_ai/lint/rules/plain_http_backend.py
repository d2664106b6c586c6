"""The rule AIM429."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.rule import Case, EstateRule, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["PlainHttpBackend"]


class PlainHttpBackend(PolicyRule, EstateRule):
    """A URL without TLS.

    Tokens and prompts travel in clear.

    Write `https://`. Addresses of this machine are no finding.
    """

    code, name, severity = "AIM429", "plain-http-backend", "error"
    elements = ("set-backend-service", "set-url", "openid-config", "proxy")
    good = (
        Case('<set-backend-service base-url="https://model.example.com" />'),
        Case('<set-backend-service base-url="http://127.0.0.1:8080" />'),
    )
    bad = (
        Case('<set-backend-service base-url="http://model.example.com" />', at=1),
        Case(
            '<set-backend-service backend-id="model" />',
            resources={"backends/model": {"url": "http://model.example.com", "protocol": "http"}},
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at literal URLs."""
        pieces = [a for a in site.element.attributes if a.name in ("base-url", "url")]
        for piece in (*pieces, *site.element.texts):
            if piece.code is None and _is_plain(piece.value):
                yield self.found(
                    piece.span, f"'{piece.value.strip()}' has no TLS", help="write https://", policy=site.name
                )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the backends."""
        for backend in estate.backends.values():
            if _is_plain(str(backend.properties.get("url") or "")):
                message = f"the URL of backend '{backend.name}' has no TLS"
                yield self.found(place_of(backend), message, help="write https://")


_LOCAL = re.compile(
    r"http://(?:localhost|127\.[\d.]+|\[::1\]|host\.docker\.internal|[^/{}]*\.(?:test|localhost))(?::\d+)?(?:/|$)",
    re.IGNORECASE,
)


def _is_plain(url: str) -> bool:
    url = url.strip()
    return url.lower().startswith("http://") and "{{" not in url and _LOCAL.match(url) is None
