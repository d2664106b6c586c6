"""Runs cases: builds each one's gateway, drives its steps on virtual time, compares.

A `Runner` keeps what cases share (rendered projects, compiled documents), so that one run over many files renders a
project once.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from apim_ai.cases import refusal
from apim_ai.cases.build import resources_of
from apim_ai.cases.content import mapping
from apim_ai.cases.drive import Drive
from apim_ai.cases.mocks import MockWire
from apim_ai.cases.model import CaseResult
from apim_ai.cases.observe import Recorder
from apim_ai.cases.places import Places
from apim_ai.cases.tokens import Issuers
from apim_ai.cases.virtual import VirtualLoop
from apim_ai.config import GatewaySettings
from apim_ai.errors import ApimAiError
from apim_ai.expression.context import Deployment, GatewayInfo
from apim_ai.gateway import Compiler, Gateway
from apim_ai.gateway.identity import identity_of
from apim_ai.runtime import UnsupportedPolicyError

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.cases.model import Case
    from apim_ai.cases.virtual import VirtualClock
    from apim_ai.project import Bundle
    from apim_ai.resource import Resources
    from apim_ai.runtime import Exchange
    from apim_ai.runtime.services import Identity

__all__ = ["Runner"]

_KEPT_DOCUMENTS = 200


@dataclass
class Runner:
    """Runs cases, one after the other.

    Args:
        compilers: makes the compiler of some settings; coverage hands in one that remembers.
        on_gateway: told of each gateway before its case runs.
        on_finished: told of each exchange.
    """

    compilers: Callable[[GatewaySettings], Compiler] = field(
        default=lambda settings: Compiler(settings, _KEPT_DOCUMENTS)
    )
    on_gateway: Callable[[Gateway], None] | None = None
    on_finished: Callable[[Exchange], None] | None = None
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
        except Exception as error:  # noqa: BLE001 - one case never costs the report of the others
            message = f"{case.span()}: the case could not be run: {type(error).__name__}: {error}"
            result = CaseResult(case.file, case.name, error=message)
        return replace(result, seconds=perf_counter() - began)

    def _refusal(self, case: Case) -> CaseResult:
        def load(resources: Resources) -> Gateway:
            wire = MockWire((), Issuers({}), asyncio.sleep)
            return self._gateway(case, resources, wire, Recorder({}), None, checks_backends=True)

        if "project" not in case.content:
            self._settings(case)  # a wrong setting is a wrong case, not a refusal
        return refusal.judge(case, lambda: self._resources(case), load)

    def _steps(self, case: Case) -> CaseResult:
        resources = self._resources(case)
        loop = VirtualLoop()
        asyncio.set_event_loop(loop)
        try:
            drive = Drive(case, resources, loop)
            is_whole = "project" in case.content  # a lone document may have branches that the case has no backend for
            gateway = self._gateway(case, resources, drive.wire, drive.recorder, drive.clock, checks_backends=is_whole)
            if self.on_gateway is not None:
                self.on_gateway(gateway)
            drive.use(gateway)
            return loop.run(drive.all())
        finally:
            asyncio.set_event_loop(None)
            with suppress(Exception):  # what the case said counts, not how its remains went
                loop.finish()

    def _gateway(
        self,
        case: Case,
        resources: Resources,
        wire: MockWire,
        recorder: Recorder,
        clock: VirtualClock | None,
        *,
        checks_backends: bool,
    ) -> Gateway:
        settings = self._settings(case)
        return Gateway(
            resources,
            settings=settings,
            clock=clock,
            wire=wire,
            identity=self._identity(settings, wire, recorder, clock),
            metrics=recorder,
            events=recorder,
            deployment=_deployment(case),
            compiler=self._compiler(settings),
            on_finished=self.on_finished,
            checks_backends=checks_backends,
        )

    def _identity(
        self, settings: GatewaySettings, wire: MockWire, recorder: Recorder, clock: VirtualClock | None
    ) -> Identity:
        """Return the case's table of tokens, or what asks the mocks for them where `mi.source` says so."""
        if clock is None or settings.mi_source not in ("imds", "app-service"):
            return recorder
        asked = identity_of(settings, wire, clock, {})
        asked.source = recorder.watching(asked.source)
        return asked

    def _compiler(self, settings: GatewaySettings) -> Compiler:
        """Return the compiler that cases of equal settings share: a project's documents are compiled once."""
        if settings not in self._compilers:
            self._compilers[settings] = self.compilers(settings)
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
            self._bundles[key] = Project.load(_shown(folder)).bundle(key[1])
        return self._bundles[key]


def _shown(folder: Path) -> Path:
    """Return a folder as messages name it: from here, where it lies below."""
    here = Path.cwd()
    return folder.relative_to(here) if folder.is_relative_to(here) else folder


def _deployment(case: Case) -> Deployment:
    given = mapping(case.content.get("deployment"))
    identifier = given.get("gateway_id", "managed")
    return Deployment(
        region=given.get("region", ""),
        service_id=given.get("service_id", ""),
        service_name=given.get("service_name", ""),
        gateway_id=identifier,
        gateway=GatewayInfo(**{"id": identifier, **mapping(given.get("gateway"))}),
    )


def _load_error(error: ApimAiError, case: Case) -> str:
    lines = [
        (str(each) if each.span else f"{case.span()}: {each.message}") + (f" ({each.help})" if each.help else "")
        for each in (error, *error.also)
    ]
    return Places(case).in_text("\n".join(dict.fromkeys(lines)))
