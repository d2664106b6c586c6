"""The rule AIM014."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Related
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["CorsNotFirst"]


class CorsNotFirst(FlowRule):
    """Another policy runs before `cors`.

    A preflight request carries no credentials: a check before `cors` answers 401 and the browser shows a CORS error.
    Errors that are raised earlier have no CORS headers.

    Put `cors` first in `inbound`, of the global scope where it holds for all APIs.
    """

    code, name, severity = "AIM014", "cors-not-first", "warning"
    good = (
        Case(
            "<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>\n"
            '<check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="no key" ignore-case="false"><value>{{front-door-id}}</value></check-header>'
        ),
    )
    bad = (
        Case(
            '<check-header name="X-Key" failed-check-httpcode="401" failed-check-error-message="no key" ignore-case="false"><value>{{front-door-id}}</value></check-header>\n'
            "<cors><allowed-origins><origin>https://app.example.com</origin></allowed-origins></cors>",
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at what stands before each `cors`."""
        for cors in subject.inbound.named("cors"):
            for earlier in subject.inbound.sites[: subject.inbound.position[id(cors)]]:
                is_top = not any(parent.name != "include-fragment" for parent in earlier.parents)
                if is_top and earlier.name not in ("set-variable", "base", "include-fragment", "cors"):
                    related = (Related(earlier.element.span, f"'{earlier.name}' runs first"),)
                    message = f"'{earlier.name}' runs before 'cors'"
                    yield self.found(cors.element.span, message, help="put cors first", policy="cors", related=related)
                    break
