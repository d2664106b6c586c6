"""The rule AIM015."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Element
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["BackendNotForwarded"]


class BackendNotForwarded(DocumentRule):
    """A `backend` section that does not call the backend on every path.

    The request never arrives there; `outbound` runs at once with an empty 200.

    Write `<base />` or `<forward-request />`, in a `choose` in every branch and in `otherwise`.
    """

    code, name, severity = "AIM015", "backend-not-forwarded", "error"
    instead_of = ("AIM010",)
    good = (
        Case("<policies><backend><base /></backend></policies>"),
        Case(
            '<policies><inbound><base /><return-response><set-status code="200" reason="OK" /></return-response></inbound>'
            "<backend></backend></policies>"
        ),
        Case(
            '<policies><inbound><base /></inbound><backend /><outbound><choose><when condition="@(context.Request.Method == "GET")">'
            '<return-response><set-status code="302" reason="Found" /></return-response></when></choose></outbound></policies>'
        ),
        Case(
            '<policies><inbound><base /><publish-to-dapr pubsub-name="orders" topic="new">@(context.Request.Body.As<string>())'
            "</publish-to-dapr></inbound><backend></backend></policies>"
        ),
    )
    bad = (
        Case("<policies>\n<backend>\n</backend>\n</policies>", at=2),
        Case(
            '<policies>\n<backend><choose><when condition="@(context.Request.Method == "GET")"><forward-request timeout="60" /></when></choose></backend>\n</policies>',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Follow the paths through the section."""
        backend, inbound = subject.sections.get("backend"), subject.sections.get("inbound")
        outbound = subject.sections.get("outbound")
        if backend is not None and not backend.elements and inbound is not None and _holds(inbound, _HANDS_OVER):
            return  # the message goes where that policy sends it
        if backend is None or any(s is not None and _always(s, _ANSWERS) for s in (inbound, outbound)):
            return
        if not backend.elements and outbound is not None and _holds(outbound, _ANSWERS | {"set-body"}):
            return  # nobody is to be called: the response is made there
        if not _always(backend, _CALLS | _ANSWERS):
            message = "the section 'backend' does not call the backend on every path"
            yield self.found(backend.span, message, help="add <base /> or <forward-request />", policy="backend")


_ANSWERS = frozenset({"return-response", "mock-response"})
_HANDS_OVER = frozenset({"publish-to-dapr", "invoke-dapr-binding", "send-service-bus-message"})
_CALLS = frozenset({"base", "forward-request", "include-fragment"})  # a fragment may hold the call


def _holds(element: Element, names: frozenset[str]) -> bool:
    return any(child.name in names or _holds(child, names) for child in element.elements)


def _always(element: Element, names: frozenset[str]) -> bool:
    """Whether one of these policies runs on every path through an element."""
    return any(_runs(child, names) for child in element.elements)


def _runs(element: Element, names: frozenset[str]) -> bool:
    if element.name in names:
        return True
    if element.name == "choose":
        branches = [child for child in element.elements if child.name in ("when", "otherwise")]
        has_otherwise = any(branch.name == "otherwise" for branch in branches)
        return has_otherwise and all(_always(branch, names) for branch in branches)
    return element.name in ("retry", "limit-concurrency") and _always(element, names)
