"""Parses operands: literals, names, `new`, lambdas, and what follows an operand (`.x`, `?[y]`, `(…)`, `++`)."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.cursor import PREDEFINED, Cursor
from apim_ai.expression.syntax.initializers import InitializerParser
from apim_ai.expression.syntax.literals import number
from apim_ai.expression.syntax.queries import QueryParser
from apim_ai.expression.syntax.tokens import (
    CHAR,
    IDENTIFIER,
    INTERPOLATED,
    KEYWORD,
    NAMED_VALUE,
    NUMBER,
    STRING,
    Hole,
    tokenise,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import cast

    from apim_ai.expression.syntax.tokens import Token
else:

    def cast(_type: object, value: object) -> object:
        """Do at run time what `typing.cast` does, without importing typing."""
        return value


__all__ = ["OperandParser"]

_AFTER_GENERIC = frozenset(
    [
        "(",
        ")",
        "]",
        "}",
        ":",
        ";",
        ",",
        ".",
        "?",
        "==",
        "!=",
        "|",
        "^",
        "&&",
        "||",
        "&",
        "[",
        "?.",
        "?[",
        "??",
        "=>",
        ">",
    ]
)
_REFUSED_WORDS = {
    "stackalloc": "'stackalloc'",
    "ref": "'ref'",
    "base": "'base'",
    "this": "'this'",
    "operator": "'operator'",
}

_SIZES = {
    "bool": 1, "byte": 1, "sbyte": 1, "char": 2, "short": 2, "ushort": 2, "int": 4, "uint": 4, "float": 4, "long": 8,
    "ulong": 8, "double": 8, "decimal": 16,
}  # fmt: skip


class OperandParser(QueryParser):
    """The part of the parser that reads one operand with all that clings to it."""

    def operand(self) -> tree.Expression:
        """Read a primary expression and its postfix chain."""
        return self.postfix(self.primary())

    def primary(self) -> tree.Expression:
        """Read a primary expression without what follows it."""
        token = self.token
        reader = self._PRIMARY.get(token.kind)
        if reader is not None:
            return reader(self)
        if self.at("("):
            return self.parenthesised()
        if token.text in ("..", "^"):
            self.refuse("a range or index from the end")
        if token.text == "[":
            self.refuse("a collection expression", help="write new[] { … }")
        return self._no_operand()

    def _no_operand(self) -> tree.Expression:
        token = self.token
        if token.text == ";":
            self.fail("invalid expression term ';'", "AIM211" if self.is_single else "AIM201")
        if token.kind == "end":
            self.fail("expression expected")
        self.fail(f"invalid expression term '{token.text}'")

    def parenthesised(self) -> tree.Expression:
        """Read `( … )`."""
        opener = self.expect("(")
        if self._begins_tuple():
            self.refuse_tuple(opener)
        inner = self.expression()
        if self.at(","):
            self.refuse_tuple(opener)
        self.close(opener)
        return inner

    def _begins_tuple(self) -> bool:
        """Whether `name: value` or `T name,` stands here, as it does in tuples alone."""
        if self.token.kind is IDENTIFIER and self.peek().text == ":":
            return True
        end = self.scan_type(self.position)
        return end > 0 and self.tokens[end].kind is IDENTIFIER and self.tokens[end + 1].text == ","

    def close(self, opener: Token) -> None:
        """Go past the `)` that belongs to `opener`."""
        if self.at(")"):
            self.advance()
            return
        if self.token.kind == "end":
            self.fail("the '(' that begins here is not closed", "AIM202", opener)
        self.expect(")")

    # --- postfix ------------------------------------------------------------------------------------------------

    def postfix(self, operand: tree.Expression) -> tree.Expression:
        """Read what follows an operand, as far as it goes."""
        while self.token.kind == "operator":
            text = self.token.text
            if text in ("?.", "?["):
                return self._safe(operand)
            if text == "!" and self._is_null_forgiving():
                self.refuse("the null-forgiving operator '!'")
            step = self._POSTFIX.get(text)
            if step is None:
                break
            operand = step(self, operand)
        return operand

    def _is_null_forgiving(self) -> bool:
        following = self.peek()
        return following.text in (".", ")", ";", ",", "[", "]", "?.", "==", "!=", "&&", "||") or following.kind == "end"

    def _safe(self, operand: tree.Expression) -> tree.Expression:
        opener = self.advance()
        target = tree.SafeTarget(operand.start, operand.end)
        access: tree.Expression
        if opener.text == "?.":
            access = self._member_of(target)
        else:
            arguments = self.arguments("]")
            access = tree.Index(operand.start, self.behind, target, arguments)
        access = self.postfix(access)
        return tree.SafeAccess(operand.start, self.behind, operand, access)

    def _member(self, operand: tree.Expression) -> tree.Expression:
        self.advance()
        return self._member_of(operand)

    def _member_of(self, operand: tree.Expression) -> tree.Expression:
        name = self.identifier()
        arguments = self.generic_arguments()
        return tree.Member(operand.start, self.behind, operand, name.text, name.start, arguments)

    def _call(self, operand: tree.Expression) -> tree.Expression:
        self.advance()
        arguments = self.arguments(")")
        return tree.Call(operand.start, self.behind, operand, arguments)

    def _index(self, operand: tree.Expression) -> tree.Expression:
        self.advance()
        arguments = self.arguments("]")
        return tree.Index(operand.start, self.behind, operand, arguments)

    def _increment(self, operand: tree.Expression) -> tree.Expression:
        token = self.advance()
        return tree.Postfix(operand.start, token.end, token.text, operand)

    def generic_arguments(self) -> tuple[tree.TypeName, ...]:
        """Read type arguments if what stands here can only be that."""
        if not self.at("<"):
            return ()
        behind = self.scan_type_arguments(self.position)
        if behind < 0:
            return ()
        following = self.tokens[behind]
        if following.kind == "end" or (following.kind == "operator" and following.text in _AFTER_GENERIC):
            return self.parse_type_arguments()
        return ()

    # --- literals and names -------------------------------------------------------------------------------------

    def _number(self) -> tree.Expression:
        token = self.advance()
        type_name, value = number(token.text, token.start)
        return tree.Literal(token.start, token.end, type_name, value)

    def _string(self) -> tree.Expression:
        token = self.advance()
        if self.at_word("u8") and self.token.start == token.end:
            self.refuse("a UTF-8 string literal")
        return tree.Literal(token.start, token.end, "System.String", token.value)

    def _char(self) -> tree.Expression:
        token = self.advance()
        return tree.Literal(token.start, token.end, "System.Char", token.value)

    def _named_value(self) -> tree.Expression:
        token = self.advance()
        return tree.NamedValue(token.start, token.end, str(token.value))

    def _interpolated(self) -> tree.Expression:
        token = self.advance()
        pieces = cast("list[str | Hole]", token.value)
        parts = tuple(piece if isinstance(piece, str) else self._hole(piece) for piece in pieces)
        return tree.Interpolated(token.start, token.end, parts)

    def _hole(self, hole: Hole) -> tree.HolePart:
        if hole.format == "":
            self.fail("empty format specifier")
        tokens, position = self.tokens, self.position
        self.begin(tokenise(self.text, hole.start, hole.end))
        value = self.expression()
        alignment = self.expression() if self.take(",") else None
        if self.token.kind != "end":
            self.fail(f"'}}' expected before '{self.token.text}'")
        self.begin(tokens)
        self.seek(position)
        return tree.HolePart(hole.start, hole.end, value, alignment, hole.format)

    def _name(self) -> tree.Expression:
        token = self.token
        following = self.peek().text
        if following == "=>" or (token.text == "async" and following in ("(", "delegate")):
            return self.lambda_()
        if token.text == "nameof" and following == "(":
            return self._nameof()
        if token.text == "await" and self.peek().kind == IDENTIFIER:
            self.fail("'await' cannot be used in a policy expression", "AIM204")
        if token.text == "from" and self.begins_query():
            return self.query()
        self.advance()
        return tree.Name(token.start, self.behind, token.text, self.generic_arguments())

    def _nameof(self) -> tree.Expression:
        start = self.advance().start
        opener = self.expect("(")
        operand = self.expression()
        self.close(opener)
        return tree.NameOf(start, self.behind, operand)

    def _sizeof(self) -> tree.Expression:
        start = self.advance().start
        opener = self.expect("(")
        name = self.advance().text
        self.close(opener)
        if name not in _SIZES:
            self.unsupported(f"'sizeof({name})'")
        return tree.Literal(start, self.behind, "System.Int32", _SIZES[name])

    def _keyword(self) -> tree.Expression:
        token = self.token
        if token.text in _REFUSED_WORDS:
            self.unsupported(_REFUSED_WORDS[token.text])
        if token.text in PREDEFINED:
            return tree.TypeExpression(token.start, token.end, self._bare_type())
        reader = self._KEYWORDS.get(token.text)
        if reader is None:
            return self._bad_keyword(token)
        return reader(self)

    def _bad_keyword(self, token: Token) -> tree.Expression:
        if token.text == "return":
            message = "'return' cannot stand in '@( … )'" if self.is_single else "invalid expression term 'return'"
            self.fail(message, "AIM211" if self.is_single else "AIM201", help="write '@{ return …; }', or leave it out")
        if token.text == "static":
            self.refuse("a static lambda or local function")
        self.fail(f"invalid expression term '{token.text}'")

    def _bare_type(self) -> tree.TypeName:
        token = self.advance()
        return tree.TypeName(token.start, token.end, token.text)

    def _constant(self) -> tree.Expression:
        token = self.advance()
        if token.text == "null":
            return tree.Literal(token.start, token.end, "null", None)
        return tree.Literal(token.start, token.end, "System.Boolean", token.text == "true")

    def _typeof(self) -> tree.Expression:
        start = self.advance().start
        self.expect("(")
        name = self.parse_type()
        self.expect(")")
        return tree.TypeOf(start, self.behind, name)

    def _default(self) -> tree.Expression:
        start = self.advance().start
        name = None
        if self.take("("):
            name = self.parse_type()
            self.expect(")")
        return tree.Default(start, self.behind, name)

    def _checked(self) -> tree.Expression:
        token = self.advance()
        opener = self.expect("(")
        operand = self.expression()
        self.close(opener)
        return tree.Checked(token.start, self.behind, operand, token.text == "checked")

    def _throw(self) -> tree.Expression:
        start = self.advance().start
        operand = self.expression()
        return tree.ThrowExpression(start, operand.end, operand)

    _PRIMARY: ClassVar[dict[str, Callable[[OperandParser], tree.Expression]]] = {
        NUMBER: _number,
        STRING: _string,
        CHAR: _char,
        INTERPOLATED: _interpolated,
        NAMED_VALUE: _named_value,
        IDENTIFIER: _name,
        KEYWORD: _keyword,
    }

    _POSTFIX: ClassVar[dict[str, Callable[[OperandParser, tree.Expression], tree.Expression]]] = {
        ".": _member,
        "(": _call,
        "[": _index,
        "++": _increment,
        "--": _increment,
    }

    _KEYWORDS: ClassVar[dict[str, Callable[[OperandParser], tree.Expression]]] = {
        "true": _constant,
        "false": _constant,
        "null": _constant,
        "new": InitializerParser.new,
        "delegate": InitializerParser.anonymous_method,
        "typeof": _typeof,
        "sizeof": _sizeof,
        "default": _default,
        "checked": _checked,
        "unchecked": _checked,
        "throw": _throw,
    }


__all__ += ["Cursor"]
