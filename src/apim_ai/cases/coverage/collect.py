"""Watches a runner: the documents that cases load, and what of them runs."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from apim_ai.cases.coverage.model import Coverage, DocumentCoverage, Point
from apim_ai.cases.places import Places
from apim_ai.cases.run import Runner
from apim_ai.definition import Node, Policy, Value
from apim_ai.definition.nodes import ChildPart, PoliciesPart
from apim_ai.gateway import Compiler
from apim_ai.gateway.configuration import DEFAULT_GLOBAL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from apim_ai.cases.coverage.model import Kind
    from apim_ai.cases.model import Case, CaseResult
    from apim_ai.config import GatewaySettings
    from apim_ai.definition.nodes import Part
    from apim_ai.gateway import Gateway
    from apim_ai.gateway.documents import CompiledDocument
    from apim_ai.project.effective import SectionName
    from apim_ai.resource import Resource
    from apim_ai.runtime import Exchange
    from apim_ai.source import Span

__all__ = ["Collector"]

_KEPT = 10_000
_INSIDE = "#"  # in the names of documents that stand in case files
_WHEN = re.compile(r"when (\d+) holds")
_LONGEST = 60

_Sign = tuple["Span", str]


@dataclass(frozen=True, slots=True)
class _Found:
    """A point of a document. `signs` are what traces show when it was reached; an expression tells by itself."""

    kind: Kind
    span: Span
    label: str
    signs: frozenset[_Sign] = frozenset()
    was_called: bool = False


class Collector:
    """Runs cases and collects what they reach."""

    def __init__(self) -> None:
        self._runner = Runner(self._compiler, self._began, self._finished)
        self._redact: Callable[[str], str] = str
        self._loaded: list[CompiledDocument] = []
        self._exchanges: list[Exchange] = []
        self._reached: dict[tuple[Kind, Span, str], bool] = {}

    def run(self, case: Case) -> CaseResult:
        """Run a case and see what it reaches; one that must be refused reaches nothing."""
        self._loaded.clear()
        self._exchanges.clear()
        result = self._runner.run(case)
        if "refused" not in case.content:
            self._gather(Places(case))
        return result

    def report(self) -> Coverage:
        """Return what was reached, by file and in order."""
        by_file: defaultdict[str, list[Point]] = defaultdict(list)
        for (kind, span, label), reached in self._reached.items():
            by_file[span.file].append(Point(kind, span, label, reached))
        return Coverage(
            tuple(
                DocumentCoverage(file, tuple(sorted(points, key=lambda point: (point.span.line, point.span.column))))
                for file, points in sorted(by_file.items())
            )
        )

    def _compiler(self, settings: GatewaySettings) -> Compiler:
        return _Watching(settings, self._loaded)

    def _began(self, gateway: Gateway) -> None:
        self._redact = gateway.redact

    def _finished(self, exchange: Exchange) -> None:
        self._exchanges.append(exchange)

    def _gather(self, places: Places) -> None:
        shown = frozenset(_signs(self._exchanges))
        for compiled in self._loaded:
            for found in _points(_policies(compiled)):
                if found.span.file == DEFAULT_GLOBAL:
                    continue
                key = (found.kind, places.of(found.span), _short(self._redact(found.label)))
                is_reached = found.was_called or not shown.isdisjoint(found.signs)
                self._reached[key] = self._reached.get(key, False) or is_reached


class _Watching(Compiler):
    """A compiler that notes what it is asked for, and compiles what stands in a case file anew for each case."""

    def __init__(self, settings: GatewaySettings, loaded: list[CompiledDocument]) -> None:
        super().__init__(settings, _KEPT)
        self._of_case = settings
        self._loaded = loaded

    def document(self, resource: Resource, scope: str, named_values: Mapping[str, str]) -> CompiledDocument:
        """Return the document of a scope."""
        if self._is_of_case(resource):
            return self._noted(Compiler(self._of_case).document(resource, scope, named_values))
        return self._noted(super().document(resource, scope, named_values))

    def fragment(self, resource: Resource, section: SectionName, named_values: Mapping[str, str]) -> CompiledDocument:
        """Return a fragment as it stands in a section."""
        if self._is_of_case(resource):
            return self._noted(Compiler(self._of_case).fragment(resource, section, named_values))
        return self._noted(super().fragment(resource, section, named_values))

    def _is_of_case(self, resource: Resource) -> bool:
        return resource.source is not None and _INSIDE in resource.source.path

    def _noted(self, compiled: CompiledDocument) -> CompiledDocument:
        self._loaded.append(compiled)
        return compiled


def _policies(compiled: CompiledDocument) -> Iterator[Policy]:
    for parts in compiled.layer.sections.values():
        yield from (*parts.before, *parts.after)


def _points(nodes: Iterable[Node], enclosing: frozenset[_Sign] = frozenset()) -> Iterator[_Found]:
    """Yield the points of policies and of all that stands in them.

    Args:
        nodes: policies or items.
        enclosing: the signs of the policy that they are parts of, such as `return-response` of its `set-status`: parts
            are reached with it and leave no trace of their own.
    """
    for node in nodes:
        span, signs = node.span, enclosing
        if span is not None and isinstance(node, Policy):
            own = (span, node.element_name)
            yield _Found("policy", span, node.element_name, enclosing | {own})
            signs = frozenset({own})
            if node.element_name == "choose":
                yield from _branches(node, span)
        for part in node.definition.parts:
            yield from _points_of(node, part, signs)


def _points_of(node: Node, part: Part, signs: frozenset[_Sign]) -> Iterator[_Found]:
    are_parts = isinstance(part, ChildPart) or (isinstance(part, PoliciesPart) and part.only is not None)
    for value in _values(node, part.field):
        if isinstance(value, Node):
            yield from _points((value,), signs if are_parts else frozenset())
        elif value.compiled is not None and value.span is not None:
            yield _Found("expression", value.span, value.text or "", was_called=value.was_called)


def _values(node: Node, field: str) -> Iterator[Node | Value[object]]:
    given: Any = getattr(node, field)
    for each in cast("tuple[object, ...]", given) if isinstance(given, tuple) else (given,):
        if isinstance(each, (Node, Value)):
            yield cast("Node | Value[object]", each)


def _branches(choose: Any, span: Span) -> Iterator[_Found]:  # noqa: ANN401 - its class would be one more import
    for number, when in enumerate(choose.when, 1):
        yield _Found("branch", when.span, f"when {number}", frozenset({(span, f"when {number}")}))
    if choose.otherwise is not None:
        yield _Found("branch", choose.otherwise.span, "otherwise", frozenset({(span, "otherwise")}))
    else:
        yield _Found("branch", span, "no branch", frozenset({(span, "no branch holds")}))


def _signs(exchanges: Iterable[Exchange]) -> Iterator[_Sign]:
    """Yield what traces show: policies that began, and which branch each `choose` took."""
    for exchange in exchanges:
        for step in exchange.trace.steps:
            if step.span is None:
                continue
            yield step.span, step.policy
            for note in step.notes if step.policy == "choose" else ():
                taken = _WHEN.match(note)
                yield step.span, f"when {taken[1]}" if taken else note


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
