"""The service: which URL is which operation, who may call it, and what it answers in the headers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from uuid import UUID

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from apim_ai.demo.backends.access import COGNITIVE_SERVICES
from apim_ai.demo.backends.openai.chat import answer_chat, sse
from apim_ai.demo.backends.openai.completion import complete, stream_completion
from apim_ai.demo.backends.openai.embeddings import embed
from apim_ai.demo.backends.openai.media import SILENCE, generate_images, transcribe
from apim_ai.demo.backends.openai.payload import BadRequestError, Payload
from apim_ai.demo.backends.openai.responses import respond, response_events
from apim_ai.demo.prompts import is_known

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from apim_ai.clock import Clock
    from apim_ai.demo.backends.access import IdentityCheck
    from apim_ai.demo.embedding.recorded import Embedder

    Handler = Callable[[Request], Awaitable[Response]]

__all__ = ["AzureOpenAI", "ModelBehaviour"]

_DENIED = (
    "Unauthorized. Access token is missing, invalid, audience is incorrect "
    "(https://cognitiveservices.azure.com), or have expired."
)
_KEYS_DISABLED = "Key based authentication is disabled for this resource."
_STORED_RESPONSES = 1_000


@dataclass(frozen=True, slots=True)
class ModelBehaviour:
    """How the models of one resource behave.

    Attributes:
        region: where the resource stands, as `x-ms-region` says.
        pace: seconds between the chunks of a stream.
        confidence_header: where a small model says how sure it is, 0 to 1; None says nothing.
    """

    region: str
    pace: float = 0.002
    confidence_header: str | None = None


class AzureOpenAI:
    """One resource with any deployments.

    Args:
        name: tells the resources apart in ids.
        behaviour: how its models behave.
        identity: whose tokens it takes.
        embedder: what its embedding deployments answer.
        clock: dates answers and paces streams.
    """

    def __init__(
        self, name: str, behaviour: ModelBehaviour, *, identity: IdentityCheck, embedder: Embedder, clock: Clock
    ) -> None:
        self._name = name
        self._behaviour = behaviour
        self._identity = identity
        self._embedder = embedder
        self._clock = clock
        self._calls = 0
        self._stored: dict[str, dict[str, object]] = {}
        self._app = Starlette(
            routes=[
                *(_route(path, self._guarded(endpoint, dated=True)) for path, endpoint in self._dated()),
                *(_route(f"/openai/v1/{path}", self._guarded(endpoint)) for path, endpoint in self._operations()),
                Route("/openai/v1/models", self._guarded(self._models)),
                Route("/openai/v1/models/{model}", self._guarded(self._model)),
                Route("/openai/v1/responses/{id}", self._guarded(self._stored_response), methods=["GET", "DELETE"]),
                Route("/{rest:path}", self._guarded(self._nothing), methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _operations(self) -> list[tuple[str, Handler]]:
        """Return the operations that have the same path under a deployment and under `/openai/v1`."""
        return [
            ("chat/completions", self._chat),
            ("completions", self._complete),
            ("embeddings", self._embed),
            ("images/generations", self._images),
            ("audio/transcriptions", self._transcribe),
            ("audio/translations", self._transcribe),
            ("audio/speech", self._speak),
            ("responses", self._respond),
        ]

    def _dated(self) -> list[tuple[str, Handler]]:
        """Return the paths that need an `api-version`."""
        deployed = [
            (f"/openai/deployments/{{deployment}}/{path}", endpoint)
            for path, endpoint in self._operations()
            if path != "responses"
        ]
        return [*deployed, ("/openai/responses", self._respond)]

    def _guarded(self, endpoint: Handler, *, dated: bool = False) -> Handler:
        """Return an endpoint that asks for the identity and the version first, and words refusals."""

        async def guarded(request: Request) -> Response:
            refusal = self._refuse(request)
            if refusal is None and dated and not request.query_params.get("api-version"):
                refusal = _not_found()
            if refusal is not None:
                return self._stamp(refusal)
            try:
                return self._stamp(await endpoint(request))
            except BadRequestError as error:
                return self._stamp(_invalid(error))

        return guarded

    def _refuse(self, request: Request) -> Response | None:
        """Return why the caller may not call, or None."""
        if self._identity.admits(request, COGNITIVE_SERVICES):
            return None
        if "api-key" in request.headers and "authorization" not in request.headers:
            return _error(403, "AuthenticationTypeDisabled", _KEYS_DISABLED)
        return _error(401, "401", _DENIED)

    def _stamp(self, response: Response) -> Response:
        """Add the headers that the service sets on every answer."""
        response.headers["x-ms-region"] = self._behaviour.region
        response.headers["apim-request-id"] = str(UUID(int=self._number()))
        response.headers["x-content-type-options"] = "nosniff"
        return response

    def _number(self) -> int:
        """Return a number that no other call of the demo has."""
        self._calls += 1
        return (int.from_bytes(self._name.encode()[:8].ljust(8), "big") << 64) | self._calls

    def _head(self, request: Request, payload: Payload) -> tuple[str, int, str]:
        """Return id, date and model of an answer."""
        model = cast("str | None", request.path_params.get("deployment")) or payload.model
        if not model:
            raise BadRequestError("you must provide a model parameter", "model")
        return f"{self._number():032x}", int(self._clock.now()), model

    async def _chat(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        call_id, created, model = self._head(request, payload)
        answer = answer_chat(payload, call_id=f"chatcmpl-{call_id[-29:]}", created=created, model=model)
        extra = self._confidence(payload)
        if payload.streams:
            return self._stream(sse(answer.stream(with_usage=payload.wants_usage)), extra)
        return JSONResponse(answer.whole(), headers=extra)

    def _confidence(self, payload: Payload) -> dict[str, str]:
        """Return the header with which a small model says how sure it is: of what it knows, and not of the rest."""
        header = self._behaviour.confidence_header
        if header is None:
            return {}
        return {header: "0.97" if is_known(payload.question()) else "0.31"}

    async def _complete(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        call_id, created, model = self._head(request, payload)
        call_id = f"cmpl-{call_id[-29:]}"
        if payload.streams:
            return self._stream(sse(stream_completion(payload, call_id=call_id, created=created, model=model)))
        return JSONResponse(complete(payload, call_id=call_id, created=created, model=model))

    async def _embed(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        _, _, model = self._head(request, payload)
        return JSONResponse(embed(payload, self._embedder, model=model))

    async def _respond(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        call_id, created, model = self._head(request, payload)
        whole = respond(payload, call_id=call_id, created=created, model=model)
        if payload.members.get("store") is not False:
            self._store(whole)
        if payload.streams:
            return self._stream(response_events(whole))
        return JSONResponse(whole)

    def _store(self, whole: dict[str, object]) -> None:
        """Keep a response for later; the oldest make room."""
        self._stored[cast("str", whole["id"])] = whole
        if len(self._stored) > _STORED_RESPONSES:
            self._stored.pop(next(iter(self._stored)))

    async def _stored_response(self, request: Request) -> Response:
        key = cast("str", request.path_params["id"])
        if key not in self._stored:
            return _error(404, "not_found", f"Response with id '{key}' not found.")
        if request.method == "DELETE":
            del self._stored[key]
            return JSONResponse({"id": key, "object": "response", "deleted": True})
        return JSONResponse(self._stored[key])

    async def _images(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        self._head(request, payload)
        base = f"{request.url.scheme}://{request.url.netloc}"
        return JSONResponse(generate_images(payload, created=int(self._clock.now()), base_url=base))

    async def _transcribe(self, request: Request) -> Response:
        body = await request.body()
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            raise BadRequestError("Expected a multipart/form-data body with a file.", "file")
        return JSONResponse(transcribe(len(body)))

    async def _speak(self, request: Request) -> Response:
        payload = Payload.read(await request.body())
        if not payload.text("input"):
            raise BadRequestError("Missing required parameter: 'input'.", "input")
        return Response(SILENCE, media_type="audio/wav")

    async def _models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [_model_entry(name) for name in _MODELS]})

    async def _model(self, request: Request) -> Response:
        name = cast("str", request.path_params["model"])
        if name not in _MODELS:
            return _error(404, "model_not_found", f"The model '{name}' does not exist.")
        return JSONResponse(_model_entry(name))

    async def _nothing(self, request: Request) -> Response:
        if request.url.path.rstrip("/") == "/openai/models" and request.query_params.get("api-version"):
            return await self._models(request)
        return _not_found()

    def _stream(self, events: Iterator[bytes], headers: dict[str, str] | None = None) -> Response:
        """Return a stream of events at the models' pace."""

        async def paced() -> AsyncIterator[bytes]:
            for number, event in enumerate(events):
                if number and self._behaviour.pace:
                    await self._clock.sleep(self._behaviour.pace)
                yield event

        return StreamingResponse(paced(), media_type="text/event-stream; charset=utf-8", headers=headers)


_MODELS = ("gpt-4o", "gpt-4o-mini", "text-embedding-3-small", "dall-e-3", "whisper", "tts")


def _route(path: str, endpoint: Handler) -> Route:
    return Route(path, endpoint, methods=["POST"])


def _model_entry(name: str) -> dict[str, object]:
    kinds = {"chat_completion": name.startswith("gpt"), "embeddings": "embedding" in name, "inference": True}
    return {
        "id": name,
        "object": "model",
        "created": 1_715_367_049,
        "owned_by": "system",
        "status": "succeeded",
        "capabilities": kinds,
    }


def _error(status: int, code: str, message: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


def _not_found() -> Response:
    return _error(404, "404", "Resource not found")


def _invalid(error: BadRequestError) -> Response:
    body = {"message": error.message, "type": "invalid_request_error", "param": error.param, "code": None}
    return JSONResponse({"error": body}, status_code=400)
