"""Parses operators: precedence climbing over operands, casts, `is`/`as`, `?:`, assignment."""

from __future__ import annotations

from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.cursor import PREDEFINED
from apim_ai.expression.syntax.operands import OperandParser
from apim_ai.expression.syntax.queries import QUERY_WORDS
from apim_ai.expression.syntax.tokens import CHAR, IDENTIFIER, INTERPOLATED, KEYWORD, NAMED_VALUE, NUMBER, STRING

__all__ = ["ExpressionParser"]

_PRECEDENCE = {
    "??": 1, "||": 2, "&&": 3, "|": 4, "^": 5, "&": 6, "==": 7, "!=": 7, "<": 8, ">": 8, "<=": 8, ">=": 8, "is": 8,
    "as": 8, "<<": 9, ">>": 9, "+": 10, "-": 10, "*": 11, "/": 11, "%": 11,
}  # fmt: skip
_COALESCE, _RELATIONAL, _SHIFT = 1, 8, 9
_ASSIGNMENTS = frozenset(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<="])
_PREFIX = frozenset(["+", "-", "!", "~", "++", "--"])
_AFTER_CAST = frozenset([IDENTIFIER, NUMBER, STRING, CHAR, INTERPOLATED, NAMED_VALUE])
_NOT_AFTER_CAST = frozenset(["is", "as", "in"])
_ENTITIES = frozenset(["quot", "amp", "lt", "gt", "apos", "#"])
_NO_NAMES = frozenset(["and", "or", "when"])
_TARGETS = (tree.Name, tree.Member, tree.Index, tree.NamedValue)


class ExpressionParser(OperandParser):
    """The part of the parser that knows operators."""

    def expression(self) -> tree.Expression:
        """Read an expression, assignment included."""
        self.deeper()
        left = self._conditional()
        text = self.token.text
        if self.token.kind == "operator":
            if text in _ASSIGNMENTS or self._at_shift_assign():
                left = self._assignment(left)
            elif text == "??=":
                self.refuse("'??='", help="write x = x ?? y")
        self.depth -= 1
        return left

    def _at_shift_assign(self) -> bool:
        return self.token.text == ">" and self.peek().text == ">=" and self.peek().start == self.token.end

    def _assignment(self, target: tree.Expression) -> tree.Expression:
        if not isinstance(target, _TARGETS):
            self.fail("the left-hand side of an assignment must be a variable, property or indexer")
        operator = self.advance().text
        if operator == ">":
            self.advance()
            operator = ">>="
        value = self.expression()
        return tree.Assign(target.start, value.end, operator, target, value)

    def _conditional(self) -> tree.Expression:
        condition = self.binary(_COALESCE)
        if not self.at("?"):
            return condition
        self.advance()
        yes = self.expression()
        self.expect(":")
        no = self.expression()
        return tree.Conditional(condition.start, no.end, condition, yes, no)

    def binary(self, least: int) -> tree.Expression:
        """Read operands joined by operators of at least this precedence."""
        left = self.unary()
        while True:
            operator, precedence = self._operator()
            if precedence < least:
                return left
            left = self._join(left, operator, precedence)

    def _operator(self) -> tuple[str, int]:
        token = self.token
        if token.kind not in ("operator", "keyword"):
            if token.text == "switch":
                self.refuse("a switch expression")
            return "", 0
        text = token.text
        if text == ">" and self.peek().text == ">" and self.peek().start == token.end:
            return ">>", _SHIFT
        if text == ">" and self._at_shift_assign():
            return "", 0
        if text == "switch" and self.peek().text == "{":
            self.refuse("a switch expression", help="write a switch statement in '@{ … }', or ?:")
        if text == "..":
            self.refuse("a range")
        return text, _PRECEDENCE.get(text, 0)

    def _join(self, left: tree.Expression, operator: str, precedence: int) -> tree.Expression:
        token = self.advance()
        if operator == "&" and self.token.text in _ENTITIES and self.peek().text == ";":
            self.fail(
                f"'&{self.token.text};' is an XML entity, not C#",
                token=token,
                help="in rawxml write the character itself",
            )
        if operator == ">>":
            self.advance()
        if operator == "is":
            return self._is(left)
        if operator == "as":
            type_name = self.parse_type(in_is=True)
            return tree.As(left.start, type_name.end, left, type_name)
        if operator == "??":
            # `??` is right-associative, and its right operand may be a throw or a lambda
            right = self.expression() if self.at("throw") else self.binary(precedence)
        else:
            right = self.binary(precedence + 1)
        return tree.Binary(left.start, right.end, operator, left, right)

    # --- is and patterns ----------------------------------------------------------------------------------------

    def _is(self, left: tree.Expression) -> tree.Expression:
        if self.at_word("not"):
            self.refuse("the pattern 'is not'", help="write !(x is T), or x != null")
        pattern = self.pattern()
        if self.at_word("and") or self.at_word("or"):
            self.refuse(f"the pattern '{self.token.text}'", help="write && or ||")
        return tree.Is(left.start, pattern.end, left, pattern)

    def pattern(self) -> tree.Pattern:
        """Read a pattern of C# 7."""
        start = self.token.start
        if self.at("{") or self.at("["):
            self.refuse("a property or list pattern")
        if self.token.text in ("<", ">", "<=", ">=") and self.token.kind == "operator":
            self.refuse("a relational pattern")
        if self.at_word("var") and self.peek().kind is IDENTIFIER:
            self.advance()
            name = self.identifier()
            return tree.Pattern(start, name.end, name=self._designation(name.text), is_var=True)
        end = self.scan_type(self.position, in_is=True)
        if end > 0 and not self._is_constant_pattern(end):
            return self._type_pattern(start)
        value = self.binary(_SHIFT)
        return tree.Pattern(start, value.end, value=value)

    def _designation(self, name: str) -> str | None:
        return None if name == "_" else name

    def _is_constant_pattern(self, end: int) -> bool:
        following = self.tokens[end]
        return following.text in ("(", "+", "-", "*", "/", ".") and following.kind == "operator"

    def _type_pattern(self, start: int) -> tree.Pattern:
        position = self.position
        type_name = self.parse_type(in_is=True)
        if self.at("{"):
            self.refuse("a property pattern")
        if self.token.kind is IDENTIFIER and not (self.token.text in _NO_NAMES or self.at_query_word()):
            name = self.advance()
            kept = self._designation(name.text)
            return tree.Pattern(start, name.end, type=type_name, name=kept, is_named=True)
        value: tree.Expression | None = None
        if not type_name.arguments and not type_name.suffixes and type_name.name not in PREDEFINED:
            behind = self.position  # a bare name may be a constant or a type: the binder decides
            self.seek(position)
            value = self.operand()
            if self.position != behind:
                return tree.Pattern(start, value.end, value=value)
        return tree.Pattern(start, type_name.end, value=value, type=type_name)

    # --- unary and casts ----------------------------------------------------------------------------------------

    def unary(self) -> tree.Expression:
        """Read an operand with its prefix operators and casts."""
        self.deeper()
        try:
            return self._unary()
        finally:
            self.depth -= 1

    def _unary(self) -> tree.Expression:
        token = self.token
        if token.kind == "operator":
            if token.text in _PREFIX:
                self.advance()
                is_in_parentheses = self.token.text == "("
                operand = self.unary()
                if token.text == "-" and is_in_parentheses and isinstance(operand, tree.Literal):
                    # `-2147483648` is a constant of its own, but -(2147483648) is not: `+` changes nothing else
                    operand = tree.Unary(operand.start, operand.end, "+", operand)
                return tree.Unary(token.start, operand.end, token.text, operand)
            if token.text == "(":
                if self.scan_lambda(self.position):
                    return self.lambda_()
                if self._is_cast():
                    return self._cast()
            if token.text == "&" and self.peek().text in _ENTITIES:
                shown = f"&{self.peek().text};"
                self.fail(f"'{shown}' is an XML entity, not C#", help="in rawxml write the character itself")
            if token.text in ("&", "*"):
                self.unsupported("unsafe code")
        return self.operand()

    def _is_cast(self) -> bool:
        inside = self.position + 1
        end = self.scan_type(inside)
        if end < 0 or self.tokens[end].text != ")":
            return False
        following = self.tokens[end + 1]
        if following.kind is KEYWORD:
            return following.text not in _NOT_AFTER_CAST
        if following.kind in _AFTER_CAST:
            return not (self.queries and following.text in QUERY_WORDS)
        if following.text in ("(", "~", "!"):
            return True
        first = self.tokens[inside]
        is_certain = first.kind is KEYWORD or self.tokens[end - 1].text in ("?", "]")
        return is_certain and following.text in ("-", "+", "++", "--")

    def _cast(self) -> tree.Expression:
        start = self.advance().start
        type_name = self.parse_type()
        self.expect(")")
        operand = self.unary()
        return tree.Cast(start, operand.end, type_name, operand)
