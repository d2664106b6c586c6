"""`rewrite-uri`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote

from apim_ai.definition import BOOLEAN, URI_TEMPLATE, Policy, Value, attribute, policy

if TYPE_CHECKING:
    from apim_ai.expression.context import Context, Operation
    from apim_ai.runtime import Exchange

__all__ = ["RewriteUri"]

_PARAMETER = re.compile(r"\{\*?([^{}=?]+)\??(?:=[^{}]*)?\}")


@policy(
    "rewrite-uri",
    sections=("inbound",),
    scopes=("global", "product", "api", "operation"),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_scopes=("workspace",),
    maybe_gateways=("workspace",),
    page="rewrite-uri-policy",
)
class RewriteUri(Policy):
    """Replace path and query of the request below the backend's base URL. The last one wins."""

    template: Value[str] = attribute(URI_TEMPLATE, doc="path and query; {name} stands for a template parameter")
    copy_unmatched_params: Value[bool] = attribute(
        BOOLEAN,
        default=True,
        expressions="undocumented",
        doc="keep query parameters that are not in the operation's template",
    )

    def run(self, exchange: Exchange, /) -> None:
        """Change the request's URL; `context.Request.OriginalUrl` stays."""
        context = exchange.context
        path, _, query = self.template(context).partition("?")
        path, query = _filled(path, context, "$&'()*+,;=:@!"), _filled(query, context, "")
        if not path.startswith("/"):
            path = f"/{path}"
        pairs = parse_qsl(query, keep_blank_values=True)
        if self.copy_unmatched_params(context):
            given = {name.lower() for name, _ in pairs} | _matched_query(context.operation)
            pairs += [(name, value) for name, value in context.request.url.query_pairs() if name.lower() not in given]
        url = context.request.url.replace(path=exchange.base_path.rstrip("/") + path)
        context.request.url = url.with_query(pairs)
        exchange.note(f"to {path}")


def _matched_query(operation: Operation | None) -> set[str]:
    """Return the names of the query parameters that stand in the operation's template."""
    query = operation.url_template.partition("?")[2] if operation is not None else ""
    return {name.lower() for name, _ in parse_qsl(query, keep_blank_values=True)}


def _filled(text: str, context: Context, safe: str) -> str:
    """Return a part of a template with the values of its parameters, encoded so that none of them changes its shape."""

    def value_of(match: re.Match[str]) -> str:
        value = context.matched_parameters.get(match[1])
        return match[0] if value is None else quote(value, safe=f"{safe}/" if is_rest(match[1]) else safe)

    def is_rest(name: str) -> bool:
        return safe != "" and context.operation is not None and f"{{*{name}}}" in context.operation.url_template

    return _PARAMETER.sub(value_of, text)
