"""`check-header`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import BOOLEAN, HEADER_NAME, TEXT, Policy, Value, attribute, integer, policy, texts
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["CheckHeader"]


@policy(
    "check-header",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="check-header-policy",
)
class CheckHeader(Policy):
    """Refuse a request without a header, or with a value that is not listed."""

    name: Value[str] = attribute(HEADER_NAME)
    failed_check_httpcode: Value[int] = attribute(integer(), doc="status of the refusal")
    failed_check_error_message: Value[str] | None = attribute(
        TEXT, default=None, disputed=True, doc="message of the refusal"
    )
    ignore_case: Value[bool] | None = attribute(
        BOOLEAN, default=None, disputed=True, doc="whether values compare without case"
    )
    value: tuple[Value[str], ...] = texts("value", TEXT)

    def run(self, exchange: Exchange, /) -> None:
        """Look for the header, then at its value."""
        context = exchange.context
        name = self.name(context)
        found = exchange.request.headers.get(name)
        if found is None:
            message = f"Header {name} was not found in the request. Access denied."
            raise self._refused(exchange, "HeaderNotFound", message)
        if not self.value:
            return
        ignores_case = self.ignore_case is not None and self.ignore_case(context)
        allowed = {_folded(value(context), ignores_case=ignores_case) for value in self.value}
        sent = (found, *exchange.request.headers.values(name))
        if allowed.isdisjoint(_folded(value, ignores_case=ignores_case) for value in sent):
            message = f"Header {name} value of {found} is not allowed. Access denied."
            raise self._refused(exchange, "HeaderValueNotAllowed", message)

    def _refused(self, exchange: Exchange, reason: str, message: str) -> PolicyError:
        context = exchange.context
        status = self.failed_check_httpcode(context)
        text = None if self.failed_check_error_message is None else self.failed_check_error_message(context)
        return PolicyError(self.element_name, reason, message, status, body_message=text)


def _folded(text: str, *, ignores_case: bool) -> str:
    return text.strip().casefold() if ignores_case else text.strip()
