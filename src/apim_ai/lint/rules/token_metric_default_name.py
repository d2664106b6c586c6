"""The rule AIM330."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.dimensions import DEFAULT_DIMENSIONS, custom_dimensions
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.site import literal
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["TokenMetricDefaultName"]


class TokenMetricDefaultName(PolicyRule):
    """A custom dimension without a value.

    Only the default names may leave it out: API ID, Operation ID, Product ID, User ID, Subscription ID, Location,
    Gateway ID and Backend ID.

    Give it a value, or use a default name as it is spelt here.
    """

    code, name, severity = "AIM330", "token-metric-default-name", "error"
    instead_of = ("AIM103", "AIM108")
    elements = ("llm-emit-token-metric", "azure-openai-emit-token-metric", "emit-metric")
    good = (Case('<llm-emit-token-metric><dimension name="API ID" /></llm-emit-token-metric>'),)
    bad = (Case('<llm-emit-token-metric>\n<dimension name="team" /></llm-emit-token-metric>', at=2),)

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Compare the names of dimensions without a value."""
        for dimension in custom_dimensions(site.element):
            name = literal(dimension, "name")
            if dimension.attribute("value") is None and name is not None:
                help_ = did_you_mean(name, DEFAULT_DIMENSIONS, otherwise='add value="…"')
                yield self.found(dimension.span, f"the dimension '{name}' has no value", help=help_, policy=site.name)
