"""What can change a response that is being made, as inside `return-response`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["ChangesResponse", "StandsForFragment"]


@runtime_checkable
class ChangesResponse(Protocol):
    """`set-status`, `set-header` and `set-body`."""

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Change a response."""
        ...


@runtime_checkable
class StandsForFragment(Protocol):
    """`include-fragment`: what is in the fragment is meant."""

    fragment_id: str
