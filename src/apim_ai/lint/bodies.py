"""Reads of message bodies in expressions: where they are, what they read as, whether they leave anything."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Call, Literal, Member

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.lint.site import Expression, Site
    from apim_ai.lint.subject import Subject

__all__ = ["body_reads", "consuming_reads", "is_answered", "is_replaced", "type_argument"]


def body_reads(expression: Expression, *messages: str) -> Iterator[Call]:
    """Yield each `context.Request.Body.As<T>(…)` of these messages (`Request`, `Response`)."""
    tree = expression.tree
    paths = {f"context.{message}.Body.As()" for message in messages}
    for chain in tree.chains if tree is not None else ():
        if chain.path in paths and isinstance(chain.node, Call):
            yield chain.node


def consuming_reads(expression: Expression, message: str) -> Iterator[Call]:
    """Yield the reads that leave the body empty: without `preserveContent`, or with it false."""
    for call in body_reads(expression, message):
        values = [argument.value for argument in call.arguments]
        if not values or (isinstance(values[0], Literal) and values[0].value is False):
            yield call


def type_argument(call: Call) -> str | None:
    """Return the `T` of `As<T>()`."""
    target = call.target
    return target.arguments[0].name if isinstance(target, Member) and target.arguments else None


def is_replaced(expression: Expression, subject: Subject) -> bool:
    """Whether a `set-body` of the message itself is this element, or stands behind it in the same section.

    An included fragment that is not at hand may hold one.
    """
    site = expression.site
    if _sets_body(site):
        return True
    if site.section is None:
        return False
    flow = subject.flows[site.section]
    place = flow.place_of(site)
    if place is None:
        return False
    behind = (other for other in flow.named("set-body", "include-fragment") if flow.position[id(other)] > place)
    return any(_sets_body(other) or (other.name == "include-fragment" and subject.estate is None) for other in behind)


def _sets_body(site: Site) -> bool:
    return site.name == "set-body" and not site.is_inside("send-request", "send-one-way-request", "return-response")


def is_answered(expression: Expression, subject: Subject) -> bool:
    """Whether a response of its own follows wherever the expression runs, so that the message goes nowhere."""
    site = expression.site
    backend = subject.sections.get("backend")
    goes_nowhere = backend is not None and not backend.elements and site.section == "inbound"
    if goes_nowhere or site.is_inside("return-response"):
        return True
    answers = subject.named("return-response", "mock-response")
    return any(
        answer.section == site.section and answer.element.start > site.element.start and answer.dominates(site)
        for answer in answers
    )
