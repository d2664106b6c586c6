"""The four ways in which `set-header` and `set-query-parameter` treat what is there already."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, cast

from apim_ai.definition import NULLABLE_TEXT, TEXT, Policy, Value, attribute, choice, family, requires_child, texts

if TYPE_CHECKING:
    from apim_ai.config import GatewaySettings
    from apim_ai.expression.context import Context

__all__ = ["ExistsAction", "SetField"]

ExistsAction = Literal["override", "skip", "append", "delete"]


@family(requires_child("value", unless="exists-action=delete"), settings=("set_header.null_value",))
class SetField(Policy):
    """Set, add or remove a named field that may have several values."""

    name: Value[str] = attribute(TEXT)
    exists_action: Value[ExistsAction] = attribute(
        choice("override", "skip", "append", "delete"), default="override", doc="what to do when the field is there"
    )
    value: tuple[Value[str | None], ...] = texts("value", NULLABLE_TEXT)

    def new_values(self, context: Context, settings: GatewaySettings) -> list[str]:
        """Return the values to write; one that is null is left out or empty by setting `set_header.null_value`."""
        values = [value(context) for value in self.value]
        if None not in values:
            return cast("list[str]", values)
        if settings.set_header_null_value == "empty":
            return [value or "" for value in values]
        return [value for value in values if value is not None]
