"""Diagnostics of one API."""

from __future__ import annotations

from apim_ai.arm.behaviour.diagnostic import DiagnosticBehaviour

__all__ = ["BEHAVIOUR"]

BEHAVIOUR = DiagnosticBehaviour
