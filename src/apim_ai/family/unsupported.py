"""Policies that are read and linted here, but need something that a laptop does not have to run."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.definition import Policy
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["UnsupportedPolicy"]


class UnsupportedPolicy(Policy):
    """A policy whose `run` says what it would need; never a silent skip."""

    needs: ClassVar[str]

    def run(self, exchange: Exchange, /) -> None:  # noqa: ARG002 - the same whatever the exchange
        """Refuse to run.

        Raises:
            UnsupportedPolicyError: always.
        """
        raise UnsupportedPolicyError(self.element_name, self.needs)
