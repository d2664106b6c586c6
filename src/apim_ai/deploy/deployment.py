"""One deployment from plan to record.

`plan` reads and compares. `execute` takes its turn, announces what it is about to create, applies the steps, and records
the outcome: ledger, release, stamp. It may be killed at any point; the next one starts from the
actual state and converges.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apim_ai.deploy.actual import Actual, read
from apim_ai.deploy.apply import Execution
from apim_ai.deploy.bundle import bundle_parts, bundles, contents, outdated
from apim_ai.deploy.difference import digest_of
from apim_ai.deploy.graph import steps
from apim_ai.deploy.key_vault import unread
from apim_ai.deploy.live import RELEASE
from apim_ai.deploy.outcome import Outcome
from apim_ai.deploy.planning import make_plan
from apim_ai.deploy.preflight import (
    check_links,
    check_paths,
    check_references,
    check_resources,
    check_service,
    check_target,
)
from apim_ai.deploy.release import History, Provenance, Release, history_id, new_release_id
from apim_ai.deploy.turn import Turn
from apim_ai.errors import OutsideError, Refused
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from apim_ai.deploy.check import Check
    from apim_ai.deploy.ledger import Entry, Ledger
    from apim_ai.deploy.outcome import Progress
    from apim_ai.deploy.plan import Plan, PlanOptions
    from apim_ai.deploy.service import Service
    from apim_ai.resource import Resources

__all__ = ["Deployed", "Deployment", "Request"]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be deployed, and where.

    Args:
        env: the environment's name.
        stack: the project's name, unique among those that share a service.
        desired: everything that the project declares.
        target: the ARM id of the service.
        options: what the deployment is allowed to do.
        provenance: where it comes from.
        concurrency: requests in flight at once, at most.
    """

    env: str
    stack: str
    desired: Resources
    target: str
    options: PlanOptions
    provenance: Provenance
    concurrency: int = 16


@dataclass(frozen=True, slots=True)
class Deployed:
    """What a deployment did.

    Args:
        release: the id of the release that the service now has, or None when it never had one.
        outcomes: change by change.
        served: whether the gateway was seen to answer with the release; None when nobody looked.
        smoke: what was asked of the gateway afterwards.
        rolled_back_to: the release that was restored because of a failure.
        warnings: what is wrong nevertheless, such as a secret that the service cannot read.
    """

    release: str | None
    outcomes: tuple[Outcome, ...]
    served: bool | None = None
    smoke: tuple[Check, ...] = ()
    rolled_back_to: str | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether everything was done."""
        return all(outcome.state == "done" for outcome in self.outcomes)

    @property
    def is_sound(self) -> bool:
        """Whether nothing that was asked of the gateway afterwards failed."""
        return all(check.state != "failed" for check in self.smoke)


class Deployment:
    """Plans and executes.

    Args:
        request: what is to be deployed.
        service: the control plane.
        now: tells the time.
    """

    def __init__(self, request: Request, service: Service, now: Callable[[], datetime] = _now) -> None:
        self._request = request
        self._service = service
        self._now = now
        self._actual: Actual | None = None
        self._execution: Execution | None = None

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What has been done so far, also after an interruption."""
        return self._execution.outcomes if self._execution else ()

    def plan(self) -> Plan:
        """Read the service and say what a deployment would do.

        Raises:
            ConfigError: the project declares what no service takes.
            Refused: another service answers than was meant.
            OutsideError: the control plane cannot be read.
        """
        request = self._request
        check_resources(request.desired)
        self._actual = read(self._service, request.desired, request.stack, request.concurrency)
        check_target(self._actual.service, request.target)
        existing = self._actual.resources()
        check_references(request.desired, existing)
        check_links(request.desired, existing)
        plan = make_plan(
            request.desired,
            self._actual,
            env=request.env,
            target=request.target,
            now=self._now(),
            options=request.options,
        )
        leaving = {change.id.lower() for change in plan.changes if change.action == "delete"}
        if not request.options.targets:
            check_paths(request.desired, existing, leaving)
        return plan

    def execute(
        self,
        plan: Plan,
        *,
        release: str | None = None,
        progress: Sequence[Progress] = (),
        fail_fast: bool = False,
        force_unlock: bool = False,
    ) -> Deployed:
        """Bring a plan about.

        Args:
            plan: of this deployment.
            release: the id of the new release; made up when absent.
            progress: hears what happens.
            fail_fast: start nothing more after the first failure.
            force_unlock: go on although another deployment seems to be at work.

        Raises:
            Refused: a safety rule forbids it, the service is not ready, or another deployment is at work.
            OutsideError: the control plane failed before anything was written.
        """
        actual = self._require_actual()
        if plan.refused:
            raise Refused(plan.refused)
        if not plan.changes and not actual.ledger.announcements:  # else a run died before it could record
            return Deployed(self._history(actual).releases[0].id if self._history(actual).releases else None, ())
        check_service(actual.service, self._request.desired)
        release = release or new_release_id(plan, self._now())
        turn = Turn(self._service, actual, self._request.provenance.by, self._now)
        with ThreadPoolExecutor(1, "apim-ai-order") as pool:  # in order while the turn waits for the service
            ordering = pool.submit(steps, plan.changes, self._request.desired, actual.resources())
            ledger = turn.begin(_created(plan, actual.ledger), force=force_unlock)
            try:
                ordered = ordering.result()
            except BaseException:
                turn.abandon()
                raise
        self._execution = Execution(ordered, self._service, actual.ledger, progress=progress, fail_fast=fail_fast)
        is_recorded = False
        try:
            with ThreadPoolExecutor(1, "apim-ai-bundle") as pool:  # packed while the service is waited for
                packed = pool.submit(self._packed, _all_done(ledger, plan, actual), plan, actual, release)
                try:
                    self._execution.run(self._request.concurrency)
                finally:
                    self._execution.finish()
                    is_recorded = self._record(plan, ledger, actual, release, packed.result())
        finally:
            turn.end(is_recorded=is_recorded)
        return Deployed(release, self.outcomes, warnings=self._unread())

    def _unread(self) -> tuple[str, ...]:
        """Say which secrets the service cannot read by now; asked only where there are any."""
        desired = self._request.desired
        if not any(resource.properties.get("keyVault") for resource in desired.of("named_value")):
            return ()
        try:
            return unread(desired, self._service.list(kinds.find("named_value")))
        except OutsideError:  # what was done is told in any case
            return ()

    def _require_actual(self) -> Actual:
        if self._actual is None:
            raise ValueError("plan first")
        return self._actual

    def _packed(self, settled: Ledger, plan: Plan, actual: Actual, release: str) -> Mapping[str, str]:
        """Return the named values that hold what is deployed when a ledger is right."""
        named_values = [entity for entity in actual.entities.values() if entity.kind == "named_value"]
        former = bundles(self._request.stack, named_values).values()
        whole = contents(settled, self._request.desired, former, plan.entries)
        return bundle_parts(self._request.stack, release, whole)

    def _record(self, plan: Plan, ledger: Ledger, actual: Actual, release: str, packed: Mapping[str, str]) -> bool:
        """Write ledger, history, bundle and stamp.

        Args:
            plan: what was executed.
            ledger: with what was announced.
            actual: the service as the plan saw it.
            release: the id of the release.
            packed: the bundle of a release of which everything was done.

        Returns:
            Whether it could be written; when the control plane is gone, the next run makes good for it.
        """
        outcomes = self.outcomes
        complete = sum(outcome.state == "done" for outcome in outcomes) == len(plan.changes)
        settled = _settled(ledger, plan, actual, outcomes)
        history = self._history(actual).with_release(self._released(plan, release)).written()
        values = {history_id(self._request.stack): history}
        if complete and f"namedValues/{RELEASE}" in self._request.desired:
            values[f"namedValues/{RELEASE}"] = release
        named_values = [entity for entity in actual.entities.values() if entity.kind == "named_value"]
        values |= packed if complete else self._packed(settled, plan, actual, release)
        try:
            self._write_ledger(settled, values, outdated(self._request.stack, named_values))
        except OutsideError:
            return False
        return True

    def _released(self, plan: Plan, release: str) -> Release:
        provenance = self._request.provenance
        done = [outcome for outcome in self.outcomes if outcome.state == "done"]
        actions = sorted({outcome.action for outcome in done})
        return Release(
            id=release,
            at=self._now().isoformat(timespec="seconds"),
            by=provenance.by,
            commit=provenance.commit,
            digest=digest_of({key: entry.digest for key, entry in plan.entries.items()}),
            env=plan.env,
            state="done" if len(done) == len(plan.changes) else "partial",
            counts={action: sum(outcome.action == action for outcome in done) for action in actions},
            run=provenance.run,
            tool=provenance.tool,
            rollback_to=provenance.rollback_to,
            skipped_checks=provenance.skipped_checks,
        )

    def _history(self, actual: Actual) -> History:
        entity = actual.get(history_id(self._request.stack))
        return History.read(str(entity.properties.get("value", "")) if entity else None)

    def _write_ledger(self, ledger: Ledger, further: Mapping[str, str], gone: Sequence[str]) -> None:
        """Write the parts of the ledger that changed with further named values; take away what is no longer needed."""
        written = ledger.written()
        changed = {f"namedValues/{name}": text for name, text in written.items() if ledger.chunks.get(name) != text}
        values = {**changed, **further}
        unused = [*gone, *(f"namedValues/{name}" for name in ledger.chunks.keys() - written.keys())]
        with ThreadPoolExecutor(self._request.concurrency, "apim-ai-ledger") as pool:
            list(pool.map(self._put, values.keys(), values.values()))
            list(pool.map(self._remove, unused))

    def _remove(self, identifier: str) -> None:
        self._service.delete(kinds.find("named_value"), identifier)

    def _put(self, identifier: str, value: str) -> None:
        properties = {"displayName": identifier.rsplit("/", 1)[-1], "value": value, "secret": False}
        self._service.put(kinds.find("named_value"), identifier, properties)


def _created(plan: Plan, ledger: Ledger) -> list[Entry]:
    """Return the entries of what will be created and is not owned yet."""
    created = [change.id for change in plan.changes if change.action != "delete" and change.id not in ledger]
    return [plan.entries[identifier.lower()] for identifier in created]


def _all_done(ledger: Ledger, plan: Plan, actual: Actual) -> Ledger:
    """Return what is owned when all of a plan was done."""
    return _settled(ledger, plan, actual, [Outcome.of(change, 0.0) for change in plan.changes])


def _settled(ledger: Ledger, plan: Plan, actual: Actual, outcomes: Sequence[Outcome]) -> Ledger:
    """Return what is owned after a run: what was done, what is as declared, and what may have been created."""
    state: Mapping[str, Outcome] = {outcome.id.lower(): outcome for outcome in outcomes}
    put: list[Entry] = [plan.entries[identifier.lower()] for identifier in plan.kept]
    removed: list[str] = [identifier for identifier in plan.vanished if identifier.lower() not in plan.entries]
    for change in plan.changes:
        outcome = state.get(change.id.lower())
        if outcome is not None and outcome.state == "done":
            if change.action == "delete":
                removed.extend(key for key in ledger.entries if f"{key}/".startswith(f"{change.id.lower()}/"))
            else:
                put.append(plan.entries[change.id.lower()])
        elif outcome is None or outcome.state == "skipped" or outcome.is_foreign:
            former = actual.ledger.get(change.id)
            put.extend([former] if former else [])
            removed.extend([] if former else [change.id])
    return ledger.with_changes(put, removed)
