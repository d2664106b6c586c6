"""The state of the run that is under way: how many steps it has left, and how it orders texts."""

from __future__ import annotations

from typing import NoReturn

from apim_ai.expression.exceptions import ClrException

__all__ = ["METER", "Meter"]


_CHARACTERS_A_STEP = 5
"""As a power of two: how many written characters count for a step."""


class Meter:
    """Counts the steps of the run that is under way, so that no loop runs for ever.

    Expressions run synchronously, one at a time in a thread; where threads share the meter, they share its limit.
    """

    __slots__ = ("left", "limit", "orders_by_culture")

    def __init__(self) -> None:
        self.limit = self.left = 2_000_000
        self.orders_by_culture = False

    def start(self, limit: int, orders_by_culture: bool) -> None:  # noqa: FBT001 - called by compiled code
        """Begin a run; texts are ordered by culture in the .NET Framework, by number in invariant .NET Core."""
        self.limit = self.left = limit
        self.orders_by_culture = orders_by_culture

    def tick(self) -> None:
        """Count one step.

        Raises:
            ClrException: the run has had too many.
        """
        self.take(1)

    def take(self, count: int) -> None:
        """Count several steps.

        Raises:
            ClrException: the run has had too many.
        """
        self.left -= count
        if self.left < 0:
            self.end()

    def written(self, text: str) -> str:
        """Count a long text that was made of an object or element, and return it; short ones cost nothing.

        Raises:
            ClrException: so much has been written that the run has had too many steps.
        """
        self.take(len(text) >> _CHARACTERS_A_STEP)
        return text

    def end(self) -> NoReturn:
        """End a run that has had too many steps; compiled code counts its own."""
        raise ClrException("System.TimeoutException", f"the expression took more than {self.limit} steps and was ended")


METER = Meter()
