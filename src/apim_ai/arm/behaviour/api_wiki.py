"""Wikis of APIs."""

from __future__ import annotations

from apim_ai.arm.behaviour.wiki import WikiBehaviour

__all__ = ["BEHAVIOUR"]

BEHAVIOUR = WikiBehaviour
