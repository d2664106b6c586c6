"""`http-data-source`."""

from __future__ import annotations

from apim_ai.definition import TEXT, Item, Policy, Value, child, content, item, policies, policy
from apim_ai.family.unsupported import UnsupportedPolicy

__all__ = ["Backend", "HttpDataSource", "HttpRequest", "HttpResponse", "SetMethodText", "SetUrlText"]


@item("set-method")
class SetMethodText(Item):
    """The HTTP method."""

    text: Value[str] = content(TEXT, expressions="forbidden")


@item("set-url")
class SetUrlText(Item):
    """Where the data is."""

    text: Value[str] = content(TEXT)


@item("http-request")
class HttpRequest(Item):
    """The request to the data source."""

    set_method: SetMethodText = child(SetMethodText, required=True)
    set_url: SetUrlText = child(SetUrlText, required=True)
    policies: tuple[Policy, ...] = policies(
        only=(
            "get-authorization-context",
            "set-backend-service",
            "include-fragment",
            "set-header",
            "set-body",
            "authentication-certificate",
        )
    )


@item("backend")
class Backend(Item):
    """How the request is sent."""

    policies: tuple[Policy, ...] = policies(only=("forward-request",))


@item("http-response")
class HttpResponse(Item):
    """What is made of the response."""

    policies: tuple[Policy, ...] = policies(
        only=("set-body", "json-to-xml", "xml-to-json", "find-and-replace", "publish-event", "include-fragment")
    )


@policy(
    "http-data-source",
    sections=(),
    scopes=(),
    gateways=("classic", "v2", "consumption"),
    page="http-data-source-policy",
    ordered=True,
)
class HttpDataSource(UnsupportedPolicy):
    """Resolve a GraphQL field over HTTP; stands in a resolver, not in a section."""

    needs = "GraphQL resolvers"

    http_request: HttpRequest = child(HttpRequest, required=True)
    backend: Backend | None = child(Backend)
    http_response: HttpResponse | None = child(HttpResponse)
