"""What a lint rule is: a code, a name, a severity, words for people, examples that are its tests, and a check.

A rule is one class in one file of `rules/`. Its docstring is its page: the first line says what is found, the first
paragraph why that is bad, the last what to do instead.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from apim_ai.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.document import Format
    from apim_ai.finding import Related, Severity
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.site import Expression, Site
    from apim_ai.lint.subject import Subject
    from apim_ai.source import Span

__all__ = [
    "Case",
    "DeclaredRule",
    "DocumentRule",
    "EstateRule",
    "ExpressionRule",
    "FlowRule",
    "PolicyRule",
    "Rule",
]


@dataclass(frozen=True, slots=True)
class Case:
    """An example of a rule: shown on its page, and run as its test.

    Args:
        text: a whole document or fragment, or a snippet that stands alone: one or more whole policies, or sections.
        at: the line of the example that a bad one is reported at, where it is not the only one.
        section: where a snippet of policies stands.
        scope: the scope of the document.
        format: how it is written.
        resources: what stands beside it, as properties by id such as `backends/pool`; with it, the document is the
            policy of the API `apis/chat` (or of what `place` names) and cross-resource rules run.
        place: the id of the document among these resources.
        gateway: `classic`, `v2` or `consumption`, where it matters.
        is_project: whether the text is no document but what a project's `apim.yaml` says: of a project with the API
            `shop`, whose policy includes the fragment `team`, in a production environment in `westeurope`.
    """

    text: str
    at: int | None = None
    section: str = "inbound"
    scope: str | None = "api"
    format: Format = "rawxml"
    resources: Mapping[str, Mapping[str, Any]] | None = field(default=None)
    place: str = "apis/chat/policies/policy"
    gateway: str | None = None
    is_project: bool = False


class Rule:
    """The base of all rules.

    Attributes:
        code: stable for ever, such as `AIM401`.
        name: readable, such as `spoofable-counter-key`.
        severity: the default.
        good: examples without a finding of this rule.
        bad: examples with one.
        instead_of: codes of findings at the same place that this rule says better, and that are then left out.
        is_opt_in: whether it only runs when it is selected.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity]
    good: ClassVar[tuple[Case, ...]]
    bad: ClassVar[tuple[Case, ...]]
    instead_of: ClassVar[tuple[str, ...]] = ()
    is_opt_in: ClassVar[bool] = False

    def found(
        self,
        span: Span,
        message: str,
        *,
        help: str | None = None,  # noqa: A002 - the word users see in the JSON document
        policy: str | None = None,
        severity: Severity | None = None,
        related: tuple[Related, ...] = (),
    ) -> Finding:
        """Return a finding of this rule."""
        return Finding(
            self.code, self.name, severity or self.severity, message, span, policy=policy, help=help, related=related
        )


class DeclaredRule(Rule):
    """A rule whose findings come from elsewhere: the reader of documents, definitions, the compiler, the project."""


class DocumentRule(Rule):
    """Looks at one document as a whole."""

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of a document or fragment."""
        raise NotImplementedError


class PolicyRule(Rule):
    """Looks at each element of some names.

    It sees elements, not what they were read into, so that it also speaks about a policy that has other faults.

    Attributes:
        elements: the names.
    """

    elements: ClassVar[tuple[str, ...]]

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of one element."""
        raise NotImplementedError


class ExpressionRule(Rule):
    """Looks at each C# expression that can be parsed."""

    def check(self, expression: Expression, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of one expression."""
        raise NotImplementedError


class FlowRule(Rule):
    """Looks at what a request passes through: the document with what its `base` and fragments stand for."""

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Yield the findings of a document; never called for a fragment that a document includes."""
        raise NotImplementedError


class EstateRule(Rule):
    """Looks at all resources of one environment together. A rule may be this and another shape at once."""

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Yield the findings of an environment."""
        raise NotImplementedError
