"""The demo's world: the local gateway and control plane, the simulated backends, and what the gateway reports."""

from __future__ import annotations

import secrets
from collections import deque
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self, cast

from apim_ai.demo.backends import COGNITIVE_SERVICES, ORCHESTRATOR_RESOURCE, IdentityCheck, Simulation, TokenRequest
from apim_ai.gateway import Gateway
from apim_ai.local import UpOptions, running
from apim_ai.runtime import IdentityError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from apim_ai.config.instance import Instance
    from apim_ai.project import Bundle, Project
    from apim_ai.resource import Resources
    from apim_ai.runtime import Exchange, Metric

__all__ = ["World"]

_KEPT_EXCHANGES = 400
_HOSTS = {
    "aoai-ptu": "hosts.aoai_ptu",
    "aoai-payg": "hosts.aoai_payg",
    "aoai-mini": "hosts.aoai_mini",
    "slm": "hosts.slm",
    "aoai-embeddings": "hosts.aoai_embeddings",
    "content-safety": "hosts.content_safety",
    "orchestrator": "hosts.orchestrator",
}


@dataclass
class Reports:
    """What the gateway reports while the demo runs: metrics and the newest exchanges."""

    metrics: list[Metric] = field(default_factory=list["Metric"])
    exchanges: deque[Exchange] = field(default_factory=lambda: deque(maxlen=_KEPT_EXCHANGES))

    def emit(self, metric: Metric) -> None:
        """Take a metric."""
        self.metrics.append(metric)

    def finished(self, exchange: Exchange) -> None:
        """Take an exchange that ended."""
        self.exchanges.append(exchange)


class _Identity:
    """The gateway's managed identity: a token made for this run, for each resource that the backends are behind."""

    def __init__(self, tokens: Mapping[str, str]) -> None:
        self._tokens = tokens

    async def token(self, resource: str, client_id: str | None = None) -> str:  # noqa: ARG002 - one identity for all
        """Return the token of a resource.

        Raises:
            IdentityError: there is none.
        """
        token = self._tokens.get(resource)
        if token is None:
            raise IdentityError(f"the demo's managed identity has no token for '{resource}'")
        return token


class World:
    """Everything that runs. An async context manager: inside, all of it serves on 127.0.0.1.

    Args:
        project: the configuration that is shown.
        options: how `up` runs; its gateway gets the demo's identity and reports.

    Attributes:
        tokens: the managed identity's tokens by resource, made for this run.
        keys: the subscription keys by name, once they were fetched.
    """

    def __init__(self, project: Project, options: UpOptions) -> None:
        self.project = project
        self.reports = Reports()
        self.tokens = {
            COGNITIVE_SERVICES: f"mi-{secrets.token_urlsafe(24)}",
            ORCHESTRATOR_RESOURCE: f"mi-{secrets.token_urlsafe(24)}",
        }
        self.simulation = Simulation(IdentityCheck(self.tokens), self._claims(project.bundle("local")))
        self.keys: dict[str, str] = {}
        self._options = replace(options, make_gateway=self._make_gateway)
        self._stack = AsyncExitStack()
        self._instance: Instance | None = None
        self._bundle: Bundle | None = None

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        await self._stack.enter_async_context(self.simulation)
        self._instance = await self._stack.enter_async_context(running(self._options))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        await self._stack.aclose()

    @property
    def instance(self) -> Instance:
        """The running gateway and control plane."""
        assert self._instance is not None  # noqa: S101 - only inside the context
        return self._instance

    @property
    def gateway(self) -> str:
        """The gateway's address."""
        return self.instance.gateway or ""

    @property
    def bundle(self) -> Bundle:
        """The environment `local`, with the addresses of this run in it."""
        if self._bundle is None:
            self._bundle = self.project.bundle("local", overrides=self.overrides())
        return self._bundle

    def overrides(self) -> dict[str, object]:
        """Return the variables that point the configuration at the simulated world."""
        urls = self.simulation.urls
        issuer = self.simulation.issuer.url
        return {
            **{variable: urls[backend] for backend, variable in _HOSTS.items()},
            "identity.kind": "oidc",
            "identity.issuer": issuer,
            "identity.openid_config": f"{issuer}/.well-known/openid-configuration",
        }

    def headers(self) -> Mapping[str, str]:
        """Return the names of the configuration's headers."""
        return cast("Mapping[str, str]", self.bundle.variables["headers"])

    def claims(self, caller: str) -> dict[str, object]:
        """Return the claims of a caller's token."""
        return dict(self._claims(self.bundle)[caller])

    def token(self, caller: str, **changes: object) -> str:
        """Return a token of a caller; `changes` are laid over its claims."""
        return self.simulation.issuer.mint(TokenRequest({**self.claims(caller), **changes}))

    @staticmethod
    def _claims(bundle: Bundle) -> dict[str, Mapping[str, object]]:
        audience = cast("Mapping[str, object]", bundle.variables["identity"])["audience"]
        return {
            caller.name: {"aud": audience, "azp": caller.application, "sub": caller.name} for caller in bundle.callers
        }

    def _make_gateway(self, resources: Resources) -> Gateway:
        return Gateway(
            resources,
            settings=self._options.settings,
            identity=_Identity(self.tokens),
            metrics=self.reports,
            on_finished=self.reports.finished,
        )
