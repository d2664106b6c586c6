"""`set-query-parameter`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import policy
from apim_ai.family.fields import SetField

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["SetQueryParameter"]


@policy(
    "set-query-parameter",
    sections=("inbound", "backend"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="set-query-parameter-policy",
)
class SetQueryParameter(SetField):
    """Set, add or remove a query parameter of the request."""

    def run(self, exchange: Exchange, /) -> None:
        """Change the request's URL."""
        context, request = exchange.context, exchange.request
        name = self.name(context)
        action = self.exists_action(context)
        pairs = request.url.query_pairs()
        present = any(key.lower() == name.lower() for key, _ in pairs)
        if action == "skip" and present:
            exchange.note(f"'{name}' is there already")
            return
        if action != "append":
            pairs = [(key, value) for key, value in pairs if key.lower() != name.lower()]
        if action != "delete":
            pairs += [(name, value) for value in self.new_values(context, exchange.settings)]
        request.url = request.url.with_query(pairs)
