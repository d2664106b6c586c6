"""A simulated Azure AI Content Safety resource: text analysis and prompt shield in their REST shapes.

It judges by words, so that anybody can see why: a shield alarm for an attempt to override instructions, a severity by
the worst word of each category.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from apim_ai.demo.backends.access import COGNITIVE_SERVICES
from apim_ai.demo.backends.openai.payload import BadRequestError, Payload

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from apim_ai.demo.backends.access import IdentityCheck

    Judge = Callable[[Payload], dict[str, object]]

__all__ = ["ContentSafety"]

_CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")
_LONGEST = 10_000
_SEVERITIES = {
    "Hate": {"inferior people": 6, "despise": 3},
    "SelfHarm": {"kill myself": 6, "hurt myself": 5},
    "Sexual": {"pornographic": 6},
    "Violence": {"build a bomb": 7, "hurt a colleague": 5, "punch": 3},
}
_ATTACK = re.compile(
    r"(ignore|disregard|forget) (all |any |the )?(previous|prior|above) (instructions|rules)|reveal the system prompt",
    re.IGNORECASE,
)
_BLOCKLISTED = "project nightjar"


class ContentSafety:
    """One resource.

    Args:
        identity: whose tokens it takes.
    """

    def __init__(self, identity: IdentityCheck) -> None:
        self._identity = identity
        self._app = Starlette(
            routes=[
                Route("/contentsafety/text:analyze", self._guarded(_analyse), methods=["POST"]),
                Route("/contentsafety/text:shieldPrompt", self._guarded(_shield), methods=["POST"]),
                Route("/{rest:path}", _nothing, methods=["GET", "POST"]),
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _guarded(self, judge: Judge) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that asks for the identity and the version before it judges."""

        async def guarded(request: Request) -> Response:
            if not self._identity.admits(request, COGNITIVE_SERVICES):
                return _error(401, "PermissionDenied", "Access denied due to a missing or invalid access token.")
            if not request.query_params.get("api-version"):
                return _error(404, "NotFound", "Resource not found.")
            try:
                return JSONResponse(judge(Payload.read(await request.body())))
            except BadRequestError as error:
                return _error(400, "InvalidRequestBody", error.message)

        return guarded


def _analyse(payload: Payload) -> dict[str, object]:
    """Return the severity of each category asked for, and the hits in block lists."""
    text = _checked(payload.text("text"), "text").casefold()
    wanted = _names(payload.members.get("categories")) or list(_CATEGORIES)
    unknown = [name for name in wanted if name not in _CATEGORIES]
    if unknown:
        raise BadRequestError(f"The category {unknown[0]} is not supported.")
    eight = payload.text("outputType") == "EightSeverityLevels"
    hits = [
        {"blocklistName": name, "blocklistItemId": "1", "blocklistItemText": _BLOCKLISTED}
        for name in _names(payload.members.get("blocklistNames"))
        if _BLOCKLISTED in text
    ]
    levels = [{"category": name, "severity": _severity(name, text, eight=eight)} for name in wanted]
    return {"blocklistsMatch": hits, "categoriesAnalysis": levels}


def _severity(category: str, text: str, *, eight: bool) -> int:
    """Return 0 to 7, or with four levels 0, 2, 4 or 6."""
    worst = max((level for words, level in _SEVERITIES[category].items() if words in text), default=0)
    return worst if eight else worst - worst % 2


def _shield(payload: Payload) -> dict[str, object]:
    """Return whether the prompt, or a document with it, tries to override the instructions."""
    prompt = payload.text("userPrompt") or ""
    documents = _names(payload.members.get("documents"))
    if prompt:
        _checked(prompt, "userPrompt")
    return {
        "userPromptAnalysis": {"attackDetected": _ATTACK.search(prompt) is not None},
        "documentsAnalysis": [{"attackDetected": _ATTACK.search(text) is not None} for text in documents],
    }


def _checked(text: str | None, name: str) -> str:
    if not text:
        raise BadRequestError(f"The request body is invalid: {name} is required.")
    if len(text) > _LONGEST:
        raise BadRequestError(f"The request body is invalid: {name} is longer than {_LONGEST} characters.")
    return text


def _names(value: object) -> list[str]:
    return [item for item in cast("list[object]", value) if isinstance(item, str)] if isinstance(value, list) else []


async def _nothing(_request: Request) -> Response:
    return _error(404, "NotFound", "Resource not found.")


def _error(status: int, code: str, message: str) -> Response:
    error: dict[str, object] = {"code": code, "message": message, "target": None, "details": []}
    return JSONResponse({"error": error}, status_code=status, headers={"x-ms-error-code": code})
