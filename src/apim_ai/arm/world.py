"""What the control plane works with: its store and the things that are handed in."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from apim_ai.arm.address import Service
from apim_ai.arm.links import fetched
from apim_ai.clock import SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.arm.links import Fetch
    from apim_ai.arm.serialise import Style
    from apim_ai.arm.store import Store
    from apim_ai.clock import Clock
    from apim_ai.finding import Finding
    from apim_ai.resource import Resources

__all__ = ["Validate", "World", "iso"]


class Validate(Protocol):
    """Checks a policy document before it is stored."""

    def __call__(
        self, kind: str, identifier: str, text: str, format_: str, resources: Resources
    ) -> tuple[Finding, ...]:
        """Return what is wrong with a document, in the places of the text as it was sent."""
        ...


def _no_secret(_: str) -> str | None:
    return None


def _make_key() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class World:
    """What the control plane works with.

    Args:
        store: the state.
        validate: checks policy documents.
        service: the service that this control plane has.
        clock: tells the time and waits.
        secret_of: answers the value of a Key Vault secret by its identifier, None when it cannot be had.
        make_key: makes subscription keys and other identifiers that nobody may guess.
        gateway_url: where the gateway listens, as the service entity says it.
        sku: the service's tier, such as `Developer` or `StandardV2`.
        location: the service's region.
        policy_style: how policy documents are printed in answers.
        fetch: fetches the documents that bodies link to.
    """

    store: Store
    validate: Validate
    service: Service = field(default_factory=Service)
    clock: Clock = field(default_factory=SystemClock)
    secret_of: Callable[[str], str | None] = _no_secret
    make_key: Callable[[], str] = _make_key
    gateway_url: str = "http://127.0.0.1"
    sku: str = "Developer"
    location: str = "West Europe"
    policy_style: Style = "service"
    fetch: Fetch = fetched

    def now(self) -> str:
        """Return the time as the service writes it."""
        return iso(self.clock.now())


def iso(seconds: float) -> str:
    """Return seconds since 1970 as the service writes a time, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
