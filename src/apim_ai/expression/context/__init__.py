"""The objects behind `context`: `Context` belongs to one exchange; the entities belong to a configuration.

Policies and expressions read and change the same object, so there is one state. The binder's knowledge of which C#
member is which attribute stands in `library/context.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.context.entities import (
    Api,
    BackendInfo,
    Deployment,
    GatewayInfo,
    Group,
    LastError,
    Operation,
    Product,
    Subscription,
    User,
    UserIdentity,
    Workspace,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.message import Request, Response, Url

__all__ = [
    "Api",
    "BackendInfo",
    "Context",
    "Deployment",
    "GatewayInfo",
    "Group",
    "LastError",
    "Operation",
    "Product",
    "Subscription",
    "User",
    "UserIdentity",
    "Workspace",
]


NO_API, NO_DEPLOYMENT = Api(), Deployment()


class Context:
    """What C# calls `context`: the state of one exchange.

    `variables` holds CLR values as `expression.library` represents them (a Python `int` is an Int32, `str` a String,
    `float` a Double, `bool` a Boolean; every other .NET type has a class of its own). `traces` holds what
    `context.Trace` wrote, as (source, message).
    """

    __slots__ = (
        "api",
        "backend",
        "deployment",
        "foundry_deployment",
        "last_error",
        "matched_parameters",
        "now",
        "operation",
        "original_url",
        "product",
        "request",
        "request_id",
        "response",
        "subscription",
        "timestamp",
        "traces",
        "tracing",
        "user",
        "variables",
    )

    def __init__(
        self,
        request: Request,
        *,
        original_url: Url | None = None,
        api: Api | None = None,
        operation: Operation | None = None,
        product: Product | None = None,
        subscription: Subscription | None = None,
        user: User | None = None,
        deployment: Deployment | None = None,
        request_id: str = "",
        timestamp: float = 0.0,
        now: Callable[[], float] | None = None,
        tracing: bool = False,
    ) -> None:
        self.request = request
        self.response: Response | None = None
        self.original_url = original_url or request.url
        self.matched_parameters: dict[str, str] = {}
        self.foundry_deployment: str | None = None
        self.variables: dict[str, object] = {}
        self.api = api or NO_API
        self.operation = operation
        self.product = product
        self.subscription = subscription
        self.user = user
        self.backend: BackendInfo | None = None
        self.deployment = deployment or NO_DEPLOYMENT
        self.last_error: LastError | None = None
        self.request_id = request_id
        self.timestamp = timestamp  # seconds since 1970, of the request's arrival
        self.now: Callable[[], float] = now or (
            lambda: timestamp
        )  # the gateway's clock; DateTime.UtcNow and Elapsed read it
        self.tracing = tracing
        self.traces: list[tuple[str, str]] = []
