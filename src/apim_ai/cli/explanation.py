"""A policy's page for the terminal."""

from __future__ import annotations

from collections import Counter
from textwrap import indent, wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.definition.describe import AttributeNote, Description, ElementNote, FailureNote
    from apim_ai.family.fidelity import Fidelity

__all__ = ["page"]

_WIDTH = 80
_LABEL = 11
_MANY = 3
_DOCUMENTED_BY_SCHEMA = "schema only"


def page(policy: Description, fidelity: Fidelity, rules: Sequence[str]) -> str:
    """Return what a policy does, where it may stand, what it consists of, an example, errors and how true we are.

    Args:
        policy: what the declaration says.
        fidelity: how true the local gateway is to it.
        rules: codes and names of the rules that look at it.
    """
    parts = (_head(policy, fidelity), _attributes(policy.attributes, "  "), _inside(policy), _conditions(policy))
    tail = (_example(policy), _errors(policy.errors), _rules(rules))
    return "\n".join(line for part in (*parts, *tail) for line in part).rstrip()


def _head(policy: Description, fidelity: Fidelity) -> Iterator[str]:
    yield policy.name
    yield ""
    yield from wrap(policy.summary, _WIDTH)
    if policy.details:
        yield ""
        yield from _paragraphs(policy.details)
    yield ""
    sections = policy.sections or ("none: not part of a policy document",)
    yield from _row("Sections", _places(sections, policy.maybe_sections))
    yield from _row("Scopes", _places(policy.scopes, policy.maybe_scopes))
    yield from _row("Gateways", _places(policy.gateways, policy.maybe_gateways))
    if policy.once:
        yield from _row("Once", f"per {policy.once}")
    if policy.preview or not policy.documented:
        yield from _row(
            "Status", "preview" if policy.preview else "undocumented: only the editor schema or the toolkit knows it"
        )
    yield from _row("Local", _local(fidelity))
    if policy.page:
        yield from _row("Page", policy.page)


def _paragraphs(text: str) -> Iterator[str]:
    """Wrap each paragraph; one whose lines are indented is code."""
    for number, paragraph in enumerate(text.split("\n\n")):
        if number:
            yield ""
        if paragraph.startswith(" "):
            yield from paragraph.splitlines()
        else:
            yield from wrap(paragraph, _WIDTH, break_on_hyphens=False, break_long_words=False)


def _row(label: str, text: str) -> Iterator[str]:
    first, *rest = wrap(text, _WIDTH - _LABEL, break_on_hyphens=False, break_long_words=False) or [""]
    yield f"{label:<{_LABEL}}{first}".rstrip()
    yield from (" " * _LABEL + line for line in rest)


def _places(places: Sequence[str], maybe: Sequence[str]) -> str:
    sure = ", ".join(places) or "none"
    return f"{sure}; perhaps {', '.join(maybe)}" if maybe else sure


def _local(fidelity: Fidelity) -> str:
    from apim_ai.family.fidelity import LEVELS

    texts = [f"{fidelity.level}: {fidelity.why or LEVELS[fidelity.level]}"]
    if fidelity.settings:
        texts.append(f"settings {', '.join(_grouped(fidelity.settings))}")
    return "; ".join(texts)


def _grouped(settings: Sequence[str]) -> Iterator[str]:
    """Name a group of settings once where many of it matter."""
    sizes = Counter(name.partition(".")[0] for name in settings)
    yield from dict.fromkeys(
        f"{group}.*" if sizes[group := name.partition(".")[0]] > _MANY else name for name in settings
    )


def _attributes(attributes: Sequence[AttributeNote], margin: str) -> Iterator[str]:
    if not attributes:
        return
    if margin == "  ":
        yield ""
        yield "Attributes"
    for each in attributes:
        line = f"{each.name}  {', '.join(_facts(each))}"
        first, *rest = wrap(line, _WIDTH - len(margin) - 4, break_on_hyphens=False, break_long_words=False)
        blank = margin.replace("@", " ")
        yield f"{margin}{first}"
        yield from (f"{blank}    {line}" for line in rest)
        yield from _noted(each.text, blank)


def _noted(text: str, margin: str) -> Iterator[str]:
    yield from (f"{margin}    {line}" for line in wrap(text, _WIDTH - len(margin) - 4))


def _facts(attribute: AttributeNote) -> Iterator[str]:
    yield " | ".join(attribute.allowed) or attribute.type
    if attribute.minimum is not None or attribute.maximum is not None:
        yield _limits(attribute.minimum, attribute.maximum)
    if attribute.required:
        yield "required"
    elif attribute.default is not None:
        yield f"default {attribute.default}" if attribute.default else "default empty"
    if attribute.expressions != "allowed":
        yield "no expression" if attribute.expressions == "forbidden" else "expression disputed"
    if not attribute.documented:
        yield _DOCUMENTED_BY_SCHEMA


def _limits(minimum: float | None, maximum: float | None) -> str:
    if maximum is None:
        return f"at least {minimum:g}"
    return f"at most {maximum:g}" if minimum is None else f"{minimum:g} to {maximum:g}"


def _inside(policy: Description) -> Iterator[str]:
    if policy.content:
        yield ""
        yield f"Text  {policy.content}"
    if policy.elements or policy.policies:
        yield ""
        yield "Elements, in this order" if policy.ordered else "Elements"
        yield from _elements(policy.elements, "  ")
        yield from _policies(policy.policies, "  ")


def _elements(elements: Sequence[ElementNote], margin: str) -> Iterator[str]:
    for each in elements:
        name = f"{each.within}/{each.name}" if each.within else each.name
        kind = f", {each.content}" if each.content else ""
        yield f"{margin}{name}  {_count(each)}{kind}"
        yield from _noted(each.text, margin)
        yield from _attributes(each.attributes, margin + "    @")
        yield from _elements(each.elements, margin + "    ")
        yield from _policies(each.policies, margin + "    ")


def _policies(names: Sequence[str], margin: str) -> Iterator[str]:
    if names:
        text = "any policies" if names == ("*",) else f"the policies {', '.join(names)}"
        lines = wrap(text, _WIDTH - len(margin), break_on_hyphens=False)
        yield from (f"{margin}{line}" for line in lines)


def _count(element: ElementNote) -> str:
    if element.at_most == 1:
        return "one" if element.at_least else "at most one"
    if element.at_most is not None:
        return f"{element.at_least} to {element.at_most}"
    return "any number" if element.at_least == 0 else f"{element.at_least} or more"


def _conditions(policy: Description) -> Iterator[str]:
    if policy.conditions:
        yield ""
        yield "Conditions"
        for each in policy.conditions:
            yield from indent("\n".join(wrap(each, _WIDTH - 2, break_on_hyphens=False)), "  ").splitlines()


def _example(policy: Description) -> Iterator[str]:
    yield ""
    yield "Example"
    yield from (f"  {line}" for line in policy.example.splitlines())


def _errors(errors: Sequence[FailureNote]) -> Iterator[str]:
    if not errors:
        return
    yield ""
    yield "Errors"
    for each in errors:
        outcome = ", ".join(str(fact) for fact in (each.status, each.reason) if fact is not None)
        yield from indent("\n".join(wrap(f"{each.when}: {outcome or 'no error'}", _WIDTH - 2)), "  ").splitlines()
        yield from _noted(each.message or "", "")


def _rules(rules: Sequence[str]) -> Iterator[str]:
    if rules:
        yield ""
        yield "Rules that look at it"
        yield from indent("\n".join(wrap(", ".join(rules), _WIDTH - 2, break_on_hyphens=False)), "  ").splitlines()
