"""Type inference for generic methods: from arguments to what the type parameters stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.conversions import has_implicit
from apim_ai.expression.types import NULL, UNKNOWN, ClrType, substitute

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["Inference", "common_type", "mentions"]


def mentions(type_: ClrType, names: frozenset[str] | set[str]) -> bool:
    """Whether a type has one of these parameters in it."""
    if type_.kind == "parameter":
        return type_.declaration.simple in names
    return any(mentions(argument, names) for argument in type_.arguments)


def common_type(types: list[ClrType]) -> ClrType | None:
    """Return the one of the types that all others convert to."""
    real = [type_ for type_ in dict.fromkeys(types) if type_ is not NULL]
    if UNKNOWN in real:
        return UNKNOWN
    for candidate in real:
        if all(has_implicit(other, candidate) for other in types):
            return candidate
    if NULL in types and len(real) == 1 and real[0].is_value:
        return None
    return None


class Inference:
    """Collects bounds for type parameters and fixes them."""

    def __init__(self, names: tuple[str, ...], bindings: Mapping[str, ClrType]) -> None:
        self.names = set(names)
        self.bindings = dict(bindings)
        self.bounds: dict[str, list[ClrType]] = {name: [] for name in names}

    @property
    def open(self) -> frozenset[str]:
        """The parameters that are not fixed yet."""
        return frozenset(name for name in self.names if name not in self.bindings)

    def closed(self, type_: ClrType) -> ClrType:
        """Return a type with what is known put in."""
        return substitute(type_, self.bindings)

    def learn(self, parameter: ClrType, argument: ClrType) -> None:
        """Take what an argument's type says about the parameters in a parameter's type."""
        if argument is NULL:
            return
        if parameter.kind == "parameter":
            name = parameter.declaration.simple
            if name in self.bounds:
                self.bounds[name].append(argument)
            return
        if not parameter.arguments or not mentions(parameter, self.names):
            return
        if argument is UNKNOWN:
            for inner in parameter.arguments:
                self.learn(inner, UNKNOWN)
            return
        if parameter.kind == "nullable":
            self.learn(parameter.element, argument.element if argument.kind == "nullable" else argument)
            return
        alike = {each: None for each in argument.ancestors() if each.declaration is parameter.declaration}
        if len(alike) == 1:  # a JObject is a sequence of tokens and one of pairs, which says nothing
            for mine, theirs in zip(parameter.arguments, next(iter(alike)).arguments, strict=True):
                self.learn(mine, theirs)

    def fix(self) -> None:
        """Fix each parameter that has bounds."""
        for name in self.open:
            bounds = self.bounds[name]
            if bounds:
                self.bindings[name] = common_type(bounds) or bounds[0]
