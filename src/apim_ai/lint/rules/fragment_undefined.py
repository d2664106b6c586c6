"""The rule AIM704."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["FragmentUndefined"]


class FragmentUndefined(FlowRule):
    """A fragment is included that does not exist.

    The PUT fails.

    Look at the suggestion.
    """

    code, name, severity = "AIM704", "fragment-undefined", "error"
    good = (
        Case(
            '<include-fragment fragment-id="auth" />',
            resources={
                "policyFragments/auth": {
                    "value": "<fragment><set-variable name='a' value='1' /></fragment>",
                    "format": "rawxml",
                }
            },
        ),
    )
    bad = (
        Case(
            '<include-fragment fragment-id="authn" />',
            resources={
                "policyFragments/auth": {
                    "value": "<fragment><set-variable name='a' value='1' /></fragment>",
                    "format": "rawxml",
                }
            },
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at each include."""
        if subject.estate is None:
            return
        for site in subject.named("include-fragment"):
            name, attribute = site.literal("fragment-id"), site.element.attribute("fragment-id")
            if name is not None and attribute is not None and name not in subject.estate.fragments:
                help_ = did_you_mean(name, subject.estate.fragments)
                yield self.found(attribute.span, f"there is no fragment '{name}'", help=help_, policy=site.name)
