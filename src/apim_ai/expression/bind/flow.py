"""Reachability: whether the end of a statement can be reached."""

from __future__ import annotations

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

__all__ = ["ends"]


def ends(statement: Statement, *, in_switch: bool = False) -> bool:  # noqa: PLR0911 - one guard a case
    """Whether control never comes out behind a statement.

    Args:
        statement: what to look at.
        in_switch: take `break` and `continue` for an end, as the last statement of a switch section may be.
    """
    if isinstance(statement, (SReturn, SThrow, SGoto)):
        return True
    if isinstance(statement, (SBreak, SContinue)):
        return in_switch
    if isinstance(statement, SBlock):
        return any(ends(each, in_switch=in_switch) for each in statement.statements)
    if isinstance(statement, SIf):
        if isinstance(statement.condition, Const) and statement.condition.value is True:
            return ends(statement.yes, in_switch=in_switch)
        has_both = statement.no is not None and ends(statement.no, in_switch=in_switch)
        return has_both and ends(statement.yes, in_switch=in_switch)
    if isinstance(statement, SLoop):
        condition = statement.condition
        is_endless = condition is None or (isinstance(condition, Const) and condition.value is True)
        return is_endless and not _breaks(statement.body)
    if isinstance(statement, SSwitch):
        has_default = any(test is None or _always(test) for test, _ in statement.sections)
        return has_default and all(ends(body) and not _breaks(body) for _, body in statement.sections)
    if isinstance(statement, STry):
        return _try_ends(statement, in_switch=in_switch)
    return False


def _always(test: Bound) -> bool:
    """Whether a pattern fits every value, as `var x` does."""
    return isinstance(test, Op) and test.template == ALWAYS


def _try_ends(statement: STry, *, in_switch: bool) -> bool:
    if statement.final is not None and ends(statement.final, in_switch=in_switch):
        return True
    bodies = [statement.body, *(body for _, _, body in statement.catches)]
    return all(ends(body, in_switch=in_switch) for body in bodies)


def _breaks(statement: Statement) -> bool:
    """Whether a `break` in it leaves the loop or switch around it."""
    if isinstance(statement, SBreak):
        return True
    if isinstance(statement, SBlock):
        return any(_breaks(each) for each in statement.statements)
    if isinstance(statement, SIf):
        return _breaks(statement.yes) or (statement.no is not None and _breaks(statement.no))
    if isinstance(statement, STry):
        parts = [statement.body, *(body for _, _, body in statement.catches)]
        return any(_breaks(part) for part in parts) or (statement.final is not None and _breaks(statement.final))
    return False
