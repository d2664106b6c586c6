"""The demo's own endpoints, for whoever drives a kept demo: mint a token, read the log, set a fault.

All need the token of the ready line. An answer to wrong input says what is wrong, with 400.
"""

from __future__ import annotations

import hmac
import json
from typing import TYPE_CHECKING, cast

from starlette.applications import Starlette
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from apim_ai.demo.backends.fault import read_fault
from apim_ai.demo.backends.issuer import TAMPERINGS, TokenRequest
from apim_ai.demo.backends.openai.payload import BadRequestError, Payload
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from starlette.requests import Request
    from starlette.types import Receive, Scope, Send

    from apim_ai.demo.backends.fault import Faults
    from apim_ai.demo.backends.issuer import Issuer
    from apim_ai.demo.backends.received import ReceivedLog

__all__ = ["Controls"]

_MINT_KEYS = frozenset({"caller", "claims", "expires_in", "not_before_in", "tamper", "kid"})


class _Ascii(JSONResponse):
    """JSON that can say anything a caller sent, halves of surrogate pairs too."""

    def render(self, content: object) -> bytes:
        """Return the body."""
        return json.dumps(content, allow_nan=False).encode("ascii")


class Controls:
    """The endpoints `/mint`, `/backend-log` and `/backend-fault`.

    Args:
        issuer: signs the tokens.
        callers: the claims of the callers by name.
        log: what the backends got.
        faults: what they are told to answer.
    """

    def __init__(
        self, issuer: Issuer, callers: Mapping[str, Mapping[str, object]], log: ReceivedLog, faults: Faults
    ) -> None:
        self._issuer = issuer
        self._callers = callers
        self._log = log
        self._faults = faults
        self._token: str | None = None
        self._app = Starlette(
            routes=[
                Route("/mint", self._guarded(self._mint), methods=["POST"]),
                Route("/backend-log", self._guarded(self._backend_log), methods=["GET", "DELETE"]),
                Route("/backend-fault", self._guarded(self._backend_fault), methods=["POST", "DELETE"]),
            ]
        )

    def unlock(self, token: str) -> None:
        """Take requests from now on that come with this token; before that, none."""
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        await self._app(scope, receive, send)

    def _guarded(self, endpoint: Callable[[Request], Awaitable[object]]) -> Callable[[Request], Awaitable[Response]]:
        """Return an endpoint that asks for the token first and words what is wrong with the input."""

        async def guarded(request: Request) -> Response:
            if not self._admits(request):
                message = "the token of the demo's ready line is needed: Authorization: Bearer …"
                return JSONResponse({"error": {"message": message}}, status_code=401)
            try:
                return _Ascii(await endpoint(request))
            except BadRequestError as error:
                return JSONResponse({"error": {"message": error.message}}, status_code=400)
            except UsageError as error:
                body = {"error": {"message": error.message, "help": error.help}}
                return JSONResponse(body, status_code=400)

        return guarded

    def _admits(self, request: Request) -> bool:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if self._token is None or scheme.lower() != "bearer":
            return False
        return hmac.compare_digest(token.strip().encode(), self._token.encode())

    async def _mint(self, request: Request) -> object:
        """Return a token of the issuer."""
        wanted = self.read_request(Payload.read(await request.body()).members)
        return {"token": self._issuer.mint(wanted), "token_type": "Bearer", "expires_in": wanted.expires_in}

    def read_request(self, given: Mapping[str, object]) -> TokenRequest:
        """Return the token that a JSON object asks for; `claims` are laid over those of the caller.

        Raises:
            UsageError: an unknown key, caller or kind of tampering, or a value of the wrong kind.
        """
        unknown = sorted(given.keys() - _MINT_KEYS)
        if unknown:
            raise UsageError(f'there is no "{unknown[0]}"', help=f"known are {', '.join(sorted(_MINT_KEYS))}")
        claims = given.get("claims", {})
        if not isinstance(claims, dict):
            raise UsageError('"claims" is an object')
        tamper = given.get("tamper")
        if tamper is not None and tamper not in TAMPERINGS:
            raise UsageError(f'"tamper" is one of {", ".join(TAMPERINGS)}')
        kid = given.get("kid")
        return TokenRequest(
            claims={**self._claims_of(given.get("caller")), **cast("dict[str, object]", claims)},
            expires_in=_seconds(given, "expires_in", 3600),
            not_before_in=_seconds(given, "not_before_in", 0),
            tamper=tamper,
            kid=kid if isinstance(kid, str) else None,
        )

    def _claims_of(self, caller: object) -> Mapping[str, object]:
        if caller is None:
            return {}
        if not isinstance(caller, str) or caller not in self._callers:
            raise UsageError(f'there is no caller "{caller}"', help=f"the callers are {', '.join(self._callers)}")
        return self._callers[caller]

    async def _backend_log(self, request: Request) -> object:
        """List the requests that the backends got, or forget them."""
        if request.method == "DELETE":
            self._log.clear()
            return []
        backend = request.query_params.get("backend")
        return [entry.to_json() for entry in self._log.entries() if backend in {None, entry.backend}]

    async def _backend_fault(self, request: Request) -> object:
        """Set what a backend answers; DELETE takes all faults back."""
        if request.method == "DELETE":
            self._faults.clear()
            return {"backend": None, "responses": 0}
        given = Payload.read(await request.body()).members
        backend, responses = given.get("backend"), given.get("responses")
        if not isinstance(backend, str) or not isinstance(responses, list):
            raise UsageError('"backend" is a name and "responses" a list; an empty one takes the fault back')
        faults = [read_fault(response) for response in cast("list[object]", responses)]
        self._faults.set(backend, faults)
        return {"backend": backend, "responses": len(faults)}


def _seconds(given: Mapping[str, object], name: str, default: float) -> float | None:
    value = given.get(name, default)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise UsageError(f'"{name}" is a number of seconds or null')
    return value
