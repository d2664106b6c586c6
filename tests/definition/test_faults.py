"""Every kind of fault that the service refuses is found in every policy, at its line.

The policies come from the copied reference, not from our declarations: what a declaration forgot would not be missed else.
"""

from __future__ import annotations

import json
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from apim_ai.definition import Reader
from apim_ai.document import parse
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.runtime import Section

POLICIES: dict[str, dict[str, Any]] = {
    entry["name"]: entry
    for entry in json.loads((Path(__file__).parent / "policies.json").read_text(encoding="utf-8"))["policies"]
}
NOT_CHECKED = {"base", "xsl-transform"}  # the one is no policy, the other holds a stylesheet
CHECKED = sorted(
    name for name, each in POLICIES.items() if each["documented"] and each["sections"] and name not in NOT_CHECKED
)
SECTIONS = ("inbound", "backend", "outbound", "on-error")
SCOPES = ("global", "workspace", "product", "api", "operation")
NUMBERS = ("int", "long", "double", "decimal", "timespan-seconds")
STRICT = (*NUMBERS, "bool", "guid", "ip")
SAMPLES = {
    "bool": "true", "double": "0.5", "decimal": "0.5", "guid": "3f9c0a52-1111-4222-8333-944445555666", "char": "a",
    "uri": "https://a.example.com", "header-name": "x-a", "base64": "YWJjZA==", "base64url": "YWJj", "ip": "10.0.0.1",
    "uri-template": "/a/{b}",
}  # fmt: skip
OPTIONAL = {  # the declaration differs on purpose; see test_conformance
    ("set-status", "reason"), ("check-header", "failed-check-error-message"), ("check-header", "ignore-case"),
    ("api", "renewal-period"), ("operation", "renewal-period"),
}  # fmt: skip
ELSEWHERE = {  # a warning: samples of the vendor run there
    "authentication-managed-identity": ("outbound",), "set-backend-service": ("outbound", "on-error"),
    "authentication-certificate": ("backend",), "set-status": ("inbound", "backend"),
}  # fmt: skip
COMPUTED = {("trace", "source"), ("openid-config", "url")}  # a warning: samples of the vendor do so
DISPUTED = {("emit-metric", "dimension")}  # a warning: services run it


@dataclass
class Node:
    """An element to be written."""

    name: str
    known: dict[str, Any]
    attributes: list[tuple[str, str]]
    children: list[Node] = field(default_factory=list["Node"])
    text: str = ""

    def write(self) -> str:
        """Return its text, each attribute on a line of its own."""
        attributes = "".join(f'\n{name}="{value}"' for name, value in self.attributes)
        inner = self.text + "".join(f"\n{child.write()}" for child in self.children)
        return f"<{self.name}{attributes}>{inner}</{self.name}>"


def sample(attribute: dict[str, Any]) -> str:
    if attribute.get("allowed"):
        return attribute["allowed"][0]
    if attribute["type"] in ("int", "long", "timespan-seconds"):
        least, most = attribute.get("min") or 0, attribute.get("max") or 300
        return str(max(int(least), min(300, int(most))))
    return SAMPLES.get(attribute["type"], "text")


def shortest(known: dict[str, Any]) -> Node:
    """Return an element with what it must have."""
    node = Node(known["name"], known, [(a["name"], sample(a)) for a in known["attributes"] if a["required"]])
    if node.name == "wait":
        node.children = [shortest(POLICIES["cache-lookup-value"])]
    if node.name in ("send-request", "send-one-way-request"):
        node.attributes.insert(0, ("mode", "copy"))  # a new request needs more
    if node.name == "dimension":
        node.attributes = [("name", "API ID")]  # one that needs no value
    for child in known.get("children", []):
        node.children += [shortest(whole(child)) for _ in range(child.get("min_occurs", 0))]
    if known.get("any_policy_children"):
        node.children.append(shortest(POLICIES["set-variable"]))
    groups: list[dict[str, Any]] = known.get("groups") or []
    for group in groups:
        fulfil(node, group)
    if known.get("text") and not node.children:
        node.text = "10.0.0.1" if node.name == "address" else "text"
    order = [child["name"] for child in known.get("children", [])]
    node.children.sort(key=lambda each: order.index(each.name) if each.name in order else len(order))
    return node


def whole(child: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of a child; some are policies themselves."""
    found = POLICIES[child["name"]] if child.get("policy_reference") else child
    return {"attributes": [], "children": [], **found, "name": child["name"]}


def fulfil(node: Node, group: dict[str, Any]) -> None:
    present = {name for name, _ in node.attributes} | {child.name for child in node.children}
    wanted: list[str] = []
    if group["kind"].startswith(("at-least-one", "exactly-one")) and not present & set(group["members"]):
        wanted = group["members"][:1]
    elif group["kind"].startswith("requires") and (group.get("if_present") is None or group["if_present"] in present):
        wanted = [name for name in (*(group.get("then") or ()), group.get("child")) if name and name not in present]
    for name in wanted:
        node.attributes += [(name, sample(a)) for a in node.known["attributes"] if a["name"] == name]
        node.children += [shortest(whole(c)) for c in node.known.get("children", []) if c["name"] == name]


def read(text: str, section: str, scope: str | None = None) -> list[Finding]:
    document = parse(Source("a.xml", text))
    reader = Reader(section=cast("Section", section), scope=scope)
    reader.policies(() if document.root is None else document.root.elements)
    return [f for f in (*document.findings, *reader.findings) if f.severity == "error"]


def inside(*nodes: Node) -> str:
    return "<x>\n" + "\n".join(node.write() for node in nodes) + "\n</x>"


@dataclass(frozen=True)
class Fault:
    """A text with one fault, the rules of which one must find it, and the line, where there is one."""

    what: str
    text: str
    rules: tuple[str, ...]
    mark: str | None = None


def every(node: Node, path: tuple[int, ...] = ()) -> Iterator[tuple[Node, tuple[int, ...]]]:
    yield node, path
    for number, child in enumerate(node.children):
        yield from every(child, (*path, number))


def changed(root: Node, path: tuple[int, ...], **changes: object) -> str:
    copy = deepcopy(root)
    node = copy
    for number in path:
        node = node.children[number]
    for name, value in changes.items():
        setattr(node, name, value)
    return inside(copy)


def faults(root: Node) -> Iterator[Fault]:
    for node, path in every(root):
        at = f"{root.name}/{node.name}"
        rest = node.attributes
        yield Fault(
            f"{at} unknown attribute", changed(root, path, attributes=[*rest, ("no-such", "1")]), ("AIM102",), "no-such"
        )
        if not (node.known.get("any_policy_children") or node.name in ("set-body", "xsl-transform")):
            stranger = Node("no-such", {}, [])
            text = changed(root, path, children=[*node.children, stranger])
            yield Fault(f"{at} unknown child", text, ("AIM101", "AIM028"), "<no-such")
        takes_text = node.known.get("text") or node.name in ("trace", "xsl-transform")
        if not takes_text and (node.known.get("children") or node.known.get("any_policy_children")):
            yield Fault(f"{at} stray text", changed(root, path, text="stray"), ("AIM006",))
        for attribute in node.known["attributes"]:
            for fault, text, rule in attribute_faults(root, node, path, attribute):
                yield Fault(f"{at} @{attribute['name']} {fault}", text, (rule,))
        yield from child_faults(root, node, path, at)


def attribute_faults(
    root: Node, node: Node, path: tuple[int, ...], attribute: dict[str, Any]
) -> Iterator[tuple[str, str, str]]:
    name = attribute["name"]
    others = [pair for pair in node.attributes if pair[0] != name]

    def given(value: str) -> str:
        return changed(root, path, attributes=[*others, (name, value)])

    if attribute["required"] and (node.name, name) not in OPTIONAL:
        yield "missing", changed(root, path, attributes=others), "AIM103"
    if attribute.get("allowed"):
        yield "unknown word", given("no-such-word"), "AIM104"
    if attribute["type"] in STRICT and not attribute.get("allowed"):
        yield "wrong type", given("abc?"), "AIM106"
    if "min" in attribute:
        yield "too small", given(str(attribute["min"] - 1)), "AIM105"
    if "max" in attribute:
        yield "too large", given(str(attribute["max"] + 1)), "AIM105"
    if attribute["expressions_allowed"] is False and (node.name, name) not in COMPUTED:
        yield "expression", given("@(context.RequestId.ToString())"), "AIM109"
    pair = (name, sample(attribute))
    yield "twice", changed(root, path, attributes=[*others, pair, pair]), "AIM115"


def child_faults(root: Node, node: Node, path: tuple[int, ...], at: str) -> Iterator[Fault]:
    children: list[dict[str, Any]] = node.known.get("children") or []
    for child in children:
        others = [each for each in node.children if each.name != child["name"]]
        is_needed = child.get("min_occurs") and len(others) < len(node.children)
        if is_needed and (node.name, child["name"]) not in DISPUTED:
            rules = ("AIM029", "AIM108")
            yield Fault(f"{at} without <{child['name']}>", changed(root, path, children=others), rules)
        if child.get("max_occurs") == 1 and not child["name"].startswith(("{", "authentication-token")):
            twin = shortest(whole(child))
            text = changed(root, path, children=[*others, twin, deepcopy(twin)])
            yield Fault(f"{at} two <{child['name']}>", text, ("AIM009",))


@pytest.mark.parametrize("name", CHECKED)
def test_the_shortest_use_is_sound(name: str):
    assert [(f.rule, f.message) for f in read(inside(shortest(POLICIES[name])), POLICIES[name]["sections"][0])] == []


@pytest.mark.parametrize("name", CHECKED)
def test_every_fault_is_found_at_its_line(name: str):
    section = POLICIES[name]["sections"][0]
    missed: list[str] = []
    for fault in faults(shortest(POLICIES[name])):
        lines = {f.span.line for f in read(fault.text, section) if f.rule in fault.rules}
        line = None if fault.mark is None else fault.text[: fault.text.index(fault.mark)].count("\n") + 1
        if not lines or (line is not None and line not in lines):
            missed.append(fault.what)
    assert missed == []


@pytest.mark.parametrize("name", CHECKED)
def test_places_are_checked(name: str):
    known = POLICIES[name]
    text = inside(shortest(known))
    for section in SECTIONS:
        found = [f.rule for f in read(text, section) if f.rule == "AIM007"]
        taken = [*known["sections"], *ELSEWHERE.get(name, ())]
        assert bool(found) == (section not in taken), section
    also: dict[str, list[str]] = known.get("possibly_also") or {}
    maybe = also.get("scopes", [])
    for scope in SCOPES:
        found = [f.rule for f in read(text, known["sections"][0], scope) if f.rule == "AIM008"]
        assert bool(found) == (scope not in known["scopes"] and scope not in maybe), scope


@pytest.mark.parametrize("name", [name for name in CHECKED if POLICIES[name]["usage"]["once_per"]])
def test_what_stands_once_may_not_stand_twice(name: str):
    node = shortest(POLICIES[name])
    found = [f for f in read(inside(node, node), POLICIES[name]["sections"][0]) if f.rule == "AIM009"]
    assert [f.span.line for f in found] == [inside(node, node).rindex(f"<{name}") and inside(node).count("\n") + 1]
