"""A simulated Prompt Flow orchestrator, deployed as a managed online endpoint: `/score`, `/health`, streaming."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from apim_ai.demo.backends import tokens
from apim_ai.demo.backends.openai.payload import BadRequestError, Payload
from apim_ai.demo.prompts import answer_to

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from apim_ai.clock import Clock
    from apim_ai.demo.backends.access import IdentityCheck

__all__ = ["PromptFlow"]

_INPUTS = ("question", "input", "query", "chat_input")


class PromptFlow:
    """One endpoint.

    Args:
        identity: whose tokens it takes.
        resource: what those tokens are for.
        clock: paces streams.
        pace: seconds between the chunks of a stream.
    """

    def __init__(self, identity: IdentityCheck, resource: str, clock: Clock, pace: float = 0.002) -> None:
        self._identity = identity
        self._resource = resource
        self._clock = clock
        self._pace = pace
        self._app = Starlette(
            routes=[
                Route("/score", self._score, methods=["POST"]),
                Route("/health", _health),
                Route("/", _health),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    async def _score(self, request: Request) -> Response:
        """Run the flow on a question."""
        if not self._identity.admits(request, self._resource):
            return _error(401, "UserError", "Access token is missing or not valid for this endpoint.")
        try:
            payload = Payload.read(await request.body())
            question = _question(payload)
        except BadRequestError as error:
            return _error(400, "UserError", error.message)
        answer = answer_to(question)
        used = {"prompt_tokens": tokens.count(question), "completion_tokens": tokens.count(answer)}
        usage = used | {"total_tokens": sum(used.values())}
        if "text/event-stream" in request.headers.get("accept", ""):
            return StreamingResponse(self._stream(answer, usage), media_type="text/event-stream")
        return JSONResponse({"answer": answer, "context": [], "usage": usage})

    async def _stream(self, answer: str, usage: dict[str, int]) -> AsyncIterator[bytes]:
        """Yield the answer piece by piece, then what it cost."""
        for piece in tokens.pieces(answer):
            yield _event({"answer": piece})
            await self._clock.sleep(self._pace)
        yield _event({"usage": usage})


def _question(payload: Payload) -> str:
    """Return the question of a flow's inputs."""
    for name in _INPUTS:
        value = payload.text(name)
        if value:
            return value
    if payload.members.get("messages") is not None:
        return payload.question()
    raise BadRequestError(f"Required input(s) ['{_INPUTS[0]}'] are missing for flow \"assistant\".")


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "Healthy", "version": "1.0.0"})


def _error(status: int, code: str, message: str) -> Response:
    error: dict[str, object] = {"code": code, "message": message, "messageFormat": "", "messageParameters": {}}
    return JSONResponse({"error": error}, status_code=status)


def _event(data: dict[str, object]) -> bytes:
    return b"data: " + json.dumps(data, separators=(",", ":")).encode() + b"\n\n"
