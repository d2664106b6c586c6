"""APIs and their revisions (`apis/shop` and `apis/shop;rev=2`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Kind, Properties, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = ["KIND"]


def _references(resource: Resource) -> Iterator[Reference]:
    """Tell that a revision needs the API it is a revision of."""
    base, mark, _ = resource.id.partition(";rev=")
    if mark:
        yield Reference("id", base)


def _canonical(properties: Properties) -> Properties:
    """Drop the document of an import, which the service never answers, and the slashes around the path."""
    kept = {key: value for key, value in properties.items() if key not in {"format", "value", "wsdlSelector"}}
    return {**kept, "path": str(kept["path"]).strip("/")} if "path" in kept else kept


KIND = Kind(
    name="api",
    path="apis/{api}",
    noun="API",
    defaults={
        "apiRevision": "1",
        "description": "",
        "type": "http",
        "protocols": ["https"],
        "subscriptionRequired": True,
        "subscriptionKeyParameterNames.header": "Ocp-Apim-Subscription-Key",
        "subscriptionKeyParameterNames.query": "subscription-key",
    },
    added=("provisioningState", "isCurrent", "isOnline", "apiVersionSet", "sourceApiId"),
    ids=("apiVersionSetId", "sourceApiId"),
    unordered=("protocols",),
    long_running=frozenset({"put", "delete"}),
    references=_references,
    canonical=_canonical,
    immutable=("type",),
    fields=(
        Field("displayName", required=True, longest=300),
        Field("path", required=True, longest=400),
        Field("serviceUrl", "uri", longest=2000),
        Field("protocols", "array"),
        Field("protocols[]", choices=("http", "https", "ws", "wss")),
        Field("type", choices=("http", "soap", "websocket", "graphql", "odata", "grpc")),
        Field("apiVersion", longest=100),
        Field("apiRevision", longest=100, form=r"[0-9]+"),
        Field("apiRevisionDescription", longest=256),
        Field("subscriptionRequired", "boolean"),
        Field("description"),
        Field("isCurrent", "boolean"),
        Field("authenticationSettings.oAuth2.authorizationServerId"),
        Field("authenticationSettings.openid.openidProviderId"),
        Field("contact.name"),
        Field("license.name"),
        Field("termsOfServiceUrl"),
        Field("subscriptionKeyParameterNames.header"),
        Field("subscriptionKeyParameterNames.query"),
    ),
)
