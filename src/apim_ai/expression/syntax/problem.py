"""What is wrong with an expression, before it is a `Finding`: a rule of group 2 and a place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["RULES", "UNSUPPORTED", "Problem", "SyntaxFault", "unsupported"]

Severity = Literal["error", "warning", "info"]

RULES: dict[str, str] = {
    "AIM201": "expression-syntax",
    "AIM202": "expression-unbalanced",
    "AIM203": "csharp-version",
    "AIM204": "disallowed-type",
    "AIM205": "disallowed-member",
    "AIM206": "unknown-member",
    "AIM207": "unknown-identifier",
    "AIM208": "return-type-mismatch",
    "AIM210": "missing-return",
    "AIM211": "return-in-single",
    "AIM212": "char-literal-string",
    "AIM213": "assignment-in-condition",
    "AIM237": "ambiguous-type",
    "AIM246": "void-expression",
    "AIM248": "unlisted-body-type",
}
UNSUPPORTED = "AIM200"
"""C# that Azure may accept and that is not run here; not a rule of the catalogue, and never an error of the user's."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong.

    Args:
        rule: code of group 2, or `UNSUPPORTED`.
        message: lower case, without a full stop.
        start: offset in the expression's text; `end` is exclusive.
        end: see `start`.
        help: what to do.
        severity: an error refuses the expression.
    """

    rule: str
    message: str
    start: int
    end: int
    help: str | None = None
    severity: Severity = "error"


class SyntaxFault(Exception):  # noqa: N818 - carries a Problem, is not shown
    """Ends parsing with one problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def unsupported(what: str, start: int, end: int, help: str | None = None) -> Problem:  # noqa: A002 - as in Finding
    """Return the problem "C#, but not run by the local gateway"."""
    return Problem(UNSUPPORTED, f"{what} is not supported by the local gateway", start, end, help)
