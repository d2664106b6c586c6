"""A small fake world for tests of the gateway: resources in short, and a wire that answers from a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.gateway import Gateway
from apim_ai.message import Body, Headers, Request, Response, Url
from apim_ai.resource import Resource, Resources

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from apim_ai.runtime import Callout, Exchange

ORIGIN = "https://gateway.test"


def api(identifier: str = "shop", **properties: Any) -> Resource:
    defaults = {"path": "shop", "serviceUrl": "https://be.test/v1", "subscriptionRequired": False}
    return Resource("api", f"apis/{identifier}", {**defaults, **properties})


def operation(
    template: str = "/*", method: str = "*", of: str = "apis/shop", name: str = "any", **more: Any
) -> Resource:
    return Resource("operation", f"{of}/operations/{name}", {"method": method, "urlTemplate": template, **more})


def policy(owner: str = "apis/shop", **sections: str) -> Resource:
    parts = {"inbound": "<base />", "backend": "<base />", "outbound": "<base />", "on_error": "<base />", **sections}
    inside = "".join(
        f"<{name.replace('_', '-')}>{content}</{name.replace('_', '-')}>" for name, content in parts.items()
    )
    place = f"{owner}/policies/policy" if owner else "policies/policy"
    return Resource("policy", place, {"format": "rawxml", "value": f"<policies>{inside}</policies>"})


def fragment(name: str, content: str) -> Resource:
    properties = {"format": "rawxml", "value": f"<fragment>{content}</fragment>"}
    return Resource("fragment", f"policyFragments/{name}", properties)


def header(name: str, value: str, action: str = "override") -> str:
    return f'<set-header name="{name}" exists-action="{action}"><value>{value}</value></set-header>'


def backend(name: str, **properties: Any) -> Resource:
    return Resource("backend", f"backends/{name}", {"url": f"https://{name}.test", "protocol": "http", **properties})


class FakeWire:
    """Answers from a function, or 200 with nothing; keeps what was sent."""

    def __init__(self, answer: Callable[[Callout], Response | Awaitable[Response]] | None = None) -> None:
        self.answer = answer
        self.sent: list[Callout] = []

    async def send(self, callout: Callout) -> Response:
        self.sent.append(callout)
        if callout.body is not None and callout.body.content is None:
            callout.body = Body(await callout.body.buffer())
        found = self.answer(callout) if self.answer else Response(200)
        return found if isinstance(found, Response) else await found

    @property
    def urls(self) -> list[str]:
        return [str(callout.url) for callout in self.sent]


def request(
    path: str = "/shop/x", method: str = "GET", headers: dict[str, str] | None = None, body: bytes | None = None
) -> Request:
    fields = Headers.of({"Host": "gateway.test", **(headers or {})})
    return Request(method, Url.parse(ORIGIN + path), fields, None if body is None else Body(body), "10.0.0.7")


async def call(gateway: Gateway, *args: Any, **options: Any) -> Exchange:
    return await gateway.handle(request(*args, **options))


def gateway(*resources: Resource, wire: FakeWire | None = None, **options: Any) -> Gateway:
    return Gateway(Resources(resources), wire=wire or FakeWire(), **options)


async def text(exchange: Exchange) -> str:
    response = exchange.response
    assert response is not None
    return "" if response.body is None else (await response.body.buffer()).decode()
