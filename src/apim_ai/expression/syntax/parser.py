"""The one way in: from `@(…)` or `@{…}` to a tree."""

from __future__ import annotations

from functools import lru_cache

from apim_ai.expression.syntax.advice import advice_at
from apim_ai.expression.syntax.problem import Problem, SyntaxFault
from apim_ai.expression.syntax.statements import StatementParser
from apim_ai.expression.syntax.tree import Block, Expression  # noqa: TC001 - needed at run time

__all__ = ["parse"]


@lru_cache(maxsize=256)
def parse(text: str) -> Expression | Block:
    """Return the tree of an expression: an `Expression` for `@(…)`, a `Block` for `@{…}`.

    The latest trees are kept: a linter asks for one when it compiles a document, and again for its rules.

    Args:
        text: from the `@` to its closer.

    Raises:
        SyntaxFault: the text is not C# 7, or not C# that is run here.
    """
    opener, closer = text[:2], text[-1:]
    if opener == "@(":
        if closer != ")" or len(text) < len("@()"):
            raise SyntaxFault(Problem("AIM202", "the '(' that begins here is not closed", 1, 2))
        return _single(text)
    if opener != "@{":
        raise SyntaxFault(Problem("AIM201", "an expression begins with '@(' or '@{'", 0, min(2, len(text))))
    if closer != "}" or len(text) < len("@{}"):
        raise SyntaxFault(Problem("AIM202", "the '{' that begins here is not closed", 1, 2))
    parser = StatementParser(text, 1, len(text), is_single=False)
    block = parser.block()
    if parser.token.kind != "end":
        parser.fail(f"unexpected '{parser.token.text}' behind the expression", "AIM202")
    return block


def _single(text: str) -> Expression:
    parser = StatementParser(text, 2, len(text) - 1, is_single=True)
    if parser.token.kind == "end":
        parser.fail("expression expected")
    value = parser.expression()
    token = parser.token
    if token.text == ";":
        parser.fail("';' cannot stand in '@( … )'", "AIM211", help="leave it out, or write '@{ … return …; }'")
    if token.kind != "end":
        rule = "AIM202" if token.text in (")", "]", "}") else "AIM201"
        parser.fail(f"')' expected before '{token.text}'", rule, help=advice_at(token))
    return value
