"""Runs cases: builds each one's gateway, drives its steps on virtual time, compares.

A `Runner` keeps what cases share (rendered projects), so that one run over many files renders a project once.
"""

from __future__ import annotations

import asyncio
import base64
import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.build import START, resources_of
from apim_ai.cases.content import mapping, sequence, texts
from apim_ai.cases.expect import check, check_counts
from apim_ai.cases.match import json_path
from apim_ai.cases.mocks import MockWire, Sent
from apim_ai.cases.model import CaseResult, Failure, StepResult
from apim_ai.cases.observe import Answer, Observed, Recorder, observed, receive
from apim_ai.cases.tokens import Issuers, mint, parse_time
from apim_ai.cases.virtual import VirtualClock, VirtualLoop
from apim_ai.config import GatewaySettings
from apim_ai.errors import ApimAiError, CaseError
from apim_ai.expression.context import Deployment
from apim_ai.gateway import Compiler, Gateway
from apim_ai.message import Body, Headers, Request, Url
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from apim_ai.cases.model import Case
    from apim_ai.project import Bundle
    from apim_ai.resource import Resources

__all__ = ["Runner"]

_ORIGIN = "https://gateway.test"
_KEY_HEADER = "Ocp-Apim-Subscription-Key"
_DOCUMENTS = ("global_policy", "product_policy", "api_policy", "operation_policy", "fragment")
_OF_WHOLE_APIS = frozenset({"AIM420"})  # rules that ask who may call an API
_DURATION = re.compile(r"([0-9]*\.?[0-9]+)\s*(ms|s|m|h|d)?")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0, None: 1.0}
_KEPT_DOCUMENTS = 200
_REFERENCE = re.compile(r"\$\{(\w+)\}")


@dataclass
class Runner:
    """Runs cases, one after the other."""

    _bundles: dict[tuple[Path, str], Bundle] = field(default_factory=dict[tuple[Path, str], "Bundle"])
    _compilers: dict[GatewaySettings, Compiler] = field(default_factory=dict[GatewaySettings, Compiler])

    def run(self, case: Case) -> CaseResult:
        """Run a case. Never raises over its content: what is wrong stands in the result."""
        began = perf_counter()
        try:
            result = self._refusal(case) if "refused" in case.content else self._steps(case)
        except UnsupportedPolicyError as error:
            result = CaseResult(case.file, case.name, unsupported=error.policy)
        except ApimAiError as error:
            result = CaseResult(case.file, case.name, error=_load_error(error, case))
        return replace(result, seconds=perf_counter() - began)

    # --- refusals -------------------------------------------------------------------------------------------------

    def _refusal(self, case: Case) -> CaseResult:
        wanted = case.content["refused"]
        message = "\n".join(self._objections(case))
        pattern = wanted if isinstance(wanted, str) else str(mapping(wanted).get("matches", ""))
        expected = f"refused: {pattern}" if pattern else "refused"
        if wanted is False:
            failures = (Failure("refused", "accepted", message),) if message else ()
        elif message and re.search(pattern, message):
            failures = ()
        else:
            failures = (Failure("refused", expected, message or "accepted"),)
        return CaseResult(case.file, case.name, failures=failures)

    def _objections(self, case: Case) -> Iterator[str]:
        """Yield why loading refuses the case, what the service would say, and what linting calls an error."""
        from apim_ai.lint import Estate, Linter, find_rule  # noqa: PLC0415 - only refusals need the linter
        from apim_ai.lint.rule import EstateRule  # noqa: PLC0415 - only refusals need the linter

        resources = self._resources(case)
        settings = self._settings(case)
        try:
            _gateway(case, resources, settings, MockWire((), Issuers({})), Recorder({}), None, self._compiler(settings))
        except ApimAiError as error:
            yield from (f"{each} {each.help or ''}".strip() for each in (error, *error.also))
        yield from _service_objections(resources)
        linter = Linter(datetime.now(UTC).date())
        linter.estate(Estate(resources))
        is_made_up = case.content.keys().isdisjoint(
            {"project", "apis"}
        )  # nobody answers for the API of a lone document
        for finding in linter.report().findings:
            concerns_estate = finding.rule in _OF_WHOLE_APIS or isinstance(find_rule(finding.rule), EstateRule)
            if finding.severity == "error" and not (is_made_up and concerns_estate):
                yield f"{finding.span}: {finding.rule} {finding.name}: {finding.message} {finding.help or ''}".strip()

    # --- steps ----------------------------------------------------------------------------------------------------

    def _steps(self, case: Case) -> CaseResult:
        resources = self._resources(case)
        settings = self._settings(case)
        loop = VirtualLoop()
        asyncio.set_event_loop(loop)
        try:
            drive = _Drive(case, resources, settings, self._compiler(settings), loop)
            return loop.run(drive.all())
        finally:
            _close(loop)

    def _compiler(self, settings: GatewaySettings) -> Compiler:
        """Return the compiler that cases of equal settings share: a project's documents are compiled once."""
        if settings not in self._compilers:
            self._compilers[settings] = Compiler(settings, _KEPT_DOCUMENTS)
        return self._compilers[settings]

    def _resources(self, case: Case) -> Resources:
        bundle = self._bundle(case)
        return resources_of(case, None if bundle is None else bundle.resources)

    def _settings(self, case: Case) -> GatewaySettings:
        bundle = self._bundle(case)
        base = GatewaySettings() if bundle is None else bundle.settings
        given = case.content.get("settings")
        if not given:
            return base
        return base.with_values(given, span_of=lambda name: case.span("settings", name))

    def _bundle(self, case: Case) -> Bundle | None:
        if "project" not in case.content:
            return None
        from apim_ai.project import Project  # noqa: PLC0415 - most cases have no project

        folder = (case.folder / str(case.content["project"])).resolve()
        key = (folder, str(case.content.get("env", "local")))
        if key not in self._bundles:
            self._bundles[key] = Project.load(folder).bundle(key[1])
        return self._bundles[key]


def _service_objections(resources: Resources) -> Iterator[str]:
    """Yield what the service would object to in the documents; what they refer to need not be declared in a case."""
    from apim_ai.arm import validate  # noqa: PLC0415 - only refusals need the control plane

    for kind in _DOCUMENTS:
        for resource in resources.of(kind):
            properties = resource.properties
            text, form = str(properties.get("value", "")), str(properties.get("format", "rawxml"))
            for finding in validate(kind, resource.id, text, form, resources):
                if finding.rule != "reference":
                    yield f"{finding.span}: {finding.message}"


def _gateway(
    case: Case,
    resources: Resources,
    settings: GatewaySettings,
    wire: MockWire,
    recorder: Recorder,
    clock: VirtualClock | None,
    compiler: Compiler,
) -> Gateway:
    given = mapping(case.content.get("deployment"))
    deployment = Deployment(
        region=given.get("region", ""),
        service_id=given.get("service_id", ""),
        service_name=given.get("service_name", ""),
        gateway_id=given.get("gateway_id", "managed"),
    )
    return Gateway(
        resources,
        settings=settings,
        clock=clock,
        wire=wire,
        identity=recorder,
        metrics=recorder,
        events=recorder,
        deployment=deployment,
        compiler=compiler,
    )


def _close(loop: VirtualLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    if pending:
        loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
    with suppress(Exception):
        loop.run_until_complete(loop.shutdown_asyncgens())
    asyncio.set_event_loop(None)
    loop.close()


def _load_error(error: ApimAiError, case: Case) -> str:
    lines = [str(each) if each.span else f"{case.span()}: {each.message}" for each in (error, *error.also)]
    return "\n".join(dict.fromkeys(lines))


class _Drive:
    """Drives the steps of one case."""

    def __init__(
        self,
        case: Case,
        resources: Resources,
        settings: GatewaySettings,
        compiler: Compiler,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.case = case
        content = case.content
        self.issuers = Issuers(mapping(content.get("issuers")))
        self.wire = MockWire(sequence(content.get("mocks")), self.issuers)
        self.recorder = Recorder(mapping(content.get("identity")))
        self.clock = VirtualClock(loop, _moment(content.get("clock", START), case, "clock"))
        self.gateway = _gateway(case, resources, settings, self.wire, self.recorder, self.clock, compiler)
        self.resources = resources
        self.secrets = {
            str(r.properties.get("displayName", r.name)): str(r.properties.get("value", ""))
            for r in resources.of("named_value")
        }
        self.saved: dict[str, str] = {}
        self.sent: list[Sent] = []

    async def all(self) -> CaseResult:
        """Run every step, then compare the totals."""
        results: list[StepResult] = []
        for index, step in enumerate(sequence(self.case.content.get("steps"))):
            result = StepResult(index)
            for _ in range(int(step.get("repeat", 1))):
                attempt = await self._step(index, step)
                if not attempt.passed or result.passed:
                    result = attempt
                if not result.passed:
                    break
            results.append(result)
        totals = mapping(self.case.content.get("totals")).get("upstream_count")
        if totals is not None:
            failures = tuple(check_counts("totals.upstream_count", totals, self.sent))
            if failures:
                results.append(StepResult(-1, failures))
        await self.gateway.aclose()
        return CaseResult(self.case.file, self.case.name, tuple(results))

    async def _step(self, index: int, given: Mapping[str, Any]) -> StepResult:
        step = cast("Mapping[str, Any]", self._filled(given))
        await self._move_clock(index, step)
        self.wire.begin_step(sequence(step.get("mocks")))
        self.recorder.clear()
        self.clock.sleeps.clear()
        began = self.clock.now()
        if "request" not in step and "parallel" not in step:
            return StepResult(index)
        answers = await self._send(index, step)
        seen = observed(answers, self.wire.sent, self.recorder, self.clock, began)
        await _settle()
        seen = replace(seen, metrics=tuple(self.recorder.metrics), events=tuple(self.recorder.events))
        seen = replace(seen, sent=tuple(self.wire.sent), tokens=tuple(self.recorder.tokens))
        self.sent += self.wire.sent
        self._save(mapping(step.get("save")), answers)
        failures = check(mapping(step.get("expect")), seen, self.secrets)
        trace = _trace_lines(seen, self.wire.unmatched) if failures else ()
        return StepResult(index, failures, trace, self.case.span("steps", index))

    async def _move_clock(self, index: int, step: Mapping[str, Any]) -> None:
        if "at" in step:
            moment = _moment(step["at"], self.case, "steps", index, "at")
            if moment < self.clock.now():
                raise CaseError(f"'at: {step['at']}' lies before the clock", span=self.case.span("steps", index, "at"))
            await self.clock.advance_to(moment)
        if "advance" in step:
            seconds = _seconds(step["advance"], self.case, index)
            await self.clock.advance_to(self.clock.now() + seconds)

    async def _send(self, index: int, step: Mapping[str, Any]) -> Sequence[Answer]:
        parallel = step.get("parallel")
        if parallel is None:
            return [await self._one(self._request(index, step, {}))]
        overlays: list[dict[str, Any]] = sequence(parallel) or [{}] * int(parallel)
        requests = [self._request(index, step, overlay) for overlay in overlays]
        return await asyncio.gather(*(self._one(request) for request in requests))

    async def _one(self, request: Request) -> Answer:
        exchange = await self.gateway.handle(request)
        if exchange.unsupported is not None:
            raise exchange.unsupported
        return await receive(exchange)

    # --- requests -------------------------------------------------------------------------------------------------

    def _request(self, index: int, step: Mapping[str, Any], overlay: Mapping[str, Any]) -> Request:
        options = {"caller", "token"}
        laid_over = {key: value for key, value in overlay.items() if key not in options}
        content: dict[str, Any] = {**mapping(step.get("request")), **laid_over}
        if "headers" in laid_over:
            content["headers"] = {**mapping(mapping(step.get("request")).get("headers")), **laid_over["headers"]}
        headers = Headers()
        for name, value in mapping(content.get("headers")).items():
            headers.set(name, *texts(value))
        url = self._url(str(content.get("url", "/")))
        body = _body_of(content, headers)
        token = overlay.get("token", step.get("token"))
        if token is not None:
            url = self._add_token(token, headers, url, index)
        self._add_key(overlay.get("caller", step.get("caller", self.case.content.get("caller"))), headers, url)
        if "Host" not in headers:
            headers.set("Host", url.authority)
        method = str(content.get("method") or ("POST" if body is not None else "GET"))
        return Request(method, url, headers, body, str(content.get("client_ip", "127.0.0.1")))

    def _url(self, text: str) -> Url:
        path = re.sub(r"^https?://[^/?#]*", "", text) or "/"
        return Url.parse(_ORIGIN + (path if path.startswith("/") else f"/{path}"))

    def _add_token(self, token: Mapping[str, Any], headers: Headers, url: Url, index: int) -> Url:
        issuer = token.get("issuer")
        if issuer is not None and issuer not in self.issuers:
            span = self.case.span("steps", index, "token", "issuer")
            raise CaseError(f"the case has no issuer '{issuer}'", span=span)
        text = mint(token, self.issuers, self.clock.now())
        if token.get("query"):
            return url.with_query([*url.query_pairs(), (str(token["query"]), text)])
        scheme = token.get("scheme", "Bearer")
        headers.set(str(token.get("header") or "Authorization"), text if scheme is None else f"{scheme} {text}")
        return url

    def _add_key(self, caller: Mapping[str, Any] | None, headers: Headers, url: Url) -> None:
        name = mapping(caller).get("subscription")
        if name is None:
            return
        subscription = self.resources.get(f"subscriptions/{name}")
        if subscription is None:
            raise CaseError(f"the case has no subscription '{name}'", span=self.case.span("caller"))
        header = self._key_header(url)
        if header not in headers:
            headers.set(header, str(subscription.properties.get("primaryKey", "")))

    def _key_header(self, url: Url) -> str:
        best = ""
        header = _KEY_HEADER
        for api in self.resources.of("api"):
            path = "/" + str(api.properties.get("path", "")).strip("/")
            fits = url.path == path or url.path.startswith(path.rstrip("/") + "/")
            if fits and len(path) >= len(best):
                names = mapping(api.properties.get("subscriptionKeyParameterNames"))
                best, header = path, names.get("header", _KEY_HEADER)
        return header

    # --- saved values ---------------------------------------------------------------------------------------------

    def _filled(self, value: object) -> object:
        """Return a value with `${name}` replaced by what earlier steps saved."""
        if not self.saved:
            return value
        if isinstance(value, str):
            return _REFERENCE.sub(lambda match: self.saved.get(match[1], match[0]), value)
        if isinstance(value, dict):
            return {key: self._filled(item) for key, item in cast("dict[str, object]", value).items()}
        if isinstance(value, list):
            return [self._filled(item) for item in cast("list[object]", value)]
        return value

    def _save(self, wanted: Mapping[str, str], answers: Sequence[Answer]) -> None:
        if not answers:
            return
        answer = answers[-1]
        for name, place in wanted.items():
            if place.startswith("headers."):
                found = answer.headers.get(place.removeprefix("headers."))
            elif place == "body":
                found = answer.body.decode("utf-8", "replace")
            elif place.startswith("variables."):
                found = answer.exchange.variables.get(place.removeprefix("variables."))
            else:
                selected = json_path(place, answer.json())
                found = selected[0] if selected else None
            if found is not None:
                self.saved[name] = str(found)


async def _settle() -> None:
    """Let one-way requests that began in the step reach their mocks."""
    for _ in range(5):
        await asyncio.sleep(0)


def _body_of(content: Mapping[str, Any], headers: Headers) -> Body | None:
    if "json" in content:
        if "Content-Type" not in headers:
            headers.set("Content-Type", "application/json")
        return Body(json.dumps(content["json"], ensure_ascii=False).encode())
    if "base64" in content:
        return Body(base64.b64decode(content["base64"]))
    return Body(str(content["body"]).encode()) if "body" in content else None


def _moment(text: object, case: Case, *path: str | int) -> float:
    try:
        return parse_time(str(text))
    except ValueError:
        raise CaseError(f"'{text}' is no time such as {START}", span=case.span(*path)) from None


def _seconds(value: object, case: Case, index: int) -> float:
    if isinstance(value, (int, float)):
        return float(value)
    parts = _DURATION.findall(str(value))
    if not parts or "".join(f"{number}{unit}" for number, unit in parts) != str(value).replace(" ", ""):
        span = case.span("steps", index, "advance")
        raise CaseError(f"'{value}' is no duration such as 30s, 5m or 2h", span=span)
    return sum(float(number) * _UNITS[unit or None] for number, unit in parts)


def _trace_lines(seen: Observed, unmatched: Sequence[str]) -> tuple[str, ...]:
    lines: list[str] = []
    for answer in seen.answers[:1]:
        for step in answer.exchange.trace.steps:
            where = f"  ({step.span})" if step.span else ""
            lines.append(f"{step.section:<9}{'  ' * step.depth}{step.policy}{where}")
            lines += [f"{' ' * 11}{'  ' * step.depth}{note}" for note in step.notes]
            if step.error:
                lines.append(f"{' ' * 11}{'  ' * step.depth}failed: {step.error}")
    return (*lines, *(f"no mock answers {each}" for each in unmatched))
