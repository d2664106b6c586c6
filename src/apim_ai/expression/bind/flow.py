"""Reachability: whether the end of a statement can be reached, after the rules of the C# specification."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from apim_ai.expression.bind.bound import (
    ALWAYS,
    Bound,
    Const,
    Op,
    SBlock,
    SBreak,
    SContinue,
    SGoto,
    SIf,
    SLoop,
    SReturn,
    SSwitch,
    Statement,
    SThrow,
    STry,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["ends"]


class _Ways(NamedTuple):
    """How control comes out of a statement: at its end, by `break`, by `continue`."""

    at_end: bool = False
    by_break: bool = False
    by_continue: bool = False


_ON = _Ways(at_end=True)
_NOWHERE = _Ways()


def ends(statement: Statement) -> bool:
    """Whether control never comes to the end of a statement."""
    return not _ways(statement).at_end


def _ways(statement: Statement) -> _Ways:  # noqa: PLR0911 - one guard a case
    if isinstance(statement, (SReturn, SThrow, SGoto)):
        return _NOWHERE
    if isinstance(statement, SBreak):
        return _Ways(by_break=True)
    if isinstance(statement, SContinue):
        return _Ways(by_continue=True)
    if isinstance(statement, SBlock):
        return _in_turn(statement.statements)
    if isinstance(statement, SIf):
        return _branches(statement)
    if isinstance(statement, SLoop):
        return _looped(statement)
    if isinstance(statement, SSwitch):
        return _sections(statement)
    if isinstance(statement, STry):
        return _guarded(statement)
    return _ON


def _any(ways: Iterable[_Ways]) -> _Ways:
    found = list(ways)
    return _Ways(*(any(each[index] for each in found) for index in range(3)))


def _in_turn(statements: list[Statement]) -> _Ways:
    so_far = _ON
    for each in statements:
        ways = _ways(each)
        so_far = _Ways(ways.at_end, so_far.by_break or ways.by_break, so_far.by_continue or ways.by_continue)
        if not ways.at_end:
            break  # what follows is never reached
    return so_far


def _constant(condition: Bound | None) -> object:
    """Return what a condition always is, or None."""
    if condition is None:
        return True
    return condition.value if isinstance(condition, Const) else None


def _branches(statement: SIf) -> _Ways:
    always = _constant(statement.condition)
    branches: list[_Ways] = []
    if always is not False:
        branches.append(_ways(statement.yes))
    if always is not True:
        branches.append(_ON if statement.no is None else _ways(statement.no))
    return _any(branches)


def _looped(statement: SLoop) -> _Ways:
    always = _constant(statement.condition)
    if statement.is_do:
        body = _ways(statement.body)
        is_asked = body.at_end or body.by_continue
        return _Ways(at_end=body.by_break or (is_asked and always is not True))
    return _ON if always is not True else _Ways(at_end=_ways(statement.body).by_break)


def _sections(statement: SSwitch) -> _Ways:
    has_default = any(test is None or _fits_all(test) for test, _ in statement.sections)
    inside = _any(_ways(body) for _, body in statement.sections)
    return _Ways(at_end=inside.by_break or not has_default, by_continue=inside.by_continue)


def _fits_all(test: Bound) -> bool:
    """Whether a pattern fits every value, as `var x` does."""
    return isinstance(test, Op) and test.template == ALWAYS


def _guarded(statement: STry) -> _Ways:
    inside = _any(_ways(each) for each in (statement.body, *(body for _, _, body in statement.catches)))
    if statement.final is not None and not _ways(statement.final).at_end:
        return _NOWHERE
    return inside
