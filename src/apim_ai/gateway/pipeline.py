"""One request through the sections: match, admit, inbound, backend, outbound, and on-error where something fails.

Source: policies how-to and error-handling page: an error anywhere skips the rest and runs `on-error` once; before that
the default answer stands in `context.Response`, so that `on-error` can edit it.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from apim_ai.gateway.answers import default_answer, internal_error, last_error, not_found, unsupported_answer
from apim_ai.gateway.subscriptions import key_of, refusal
from apim_ai.message import Response, Url
from apim_ai.runtime import PolicyError, UnsupportedPolicyError, WireError, run_all

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.definition import Policy
    from apim_ai.gateway.configuration import Configuration, Program
    from apim_ai.gateway.routing import Match
    from apim_ai.gateway.subscriptions import Admission
    from apim_ai.runtime import Exchange, Respond, Runnable

__all__ = ["answer", "replace_response"]

_LOG = logging.getLogger("apim_ai.gateway")


async def answer(exchange: Exchange, configuration: Configuration) -> None:
    """Let an exchange run to its response. Only cancellation leaves as an exception."""
    passage = _Passage(exchange, configuration)
    try:
        await _proceed(passage)
    except PolicyError as error:
        await _fail(passage, error)
    except UnsupportedPolicyError as error:
        await _refuse_unsupported(exchange, error)
    except WireError as error:  # a body broke off while a policy read it
        await _fail(passage, PolicyError("forward-request", "BackendConnectionFailure", str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it was, the caller gets an answer
        _LOG.exception("a policy failed unexpectedly")
        await _fail(passage, PolicyError("gateway", "InternalError", f"{type(error).__name__}: {error}"))
    if exchange.context.response is None:
        exchange.context.response = Response(200)


class _Passage:
    """An exchange on its way, and the program whose `on-error` is in force now."""

    __slots__ = ("configuration", "exchange", "program")

    def __init__(self, exchange: Exchange, configuration: Configuration) -> None:
        self.exchange = exchange
        self.configuration = configuration
        self.program: Program | None = None


async def _proceed(passage: _Passage) -> None:
    exchange, configuration = passage.exchange, passage.configuration
    match = configuration.routes.match(exchange.context.request)
    if match is None:
        raise not_found()
    passage.program = configuration.program(match.api, match.operation, None)
    _enter(exchange, match)
    if exchange.context.request.method == "OPTIONS" and await _answers_preflight(passage, match):
        return
    keys_first = exchange.settings.pipeline_order[0] == "subscription"
    if match.operation is None and not keys_first:
        raise not_found()
    admission = _admit(passage, match)
    if match.operation is None:
        raise not_found()
    if admission.product is not None:
        passage.program = configuration.program(match.api, match.operation, admission.product.id)
    await _sections(passage.program, exchange)


def _enter(exchange: Exchange, match: Match) -> None:
    """Tell the exchange what it is for; from here on `context.Request.Url` is the backend's URL."""
    context, api = exchange.context, match.api
    context.api = api.entity
    exchange.api_id = api.id
    if match.operation is not None:
        context.operation = match.operation.entity
        context.matched_parameters = match.parameters.copy()
        exchange.operation_id = match.operation.id
    request, base = context.request, api.base_url
    if base is None:
        request.url = request.url.replace(path=match.rest)
        return
    exchange.target, exchange.base_path = api.target, api.base_path
    request.url = Url(base.scheme, base.host, base.port, api.base_path + match.rest, request.url.query_string)


def _admit(passage: _Passage, match: Match) -> Admission:
    """Check the subscription key; set whom the request comes from.

    Raises:
        PolicyError: there is no key, or it does not open the API.
    """
    exchange, context = passage.exchange, passage.exchange.context
    key = key_of(match.api, context.request)
    admission = passage.configuration.subscriptions.admit(match.api, key)
    if admission is None:
        host = context.original_url.authority
        raise refusal(match.api, key, host, challenges=exchange.settings.errors_www_authenticate)
    context.subscription = admission.subscription
    context.product = admission.product
    context.user = admission.user
    return admission


async def _sections(program: Program, exchange: Exchange) -> None:
    exchange.section = "inbound"
    outcome = await _run(program.inbound, exchange)
    if outcome is None:
        exchange.section = "backend"
        outcome = await _run(program.backend, exchange)
    if outcome is not None:
        await replace_response(exchange, outcome.response)
        if not outcome.runs_outbound:
            return
    if exchange.context.response is None:
        exchange.context.response = Response(200)
    elif exchange.received and exchange.before_outbound:
        for listener in exchange.before_outbound:
            await listener(exchange.context.response)
    exchange.section = "outbound"
    outcome = await _run(program.outbound, exchange) if program.outbound else None
    if outcome is not None:
        await replace_response(exchange, outcome.response)


async def _run(segments: tuple[tuple[str, tuple[Policy, ...]], ...], exchange: Exchange) -> Respond | None:
    for scope, policies in segments:
        exchange.scope = scope
        outcome = await run_all(policies, exchange)
        if outcome is not None:
            return outcome
    return None


async def _fail(passage: _Passage, error: PolicyError) -> None:
    """Prepare the default answer and run `on-error`."""
    exchange = passage.exchange
    program = passage.program or passage.configuration.program(None, None, None)
    exchange.context.last_error = last_error(error, exchange)
    if not error.keeps_response or exchange.response is None:
        await replace_response(exchange, default_answer(error, exchange))
    exchange.section = "on-error"
    try:
        outcome = await _run(program.on_error, exchange)
        if outcome is not None:
            await replace_response(exchange, outcome.response)
    except UnsupportedPolicyError as unsupported:
        await _refuse_unsupported(exchange, unsupported)
    except PolicyError as again:
        await _fail_again(exchange, again)
    except Exception as unexpected:  # noqa: BLE001 - whatever it was, the caller gets an answer
        _LOG.exception("a policy of on-error failed unexpectedly")
        again = PolicyError("gateway", "InternalError", f"{type(unexpected).__name__}: {unexpected}")
        await _fail_again(exchange, again)


async def _fail_again(exchange: Exchange, error: PolicyError) -> None:
    """End an exchange whose `on-error` failed (setting `errors.on_error_failure`)."""
    status = exchange.settings.errors_on_error_failure
    exchange.trace.decided_by("errors.on_error_failure", status)
    exchange.context.last_error = last_error(error, exchange)
    await replace_response(exchange, internal_error(exchange, status))


async def _refuse_unsupported(exchange: Exchange, error: UnsupportedPolicyError) -> None:
    exchange.unsupported = error
    exchange.note(str(error))
    await replace_response(exchange, unsupported_answer(error))


async def replace_response(exchange: Exchange, response: Response) -> None:
    """Put another response in place; the body of the old one is thrown away, so that nothing of it leaks."""
    old = exchange.context.response
    exchange.context.response = response
    if old is not None and old.body is not None and old.body is not response.body:
        await old.body.discard()


async def _answers_preflight(passage: _Passage, match: Match) -> bool:
    """Answer a CORS preflight, for which nothing but `cors` runs and no key is needed.

    Returns:
        Whether the exchange has its response; not where the API has an OPTIONS operation of its own, or no `cors`.
    """
    from apim_ai.policy.cors import answer_preflight, is_preflight  # noqa: PLC0415 - most gateways never see one

    exchange, configuration = passage.exchange, passage.configuration
    request = exchange.context.request
    own = match.operation
    if not is_preflight(request) or (own is not None and own.entity.method == "OPTIONS"):
        return False
    asked = request.copy()
    asked.method = (request.headers.get("Access-Control-Request-Method") or "").strip().upper()
    asked.url = exchange.context.original_url
    found = match.api.operation(asked, match.segments)
    admission = configuration.subscriptions.admit(match.api, key_of(match.api, asked))
    product = admission.product.id if admission is not None and admission.product is not None else None
    program = configuration.program(match.api, found[0] if found else None, product)
    response = await answer_preflight([*_statements(program, exchange)], exchange)
    if response is None:
        return False
    await replace_response(exchange, response)
    return True


def _statements(program: Program, exchange: Exchange) -> Iterator[Runnable]:
    """Yield the policies that stand directly in inbound, those of fragments among them."""
    from apim_ai.policy.include_fragment import IncludeFragment  # noqa: PLC0415 - most gateways never see a preflight

    for _, policies in program.inbound:
        for policy in policies:
            if isinstance(policy, IncludeFragment):
                yield from exchange.services.fragments.policies(policy.fragment_id, "inbound")
            else:
                yield policy
