"""The rule AIM530."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.guards import guards, is_in_try
from apim_ai.lint.nulls import is_used_before
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Chain
    from apim_ai.lint.site import Expression, Site
    from apim_ai.lint.subject import Subject

__all__ = ["OnErrorCanThrow"]


class OnErrorCanThrow(DocumentRule):
    """An expression in `on-error` that can throw.

    The error handler itself then ends in a bare 500.

    Read variables with `GetValueOrDefault("name", …)`.
    """

    code, name, severity = "AIM530", "on-error-can-throw", "error"
    good = (
        Case(
            '<set-header name="x-id" exists-action="override"><value>@(context.Variables.GetValueOrDefault<string>("id", ""))</value></set-header>',
            section="on-error",
        ),
        Case(
            '<choose><when condition="@(context.Variables.ContainsKey("id"))"><set-header name="x-id" exists-action="override"><value>@((string)context.Variables["id"])</value></set-header></when></choose>',
            section="on-error",
        ),
        Case(
            '<set-variable name="id" value="1" /><set-header name="x-id" exists-action="override"><value>@((string)context.Variables["id"])</value></set-header>',
            section="on-error",
        ),
    )
    bad = (
        Case(
            '<set-header name="x-id" exists-action="override">\n<value>@((string)context.Variables["id"])</value></set-header>',
            section="on-error",
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for variables that are read by index and were not set in this section before.

        Of the reads of one variable on one path, the first one throws.
        """
        reads: dict[str, list[Site]] = {}
        setters: dict[str, list[Site]] = {}
        for site in subject.sites:
            for name in site.sets if site.section == "on-error" else ():
                setters.setdefault(name, []).append(site)
        for expression in subject.expressions:
            if expression.site.section != "on-error":
                continue
            for name, chain in self._unguarded(expression, setters):
                if not is_used_before(reads.get(name, ()), expression.site, 0):
                    span = expression.span(chain.node.start, chain.node.end)
                    message = f"the error handler fails when '{name}' was not set before the error"
                    help_ = f'write context.Variables.GetValueOrDefault("{name}", …)'
                    yield self.found(span, message, help=help_, policy=expression.policy)
                reads.setdefault(name, []).append(expression.site)

    def _unguarded(self, expression: Expression, setters: dict[str, list[Site]]) -> Iterator[tuple[str, Chain]]:
        tree, site = expression.tree, expression.site
        for name, chain in tree.variables if tree is not None else ():
            before = (other for other in setters.get(name, ()) if other.element.start < site.element.start)
            is_set = any(other.dominates(site) for other in before)
            is_index = chain.path == "context.Variables[]"
            is_tested = guards(expression, f'ContainsKey("{name}")')
            if is_index and not is_set and not is_tested and tree and not is_in_try(tree, chain.node):
                yield name, chain
