"""Policies of products."""

from __future__ import annotations

from apim_ai.arm.behaviour.policy_document import PolicyBehaviour

__all__ = ["BEHAVIOUR"]

BEHAVIOUR = PolicyBehaviour
