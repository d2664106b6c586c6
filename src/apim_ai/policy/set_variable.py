"""`set-variable`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, ANY, VARIABLE_NAME, Policy, Value, attribute, literal, policy

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["SetVariable"]


@policy("set-variable", sections=ALL_SECTIONS, page="set-variable-policy")
class SetVariable(Policy):
    """Keep a value for the rest of the exchange.

    A literal is a String; an expression keeps the CLR object that it returned, whatever its type. Setting a name again
    overwrites it, also with another type.
    """

    name: str = literal(VARIABLE_NAME)
    value: Value[object] = attribute(ANY)

    def run(self, exchange: Exchange, /) -> None:
        """Set the variable."""
        exchange.context.variables[self.name] = self.value(exchange.context)
