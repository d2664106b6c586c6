"""Writes Python that goes a path in what a JSON parser made, and falls back on tokens where it cannot.

A template asks one condition after the other, each about what the one before has found, and has its value where all hold.
`{t}` is what was found last, `{w}` where the path begins, `{u}` the message's body.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.expression.bind.bound import Bound, Call, Const, Local, Op
from apim_ai.expression.paths import JSON

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.paths import Path, Step, Use
    from apim_ai.expression.types import ClrType

__all__ = ["Start", "body_root", "body_start", "parsed_start", "token_start", "written"]

_KEPT = "({t} if ({t} := ({u} := {0}).parsed).__class__ is CLASS else {load}({u}, True))"
_LOADED = "{load}({0}, {1})"


@dataclass(frozen=True, slots=True)
class Start:
    """Where a path begins.

    Args:
        operands: what the template is over.
        conditions: what must hold first.
        look: what the path begins at, where it is looked at for the first time.
        again: the same from then on.
        whole: what the fall-back gets.
        fit: makes a use of tokens one of `whole`.
        class_: the class that is known already.
        names: what else the template calls.
    """

    operands: tuple[Bound, ...]
    conditions: tuple[str, ...]
    look: str
    again: str
    whole: str
    fit: Callable[[Use], Callable[..., object]]
    class_: str = ""
    names: dict[str, object] = field(default_factory=dict[str, object])


def _root(body: Call) -> tuple[str, tuple[Bound, ...], str, dict[str, object]]:
    """Return the template of a body's parsed content, its operands, the content's class, and what it calls."""
    from apim_ai.expression.library.json_peek import CONTAINERS, loader  # noqa: PLC0415 - when JSON is first used

    kind = JSON[body.type.name]
    content, preserve = body.operands[2:]
    class_ = CONTAINERS[kind].__name__
    names: dict[str, object] = {"load": loader(kind)}
    if isinstance(preserve, Const) and preserve.value is True:
        return _KEPT.replace("CLASS", class_), (content,), class_, names
    return _LOADED, (content, preserve), class_, names


def body_root(body: Call) -> Op:
    """Return what a body's content was parsed to."""
    template, operands, _, names = _root(body)
    return Op(body.type, template, *operands, may_be_null=False, names=names)


def body_start(body: Call) -> Start:
    """Begin at a body that nobody else has a token of."""
    from apim_ai.expression.library.json_peek import of_element  # noqa: PLC0415 - when JSON is first used

    template, operands, class_, names = _root(body)
    return Start(operands, (), f"({{w}} := {template})", "{w}", "{w}", of_element, class_, names)


def parsed_start(variable: Local, *, is_element: bool) -> Start:
    """Begin at a variable that holds what a parser made, or a token, or, unless it is an element, null."""
    from apim_ai.expression.library.json_peek import of_element, of_stored  # noqa: PLC0415 - when JSON is first used

    return Start((variable,), (), "{0}", "{0}", "{0}", of_element if is_element else of_stored)


def token_start(base: Bound, class_: str) -> Start:
    """Begin at a token of the class that the first step needs: one that was read and not changed since."""
    from apim_ai.expression.library.json_token import JArray, JObject  # noqa: PLC0415 - when JSON is first used

    names: dict[str, object] = {"Token": JObject if class_ == "dict" else JArray}
    look, again = ("{0}", "{0}") if isinstance(base, Local) else ("({w} := {0})", "{w}")
    conditions = (f"{look}.__class__ is {{Token}}", f"not {again}.tokens")
    return Start((base,), conditions, f"({{t}} := {again}.raw)", "{t}", again, lambda use: use, "", names)


def written(type_: ClrType, start: Start, path: Path, end: tuple[str, str], use: Use, key: Const | None = None) -> Op:
    """Return the template that goes a path and makes something of its end.

    Args:
        type_: of the value.
        start: where the path begins.
        path: the path.
        end: the condition on its end and the value, with `{X}` and `{V}` as in steps, and `{K}` for the key.
        use: makes the same of the token that the path begins at.
        key: the last name, where the value is about that.
    """
    test, value = end
    operands, conditions = list(start.operands), list(start.conditions)
    look, again = _gone(path.steps, start, operands, conditions)
    if key is not None:
        value = value.replace("{K}", f"{{{len(operands)}}}")
        operands.append(key)
    conditions.append(test.replace("{X}", look).replace("{V}", again))
    template = f"({value.replace('{V}', again)} if {' and '.join(conditions)} else {{slow}}({start.whole}))"
    return Op(type_, template, *operands, names={**start.names, "slow": start.fit(use)})


def _gone(steps: tuple[Step, ...], start: Start, operands: list[Bound], conditions: list[str]) -> tuple[str, str]:
    """Add the conditions of the steps, and return their end where it is first looked at and from then on."""
    look, again, class_ = start.look, start.again, start.class_
    for step in steps:
        if class_ != step.class_:
            conditions.append(f"{look}.__class__ is {step.class_}")
            look, class_ = again, step.class_
        if not step.code:
            continue
        code = step.code
        if step.key is not None:
            code = code.replace("{K}", f"{{{len(operands)}}}")
            operands.append(step.key)
        found = code.replace("{X}", look).replace("{V}", again)
        look, again, class_ = f"({{t}} := {found})", "{t}", ""
    return look, again
