"""Requests, responses, URLs and bodies as C# sees them, and the dictionaries of headers, queries and variables.

Headers, queries, variables and parameters have static types of their own (`Apim…`), so that the usual look-ups go
straight to the gateway's objects; where C# sees them as a dictionary they are copied into one (`wrap`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument_null, key_not_found, null_reference
from apim_ai.expression.library.boxes import string_array
from apim_ai.expression.library.collections_dictionary import Dictionary
from apim_ai.expression.library.declare import ClrDeclaration, clr_class, clr_interface
from apim_ai.expression.library.json_reader import parse_json
from apim_ai.expression.library.json_token import wrap
from apim_ai.expression.library.relations import caster, declare_class, tester, unboxer
from apim_ai.expression.library.system_string import StringComparer
from apim_ai.expression.types import resolve
from apim_ai.message import Body, Headers, Request, Response, Url

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context
    from apim_ai.expression.library.boxes import Array
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["ResponseView"]


class ResponseView:
    """What a variable of `send-request` holds: a response, seen as IResponse."""

    __slots__ = ("response",)

    def __init__(self, response: Response) -> None:
        self.response = response

    @property
    def status(self) -> int:
        """The status code."""
        return self.response.status

    @property
    def reason(self) -> str:
        """The reason phrase."""
        return self.response.reason

    @property
    def headers(self) -> Headers:
        """The headers."""
        return self.response.headers

    @property
    def body(self) -> Body | None:
        """The body."""
        return self.response.body

    def __repr__(self) -> str:
        return f"ResponseView({self.response.status})"


REQUEST = clr_interface("IRequest", python=(Request,))
RESPONSE = clr_interface("IResponse", python=(Response, ResponseView))
URL = clr_interface("IUrl", python=(Url,))
BODY = clr_interface("IMessageBody", python=(Body,))
for _python, _name in (
    (Request, "IRequest"),
    (Response, "IResponse"),
    (ResponseView, "IResponse"),
    (Url, "IUrl"),
    (Body, "IMessageBody"),
):
    declare_class(_python, _name)

REQUEST.inline("IMessageBody Body", "{0}.body")
REQUEST.inline("ApimHeaders Headers", "{0}.headers")
REQUEST.inline("string IpAddress", "{0}.ip_address")
REQUEST.inline("string Method", "{0}.method")
REQUEST.inline("IUrl Url", "{0}.url")
REQUEST.inline("IPrivateEndpointConnection PrivateEndpointConnection", "({0}, None)[1]")
REQUEST.inline("IAzureVnetInfo AzureVnetInfo", "({0}, None)[1]")


@REQUEST.member("X509Certificate2 Certificate")
def certificate(request: Request) -> object:
    """Return the caller's certificate, or null."""
    if request.certificate is None:
        return None
    from apim_ai.expression.library.x509 import of_message  # noqa: PLC0415 - heavy, and rarely used

    return of_message(request.certificate)


@REQUEST.member("IUrl OriginalUrl", context=True)
def original_url(context: Context, _request: Request) -> Url:
    """Return the URL as the caller sent it."""
    return context.original_url


@REQUEST.member("ApimParameters MatchedParameters", context=True)
def matched_parameters(context: Context, _request: Request) -> dict[str, str]:
    """Return the parameters of the matched template."""
    return context.matched_parameters


@REQUEST.member("IFoundry Foundry", context=True)
def foundry(context: Context, _request: Request) -> str | None:
    """Return the deployment of a Foundry request."""
    return context.foundry_deployment


RESPONSE.inline("IMessageBody Body", "{0}.body")
RESPONSE.inline("ApimHeaders Headers", "{0}.headers")
RESPONSE.inline("int StatusCode", "{0}.status")
RESPONSE.inline("string StatusReason", "{0}.reason")
URL.inline("string Host", "{0}.host")
URL.inline("string Path", "{0}.path")
URL.inline("int Port", "{0}.port")
URL.inline("string Scheme", "{0}.scheme")
URL.inline("ApimQuery Query", "{0}.query")
URL.inline("string ToString()", "str({0})")


@URL.member("System.Uri ToUri()")
def to_uri(url: Url) -> object:
    """Return the URL as a `System.Uri`. Source: no article; policies in production call it."""
    from apim_ai.expression.library.system_uri import make_uri  # noqa: PLC0415 - rarely used

    return make_uri(str(url))


@URL.member("string QueryString")
def query_string(url: Url) -> str:
    """Return the query with its question mark, or the empty text."""
    return f"?{url.query_string}" if url.query_string else ""


# --- dictionaries ----------------------------------------------------------------------------------------------------

HEADERS = clr_class(
    "ApimHeaders",
    python=(Headers,),
    interfaces=("IReadOnlyDictionary<string, string[]>",),
    shown="IReadOnlyDictionary`2[System.String,System.String[]]",
)
QUERY = clr_class(
    "ApimQuery",
    interfaces=("IReadOnlyDictionary<string, string[]>",),
    shown="IReadOnlyDictionary`2[System.String,System.String[]]",
)
VARIABLES = clr_class(
    "ApimVariables",
    interfaces=("IReadOnlyDictionary<string, object>",),
    shown="IReadOnlyDictionary`2[System.String,System.Object]",
)
PARAMETERS = clr_class(
    "ApimParameters",
    interfaces=("IReadOnlyDictionary<string, string>",),
    shown="IReadOnlyDictionary`2[System.String,System.String]",
)
_IGNORE_CASE = StringComparer(5)


def _need(name: str | None) -> str:
    if name is None:
        argument_null("key")
    return name


@HEADERS.member("string[] this[string key]", settings=True)
def header_values(settings: ExpressionSettings, headers: Headers, name: str | None) -> Array:
    """Return the values of a header."""
    found = headers.values(_need(name))
    if not found:
        key_not_found(name, settings)
    return string_array(found)


HEADERS.inline("int Count", "len({0})")
HEADERS.inline("string GetValueOrDefault(string name)", "{0}.get({1})")
HEADERS.inline("string GetValueOrDefault(string name, string defaultValue)", "{0}.get({1}, {2})")


@HEADERS.member("bool TryGetValue(string key, out string[] value)")
def header_try(headers: Headers, name: str | None) -> tuple[bool, Array | None]:
    """Return whether a header is there, and its values."""
    found = headers.values(_need(name))
    return bool(found), string_array(found) if found else None


@HEADERS.member("IEnumerable<string> Keys")
def header_names(headers: Headers) -> Array:
    """Return the names."""
    return string_array(headers.names())


def _header_dictionary(headers: Headers) -> Dictionary:
    result = Dictionary(resolve("string"), resolve("string[]"), comparer=_IGNORE_CASE)
    for name in headers.names():
        result.set_item(name, string_array(headers.values(name)))
    return result


def _query_dictionary(query: dict[str, list[str]]) -> Dictionary:
    result = Dictionary(resolve("string"), resolve("string[]"), comparer=_IGNORE_CASE)
    for name, values in query.items():
        result.set_item(name, string_array(values))
    return result


def _query_values(query: dict[str, list[str]], name: str) -> list[str] | None:
    found = query.get(name)
    if found is None:
        lower = name.lower()
        found = next((values for key, values in query.items() if key.lower() == lower), None)
    return found


@QUERY.member("string[] this[string key]", settings=True)
def query_values(settings: ExpressionSettings, query: dict[str, list[str]], name: str | None) -> Array:
    """Return the values of a query parameter."""
    found = _query_values(query, _need(name))
    if found is None:
        key_not_found(name, settings)
    return string_array(found)


@QUERY.member("bool ContainsKey(string key)")
def query_has(query: dict[str, list[str]], name: str | None) -> bool:
    """Whether a query parameter is there."""
    return _query_values(query, _need(name)) is not None


@QUERY.member("bool TryGetValue(string key, out string[] value)")
def query_try(query: dict[str, list[str]], name: str | None) -> tuple[bool, Array | None]:
    """Return whether a query parameter is there, and its values."""
    found = _query_values(query, _need(name))
    return found is not None, None if found is None else string_array(found)


@QUERY.member("string GetValueOrDefault(string name)", "string GetValueOrDefault(string name, string defaultValue)")
def query_or_default(query: dict[str, list[str]], name: str | None, default: str | None = None) -> str | None:
    """Return the values of a query parameter joined by commas, or a default."""
    found = _query_values(query, _need(name))
    return default if found is None else ",".join(found)


QUERY.inline("int Count", "len({0})")
QUERY.getter("IEnumerable<string> Keys", lambda query: string_array(list(cast("dict[str, object]", query))))

VARIABLES.inline("int Count", "len({0})")
VARIABLES.getter("IEnumerable<string> Keys", lambda values: string_array(list(cast("dict[str, object]", values))))


@VARIABLES.member("object this[string key]", settings=True)
def variable(settings: ExpressionSettings, variables: dict[str, object], name: str | None) -> object:
    """Return a variable."""
    if name not in variables:
        key_not_found(_need(name), settings)
    return variables[name]


@VARIABLES.member("bool TryGetValue(string key, out object value)")
def variable_try(variables: dict[str, object], name: str | None) -> tuple[bool, object]:
    """Return whether a variable is there, and its value."""
    return _need(name) in variables, variables.get(_need(name))


@VARIABLES.member("T GetValueOrDefault<T>(string variableName)", typed=True)
def variable_or_none(type_: ClrType, variables: dict[str, object], name: str | None) -> object:
    """Return a variable of a type, or the type's default."""
    value = variables.get(_need(name), variables)
    if value is variables:
        from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

        return default_of(type_)
    return _exact(type_, value)


@VARIABLES.member("object GetValueOrDefault(string variableName)")
def variable_or_null(variables: dict[str, object], name: str | None) -> object:
    """Return a variable, or null."""
    return variables.get(_need(name))


@VARIABLES.member("T GetValueOrDefault<T>(string variableName, T defaultValue)", typed=True)
def variable_or_default(type_: ClrType, variables: dict[str, object], name: str | None, default: object) -> object:
    """Return a variable of a type, or a default; another type throws."""
    value = variables.get(_need(name), variables)
    return default if value is variables else _exact(type_, value)


_EXACT: dict[ClrType, tuple[object, object, object]] = {}


def _exact(type_: ClrType, value: object) -> object:
    """Return a variable unboxed.

    Raises:
        ClrException: InvalidCastException where it is of another type.
    """
    known = _EXACT.get(type_)
    if known is None:
        known = _EXACT[type_] = (tester(type_), unboxer(type_), caster(type_))
    test, unbox, convert = cast("tuple[type, type | None, type]", known)
    if value is not None and test(value):
        return value if unbox is None else unbox(value)
    return convert(value)


PARAMETERS.inline("int Count", "len({0})")
PARAMETERS.inline("string GetValueOrDefault(string name)", "{0}.get({1})")
PARAMETERS.inline("string GetValueOrDefault(string name, string defaultValue)", "{0}.get({1}, {2})")
PARAMETERS.getter("IEnumerable<string> Keys", lambda values: string_array(list(cast("dict[str, str]", values))))


@HEADERS.member("bool ContainsKey(string key)")
@VARIABLES.member("bool ContainsKey(string key)")
@PARAMETERS.member("bool ContainsKey(string key)")
def contains_key(values: Headers | dict[str, object], name: str | None) -> bool:
    """Whether a name is there."""
    return _need(name) in values


@PARAMETERS.member("string this[string key]", settings=True)
def parameter(settings: ExpressionSettings, parameters: dict[str, str], name: str | None) -> str:
    """Return a parameter."""
    if name not in parameters:
        key_not_found(_need(name), settings)
    return parameters[name]


@PARAMETERS.member("bool TryGetValue(string key, out string value)")
def parameter_try(parameters: dict[str, str], name: str | None) -> tuple[bool, str | None]:
    """Return whether a parameter is there, and its value."""
    return _need(name) in parameters, parameters.get(_need(name))


def _wrap(type_: ClrDeclaration, function: Callable[[object], object]) -> None:
    type_.getter("object wrap()", function)


_wrap(HEADERS, lambda headers: _header_dictionary(cast("Headers", headers)))
_wrap(QUERY, lambda query: _query_dictionary(cast("dict[str, list[str]]", query)))
_wrap(VARIABLES, lambda values: Dictionary(resolve("string"), resolve("object"), cast("dict[str, object]", values)))
_wrap(PARAMETERS, lambda values: Dictionary(resolve("string"), resolve("string"), cast("dict[str, object]", values)))


# --- bodies ----------------------------------------------------------------------------------------------------------

_JSON = {
    "Newtonsoft.Json.Linq.JObject": "JObject",
    "Newtonsoft.Json.Linq.JArray": "JArray",
    "Newtonsoft.Json.Linq.JToken": None,
}


def _content(body: Body, *, preserve: bool) -> bytes:
    if body.consumed:
        null_reference()
    if not preserve:
        body.consumed, body.parsed = True, None
    return body.content or b""


@BODY.member("T As<T>(bool preserveContent = false)", settings=True, typed=True)
def body_as(settings: ExpressionSettings, type_: ClrType, body: Body, preserve: bool) -> object:  # noqa: FBT001 - C#'s signature
    """Return the content as text, bytes, JSON or XML."""
    content = _content(body, preserve=preserve)
    name = type_.name
    if name in _JSON:
        return _json(content, _JSON[name])
    if name == "System.String":
        return content.decode("utf-8-sig", "replace")
    if name == "System.Byte[]":
        return bytearray(content)
    from apim_ai.expression.library.xml_tree import parse_as  # noqa: PLC0415 - rare

    return parse_as(content.decode("utf-8-sig", "replace"), type_.declaration.simple, settings)


def _json(content: bytes, wanted: str | None) -> object:
    try:
        return wrap(parse_json(content, wanted))
    except ClrException as error:
        raise ClrException(
            error.type_name, f"The message body is not a valid JSON. {error.text}", inner=error
        ) from None


@BODY.member("IDictionary<string, IList<string>> AsFormUrlEncodedContent(bool preserveContent = false)")
def body_as_form(body: Body, preserve: bool) -> Dictionary:  # noqa: FBT001 - C#'s signature
    """Return the fields of a form."""
    from urllib.parse import parse_qsl  # noqa: PLC0415 - rare

    from apim_ai.expression.library.collections_list import ClrList  # noqa: PLC0415 - when first needed

    result = Dictionary(resolve("string"), resolve("IList<string>"))
    for name, value in parse_qsl(_content(body, preserve=preserve).decode("utf-8", "replace"), keep_blank_values=True):
        found, values = result.find_item(name)
        if found:
            cast("ClrList", values).append(value)
        else:
            result.set_item(name, ClrList(resolve("string"), [value]))
    return result
