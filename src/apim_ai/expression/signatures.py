"""Reads the C# signatures in which the library declares its members."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from apim_ai.expression.types import VOID, ClrType, parameter, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.types import Declaration, RawMember

__all__ = ["Param", "Signature", "read_members"]

_HEAD = re.compile(
    r"""^(?P<set>set\s+)?(?P<static>static\s+)?(?P<const>const\s+)?
    (?:(?P<conversion>implicit|explicit)\s+operator\s+(?P<target>[^(]+)
      |(?P<returns>[\w.]+(?:<.*?>+)?(?:\[\]|\?)*)\s+operator\s*(?P<operator>[^\s(]+)\s*
      |(?P<returns2>[^\s(].*?)\s+(?P<name>this|\w+)(?:<(?P<generic>[^>]*)>)?\s*(?=[(\[]|$)
      |(?=\())""",
    re.VERBOSE,
)
_PARAM = re.compile(
    r"^(?P<modifier>(?:params|out|this)\s+)?(?P<type>.+?)\s+(?P<name>@?\w+)(?:\s*=\s*(?P<default>.+))?$"
)
_CONSTANTS: dict[str, object] = {"null": None, "true": True, "false": False, '""': ""}


class Param:
    """One parameter of a signature."""

    __slots__ = ("default", "is_optional", "is_out", "is_params", "is_ref", "name", "type")

    def __init__(self, name: str, type_: ClrType, modifier: str, default: str | None) -> None:
        self.name = name
        self.type = type_
        self.is_params = modifier == "params"
        self.is_ref = modifier == "ref"
        self.is_out = modifier in ("out", "ref")
        self.is_optional = default is not None
        self.default: object = None
        if default is not None:
            self.default = _CONSTANTS[default] if default in _CONSTANTS else int(default)


class Signature:
    """One member, read.

    Args:
        owner: the type that declares it.
        kind: method, get, set, constructor, operator or conversion.
        name: see `Declaration.members`.
        raw: the declaration as written.
    """

    __slots__ = (
        "flags", "function", "generics", "inline", "is_extension", "is_plain", "is_static", "kind", "least", "most", "name", "owner",
        "params", "raw", "returns",
    )  # fmt: skip

    def __init__(self, owner: Declaration, kind: str, name: str, raw: RawMember) -> None:
        self.owner = owner
        self.kind = kind
        self.name = name
        self.raw = raw
        self.function: Callable[..., object] | None = raw.function
        self.inline = raw.inline
        self.flags = raw.flags
        self.is_static = False
        self.is_extension = False
        self.generics: tuple[str, ...] = ()
        self.params: tuple[Param, ...] = ()
        self.least, self.most = 0, 0  # how many arguments it takes
        self.is_plain = False  # whether each argument is the value of a parameter of its own
        self.returns: ClrType = VOID

    def count(self) -> None:
        """Note how many arguments the member takes, when its parameters are known."""
        self.least = sum(1 for param in self.params if not param.is_optional and not param.is_params)
        self.most = sys.maxsize if self.params and self.params[-1].is_params else len(self.params)
        self.is_plain = not any(param.is_params or param.is_out or param.is_ref for param in self.params)

    @property
    def display(self) -> str:
        """The member as Roslyn's messages show it."""
        shown = ", ".join(p.type.display for p in self.params)
        owner = self.owner.simple
        if self.kind == "constructor":
            return f"{owner}.{owner}({shown})"
        return f"{owner}.{self.name}({shown})"

    def __repr__(self) -> str:
        return f"Signature({self.owner.name}: {self.raw.text})"


def read_members(owner: Declaration, raws: list[RawMember]) -> dict[str, list[Signature]]:
    """Return the signatures of a type by name.

    Raises:
        ValueError: a declaration in the library is malformed (a defect of the library).
    """
    members: dict[str, list[Signature]] = {}
    for raw in raws:
        signature = _read(owner, raw)
        members.setdefault(signature.name, []).append(signature)
    return members


def _read(owner: Declaration, raw: RawMember) -> Signature:
    head = _HEAD.match(raw.text)
    if head is None:
        raise ValueError(f"malformed declaration in the library: {raw.text}")
    kind, name = _classify(head, raw.text, head.end())
    signature = Signature(owner, kind, name, raw)
    signature.is_static = bool(head["static"]) or kind in ("operator", "conversion") or head["const"] is not None
    bindings = {each: parameter(each) for each in owner.parameters}
    if head["generic"]:
        signature.generics = tuple(each.strip() for each in head["generic"].split(","))
        bindings.update({each: parameter(each) for each in signature.generics})
    returns = head["target"] or head["returns"] or head["returns2"]
    if returns is not None:
        signature.returns = resolve(returns.strip(), bindings)
    elif kind == "constructor":
        signature.returns = _self_type(owner)
    signature.params = tuple(_params(raw.text[head.end() :], bindings, signature))
    if kind == "set":
        signature.params = (*signature.params, Param("value", signature.returns, "", None))
    signature.count()
    return signature


def _self_type(owner: Declaration) -> ClrType:
    from apim_ai.expression.types import make  # noqa: PLC0415 - next to its use

    return make(owner, tuple(parameter(each) for each in owner.parameters))


def _classify(head: re.Match[str], text: str, end: int) -> tuple[str, str]:
    if head["conversion"]:
        return "conversion", head["conversion"]
    if head["operator"]:
        return "operator", "op " + head["operator"]
    name = head["name"]
    if name is None:
        return "constructor", ".ctor"
    if name == "this":
        return ("set" if head["set"] else "get"), ("set this[]" if head["set"] else "this[]")
    if text[end : end + 1] == "(":
        return "method", name
    return ("set", "set " + name) if head["set"] else ("get", name)


def _params(text: str, bindings: dict[str, ClrType], signature: Signature) -> list[Param]:
    inside = text.strip()[1:-1].strip()
    if not inside:
        return []
    found: list[Param] = []
    for piece in _split(inside):
        match = _PARAM.match(piece.strip())
        if match is None:
            raise ValueError(f"malformed parameter in the library: {piece}")
        modifier = (match["modifier"] or "").strip()
        if modifier == "this":
            signature.is_extension = True
        found.append(Param(match["name"], resolve(match["type"], bindings), modifier, match["default"]))
    return found


def _split(text: str) -> list[str]:
    pieces: list[str] = []
    depth = start = 0
    for index, character in enumerate(text):
        if character == "<":
            depth += 1
        elif character == ">":
            depth -= 1
        elif character == "," and depth == 0:
            pieces.append(text[start:index])
            start = index + 1
    pieces.append(text[start:])
    return pieces
