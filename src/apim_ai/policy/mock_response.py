"""`mock-response`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, cast

from apim_ai.definition import BOOLEAN, TEXT, Policy, Value, attribute, integer, literal, policy
from apim_ai.family.api_schema import media_type, response_of, sample, schema_of
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import Respond

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from apim_ai.runtime import Exchange

__all__ = ["MockResponse"]


@policy(
    "mock-response",
    sections=("inbound", "outbound", "on-error"),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="mock-response-policy",
)
class MockResponse(Policy):
    """End the pipeline with an answer made from the operation: an example, else a sample of its schema, else nothing."""

    status_code: int = literal(integer(), default=200)
    content_type: str | None = literal(TEXT, default=None, doc="by default that of the first representation")
    index: int | None = literal(integer(), default=None, doc="which of several examples")
    enabled: Value[bool] | None = attribute(BOOLEAN, default=None, expressions="undocumented", documented=False)

    def run(self, exchange: Exchange, /) -> Respond | None:
        """Choose a representation and answer with it."""
        if self.enabled is not None and not self.enabled(exchange.context):
            return None
        representation = self._representation(exchange)
        content_type = self.content_type or (representation or {}).get("contentType")
        text = None if representation is None else self._text(exchange, representation)
        headers = Headers([("Content-Type", str(content_type))]) if content_type else Headers()
        exchange.note(f"status {self.status_code}, {'nothing to show' if text is None else 'from the operation'}")
        body = None if text is None else Body(text.encode())
        return Respond(Response(self.status_code, "", headers, body))

    def _representation(self, exchange: Exchange) -> Mapping[str, Any] | None:
        chosen = response_of(exchange, self.status_code)
        found = cast("Sequence[Mapping[str, Any]]", chosen.get("representations") or ())
        if self.content_type is not None:
            wanted = media_type(self.content_type)
            found = [each for each in found if media_type(str(each.get("contentType", ""))) == wanted]
        return found[0] if found else None

    def _text(self, exchange: Exchange, representation: Mapping[str, Any]) -> str | None:
        examples = cast("Mapping[str, Mapping[str, Any]]", representation.get("examples") or {})
        values = [each.get("value") for each in examples.values()]
        if not values and representation.get("sample") is not None:
            values = [representation["sample"]]
        if values:
            return _rendered(values[min(self.index or 0, len(values) - 1)])
        schema = schema_of(exchange.services.catalog, exchange.api_id, representation)
        return None if schema is None else _rendered(sample(schema))


def _rendered(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
