"""The gateway's configurations that are measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.gateway import Gateway
from apim_ai.resource import Resource, Resources

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["AUDIENCE", "KEY", "PATH", "make"]

KEY = "bench-key"
AUDIENCE = "api://bench"
PATH = "/openai/deployments/gpt-4o/chat/completions"

_FULL = """<policies>
  <inbound>
    <base />
    <validate-jwt header-name="Authorization" failed-validation-httpcode="401" output-token-variable-name="jwt">
      <openid-config url="http://127.0.0.1:{backend}/.well-known/openid-configuration" />
      <audiences><audience>api://bench</audience></audiences>
    </validate-jwt>
    <set-variable name="caller" value='@(((Jwt)context.Variables["jwt"]).Claims.GetValueOrDefault("azp", "none"))' />
    <set-header name="x-correlation-id" exists-action="skip"><value>@(context.RequestId.ToString())</value></set-header>
    <azure-openai-token-limit counter-key='@((string)context.Variables["caller"])' tokens-per-minute="1000000000"
      estimate-prompt-tokens="false" remaining-tokens-header-name="x-remaining-tokens" />
    <azure-openai-emit-token-metric namespace="bench">
      <dimension name="API ID" />
      <dimension name="Caller" value='@((string)context.Variables["caller"])' />
    </azure-openai-emit-token-metric>
    <authentication-managed-identity resource="https://cognitiveservices.azure.com" />
    <set-backend-service backend-id="pool" />
  </inbound>
  <backend>
    <retry condition='@(context.Response.StatusCode == 429)' count="2" interval="0" first-fast-retry="true">
      <forward-request buffer-request-body="true" buffer-response="false" timeout="120" />
    </retry>
  </backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>"""

_CACHE = """<policies>
  <inbound>
    <base />
    <azure-openai-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="embeddings"
      embeddings-backend-auth="system-assigned" ignore-system-messages="true" />
  </inbound>
  <backend><base /></backend>
  <outbound><azure-openai-semantic-cache-store duration="3600" /><base /></outbound>
  <on-error><base /></on-error>
</policies>"""


class _Identity:
    async def token(self, resource: str, client_id: str | None = None) -> str:  # noqa: ARG002 - one token for all
        return "managed-identity-token"


def make(name: str, backend: int, apis: int = 1) -> Gateway:
    """Return a gateway: `empty`, `full` or `cache-hit`, with so many APIs of 20 operations each."""
    return Gateway(Resources(_resources(name, backend, apis)), identity=_Identity())


def _resources(name: str, backend: int, apis: int) -> Iterator[Resource]:
    url = f"http://127.0.0.1:{backend}"
    for number in range(apis):
        path = "openai" if number == 0 else f"openai-{number}"
        place = f"apis/{path}"
        yield Resource(
            "api",
            place,
            {
                "path": path,
                "serviceUrl": f"{url}/openai",
                "subscriptionRequired": name == "full",
                "subscriptionKeyParameterNames": {"header": "api-key", "query": "key"},
            },
        )
        for operation in range(19):
            template = f"/operations/{{id}}/part-{operation}"
            yield _operation(f"{place}/operations/o{operation}", "GET", template)
        yield _operation(f"{place}/operations/chat", "POST", "/deployments/{deployment-id}/chat/completions")
    text = {"full": _FULL.replace("{backend}", str(backend)), "cache-hit": _CACHE}.get(name)
    if text:
        yield Resource("api_policy", "apis/openai/policies/policy", {"format": "rawxml", "value": text})
    yield Resource("subscription", "subscriptions/s", {"scope": "/apis", "primaryKey": KEY, "state": "active"})
    yield from _backends(url)


def _backends(url: str) -> Iterator[Resource]:
    condition = {"count": 3, "interval": "PT1M", "statusCodeRanges": [{"min": 429, "max": 429}]}
    rule = {"failureCondition": condition, "tripDuration": "PT10S", "acceptRetryAfter": True}
    for member in ("ptu", "paygo"):
        properties = {"url": f"{url}/openai", "protocol": "http", "circuitBreaker": {"rules": [rule]}}
        yield Resource("backend", f"backends/{member}", properties)
    services = [
        {"id": "/backends/ptu", "priority": 1, "weight": 3},
        {"id": "/backends/paygo", "priority": 1, "weight": 1},
    ]
    yield Resource("backend", "backends/pool", {"type": "Pool", "pool": {"services": services}})
    embeddings = {"url": f"{url}/openai/deployments/ada/embeddings", "protocol": "http"}
    yield Resource("backend", "backends/embeddings", embeddings)


def _operation(place: str, method: str, template: str) -> Resource:
    properties: dict[str, Any] = {"method": method, "urlTemplate": template, "displayName": place.rsplit("/", 1)[-1]}
    return Resource("operation", place, properties)
