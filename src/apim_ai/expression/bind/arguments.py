"""Arguments before their parameter is known, and groups of methods before one is chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.types import VOID, ClrType

if TYPE_CHECKING:
    from apim_ai.expression.bind.bound import Bound, Symbol
    from apim_ai.expression.signatures import Signature
    from apim_ai.expression.syntax import tree

__all__ = ["Arg", "MethodGroup", "delegate_names", "delegate_shape"]


class MethodGroup:
    """`receiver.Name<T>` before a call chooses one of the overloads."""

    __slots__ = ("arguments", "local", "name", "node", "receiver", "type")

    def __init__(
        self,
        name: str,
        node: tree.Node,
        *,
        receiver: Bound | None = None,
        type_: ClrType | None = None,
        arguments: tuple[ClrType, ...] = (),
        local: Symbol | None = None,
    ) -> None:
        self.name = name
        self.node = node
        self.receiver = receiver
        self.type = type_  # where to look: the receiver's type, or the type of a static call
        self.arguments = arguments
        self.local = local  # a local function


class Arg:
    """One argument: a value, a lambda, a method group or an `out` variable."""

    __slots__ = ("group", "is_ref", "lambda_", "name", "node", "out", "out_type", "symbol", "value")

    def __init__(
        self,
        node: tree.Node,
        *,
        value: Bound | None = None,
        lambda_: tree.Lambda | None = None,
        group: MethodGroup | None = None,
        out: tree.OutVariable | None = None,
        symbol: Symbol | None = None,
        name: str | None = None,
        out_type: ClrType | None = None,
        is_ref: bool = False,
    ) -> None:
        self.node = node
        self.is_ref = is_ref
        self.out_type = symbol.type if symbol is not None else out_type  # None for `out var`
        self.value = value
        self.lambda_ = lambda_
        self.group = group
        self.out = out
        self.symbol = symbol  # an `out` argument that names a variable
        self.name = name

    @property
    def is_out(self) -> bool:
        """Whether it is an `out` or `ref` argument."""
        return self.out is not None or self.symbol is not None

    @property
    def is_plain(self) -> bool:
        """Whether it has no name and gives a value."""
        return self.name is None and self.out is None and self.symbol is None

    @property
    def display(self) -> str:
        """The argument's type as messages show it."""
        if self.value is not None:
            return self.value.type.display if self.value.type.kind != "null" else "<null>"
        if self.is_out:
            word = "ref" if self.is_ref else "out"
            return f"{word} var" if self.out_type is None else f"{word} {self.out_type.display}"
        return "lambda expression" if self.lambda_ is not None else "method group"


class Candidate:
    """One overload as seen from a call."""

    __slots__ = ("bindings", "signature")

    def __init__(self, signature: Signature, bindings: dict[str, ClrType]) -> None:
        self.signature = signature
        self.bindings = bindings


def delegate_names(type_: ClrType) -> tuple[str, ...]:
    """Return the names of a delegate type's parameters."""
    shape = delegate_shape(type_)
    name, count = type_.declaration.simple, 0 if shape is None else len(shape[0])
    if name == "Comparison":
        return ("x", "y")
    if count == 1:
        return ({"Func": "arg", "Converter": "input"}.get(name, "obj"),)
    return tuple(f"arg{index + 1}" for index in range(count))


def delegate_shape(type_: ClrType) -> tuple[tuple[ClrType, ...], ClrType] | None:
    """Return parameter types and return type of a delegate type, or None if it is none."""
    if type_.kind != "delegate":
        return None
    name = type_.declaration.simple
    arguments = type_.arguments
    if name in ("Func", "Converter"):
        return arguments[:-1], arguments[-1]
    from apim_ai.expression.types import resolve  # noqa: PLC0415 - two delegates only

    if name == "Predicate":
        return arguments, resolve("bool")
    if name == "Comparison":
        return (arguments[0], arguments[0]), resolve("int")
    return arguments, VOID
