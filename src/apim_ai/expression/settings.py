"""What may be set about expressions: the .NET generation, the culture, and the limits of one run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["DEFAULT", "Culture", "ExpressionSettings", "Profile"]

Profile = Literal["core", "framework"]
Culture = Literal["invariant", "en-US"]


@dataclass(frozen=True, slots=True)
class ExpressionSettings:
    """The named settings of expressions; Azure documents neither the profile nor the culture.

    Args:
        profile: setting `dotnet.profile`: whose texts of doubles, dates and messages are given.
        culture: setting `expressions.culture`: the culture of conversions without an explicit one.
        steps: loop turns, calls and elements of one run, at most.
        text_length: characters in one string, at most.
        items: elements in one collection, at most.
        regex_seconds: time for one regular expression.
    """

    profile: Profile = "core"
    culture: Culture = "invariant"
    steps: int = 2_000_000
    text_length: int = 64 * 1024 * 1024
    items: int = 5_000_000
    regex_seconds: float = 2.0

    @property
    def is_framework(self) -> bool:
        """Whether texts are those of the .NET Framework."""
        return self.profile == "framework"

    @property
    def is_cultured(self) -> bool:
        """Whether a culture orders and cases letters; in invariant .NET Core only A to Z have case."""
        return self.profile == "framework" or self.culture != "invariant"


DEFAULT = ExpressionSettings()
