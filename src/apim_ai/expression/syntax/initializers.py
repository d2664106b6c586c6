"""Parses `new` in its forms, initialisers, argument lists and lambdas."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.cursor import Cursor
from apim_ai.expression.syntax.tokens import IDENTIFIER, KEYWORD

if TYPE_CHECKING:
    from apim_ai.expression.syntax.tokens import Token

__all__ = ["InitializerParser"]

_MODIFIERS = frozenset(["ref", "out", "params", "in"])


class InitializerParser(Cursor):
    """The part of the parser that reads lists in brackets."""

    __slots__ = ("is_single",)

    is_single: bool

    def expression(self) -> tree.Expression:
        """Read an expression; the parser proper says how."""
        raise NotImplementedError

    def block(self) -> tree.Block:
        """Read a block; the parser proper says how."""
        raise NotImplementedError

    def close(self, opener: Token) -> None:
        """Go past the closer of `opener`; the parser proper says how."""
        raise NotImplementedError

    def refuse_tuple(self, opener: Token) -> NoReturn:
        """Raise "tuples are not run here"."""
        self.unsupported("a tuple", opener, "write new { a = …, b = … } or Tuple.Create(…)")

    # --- arguments ----------------------------------------------------------------------------------------------

    def arguments(self, closer: str) -> tuple[tree.Argument, ...]:
        """Read arguments up to the closer, whose opener has been read."""
        opener = self.tokens[self.position - 1]
        found: list[tree.Argument] = []
        if not self.at(closer):
            found.append(self._argument())
            while self.take(","):
                found.append(self._argument())
        if self.token.kind == "end":
            self.fail(f"the '{opener.text[-1]}' that begins here is not closed", "AIM202", opener)
        self.expect(closer)
        return tuple(found)

    def _argument(self) -> tree.Argument:
        start = self.token.start
        name = None
        if self.token.kind is IDENTIFIER and self.peek().text == ":":
            name = self.advance().text
            self.advance()
        if self.take("ref"):
            return tree.Argument(start, self.behind, self.expression(), name, "ref")
        self.take("in")  # passes by reference what cannot be changed: as good as by value
        if self.take("out"):
            return tree.Argument(start, self.behind, self._out(), name, "out")
        value = self.expression()
        return tree.Argument(start, value.end, value, name)

    def _out(self) -> tree.Expression:
        start = self.token.start
        end = self.scan_type(self.position)
        if end > 0 and self.tokens[end].kind is IDENTIFIER:
            is_var = self.token.text == "var" and end == self.position + 1
            if is_var:
                self.advance()
                type_name = None
            else:
                type_name = self.parse_type()
            name = self.identifier()
            return tree.OutVariable(start, name.end, type_name, None if name.text == "_" else name.text)
        if self.at_word("_"):
            self.advance()
            return tree.OutVariable(start, self.behind, None, None)
        return self.expression()

    # --- new ----------------------------------------------------------------------------------------------------

    def new(self) -> tree.Expression:
        """Read what begins with `new`."""
        token = self.advance()
        if self.at("{"):
            return self._anonymous(token)
        if self.at("["):
            self.advance()
            while self.take(","):
                self.unsupported("a multi-dimensional array")
            self.expect("]")
            return self._array(token, None, ())
        if self.at("("):
            self.refuse("target-typed 'new()'", help="write the type: new T()")
        return self._object(token)

    def _object(self, token: Token) -> tree.Expression:
        type_name = self.parse_type(in_new=True)
        if self.take("["):
            return self._sized_array(token, type_name)
        if self.take("?["):
            suffixes = type_name.suffixes if "?" in type_name.suffixes else (*type_name.suffixes, "?")
            element = tree.TypeName(type_name.start, self.behind, type_name.name, type_name.arguments, suffixes)
            return self._sized_array(token, element)
        arguments: tuple[tree.Argument, ...] = ()
        if self.take("("):
            arguments = self.arguments(")")
        elif not self.at("{"):
            if self.at("<") and self.peek().text == "(":
                self.refuse_tuple(self.peek())
            self.fail("a new expression requires (), [], or {} after type", token=token)
        initializer = self.initializer() if self.at("{") else None
        return tree.New(token.start, self.behind, type_name, arguments, initializer)

    def _sized_array(self, token: Token, element: tree.TypeName) -> tree.Expression:
        sizes: list[tree.Expression] = []
        if not self.at("]"):
            if self.at(","):
                self.unsupported("a multi-dimensional array")
            sizes.append(self.expression())
            if self.at(","):
                self.unsupported("a multi-dimensional array")
        self.expect("]")
        suffixes = list(element.suffixes)
        while self.take("["):
            if not self.take("]"):
                self.fail("invalid rank specifier: expected ',' or ']'", help="put the new array in parentheses")
            suffixes.append("[]")
        element = tree.TypeName(element.start, self.behind, element.name, element.arguments, tuple(suffixes))
        return self._array(token, element, tuple(sizes))

    def _array(
        self, token: Token, element: tree.TypeName | None, sizes: tuple[tree.Expression, ...]
    ) -> tree.Expression:
        if not sizes and not self.at("{"):
            self.fail("array creation must have array size or array initializer", token=token)
        initializer = self.array_initializer() if self.at("{") else None
        return tree.NewArray(token.start, self.behind, element, sizes, initializer)

    def array_initializer(self) -> tree.ArrayInitializer:
        """Read `{ a, b, }`."""
        start = self.expect("{").start
        values: list[tree.Expression] = []
        while not self.at("}"):
            values.append(self.array_initializer() if self.at("{") else self.expression())
            if not self.take(","):
                break
        self.expect("}")
        return tree.ArrayInitializer(start, self.behind, tuple(values))

    def _anonymous(self, token: Token) -> tree.Expression:
        self.expect("{")
        members: list[tuple[str, tree.Expression]] = []
        while not self.at("}"):
            members.append(self._anonymous_member())
            if not self.take(","):
                break
        if self.at(":"):
            self.fail("'=' expected before ':'", help="write new { name = value }")
        self.expect("}")
        return tree.AnonymousObject(token.start, self.behind, tuple(members))

    def _anonymous_member(self) -> tuple[str, tree.Expression]:  # noqa: RET503 - ends in a call that never returns
        if self.token.kind is IDENTIFIER and self.peek().text == "=":
            name = self.advance().text
            self.advance()
            return name, self.expression()
        start = self.token
        value = self.expression()
        last = value.access if isinstance(value, tree.SafeAccess) else value
        if isinstance(last, (tree.Name, tree.Member)):
            return last.name, value
        self.fail(
            "invalid anonymous type member declarator; anonymous type members must be declared with a member "
            "assignment, simple name or member access",
            token=start,
        )

    def initializer(self) -> tree.Initializer:
        """Read the `{ … }` behind a constructor."""
        start = self.expect("{").start
        members: list[tree.MemberValue] = []
        is_object = False
        while not self.at("}"):
            member = self._initializer_member()
            is_object = is_object or member.name is not None or bool(member.keys)
            members.append(member)
            if not self.take(","):
                break
        self.expect("}")
        return tree.Initializer(start, self.behind, tuple(members), is_object)

    def _initializer_member(self) -> tree.MemberValue:
        start = self.token.start
        if self.token.kind is IDENTIFIER and self.peek().text == "=":
            name = self.advance().text
            self.advance()
            return tree.MemberValue(start, self.behind, name, (), (self._initializer_value(),))
        if self.take("["):
            if self.at("]"):
                self.fail("syntax error; value expected")
            keys = self.arguments("]")
            self.expect("=")
            return tree.MemberValue(start, self.behind, None, keys, (self._initializer_value(),))
        if self.take("{"):
            values = (self.expression(),)
            while self.take(","):
                values = (*values, self.expression())
            self.expect("}")
            return tree.MemberValue(start, self.behind, None, (), values)
        return tree.MemberValue(start, self.behind, None, (), (self.expression(),))

    def _initializer_value(self) -> tree.Expression | tree.Initializer:
        return self.initializer() if self.at("{") else self.expression()

    # --- lambdas ------------------------------------------------------------------------------------------------

    def scan_lambda(self, position: int) -> bool:
        """Whether the `(` at this position begins the parameters of a lambda."""
        depth = 0
        for index in range(position, len(self.tokens)):
            text = self.tokens[index].text
            if self.tokens[index].kind != "operator":
                continue
            if text == "(":
                depth += 1
            elif text == ")":
                depth -= 1
                if depth == 0:
                    return self.tokens[index + 1].text == "=>"
            elif text in ("{", "}", ";", "=>"):
                return False
        return False

    def lambda_(self) -> tree.Expression:
        """Read a lambda."""
        start = self.token.start
        if self.at_word("async") and self.peek().text != "=>":
            self.fail("'async' cannot be used in a policy expression", "AIM204")
        if self.take("("):
            parameters = self.parameters()
        else:
            name = self.identifier()
            parameters = (tree.Parameter(name.start, name.end, name.text),)
        self.expect("=>")
        body = self.block() if self.at("{") else self.expression()
        return tree.Lambda(start, self.behind, parameters, body)

    def parameters(self, *, is_function: bool = False) -> tuple[tree.Parameter, ...]:
        """Read the parameters of a lambda or local function, whose `(` has been read."""
        found: list[tree.Parameter] = []
        while not self.at(")"):
            found.append(self._parameter(is_function=is_function))
            if not self.take(","):
                break
        self.expect(")")
        return tuple(found)

    def _parameter(self, *, is_function: bool) -> tree.Parameter:
        start = self.token.start
        modifier = ""
        if self.token.text in _MODIFIERS and self.token.kind is KEYWORD:
            if not is_function:
                self.unsupported(f"a '{self.token.text}' parameter of a lambda", help="write a local function")
            modifier = self.advance().text
        if self.token.kind is IDENTIFIER and self.peek().text in (",", ")"):
            name = self.advance()
            return tree.Parameter(start, name.end, name.text)
        type_name = self.parse_type()
        name = self.identifier()
        default = self.expression() if self.take("=") else None
        return tree.Parameter(start, self.behind, name.text, type_name, default, modifier)

    def anonymous_method(self) -> tree.Expression:
        """Read `delegate (…) { … }`."""
        start = self.advance().start
        takes_any = not self.take("(")
        parameters = () if takes_any else self.parameters()
        body = self.block()
        return tree.Lambda(start, self.behind, parameters, body, takes_any)
