"""The rule AIM502."""

from __future__ import annotations

import operator
from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Binary, Literal
from apim_ai.lint.csharp import tree_of
from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.syntax.tree import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Tree
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["RetryClientErrors"]


class RetryClientErrors(PolicyRule):
    """Errors that the client made are repeated.

    They fail again, and a refusal by the content filter costs again.

    Repeat 429 and 5xx: `StatusCode == 429 || StatusCode >= 500`.
    """

    code, name, severity = "AIM502", "retry-client-errors", "error"
    elements = ("retry",)
    good = (
        Case(
            '<retry condition="@(context.Response != null && (context.Response.StatusCode == 429 || context.Response.StatusCode >= 500))" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
        ),
    )
    bad = (
        Case(
            '<retry condition="@(context.Response.StatusCode >= 400)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
        Case(
            '<retry condition="@(context.Response.StatusCode != 200)" count="2" interval="1"><forward-request timeout="60" buffer-request-body="true" /></retry>',
            section="backend",
            at=1,
        ),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at the comparisons that suffice to repeat."""
        condition = site.element.attribute("condition")
        tree = tree_of(condition.code.text) if condition is not None and condition.code is not None else None
        if condition is None or tree is None or not any(c.name == "forward-request" for c in site.element.elements):
            return
        wrong = next((node for node in _alternatives(tree.root) if _takes_client_errors(node, tree)), None)
        if wrong is not None and condition.code is not None:
            message = "this repeats errors that the client made"
            span = condition.code.span(wrong.start, wrong.end)
            yield self.found(span, message, help="repeat 429 and 5xx alone", policy=site.name)


_HOPELESS = (400, 401, 403, 404, 409, 413, 422)
_TESTS = {"==": operator.eq, "!=": operator.ne, ">=": operator.ge, ">": operator.gt}


def _alternatives(node: Node) -> Iterator[Node]:
    """Yield the conditions of which one suffices; a test for null beside one is stepped over."""
    if isinstance(node, Binary) and node.operator == "||":
        yield from _alternatives(node.left)
        yield from _alternatives(node.right)
    elif isinstance(node, Binary) and node.operator == "&&" and _is_null_test(node.left):
        yield from _alternatives(node.right)
    else:
        yield node


def _is_null_test(node: Node) -> bool:
    return (
        isinstance(node, Binary)
        and node.operator == "!="
        and isinstance(node.right, Literal)
        and node.right.value is None
    )


def _takes_client_errors(node: Node, tree: Tree) -> bool:
    if not isinstance(node, Binary) or not isinstance(node.right, Literal) or not isinstance(node.right.value, int):
        return False
    if not any(chain.node is node.left and chain.path.endswith("StatusCode") for chain in tree.chains):
        return False
    test = _TESTS.get(node.operator)
    return test is not None and any(test(status, node.right.value) for status in _HOPELESS)
