"""`set-header`."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, HEADER_NAME, Value, attribute, policy
from apim_ai.family.fields import SetField
from apim_ai.message import is_token
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.expression.context import Context
    from apim_ai.family.fields import ExistsAction
    from apim_ai.message import Headers, Response
    from apim_ai.runtime import Callout, Exchange

__all__ = ["SetHeader"]

_BREAK = re.compile(r"[\r\n\0]")
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
        context = exchange.context
        if not exchange.acts_on_response:
            self._change(exchange, context.request.headers, is_request=True)
        elif context.response is not None:
            self._change(exchange, context.response.headers)

    def apply(self, exchange: Exchange, response: Response) -> None:
        """Change a response that is being made."""
        self._change(exchange, response.headers)

    async def change_callout(self, exchange: Exchange, callout: Callout) -> None:
        """Change a request that is being made."""
        self._change(exchange, callout.headers, is_request=True)

    @cached_property
    def _fixed(self) -> tuple[str, str, ExistsAction] | None:
        """Name, name in lower case and action, where they are the same in each exchange."""
        if not (self.name.is_constant and self.exists_action.is_constant):
            return None
        return self.name.fixed, self.name.fixed.lower(), self.exists_action.fixed

    def _evaluated(self, context: Context) -> tuple[str, str, ExistsAction]:
        name = self.name(context)
        return name, name.lower(), self.exists_action(context)

    def _change(self, exchange: Exchange, headers: Headers, *, is_request: bool = False) -> None:
        context = exchange.context
        name, key, action = self._fixed or self._evaluated(context)
        if key in _PROTECTED or (key == "server" and action == "delete"):
            exchange.note(f"'{name}' cannot be changed")
            return
        if action == "delete":
            headers.remove(name)
            return
        if action == "skip" and name in headers:
            exchange.note(f"'{name}' is there already")
            return
        values = self._writable(name, self.new_values(context, exchange.settings), is_request=is_request)
        if action == "append":
            values = [*headers.values(name), *values]
        if not values:
            exchange.note(f"'{name}' has no value and is left out")
            if action == "override":
                headers.remove(name)
            return
        headers.set(name, *(values if key in _SEPARATE or key in _DATES else [",".join(values)]))

    def _writable(self, name: str, values: list[str], *, is_request: bool) -> list[str]:
        """Return values without what would end a header: a backend must not be fooled, a caller still gets an answer.

        Raises:
            PolicyError: a request would have a header that is none.
        """
        if not self.name.is_constant and not is_token(name):
            raise PolicyError(self.element_name, "InvalidHeader", f"'{name}' is not a header name.")
        if len(values) == 1 and values[0].isprintable():
            return values  # nearly every value
        if not any(map(_BREAK.search, values)):
            return values
        if is_request:
            raise PolicyError(self.element_name, "InvalidHeader", f"The value of '{name}' has a line break in it.")
        return [_BREAK.sub(" ", value) for value in values]
