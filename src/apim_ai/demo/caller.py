"""A caller of the demo: its token and key, and clients that send like real applications do."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol, cast

import httpx
import openai

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.demo.backends import Received
    from apim_ai.demo.world import World

__all__ = ["Caller", "Reply"]

API_VERSION = "2024-10-21"
MODELS = ("aoai-ptu", "aoai-payg", "aoai-mini", "slm")
_TIMEOUT = 20.0


@dataclass(frozen=True, slots=True)
class Reply:
    """What a caller got, and what the backends got for it.

    Args:
        chunks: events of a streamed answer.
        calls: the requests that reached backends meanwhile.
    """

    status: int
    headers: Mapping[str, str]
    text: str = field(repr=False)
    calls: tuple[Received, ...]
    seconds: float
    chunks: int = 0

    @property
    def model_calls(self) -> tuple[Received, ...]:
        """The calls of models, without embeddings and content safety."""
        return tuple(call for call in self.calls if call.backend in MODELS)

    @property
    def served_by(self) -> str:
        """The model backend that answered last."""
        return self.model_calls[-1].backend if self.model_calls else "none"

    @property
    def reason(self) -> str | None:
        """The gateway's reason for a refusal."""
        return self.headers.get("x-ai-error")

    def json(self) -> Any:  # noqa: ANN401 - a JSON document
        """Return the body as JSON, or None."""
        try:
            return json.loads(self.text)
        except ValueError:
            return None


class _Answer(Protocol):
    """A response of httpx, or of the copy of it that the public client may bring."""

    @property
    def status_code(self) -> int: ...
    @property
    def headers(self) -> Mapping[str, str]: ...


class Caller:
    """An application that calls the gateway.

    Args:
        world: where it lives.
        name: of the configuration's callers; None for a stranger.
        end_user: the person it says it acts for.
        token: a token in place of its own; an empty one for none.
        key: a key in place of its own; an empty one for none.
    """

    def __init__(
        self,
        world: World,
        name: str | None,
        *,
        end_user: str | None = None,
        token: str | None = None,
        key: str | None = None,
    ) -> None:
        self.world = world
        self.token = token if token is not None else (world.token(name) if name else "")
        self.key = key if key is not None else world.keys.get(name or "", "")
        self.end_user = end_user

    async def chat(
        self,
        question: str,
        *,
        model: str = "gpt-4o",
        stream: bool = False,
        headers: Mapping[str, str] | None = None,
        **more: Any,  # noqa: ANN401 - members of the request
    ) -> Reply:
        """Ask a model with the public client, as an application does."""
        messages: Any = [{"role": "user", "content": question}]
        client = openai.AsyncAzureOpenAI(
            azure_endpoint=self.world.gateway,
            api_version=API_VERSION,
            api_key=self.key or "none",
            default_headers={**self._headers(), **(headers or {})},
            max_retries=0,
            timeout=_TIMEOUT,
        )
        mark, began = self.world.simulation.log.mark(), perf_counter()
        async with client:
            try:
                if stream:
                    return await self._streamed(client, model, messages, more, mark, began)
                ask: Any = client.chat.completions.with_raw_response.create
                response = (await ask(model=model, messages=messages, **more)).http_response
            except openai.APIStatusError as error:
                response = cast("Any", error.response)
        return self._reply(response, response.text, mark, began)

    async def _streamed(
        self,
        client: openai.AsyncAzureOpenAI,
        model: str,
        messages: Any,  # noqa: ANN401 - the client's own types
        more: Mapping[str, Any],
        mark: int,
        began: float,
    ) -> Reply:
        text, chunks = "", 0
        ask: Any = client.chat.completions.create
        stream = await ask(model=model, messages=messages, stream=True, **more)
        async for event in stream:
            chunks += 1
            for choice in event.choices:
                text += choice.delta.content or ""
        return self._reply(stream.response, text, mark, began, chunks)

    async def send(
        self,
        method: str,
        path: str,
        *,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """Send a plain request."""
        mark, began = self.world.simulation.log.mark(), perf_counter()
        sent = {**self._headers(), **({"api-key": self.key} if self.key else {}), **(headers or {})}
        async with httpx.AsyncClient(base_url=self.world.gateway, timeout=_TIMEOUT) as client:
            response = await client.request(method, path, json=body, headers=sent)
        return self._reply(response, response.text, mark, began)

    def _headers(self) -> dict[str, str]:
        sent = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        if self.end_user is not None:
            sent[self.world.headers()["end_user"]] = self.end_user
        return sent

    def _reply(self, response: _Answer, text: str, mark: int, began: float, chunks: int = 0) -> Reply:
        calls = self.world.simulation.log.since(mark)
        return Reply(response.status_code, response.headers, text, calls, perf_counter() - began, chunks)
