"""Our declarations against the policy reference: elements, attributes, defaults, places, conditions.

`policies.json` is a copy of the reference. A declaration that differs from it on purpose stands in `DIFFERENT`, with
its reason.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.definition import POLICIES
from apim_ai.definition.nodes import REQUIRED, AttributePart, ChildPart, ContentPart, PoliciesPart, TextsPart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.definition import Definition

REFERENCE: dict[str, dict[str, Any]] = {
    entry["name"]: entry
    for entry in json.loads((Path(__file__).parent / "policies.json").read_text(encoding="utf-8"))["policies"]
}
NO_POLICIES = {"base"}  # it is resolved before policies are read

DIFFERENT = {
    "set-status @reason required: False, not True": "the schema and most samples leave it out",
    "trace/message occurs: 0 to 1": "the schema takes a bare text too, and policies in production have one",
    "trace text: True, not False": "the same",
    "trace @source expressions: undocumented, not forbidden": "samples of the vendor name the API so",
    "validate-jwt/openid-config @url expressions: undocumented, not forbidden": "samples of the vendor compute it",
    "check-header @failed-check-error-message required: False, not True": "the schema leaves it out, and so do many",
    "check-header @ignore-case required: False, not True": "the same",
    "quota/api @renewal-period required: False, not True": "the schema does not know it; a sample of the vendor has none",
    "quota/api/operation @renewal-period required: False, not True": "the same",
}

UNORDERED = {
    "choose": "the rule AIM021 says it better",
    "sql-data-source": "a resolver's, and an include-fragment may stand anywhere",
    "cosmosdb-data-source": "a resolver's",
    "graphql-data-source": "a resolver's",
    "xsl-transform": "its content is a stylesheet as it is written",
}
ELSEWHERE = {  # says the toolkit, and samples of the vendor run there
    "authentication-managed-identity": ["outbound"],
    "set-backend-service": ["outbound", "on-error"],
    "authentication-certificate": ["backend"],
    "set-status": ["inbound", "backend"],
}
KINDS = {"variable-name": "variable-name", "timespan-seconds": "int", "double": "decimal"}
EXPRESSIONS = {True: "allowed", False: "forbidden", None: "undocumented"}


def conditions(definition: Definition) -> set[tuple[str, frozenset[str]]]:
    return {(each.rule, frozenset((*each.members, *filter(None, [each.trigger])))) for each in definition.constraints}


def expected_conditions(groups: list[dict[str, Any]]) -> set[tuple[str, frozenset[str]]]:
    found: set[tuple[str, frozenset[str]]] = set()
    for group in groups:
        kind = group["kind"].removesuffix("-child") if group["kind"] != "requires-child" else "requires"
        members = group.get("members") or [*group.get("then", ()), *filter(None, [group.get("child")])]
        found.add((kind, frozenset([*members, *filter(None, [group.get("if_present")])])))
    return found


def attribute_differences(where: str, wanted: dict[str, Any], part: AttributePart) -> Iterator[str]:
    at = f"{where} @{wanted['name']}"
    is_required = part.default is REQUIRED
    if is_required != wanted["required"]:
        yield f"{at} required: {is_required}, not {wanted['required']}"
    if part.expressions != EXPRESSIONS[wanted["expressions_allowed"]]:
        yield f"{at} expressions: {part.expressions}, not {EXPRESSIONS[wanted['expressions_allowed']]}"
    if part.documented != wanted.get("documented", True):
        yield f"{at} documented: {part.documented}"
    kind = KINDS.get(wanted["type"], wanted["type"])
    if part.kind.name != kind:
        yield f"{at} kind: {part.kind.name}, not {kind}"
    if wanted.get("allowed") and tuple(part.kind.choices) != tuple(wanted["allowed"]):
        yield f"{at} words: {part.kind.choices}, not {wanted['allowed']}"
    for limit, value in (("min", part.kind.minimum), ("max", part.kind.maximum)):
        if limit in wanted and value != wanted[limit]:
            yield f"{at} {limit}: {value}, not {wanted[limit]}"
    default = wanted.get("default")
    if default is not None and not is_required and part.default != part.kind.parse(default):
        yield f"{at} default: {part.default!r}, not {default!r}"
    if default is None and part.default not in (None, REQUIRED):
        yield f"{at} default: {part.default!r}, not none"


def child_differences(where: str, wanted: dict[str, Any], definition: Definition) -> Iterator[str]:
    at = f"{where}/{wanted['name']}"
    most = None if wanted["max_occurs"] == "unbounded" else wanted["max_occurs"]
    for part in definition.parts:
        if isinstance(part, ChildPart) and part.within is None and part.name == wanted["name"]:
            if (part.at_least, part.at_most) != (wanted["min_occurs"], most):
                yield f"{at} occurs: {part.at_least} to {part.at_most}"
            yield from differences(at, wanted, part.item.definition)
            return
        if isinstance(part, TextsPart) and part.within is None and part.name == wanted["name"]:
            yield from text_differences(at, wanted, part)
            return
    inside = [each for each in definition.parts if getattr(each, "within", None) == wanted["name"]]
    if not inside:
        yield f"{at} is missing"
        return
    if wanted["min_occurs"] or wanted["attributes"]:
        yield f"{at} is more than a wrapper"
    names = {each["name"]: each for each in wanted["children"]}
    for part in inside:
        assert isinstance(part, ChildPart | TextsPart)
        if part.name not in names:
            yield f"{at}/{part.name} is not known"
        elif isinstance(part, TextsPart):
            yield from text_differences(f"{at}/{part.name}", names.pop(part.name), part)
        else:
            child = names.pop(part.name)
            if part.at_least != child["min_occurs"]:
                yield f"{at}/{part.name} occurs: at least {part.at_least}"
            yield from differences(f"{at}/{part.name}", child, part.item.definition)
    yield from (f"{at}/{name} is missing" for name in names)


def text_differences(at: str, wanted: dict[str, Any], part: TextsPart) -> Iterator[str]:
    most = None if wanted["max_occurs"] == "unbounded" else wanted["max_occurs"]
    if (part.at_least, part.at_most) != (wanted["min_occurs"], most):
        yield f"{at} occurs: {part.at_least} to {part.at_most}"
    if not wanted["text"]:
        yield f"{at} takes no text"
    if wanted.get("text_expressions_allowed") and part.expressions != "allowed":
        yield f"{at} expressions: {part.expressions}"
    if wanted["attributes"] or wanted["children"]:
        yield f"{at} is more than a text"


def differences(where: str, wanted: dict[str, Any], definition: Definition) -> Iterator[str]:
    attributes = {part.name: part for part in definition.parts if isinstance(part, AttributePart)}
    for attribute in wanted["attributes"]:
        part = attributes.pop(attribute["name"], None)
        if part is None:
            yield f"{where} @{attribute['name']} is missing"
        else:
            yield from attribute_differences(where, attribute, part)
    yield from (f"{where} @{name} is not known" for name in attributes)
    nested = [part for part in definition.parts if isinstance(part, PoliciesPart)]
    only = set(nested[0].only or ()) if nested else set[str]()
    takes_markup = any(isinstance(part, ContentPart) and part.markup for part in definition.parts)
    for child in wanted["children"]:
        if child["name"].startswith("{") and takes_markup:
            continue  # an element of another namespace
        if child.get("policy_reference") or child["name"] in only:
            if child["name"] not in only:
                yield f"{where}/{child['name']} is missing"
            only.discard(child["name"])
        else:
            yield from child_differences(where, child, definition)
    yield from (f"{where}/{name} is not known" for name in only)
    known = {child["name"] for child in wanted["children"]}
    for part in definition.parts:
        if isinstance(part, ChildPart | TextsPart) and (part.within or part.name) not in known:
            yield f"{where}/{part.within or part.name} is not known"
    is_ordered = wanted.get("children_model") == "sequence" and len(wanted["children"]) > 1
    if is_ordered and not definition.ordered and where not in UNORDERED:
        yield f"{where} children: in any order"
    has_text = any(isinstance(part, ContentPart) for part in definition.parts)
    if has_text != bool(wanted["text"]) and not takes_markup:
        yield f"{where} text: {has_text}, not {bool(wanted['text'])}"
    missing = expected_conditions(wanted.get("groups") or []) - conditions(definition)
    yield from (f"{where} condition is missing: {rule} {sorted(members)}" for rule, members in missing)


def place_differences(wanted: dict[str, Any], definition: Definition) -> Iterator[str]:
    also: dict[str, list[str]] = wanted.get("possibly_also") or {}
    pairs: dict[str, tuple[tuple[str, ...], list[str]]] = {
        "sections": (definition.sections, wanted["sections"]),
        "scopes": (definition.scopes, wanted["scopes"]),
        "gateways": (definition.gateways, wanted["gateways"]),
        "maybe_sections": (definition.maybe_sections, ELSEWHERE.get(wanted["name"], [])),
        "maybe_scopes": (definition.maybe_scopes, also.get("scopes") or []),
        "maybe_gateways": (definition.maybe_gateways, also.get("gateways") or []),
    }
    for name, (ours, theirs) in pairs.items():
        if set(ours) != set(theirs) and (wanted["documented"] or name == "sections"):
            yield f"{wanted['name']} {name}: {sorted(ours)}, not {sorted(theirs)}"
    if definition.once != wanted["usage"]["once_per"]:
        yield f"{wanted['name']} once: {definition.once}, not {wanted['usage']['once_per']}"
    if definition.documented != wanted["documented"]:
        yield f"{wanted['name']} documented: {definition.documented}"
    if definition.preview != wanted["preview"]:
        yield f"{wanted['name']} preview: {definition.preview}"


@pytest.mark.parametrize("name", sorted(REFERENCE.keys() - NO_POLICIES))
def test_declaration_matches_the_reference(name: str) -> None:
    cls = POLICIES.find(name)
    assert cls is not None, f"no policy declares '{name}'"
    wanted = REFERENCE[name]
    found = [*place_differences(wanted, cls.definition), *differences(name, wanted, cls.definition)]
    assert [each for each in found if each not in DIFFERENT] == []


@pytest.mark.parametrize("name", sorted(REFERENCE.keys() - NO_POLICIES))
def test_attributes_are_written_in_the_order_of_the_reference(name: str) -> None:
    cls = POLICIES.find(name)
    assert cls is not None
    assert [part.name for part in cls.definition.attributes] == [each["name"] for each in REFERENCE[name]["attributes"]]


def test_nothing_is_declared_that_the_reference_lacks() -> None:
    assert set(POLICIES.names) <= REFERENCE.keys()


def test_every_documented_difference_is_one() -> None:
    found = {
        difference
        for name in {text.split()[0].split("/")[0] for text in DIFFERENT}
        for difference in differences(name, REFERENCE[name], POLICIES.find(name).definition)  # type: ignore[union-attr]  # all are there
    }
    assert set(DIFFERENT) <= found
