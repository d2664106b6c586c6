"""`set-header`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, HEADER_NAME, Value, attribute, policy
from apim_ai.family.fields import SetField

if TYPE_CHECKING:
    from apim_ai.message import Headers, Response
    from apim_ai.runtime import Callout, Exchange

__all__ = ["SetHeader"]

_PROTECTED = frozenset({"connection", "content-length", "keep-alive", "transfer-encoding"})
_SEPARATE = frozenset({"user-agent", "www-authenticate", "proxy-authenticate", "cookie", "set-cookie", "warning"})
_DATES = frozenset({"date", "expires", "last-modified", "if-modified-since", "if-unmodified-since"})


@policy("set-header", sections=ALL_SECTIONS, page="set-header-policy")
class SetHeader(SetField):
    """Set, add or remove a header of the request (inbound, backend) or response (outbound, on-error).

    Several values are joined by commas into one field, except for headers in which a comma means something else.
    Connection, Content-Length, Keep-Alive and Transfer-Encoding cannot be changed, Server cannot be removed.
    """

    name: Value[str] = attribute(HEADER_NAME)

    def run(self, exchange: Exchange, /) -> None:
        """Change the message that belongs to the section."""
        if not exchange.acts_on_response:
            self.change(exchange, exchange.request.headers)
        elif exchange.response is not None:
            self.change(exchange, exchange.response.headers)

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Change a response that is being made."""
        self.change(exchange, response.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Change a request that is being made."""
        self.change(exchange, callout.headers)

    def change(self, exchange: Exchange, headers: Headers) -> None:
        """Change the headers of a message."""
        context = exchange.context
        name = self.name(context)
        key = name.lower()
        action = self.exists_action(context)
        if key in _PROTECTED or (key == "server" and action == "delete"):
            exchange.note(f"'{name}' cannot be changed")
            return
        if action == "delete":
            headers.remove(name)
            return
        if action == "skip" and name in headers:
            exchange.note(f"'{name}' is there already")
            return
        values = self.new_values(context, exchange.settings)
        if action == "append":
            values = [*headers.values(name), *values]
        if not values:
            exchange.note(f"'{name}' has no value and is left out")
            if action == "override":
                headers.remove(name)
            return
        headers.set(name, *(values if key in _SEPARATE or key in _DATES else [",".join(values)]))
