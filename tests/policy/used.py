"""What the policy cases use: attributes, settings, and the errors that they expect."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.cases.build import resources_of
from apim_ai.cases.load import find_files, load_file
from apim_ai.definition import POLICIES
from apim_ai.definition.nodes import ChildPart, TextsPart
from apim_ai.document import parse
from apim_ai.errors import CaseError
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.cases.model import Case
    from apim_ai.definition import Definition
    from apim_ai.document import Element

TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Used:
    """One case and what it holds."""

    case: Case
    policies: frozenset[str]
    attributes: frozenset[str]  # `policy/child@attribute`

    @property
    def settings(self) -> frozenset[str]:
        return frozenset(self.case.content.get("settings", {}))

    @property
    def expected(self) -> list[dict[str, Any]]:
        return [step.get("expect", {}) for step in self.case.content.get("steps", ())]


@cache
def running_cases() -> tuple[Used, ...]:
    """Return every case of the tests that runs, with what its documents hold."""
    files = find_files([str(TESTS / "policy"), str(TESTS / "gateway")])
    cases = [case for file in files for case in load_file(file).cases if "steps" in case.content]
    return tuple(_used(case) for case in cases)


def _used(case: Case) -> Used:
    policies: set[str] = set()
    attributes: set[str] = set()
    for text in _documents(case):
        root = parse(Source(case.file, text), format="rawxml").root
        if root is not None:
            _walk(root, None, "", policies, attributes)
    return Used(case, frozenset(policies), frozenset(attributes))


def _documents(case: Case) -> Iterator[str]:
    try:
        resources = resources_of(case)
    except CaseError:
        return
    for resource in resources.values():
        if resource.properties.get("format") == "rawxml":
            yield str(resource.properties["value"])


def _walk(element: Element, definition: Definition | None, path: str, policies: set[str], attributes: set[str]) -> None:
    """Note a policy or a part of one, then what stands inside it."""
    if definition is not None:
        attributes.update(f"{path}@{attribute.name}" for attribute in element.attributes)
        if element.texts and any(text.value.strip() for text in element.texts):
            attributes.add(f"{path}#text")
    for child in element.elements:
        part = None if definition is None else _part(definition, child.name)
        if isinstance(part, ChildPart):
            _walk(child, part.item.definition, f"{path}/{child.name}", policies, attributes)
        elif isinstance(part, TextsPart):
            attributes.add(f"{path}/{child.name}")
        elif definition is not None and any(_within(each) == child.name for each in definition.parts):
            for inner in child.elements:
                _walk_within(inner, definition, path, policies, attributes)
        else:
            policy = POLICIES.find(child.name)
            if policy is not None:
                policies.add(child.name)
            _walk(child, None if policy is None else policy.definition, child.name, policies, attributes)


def _walk_within(element: Element, definition: Definition, path: str, policies: set[str], attributes: set[str]) -> None:
    part = _part(definition, element.name)
    if isinstance(part, ChildPart):
        _walk(element, part.item.definition, f"{path}/{element.name}", policies, attributes)
    elif isinstance(part, TextsPart):
        attributes.add(f"{path}/{element.name}")


def _part(definition: Definition, name: str) -> object:
    return next((p for p in definition.parts if isinstance(p, (ChildPart, TextsPart)) and p.name == name), None)


def _within(part: object) -> str | None:
    return part.within if isinstance(part, (ChildPart, TextsPart)) else None
