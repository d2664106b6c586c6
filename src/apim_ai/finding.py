"""The one value for "something is wrong here", from parser, definitions, compiler, lint and preflight alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apim_ai.source import Span

__all__ = ["SEVERITIES", "Finding", "Related", "Severity"]

Severity = Literal["error", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a finding."""

    span: Span
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong, and where.

    Args:
        rule: the stable code, such as `AIM401`.
        name: its readable name, such as `spoofable-counter-key`.
        severity: error (refused, fails or insecure), warning (bites later), info (a choice to be made on purpose).
        message: what is wrong, in lower case without a full stop, the user's own words in quotes.
        span: the place.
        policy: the element it is about, such as `set-header`.
        help: what to do.
        fixable: whether a safe automatic fix exists.
        related: further places.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    span: Span
    policy: str | None = None
    help: str | None = None
    fixable: bool = False
    related: tuple[Related, ...] = ()
