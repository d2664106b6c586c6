"""A few requests to a gateway after a deployment: is it there, is it shut, does it answer, is it the release."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import httpx

from apim_ai.deploy.check import failed, ok, unchecked
from apim_ai.deploy.serving import HEADER, probe_path
from apim_ai.deploy.target import is_loopback
from apim_ai.deploy.translation import reason_of
from apim_ai.errors import BackendError, UsageError
from apim_ai.resource.shape import find, is_object

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.check import Check
    from apim_ai.project import Bundle
    from apim_ai.resource import Resource, Resources

__all__ = ["Caller", "Completion", "Smoke", "completion_of"]

_CORRELATION = "x-correlation-id"
_PARAMETER = re.compile(r"\{[^{}]+\}")
_REFUSALS = (401, 403)
_OK = range(200, 300)
_SECONDS = 60.0
_API_VERSION = "2024-10-21"


@dataclass(frozen=True, slots=True)
class Caller:
    """What a caller proves itself with; either may be missing.

    Args:
        token: a bearer token.
        key: a subscription key.
    """

    token: str | None = field(default=None, repr=False)
    key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Completion:
    """Where a gateway answers completions.

    Args:
        path: with the model's route filled in.
        model: the route.
        key_header: the header of the subscription key.
    """

    path: str
    model: str
    key_header: str


@dataclass(frozen=True, slots=True)
class Smoke:
    """Asks a gateway.

    Args:
        gateway: its address.
        bundle: what was deployed to it.
        caller: who asks for a completion.
        release: the release that it must serve; None when nobody knows.
        model: the route to ask; the first one of the project when None.
    """

    gateway: str
    bundle: Bundle
    caller: Caller
    release: str | None = None
    model: str | None = None

    def __post_init__(self) -> None:
        """Refuse addresses to which no token may be sent in the clear."""
        address = httpx.URL(self.gateway)
        if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.host)):
            raise UsageError(
                f'the gateway\'s address "{self.gateway}" is neither https nor on this machine', help="use https://…"
            )

    def run(self) -> tuple[Check, ...]:
        """Ask, and say what was seen.

        Raises:
            BackendError: the gateway cannot be reached.
        """
        trusts = not self.gateway.startswith("http://")  # a proxy of the machine has no business on the loopback
        with httpx.Client(base_url=self.gateway, timeout=_SECONDS, trust_env=trusts) as client:
            try:
                return (*self._health(client), *self._completions(client))
            except httpx.HTTPError as error:
                raise BackendError(
                    f'the gateway "{self.gateway}" cannot be reached: {reason_of(error)}',
                    help="check the address, DNS, and whether this machine may reach a private endpoint",
                ) from error

    def _health(self, client: httpx.Client) -> tuple[Check, ...]:
        path = probe_path(self.bundle.resources)
        if path is None:
            reason = "the project has no operation that takes a plain GET"
            return tuple(unchecked(name, reason) for name in ("health", "correlation header", "release header"))
        answer = client.get(path, headers={self._correlation: str(uuid.uuid4())})
        # Any GET says that the gateway is there; only one that is meant for it must answer without credentials.
        healthy = answer.status_code in _OK or (not path.endswith("health") and answer.status_code in _REFUSALS)
        seen = f"GET {path} answers {answer.status_code}"
        health = (
            ok("health", seen) if healthy else failed("health", seen, "look at the gateway's log for this operation")
        )
        return health, self._correlated(answer), self._stamped(answer)

    @property
    def _correlation(self) -> str:
        headers = self.bundle.variables.get("headers")
        return str(headers.get("correlation", _CORRELATION)) if is_object(headers) else _CORRELATION

    def _correlated(self, answer: httpx.Response) -> Check:
        name = self._correlation
        if answer.headers.get(name):
            return ok("correlation header", f"the answer has {name}")
        return failed("correlation header", f"the answer has no {name}", "set it in the outbound section of the API")

    def _stamped(self, answer: httpx.Response) -> Check:
        name, stamp = "release header", answer.headers.get(HEADER)
        if not stamp:
            return failed(name, f"the answer has no {HEADER}", "fill it from the named value apim-ai-release")
        if self.release is None:
            return unchecked(name, f"the gateway serves {stamp}; which release was deployed last is not known")
        if stamp == self.release:
            return ok(name, f"the gateway serves {stamp}")
        help_ = "the gateway may lag behind the control plane: try again, or deploy with --wait"
        return failed(name, f"the gateway serves {stamp}, deployed is {self.release}", help_)

    def _completions(self, client: httpx.Client) -> tuple[Check, ...]:
        found = completion_of(self.bundle, self.model)
        if found is None:
            reason = "the project has no chat completion, or no route to ask"
            return unchecked("refused without a token", reason), unchecked("completion", reason)
        return self._refused(client, found), self._completion(client, found)

    def _refused(self, client: httpx.Client, found: Completion) -> Check:
        """Ask without a token; with the key, where there is one, for then only the token is missing."""
        name = "refused without a token"
        answer = _asked(client, found, Caller(key=self.caller.key))
        what = "with a key alone" if self.caller.key else "without token and key"
        seen = f"POST {found.path} {what} answers {answer.status_code}"
        if answer.status_code not in _REFUSALS:
            return failed(name, seen, "have the API's policy validate the caller's token")
        return ok(name, seen)

    def _completion(self, client: httpx.Client, found: Completion) -> Check:
        if not self.caller.token or not self.caller.key:
            missing = " and ".join(
                word for word, value in (("token", self.caller.token), ("key", self.caller.key)) if not value
            )
            help_ = "set APIM_AI_SMOKE_TOKEN and APIM_AI_SMOKE_KEY to those of a caller"
            return unchecked("completion", f"no {missing} of a caller was given", help_)
        answer = _asked(client, found, self.caller)
        seen = f"{found.model} answers {answer.status_code}"
        if answer.status_code not in _OK:
            help_ = "the correlation id leads to the reason in the gateway's log"
            return failed("completion", f"{seen} ({self._correlation} {answer.headers.get(self._correlation)})", help_)
        if not _has_choices(answer):
            return failed("completion", f"{seen}, but not with a chat completion")
        return ok("completion", seen)


def completion_of(bundle: Bundle, model: str | None = None) -> Completion | None:
    """Return where to ask for a chat completion.

    Args:
        bundle: the environment.
        model: the route; the first one of the project when None.

    Raises:
        UsageError: the project has no such route.
    """
    names = [route.name for route in bundle.routes]
    if model is not None and names and model not in names:
        raise UsageError(f'the project has no route "{model}"', help=f"known: {', '.join(names)}")
    model = model or next(iter(names), None)
    operation = _chat_operation(bundle.resources)
    if operation is None or model is None:
        return None
    api = bundle.resources[operation.parent]
    template = str(operation.properties.get("urlTemplate", "")).partition("?")[0]
    path = f"/{str(api.properties.get('path', '')).strip('/')}/{_PARAMETER.sub(model, template).lstrip('/')}"
    names_of_key = list(find(api.properties, "subscriptionKeyParameterNames.header"))
    header = str(names_of_key[0]) if names_of_key else "Ocp-Apim-Subscription-Key"
    return Completion(path.replace("//", "/"), model, header)


def _chat_operation(resources: Resources) -> Resource | None:
    for operation in resources.of("operation"):
        template = str(operation.properties.get("urlTemplate", "")).partition("?")[0]
        if template.endswith("/chat/completions") and str(operation.properties.get("method", "")).upper() == "POST":
            return operation
    return None


def _asked(client: httpx.Client, found: Completion, caller: Caller) -> httpx.Response:
    headers: dict[str, str] = {}
    if caller.token:
        headers["Authorization"] = f"Bearer {caller.token}"
    if caller.key:
        headers[found.key_header] = caller.key
    body: Mapping[str, object] = {
        "model": found.model,
        "messages": [{"role": "user", "content": "Say ok."}],
        "max_tokens": 16,
    }
    return client.post(found.path, params={"api-version": _API_VERSION}, headers=headers, json=body)


def _has_choices(answer: httpx.Response) -> bool:
    try:
        content: object = answer.json()
    except ValueError:
        return False
    return is_object(content) and bool(content.get("choices"))
