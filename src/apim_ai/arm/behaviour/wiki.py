"""Wikis: documentation of an API or product."""

from __future__ import annotations

from apim_ai.arm.behaviour.base import Behaviour
from apim_ai.arm.refusal import Refusal

__all__ = ["WikiBehaviour"]


class WikiBehaviour(Behaviour):
    """Fails where there is no wiki, as was seen of the service."""

    def absent(self) -> Refusal:
        """Return what a GET of a wiki that is not there is answered."""
        return Refusal(500, "InternalServerError", "The server encountered an internal error.")
