"""All simulated backends together: built, served, watched and stopped as one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from apim_ai.clock import SystemClock
from apim_ai.demo.backends.content_safety import ContentSafety
from apim_ai.demo.backends.controls import Controls
from apim_ai.demo.backends.endpoint import Endpoint
from apim_ai.demo.backends.fault import Faults
from apim_ai.demo.backends.issuer import Issuer
from apim_ai.demo.backends.openai import AzureOpenAI, ModelBehaviour
from apim_ai.demo.backends.prompt_flow import PromptFlow
from apim_ai.demo.backends.received import ReceivedLog
from apim_ai.demo.backends.server import Loopback
from apim_ai.demo.embedding.recorded import RecordedVectors

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType

    from starlette.types import ASGIApp

    from apim_ai.clock import Clock
    from apim_ai.demo.backends.access import IdentityCheck
    from apim_ai.demo.embedding.recorded import Embedder

__all__ = ["MODELS", "ORCHESTRATOR_RESOURCE", "Simulation"]

ORCHESTRATOR_RESOURCE = "https://ml.azure.com"
"""What the orchestrator's tokens are for."""

MODELS: Mapping[str, ModelBehaviour] = {
    "aoai-ptu": ModelBehaviour("West Europe"),
    "aoai-payg": ModelBehaviour("Sweden Central"),
    "aoai-embeddings": ModelBehaviour("West Europe"),
    "aoai-mini": ModelBehaviour("West Europe"),
    "slm": ModelBehaviour("West Europe", confidence_header="x-confidence"),
}
"""The resources with models: provisioned, pay-as-you-go in a second region, embeddings, and the cascade's small ones."""

_ISSUER = "issuer"
_CONTROLS = "controls"


class Simulation:
    """The outside world of the demo, on 127.0.0.1. An async context manager.

    Args:
        identity: the managed-identity tokens that the backends take.
        callers: the claims of the demo's callers by name, for minting.
        clock: the time of answers, delays and tokens.
        embedder: what the embedding deployments answer; the recorded vectors unless given.
    """

    def __init__(
        self,
        identity: IdentityCheck,
        callers: Mapping[str, Mapping[str, object]] | None = None,
        *,
        clock: Clock | None = None,
        embedder: Embedder | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        apps = _apps(identity, self._clock, embedder or RecordedVectors.load())
        self.log = ReceivedLog()
        self.faults = Faults(list(apps))
        self.issuer = Issuer(self._clock)
        self.controls = Controls(self.issuer, callers or {}, self.log, self.faults)
        watched = {name: Endpoint(name, app, self.log, self.faults, self._clock) for name, app in apps.items()}
        self._backends = tuple(watched)
        self._loopback = Loopback({**watched, _ISSUER: self.issuer, _CONTROLS: self.controls})

    async def __aenter__(self) -> Self:
        """Begin to serve."""
        await self._loopback.start()
        self.issuer.url = self._loopback.urls[_ISSUER]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        await self._loopback.stop()

    @property
    def urls(self) -> dict[str, str]:
        """The address of each backend by its name."""
        return {name: self._loopback.urls[name] for name in self._backends}

    @property
    def mint_url(self) -> str:
        """Where tokens are minted."""
        return f"{self._loopback.urls[_CONTROLS]}/mint"

    @property
    def log_url(self) -> str:
        """Where the log is read."""
        return f"{self._loopback.urls[_CONTROLS]}/backend-log"

    @property
    def fault_url(self) -> str:
        """Where faults are set."""
        return f"{self._loopback.urls[_CONTROLS]}/backend-fault"


def _apps(identity: IdentityCheck, clock: Clock, embedder: Embedder) -> dict[str, ASGIApp]:
    """Return the backends by name."""
    models: dict[str, ASGIApp] = {
        name: AzureOpenAI(name, behaviour, identity=identity, embedder=embedder, clock=clock)
        for name, behaviour in MODELS.items()
    }
    return {
        **models,
        "content-safety": ContentSafety(identity),
        "orchestrator": PromptFlow(identity, ORCHESTRATOR_RESOURCE, clock),
    }
