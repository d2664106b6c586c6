"""Parses statements: the inside of `@{ … }`, of lambdas and of local functions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.advice import advice_at, advice_for_statement
from apim_ai.expression.syntax.expressions import ExpressionParser
from apim_ai.expression.syntax.tokens import IDENTIFIER, KEYWORD, Token

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["StatementParser"]

_STATEMENT_EXPRESSIONS = (tree.Assign, tree.Call, tree.New, tree.Postfix, tree.SafeAccess)
_REFUSED = {
    "unsafe": "'unsafe'",
    "fixed": "'fixed'",
    "ref": "a 'ref' local",
    "yield": "'yield'",
}
_DECLARES_TYPE = frozenset(["class", "struct", "enum", "interface", "namespace", "public", "private"])


class StatementParser(ExpressionParser):
    """The whole parser: statements over expressions."""

    def __init__(self, text: str, start: int, end: int, *, is_single: bool) -> None:
        super().__init__(text, start, end)
        self.is_single = is_single
        self.queries = 0
        self._first: Token = self.token

    def block(self) -> tree.Block:
        """Read `{ … }`."""
        opener = self.expect("{")
        statements: list[tree.Statement] = []
        while not self.at("}"):
            if self.token.kind == "end":
                self.fail("the '{' that begins here is not closed", "AIM202", opener)
            statements.append(self.statement())
        self.advance()
        return tree.Block(opener.start, self.behind, tuple(statements))

    def statement(self) -> tree.Statement:
        """Read one statement."""
        self.deeper()
        try:
            return self._statement()
        finally:
            self.depth -= 1

    def _embedded(self) -> tree.Statement:
        """Read the one statement that `if`, a loop or `using` governs."""
        statement = self.statement()
        if isinstance(statement, (tree.Declaration, tree.LocalFunction)):
            message = "embedded statement cannot be a declaration or labeled statement"
            place = Token("end", "", statement.start, statement.end)
            self.fail(message, token=place, help="put it in braces")
        return statement

    def _statement(self) -> tree.Statement:
        token = self._first = self.token
        if token.text == "{" and token.kind == "operator":
            return self.block()
        if token.text == ";":
            self.advance()
            return tree.Empty(token.start, token.end)
        if token.kind is KEYWORD:
            reader = self._STATEMENTS.get(token.text)
            if reader is not None:
                return reader(self)
            self._refuse_keyword(token)
        elif token.text == "#":
            self.fail("a preprocessor directive cannot be used in a policy expression")
        elif token.kind is IDENTIFIER and token.text == "yield" and self.peek().text in ("return", "break"):
            self.unsupported("'yield'")
        elif token.kind is IDENTIFIER and self.peek().text == ":" and self.peek(2).text != ":":
            self.unsupported("a label")
        return self._declaration_or_expression()

    def _refuse_keyword(self, token: Token) -> None:
        if token.text in _REFUSED:
            self.unsupported(_REFUSED[token.text])
        if token.text == "static":
            self.refuse("a static local function")
        if token.text in _DECLARES_TYPE:
            self.fail(f"'{token.text}': types cannot be declared in a policy expression")

    def _declaration_or_expression(self) -> tree.Statement:
        if self.at_word("var") and self.peek().text == "(":
            self.unsupported("a deconstruction")
        end = self.scan_type(self.position)
        if end > 0 and self.tokens[end].kind is IDENTIFIER and self._begins_declaration(end):
            if self.tokens[end + 1].text in ("(", "<"):
                return self._local_function()
            declaration = self.declaration()
            self.semicolon()
            return declaration
        return self._expression_statement()

    def _begins_declaration(self, end: int) -> bool:
        return (
            self.tokens[end + 1].text in ("=", ";", ",", "(", "<", "}", "in") or self.tokens[end + 1].kind != "operator"
        )

    def declaration(self, *, is_const: bool = False) -> tree.Declaration:
        """Read `type a = x, b` without its semicolon."""
        start = self.token.start
        type_name = None
        if self.at_word("var") and self.peek().kind is IDENTIFIER:
            if is_const:
                self.fail("implicitly-typed variables cannot be constant", help="write the type")
            self.advance()
        elif self.at_word("dynamic"):
            self.unsupported("'dynamic'")
        else:
            type_name = self.parse_type()
        declarators = [self._declarator()]
        while self.take(","):
            declarators.append(self._declarator())
        return tree.Declaration(start, self.behind, type_name, tuple(declarators), is_const)

    def _declarator(self) -> tree.Declarator:
        name = self.identifier()
        value: tree.Expression | None = None
        if self.take("="):
            if self.at("ref"):
                self.unsupported("a 'ref' local")
            value = self.array_initializer() if self.at("{") else self.expression()
        return tree.Declarator(name.start, self.behind, name.text, value)

    def semicolon(self) -> None:
        """Go past the `;` that ends a statement; the complaint points behind the statement."""
        if self.at(";"):
            self.advance()
            return
        place = self.tokens[self.position - 1]
        self.fail("';' expected", token=Token("end", "", place.end, place.end), help=self._advice())

    def _advice(self) -> str | None:
        return advice_at(self.token) or advice_for_statement(self._first)

    def _local_function(self) -> tree.Statement:
        start = self.token.start
        type_name = self.parse_type()
        name = self.identifier()
        if self.at("<"):
            self.unsupported("a generic local function")
        self.expect("(")
        parameters = self.parameters(is_function=True)
        body: tree.Expression | tree.Block
        if self.take("=>"):
            body = self.expression()
            self.semicolon()
        else:
            body = self.block()
        return tree.LocalFunction(start, self.behind, type_name, name.text, parameters, body)

    def _expression_statement(self) -> tree.Statement:
        expression = self._effect()
        self.semicolon()
        return tree.ExpressionStatement(expression.start, self.behind, expression)

    def _effect(self) -> tree.Expression:
        """Read an expression that may stand where only its effect counts."""
        start = self.token
        expression = self.expression()
        is_increment = isinstance(expression, tree.Unary) and expression.operator in ("++", "--")
        is_in_parentheses = start.text == "(" and expression.end < self.behind
        if is_in_parentheses or not (is_increment or isinstance(expression, _STATEMENT_EXPRESSIONS)):
            if self.token.kind == "end" or self.at("}"):
                self.semicolon()
            self.fail(
                "only assignment, call, increment, decrement and new object expressions can be used as a statement",
                token=Token("end", "", expression.start, expression.end),
                help=self._array_advice() or self._advice(),
            )
        return expression

    def _array_advice(self) -> str | None:
        """Help who writes `int x[] = …`, where C# has `int[] x = …`."""
        following = self.peek().text == "[" and self.token.kind is IDENTIFIER
        return f"write {self._first.text}[] {self.token.text}" if following else None

    # --- control flow -------------------------------------------------------------------------------------------

    def condition(self) -> tree.Expression:
        """Read `( … )` behind `if`, `while` and the like."""
        opener = self.expect("(")
        value = self.expression()
        self.close(opener)
        return value

    def _const(self) -> tree.Statement:
        self.advance()
        if self.token.kind is IDENTIFIER and self.peek().text == "=":
            self.fail("a const field requires a type to be provided", help="write it, such as const int")
        declaration = self.declaration(is_const=True)
        self.semicolon()
        return declaration

    def _if(self) -> tree.Statement:
        start = self.advance().start
        condition = self.condition()
        yes = self._embedded()
        no = self._embedded() if self.take("else") else None
        return tree.If(start, self.behind, condition, yes, no)

    def _while(self) -> tree.Statement:
        start = self.advance().start
        condition = self.condition()
        body = self._embedded()
        return tree.While(start, self.behind, condition, body, is_do=False)

    def _do(self) -> tree.Statement:
        start = self.advance().start
        body = self._embedded()
        self.expect("while")
        condition = self.condition()
        self.semicolon()
        return tree.While(start, self.behind, condition, body, is_do=True)

    def _for(self) -> tree.Statement:
        start = self.advance().start
        self.expect("(")
        first: list[tree.Statement] = []
        if not self.at(";"):
            end = self.scan_type(self.position)
            if end > 0 and self.tokens[end].kind is IDENTIFIER:
                first.append(self.declaration())
            else:
                first.extend(tree.ExpressionStatement(e.start, e.end, e) for e in self._list(";"))
        self.semicolon()
        condition = None if self.at(";") else self.expression()
        self.semicolon()
        steps = () if self.at(")") else self._list(")")
        self.expect(")")
        body = self._embedded()
        return tree.For(start, self.behind, tuple(first), condition, steps, body)

    def _list(self, closer: str) -> tuple[tree.Expression, ...]:
        found = [self._effect()]
        while self.take(","):
            found.append(self._effect())
        if not self.at(closer):
            self.fail(f"'{closer}' expected")
        return tuple(found)

    def _foreach(self) -> tree.Statement:
        start = self.advance().start
        self.expect("(")
        type_name = None
        if self.at_word("var") and self.peek().kind is IDENTIFIER:
            self.advance()
        elif self.at_word("var") and self.peek().text == "(":
            self.unsupported("a tuple")
        else:
            type_name = self.parse_type()
        name = self.identifier()
        self.expect("in")
        source = self.expression()
        self.expect(")")
        body = self._embedded()
        return tree.ForEach(start, self.behind, type_name, name.text, source, body)

    def _switch(self) -> tree.Statement:
        start = self.advance().start
        value = self.condition()
        self.expect("{")
        cases: list[tree.Case] = []
        while not self.take("}"):
            cases.append(self._case())
        return tree.Switch(start, self.behind, value, tuple(cases))

    def _case(self) -> tree.Case:
        start = self.token.start
        labels: list[tuple[tree.Pattern | None, tree.Expression | None]] = []
        while self.at("case") or (self.at("default") and self.peek().text == ":"):
            labels.append(self._label())
        if not labels:
            self.fail(f"'case', 'default' or '}}' expected before '{self.token.text}'")
        statements: list[tree.Statement] = []
        while not (self.at("case") or self.at("}") or (self.at("default") and self.peek().text == ":")):
            if self.token.kind == "end":
                self.expect("}")
            statements.append(self.statement())
        return tree.Case(start, self.behind, tuple(labels), tuple(statements))

    def _label(self) -> tuple[tree.Pattern | None, tree.Expression | None]:
        if self.take("default"):
            self.expect(":")
            return None, None
        self.expect("case")
        pattern = self.pattern()
        when = None
        if self.at_word("when"):
            self.advance()
            when = self.expression()
        self.expect(":")
        return pattern, when

    # --- the rest -----------------------------------------------------------------------------------------------

    def _try(self) -> tree.Statement:
        start = self.advance()
        body = self.block()
        catches: list[tree.Catch] = []
        while self.at("catch"):
            catches.append(self._catch())
        final = self.block() if self.take("finally") else None
        if not catches and final is None:
            self.fail("expected catch or finally", token=start)
        return tree.Try(start.start, self.behind, body, tuple(catches), final)

    def _catch(self) -> tree.Catch:
        start = self.advance().start
        type_name, name, condition = None, None, None
        if self.take("("):
            type_name = self.parse_type()
            if self.token.kind is IDENTIFIER:
                name = self.advance().text
            self.expect(")")
        if self.at_word("when"):
            self.advance()
            condition = self.condition()
        body = self.block()
        return tree.Catch(start, self.behind, type_name, name, condition, body)

    def _using(self) -> tree.Statement:
        token = self.advance()
        if not self.at("("):
            if self.token.kind is IDENTIFIER and self.peek().text in (";", "."):
                self.fail("'using' directives cannot be used in a policy expression", token=token)
            self.refuse("a using declaration", token, "write using (…) { … }")
        self.expect("(")
        end = self.scan_type(self.position)
        resource: tree.Declaration | tree.Expression
        if end > 0 and self.tokens[end].kind is IDENTIFIER:  # noqa: SIM108 - reads better
            resource = self.declaration()
        else:
            resource = self.expression()
        self.expect(")")
        body = self._embedded()
        return tree.Using(token.start, self.behind, resource, body)

    def _lock(self) -> tree.Statement:
        start = self.advance().start
        value = self.condition()
        body = self._embedded()
        return tree.Lock(start, self.behind, value, body)

    def _goto(self) -> tree.Statement:
        start = self.advance().start
        value: tree.Expression | None = None
        if self.take("case"):
            value = self.expression()
        elif not self.take("default"):
            self.unsupported("'goto' to a label", help="use a loop, or a local function")
        self.semicolon()
        return tree.Goto(start, self.behind, value)

    def _checked_statement(self) -> tree.Statement:
        if self.peek().text != "{":
            return self._expression_statement()
        token = self.advance()
        body = self.block()
        return tree.CheckedBlock(token.start, self.behind, body, token.text == "checked")

    def _return(self) -> tree.Statement:
        start = self.advance().start
        value = None if self.at(";") else self.expression()
        self.semicolon()
        return tree.Return(start, self.behind, value)

    def _throw_statement(self) -> tree.Statement:
        start = self.advance().start
        value = None if self.at(";") else self.expression()
        self.semicolon()
        return tree.Throw(start, self.behind, value)

    def _break(self) -> tree.Statement:
        start = self.advance().start
        self.semicolon()
        return tree.Break(start, self.behind)

    def _continue(self) -> tree.Statement:
        start = self.advance().start
        self.semicolon()
        return tree.Continue(start, self.behind)

    _STATEMENTS: ClassVar[dict[str, Callable[[StatementParser], tree.Statement]]] = {
        "const": _const,
        "if": _if,
        "while": _while,
        "do": _do,
        "for": _for,
        "foreach": _foreach,
        "switch": _switch,
        "try": _try,
        "using": _using,
        "lock": _lock,
        "goto": _goto,
        "checked": _checked_statement,
        "unchecked": _checked_statement,
        "return": _return,
        "throw": _throw_statement,
        "break": _break,
        "continue": _continue,
    }
