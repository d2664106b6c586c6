"""Drives the steps of one case: moves the clock, sends requests, compares, saves, counts."""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.content import mapping, sequence
from apim_ai.cases.expect import check, check_totals
from apim_ai.cases.match import json_path
from apim_ai.cases.mocks import MockWire, streams_of_request
from apim_ai.cases.model import CaseResult, Failure, StepResult
from apim_ai.cases.moments import START, parse_duration, parse_time
from apim_ai.cases.observe import Answer, Observed, Recorder, observed, receive
from apim_ai.cases.places import Places
from apim_ai.cases.request import Requests
from apim_ai.cases.tokens import Issuers
from apim_ai.cases.virtual import VirtualClock
from apim_ai.errors import CaseError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.cases.model import Case
    from apim_ai.cases.virtual import VirtualLoop
    from apim_ai.gateway import Gateway
    from apim_ai.message import Request
    from apim_ai.resource import Resources

__all__ = ["Drive"]

_COOKIES = "; "  # several lines of Set-Cookie as one Cookie header takes them
_REFERENCE = re.compile(r"\$\{([^{}]+)\}")
_SENDING = frozenset({"request", "parallel", "expect", "token", "caller", "save"})


class Drive:
    """One run of one case.

    Args:
        case: the case.
        resources: its resources.
        loop: its virtual time.
    """

    def __init__(self, case: Case, resources: Resources, loop: VirtualLoop) -> None:
        content = case.content
        self.case = case
        self.issuers = Issuers(mapping(content.get("issuers")))
        self.clock = VirtualClock(loop, parse_time(str(content.get("clock", START))))
        self.wire = MockWire(sequence(content.get("mocks")), self.issuers, self.clock.delay)
        self.recorder = Recorder(mapping(content.get("identity")))
        self._loop = loop
        self._requests = Requests(case, resources, self.issuers)
        self._secrets = {
            str(each.properties.get("displayName", each.name)): str(each.properties.get("value", ""))
            for each in resources.of("named_value")
        }
        self._saved: dict[str, str] = {}
        self._totals = mapping(content.get("totals"))
        self._seen: list[Observed] = []

    def use(self, gateway: Gateway) -> None:
        """Take the gateway that answers."""
        self._gateway = gateway

    async def all(self) -> CaseResult:
        """Run every step, then compare the totals."""
        results = [await self._repeated(index, step) for index, step in enumerate(sequence(self.case.content["steps"]))]
        failures = tuple(check_totals(self._totals, Observed.together(self._seen)))
        if failures:
            results.append(StepResult(-1, failures, span=self.case.span("totals")))
        await self._gateway.aclose()
        return CaseResult(self.case.file, self.case.name, tuple(results))

    async def _repeated(self, index: int, step: Mapping[str, Any]) -> StepResult:
        result = await self._step(index, step, is_first=True)
        for _ in range(int(step.get("repeat", 1)) - 1):
            if not result.passed:
                break
            result = await self._step(index, step, is_first=False)
        return result

    async def _step(self, index: int, given: Mapping[str, Any], *, is_first: bool) -> StepResult:
        step = cast("Mapping[str, Any]", self._filled(given))
        await self._move_clock(index, step, is_first=is_first)
        self.wire.begin_step(sequence(step.get("mocks")))
        self.recorder.clear()
        self.clock.forget()
        if _SENDING.isdisjoint(step):
            return StepResult(index, span=self.case.span("steps", index))
        expect = mapping(step.get("expect"))
        self._gateway.detailed = "hidden" in expect
        began = self.clock.now()
        answers = await self._send(index, step)
        waited = round(self.clock.now() - began, 6)
        await _settle(self._loop)
        seen = observed(answers, self.wire.sent, self.recorder, self.clock, waited)
        if self._totals:
            self._seen.append(seen)
        failures = (*check(expect, seen, self._secrets), *self._save(mapping(step.get("save")), answers))
        trace = tuple(_trace_lines(seen, self.wire.unmatched, Places(self.case))) if failures else ()
        return StepResult(index, failures, trace, self.case.span("steps", index))

    async def _move_clock(self, index: int, step: Mapping[str, Any], *, is_first: bool) -> None:
        if "at" in step and is_first:
            moment = parse_time(str(step["at"]))
            if moment < self.clock.now():
                raise CaseError(f"'at: {step['at']}' lies before the clock", span=self.case.span("steps", index, "at"))
            await self.clock.advance_to(moment)
        if "advance" in step:
            await self.clock.advance_to(self.clock.now() + parse_duration(step["advance"]))

    async def _send(self, index: int, step: Mapping[str, Any]) -> Sequence[Answer]:
        parallel = step.get("parallel", 1)
        overlays: list[dict[str, Any]] = [{}] * parallel if isinstance(parallel, int) else sequence(parallel)
        requests = [self._requests.of(index, step, overlay, self.clock.now()) for overlay in overlays]
        if len(requests) == 1:
            return [await self._one(requests[0])]
        return await asyncio.gather(*(self._one(request) for request in requests))

    async def _one(self, request: Request) -> Answer:
        streams, method = streams_of_request(), request.method
        exchange = await self._gateway.handle(request)
        if exchange.unsupported is not None:
            raise exchange.unsupported
        return await receive(exchange, method, streams)

    # --- saved values ---------------------------------------------------------------------------------------------

    def _filled(self, value: object) -> object:
        """Return a value with `${name}` replaced by what earlier steps saved."""
        if not self._saved:
            return value
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self._saved.get(match[1], match[0]), value)
        if isinstance(value, dict):
            items = cast("dict[str, object]", value).items()
            return {cast("str", self._filled(key)): self._filled(item) for key, item in items}
        if isinstance(value, list):
            return [self._filled(item) for item in cast("list[object]", value)]
        return value

    def _save(self, wanted: Mapping[str, str], answers: Sequence[Answer]) -> Iterator[Failure]:
        """Keep values of the last answer; a value that is not there is a failure, for later steps build on it."""
        for name, place in wanted.items():
            found = _found(place, answers[-1])
            if found is None:
                yield Failure(f"save.{name}", place, None)
            else:
                self._saved[name] = found


def _found(place: str, answer: Answer) -> str | None:
    kind, _, name = place.partition(".")
    if kind == "headers":
        values = answer.headers.values(name)
        return (_COOKIES if name.lower() == "set-cookie" else ", ").join(values) if values else None
    if place == "body":
        return answer.body.decode("utf-8", "replace")
    if place == "status":
        return str(answer.status)
    if kind == "variables":
        return answer.variables().get(name)
    selected = json_path(place, answer.json())
    if not selected:
        return None
    return selected[0] if isinstance(selected[0], str) else json.dumps(selected[0], ensure_ascii=False)


async def _settle(loop: VirtualLoop) -> None:
    """Let one-way requests that began in the step reach their mocks: until all that is left waits for time."""
    await asyncio.sleep(0)
    while loop.is_busy():  # noqa: ASYNC110 - until nothing is left is what it waits for
        await asyncio.sleep(0)


def _trace_lines(seen: Observed, unmatched: Sequence[str], places: Places) -> Iterator[str]:
    failed = [answer for answer in seen.answers if answer.exchange.context.last_error is not None]
    for answer in (*failed, *seen.answers)[:1]:  # of several, one that went wrong tells more
        for step in answer.exchange.trace.steps:
            where = f"  ({places.of(step.span)})" if step.span else ""
            indent = "  " * step.depth
            yield f"{step.section:<9}{indent}{step.policy}{where}"
            yield from (f"{' ' * 11}{indent}{note}" for note in step.notes)
            if step.error:
                yield f"{' ' * 11}{indent}failed: {step.error}"
    yield from (f"no mock answers {each}" for each in unmatched)
