"""The rule AIM405."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.lint.examples import JWT
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Finding
    from apim_ai.lint.flow import Flow
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject
    from apim_ai.source import Span

__all__ = ["ClientCredentialsForwarded"]


class ClientCredentialsForwarded(FlowRule):
    """The client's credentials reach the backend.

    The backend and its logs get a token or key of the caller, with which they could call in the caller's name.

    Remove `Authorization` and the subscription key's header before the backend, or replace them by the gateway's own.
    """

    code, name, severity = "AIM405", "client-credentials-forwarded", "error"
    good = (
        Case(
            JWT
            + '<set-backend-service backend-id="orchestrator" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" />'
        ),
        Case(
            JWT
            + '<set-header name="Authorization" exists-action="delete" /><set-backend-service backend-id="orchestrator" />'
        ),
        Case(
            '<set-header name="api-key" exists-action="delete" /><set-backend-service backend-id="orchestrator" />',
            resources={
                "apis/chat": {
                    "path": "chat",
                    "subscriptionRequired": True,
                    "subscriptionKeyParameterNames": {"header": "api-key"},
                },
                "backends/orchestrator": {"url": "https://orchestrator.example.com", "protocol": "http"},
            },
        ),
    )
    bad = (
        Case(JWT + '\n<set-backend-service backend-id="orchestrator" />', at=1),
        Case(
            '<set-backend-service backend-id="orchestrator" />',
            resources={
                "apis/chat": {
                    "path": "chat",
                    "subscriptionRequired": True,
                    "subscriptionKeyParameterNames": {"header": "api-key"},
                },
                "backends/orchestrator": {"url": "https://orchestrator.example.com", "protocol": "http"},
            },
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at what removes each credential that the client sent."""
        flow = subject.inbound
        routes = list(flow.named("set-backend-service"))
        if subject.is_fragment or "fragment" in flow.unknown or not routes or _have_credentials(routes, subject):
            return
        removed = _removed(flow)
        tokens = [site for site in flow.named("validate-jwt", "validate-azure-ad-token") if _reads_authorization(site)]
        if tokens and "authorization" not in removed:
            yield self._finding("Authorization", tokens[0].element.span, tokens[0].name)
        header = self._key_header(subject)
        if header is not None and flow.is_complete and header.lower() not in removed:
            yield self._finding(header, routes[0].element.span, routes[0].name)

    def _finding(self, header: str, span: Span, policy: str) -> Finding:
        message = f"the client's header '{header}' reaches the backend"
        help_ = f'add <set-header name="{header}" exists-action="delete" />'
        return self.found(span, message, help=help_, policy=policy)

    def _key_header(self, subject: Subject) -> str | None:
        api = subject.estate.api_of(subject.place) if subject.estate is not None and subject.place is not None else None
        if api is None or api.properties.get("subscriptionRequired") is False:
            return None
        names = cast("Mapping[str, object]", api.properties.get("subscriptionKeyParameterNames") or {})
        header = names.get("header")
        return header if isinstance(header, str) else None


def _reads_authorization(site: Site) -> bool:
    """Whether a token policy reads the header that is forwarded; `header-name` is `Authorization` by default."""
    element = site.element
    if element.attribute("token-value") is not None or element.attribute("query-parameter-name") is not None:
        return False
    return (site.literal("header-name") or "Authorization").lower() == "authorization"


def _have_credentials(routes: list[Site], subject: Subject) -> bool:
    """Whether every backend brings credentials of its own, which replace the client's."""
    if subject.estate is None:
        return False
    backends = [subject.estate.backends.get(route.literal("backend-id") or "") for route in routes]
    return all(backend is not None and backend.properties.get("credentials") for backend in backends)


def _removed(flow: Flow) -> set[str]:
    """Return the headers, in lower case, that some policy removes or replaces."""
    found: set[str] = set()
    for site in flow.sites:
        if site.name == "set-header" and site.literal("exists-action") in (None, "override", "delete"):
            found.add((site.literal("name") or "").lower())
        elif site.name == "authentication-basic" or (
            site.name == "authentication-managed-identity"
            and site.element.attribute("output-token-variable-name") is None
        ):
            found.add("authorization")
    return found
