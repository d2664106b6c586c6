"""The rule AIM526."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.examples import CALL
from apim_ai.lint.guards import guards
from apim_ai.lint.nulls import is_used_before, tests_of, was_tested
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Chain, Tree
    from apim_ai.lint.site import Expression, Site
    from apim_ai.lint.subject import Subject

__all__ = ["SendRequestNull"]


class SendRequestNull(DocumentRule):
    """The response of a side call that may have failed is used without a test.

    With `ignore-error="true"` the variable is null after a failure, and the expression throws.

    Write `GetValueOrDefault<IResponse>("r")?.StatusCode`, or test for null.
    """

    code, name, severity = "AIM526", "send-request-null", "error"
    good = (
        Case(
            CALL
            + '<set-variable name="s" value="@(context.Variables.GetValueOrDefault<IResponse>("r")?.StatusCode ?? 0)" />'
        ),
        Case(
            CALL
            + '<choose><when condition="@(context.Variables.GetValueOrDefault<IResponse>("r") != null)"><set-variable name="s" value="@(((IResponse)context.Variables["r"]).StatusCode)" /></when></choose>'
        ),
        Case(
            CALL + '<choose><when condition="@(context.Variables["r"] == null)">'
            '<return-response><set-status code="502" reason="Bad Gateway" /></return-response></when>'
            '<when condition="@(((IResponse)context.Variables["r"]).StatusCode == 200)"><set-variable name="s" value="1" /></when></choose>'
            '<set-variable name="t" value="@(((IResponse)context.Variables["r"]).StatusReason)" />'
        ),
    )
    bad = (
        Case(CALL + '\n<set-variable name="s" value="@(((IResponse)context.Variables["r"]).StatusCode)" />', at=2),
        Case(
            CALL
            + '<choose><when condition="@(context.Variables["r"] != null)"><set-variable name="s" value="1" /></when>'
            '<otherwise>\n<set-variable name="s" value="@(((IResponse)context.Variables["r"]).StatusReason)" /></otherwise></choose>',
            at=2,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for members of variables that such calls set; of the uses on one path, the first one throws."""
        calls = subject.named("send-request")
        names = {site.literal("response-variable-name") for site in calls if site.literal("ignore-error") == "true"}
        uses: dict[str, list[Site]] = {}
        tests = tests_of(subject.named("choose"))
        for expression in subject.expressions if names - {None} else ():
            for name, chain in self._unguarded(expression):
                site = expression.site
                if name not in names or was_tested(name, site, tests):
                    continue
                starts = (c.element.start for c in calls if c.literal("response-variable-name") == name)
                since = max((start for start in starts if start < site.element.start), default=0)
                if not is_used_before(uses.get(name, ()), site, since):
                    span = expression.span(chain.node.start, chain.node.end)
                    message = f"'{name}' is null when the call failed"
                    help_ = f'write context.Variables.GetValueOrDefault<IResponse>("{name}")?.…'
                    yield self.found(span, message, help=help_, policy=expression.policy)
                uses.setdefault(name, []).append(site)

    def _unguarded(self, expression: Expression) -> Iterator[tuple[str, Chain]]:
        tree = expression.tree
        for name, chain in tree.variables if tree is not None else ():
            if tree is not None and _is_used(tree, chain) and not guards(expression, "null", "?."):
                yield name, chain


def _is_used(tree: Tree, chain: Chain) -> bool:
    """Whether a member of the variable is read."""
    return any(
        other.path.startswith(chain.path + ".") and other.node.start <= chain.node.start <= other.node.end
        for other in tree.chains
    )
