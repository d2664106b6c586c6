"""What a Liquid template sees: `body`, parsed by its content type, and a part of `context` (set-body page)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from apim_ai.expression import to_text
from apim_ai.expression.library.system_datetime import UTC, DateTime, try_parse
from apim_ai.family.api_schema import media_type
from apim_ai.family.bodies import is_json, is_xml
from apim_ai.family.xml_json import JsonOptions, json_of_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression import ExpressionSettings
    from apim_ai.message import Headers, Url
    from apim_ai.runtime import Exchange

__all__ = ["ClrText", "LiquidObject", "body_value", "context_value"]

_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,7})?)?(Z|[+-]\d\d:?\d\d)?")


class LiquidObject(Mapping[str, object]):
    """Members by name: exactly, else without regard to case, for templates written for XML say `body.envelope`."""

    def __init__(self, members: Mapping[str, object]) -> None:
        self._members = members
        self._folded = {name.lower(): name for name in reversed(list(members))}

    def __getitem__(self, name: str) -> object:
        if name in self._members:
            return self._members[name]
        return self._members[self._folded[str(name).lower()]]

    def __iter__(self) -> Iterator[str]:
        return iter(self._members)

    def __len__(self) -> int:
        return len(self._members)

    def __str__(self) -> str:
        return json.dumps(dict(self._members), default=str, ensure_ascii=False)


class ClrText:
    """A .NET value in a template; it shows as .NET's ToString, and `Date` formats it."""

    __slots__ = ("_settings", "value")

    def __init__(self, value: object, settings: ExpressionSettings) -> None:
        self.value = value
        self._settings = settings

    def __str__(self) -> str:
        return to_text(self.value, self._settings) or ""

    def formatted(self, shape: str) -> str:
        """Return a date in a .NET format; other values are not changed."""
        if isinstance(self.value, DateTime):
            return self.value.clr_format(shape, self._settings)
        return str(self)


def body_value(
    content: bytes, content_type: str, settings: ExpressionSettings, *, parse_date: bool, nil: object
) -> object:
    """Return the body as a template sees it; None for one that is neither JSON nor XML.

    Args:
        content: the body.
        content_type: its Content-Type.
        settings: for the texts of dates.
        parse_date: whether texts that are dates become dates, which show as .NET shows dates.
        nil: what an XML element with `xsi:nil="true"` is.

    Raises:
        ValueError: the content is not what the content type says.
    """
    kind = media_type(content_type)
    if not content.strip():
        return None
    if is_json(kind):
        return _plain(json.loads(content), settings, parse_date=parse_date, nil=nil)
    if is_xml(kind):
        return _plain(json_of_xml(content, JsonOptions(is_simple=True)), settings, parse_date=False, nil=nil)
    return None


def _plain(value: object, settings: ExpressionSettings, *, parse_date: bool, nil: object) -> object:
    if isinstance(value, dict):
        members = cast("dict[str, object]", value)
        if members == {"nil": "true"}:
            return nil
        return LiquidObject(
            {name: _plain(each, settings, parse_date=parse_date, nil=nil) for name, each in members.items()}
        )
    if isinstance(value, list):
        return [_plain(each, settings, parse_date=parse_date, nil=nil) for each in cast("list[object]", value)]
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if parse_date and isinstance(value, str) and _DATE.fullmatch(value):
        date = try_parse(value, settings, None)
        if date is not None:
            return ClrText(DateTime(date.ticks, UTC) if value.endswith("Z") else date, settings)
    return value


def context_value(exchange: Exchange, settings: ExpressionSettings) -> LiquidObject:
    """Return the part of `context` that templates may read."""
    context, request, response = exchange.context, exchange.request, exchange.response
    variables = {name: _scalar(value, settings) for name, value in context.variables.items()}
    members: dict[str, object] = {
        "Request": LiquidObject(
            {
                "Url": _url(request.url),
                "OriginalUrl": _url(context.original_url),
                "Method": request.method,
                "OriginalMethod": request.method,
                "IpAddress": request.ip_address,
                "MatchedParameters": LiquidObject(context.matched_parameters),
                "HasBody": request.body is not None,
                "Headers": _headers(request.headers),
            }
        ),
        "Variables": LiquidObject(variables),
    }
    if response is not None:
        members["Response"] = LiquidObject(
            {
                "StatusCode": response.status,
                "StatusReason": response.reason,
                "Method": request.method,
                "Headers": _headers(response.headers),
            }
        )
    return LiquidObject(members)


def _url(url: Url) -> LiquidObject:
    text = str(url)
    return LiquidObject(
        {
            "Scheme": url.scheme,
            "Host": url.host,
            "Port": url.port,
            "Path": url.path,
            "QueryString": f"?{url.query_string}" if url.query_string else "",
            "Query": LiquidObject({name: ",".join(values) for name, values in url.query.items()}),
            "ToString": text,
            "ToUri": text,
        }
    )


def _headers(headers: Headers) -> LiquidObject:
    return LiquidObject({name: headers.get(name) for name in headers.names()})


def _scalar(value: object, settings: ExpressionSettings) -> object:
    return value if isinstance(value, (bool, int, str)) or value is None else ClrText(value, settings)
