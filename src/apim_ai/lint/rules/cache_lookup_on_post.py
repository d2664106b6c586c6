"""The rule AIM321."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["CacheLookupOnPost"]


class CacheLookupOnPost(FlowRule):
    """`cache-lookup` for an operation that is no GET.

    Only GET is looked up: on chat completions it does nothing.

    Use `llm-semantic-cache-lookup`.
    """

    code, name, severity = "AIM321", "cache-lookup-on-post", "error"
    good = (
        Case(
            '<cache-lookup vary-by-developer="true" vary-by-developer-groups="false" />',
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/models": {"method": "GET", "urlTemplate": "/models"},
            },
            place="apis/chat/operations/models/policies/policy",
        ),
    )
    bad = (
        Case(
            '<cache-lookup vary-by-developer="true" vary-by-developer-groups="false" />',
            resources={
                "apis/chat": {"path": "chat"},
                "apis/chat/operations/ask": {"method": "POST", "urlTemplate": "/ask"},
            },
            place="apis/chat/operations/ask/policies/policy",
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Ask the operations which methods they have."""
        if subject.estate is None or subject.place is None:
            return
        owner = subject.estate.owner(subject.place)
        if owner is None or owner.kind not in ("operation", "api"):
            return
        operations = [owner] if owner.kind == "operation" else list(subject.estate.operations(owner))
        methods = {str(operation.properties.get("method", "GET")).upper() for operation in operations}
        if not methods or methods & {"GET", "*"}:
            return
        for site in subject.named("cache-lookup", "cache-store"):
            message = f"'{site.name}' only works for GET; here is {', '.join(sorted(methods))}"
            yield self.found(site.element.span, message, help="use llm-semantic-cache-lookup", policy=site.name)
