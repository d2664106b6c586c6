"""The rule AIM016."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Element
    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["ForwardedTwice"]


class ForwardedTwice(DocumentRule):
    """The backend is called twice on one path.

    Tokens are paid twice, and what the first call did is done again.

    Keep `<base />` or one `<forward-request />`.
    """

    code, name, severity = "AIM016", "forwarded-twice", "error"
    instead_of = ("AIM009",)
    good = (
        Case('<policies><backend><forward-request timeout="60" /></backend></policies>'),
        Case(
            '<policies><backend><choose><when condition="@(context.Request.Method == "GET")"><forward-request timeout="60" /></when>'
            "<otherwise><base /></otherwise></choose></backend></policies>"
        ),
    )
    bad = (Case('<policies>\n<backend><base />\n<forward-request timeout="60" /></backend>\n</policies>', at=3),)

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Count the calls on each path."""
        backend = subject.sections.get("backend")
        if backend is not None:
            _, second = _count(backend, 0)
            if second is not None:
                message = "the backend is called a second time on the same path"
                yield self.found(second.span, message, help="remove one of the two calls", policy=second.name)


def _count(element: Element, before: int) -> tuple[int, Element | None]:
    """Return the calls made at most when an element has run, and the first one that is a second."""
    calls = before
    for child in element.elements:
        if child.name in ("base", "forward-request"):
            calls += 1
            if calls > 1:
                return calls, child
        elif child.name == "choose":
            branches = [_count(branch, calls) for branch in child.elements]
            second = next((found for _, found in branches if found is not None), None)
            if second is not None:
                return calls, second
            calls = max((count for count, _ in branches), default=calls)
        elif child.name in ("retry", "limit-concurrency"):
            calls, second = _count(child, calls)
            if second is not None:
                return calls, second
    return calls, None
