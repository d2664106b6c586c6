"""What the binder knows where it stands: variables in sight, the function and loop around, and what it has found."""

from __future__ import annotations

import difflib
import enum
from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.bind.bound import Function, Symbol
from apim_ai.expression.syntax.problem import Problem, SyntaxFault, unsupported
from apim_ai.expression.types import UNKNOWN, VOID, ClrType, array_of, find, make, nullable_of, simple_names

if TYPE_CHECKING:
    from collections.abc import Iterable

    from apim_ai.expression.bind.bound import Jumps
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.syntax import tree
    from apim_ai.expression.types import Declaration

__all__ = ["Read", "Scope", "ScopeBinder", "suggestion"]

_MOST_ARGUMENTS = 9  # of the generic types that expressions know, and one more


class Read(enum.Flag):
    """What an expression reads of its context."""

    NONE = 0
    REQUEST = enum.auto()
    REQUEST_BODY = enum.auto()
    RESPONSE = enum.auto()
    RESPONSE_BODY = enum.auto()
    VARIABLES = enum.auto()
    LAST_ERROR = enum.auto()
    SUBSCRIPTION = enum.auto()
    PRODUCT = enum.auto()
    USER = enum.auto()
    API = enum.auto()
    OPERATION = enum.auto()
    BACKEND = enum.auto()
    DEPLOYMENT = enum.auto()
    TIME = enum.auto()


class Scope:
    """The variables of one block."""

    __slots__ = ("inner", "outer", "symbols")

    def __init__(self, outer: Scope | None) -> None:
        self.outer = outer
        self.inner: set[str] = set()  # names that blocks within have declared
        self.symbols: dict[str, Symbol] = {}

    def find(self, name: str) -> Symbol | None:
        """Return the variable of this name in this block or around it."""
        scope: Scope | None = self
        while scope is not None:
            symbol = scope.symbols.get(name)
            if symbol is not None:
                return symbol
            scope = scope.outer
        return None

    def names(self) -> list[str]:
        """Return the names in sight."""
        return [*self.symbols, *(self.outer.names() if self.outer else ())]


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """Return "did you mean …" for a name that is close to a known one."""
    known = [each for each in dict.fromkeys(known) if each != name]
    lower = {each.lower(): each for each in known}
    if name.lower() in lower:
        return f"did you mean '{lower[name.lower()]}'?"
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.7)
    return f"did you mean '{close[0]}'?" if close else None


class ScopeBinder:
    """The ground of the binder: state, problems, scopes and type names."""

    def __init__(self, settings: ExpressionSettings) -> None:
        self.settings = settings
        self.problems: list[Problem] = []
        self.reads: Read = Read.NONE
        self.variable_reads: set[str] = set()
        self.function: Function = Function(None)
        self.scope: Scope = Scope(None)
        self.loops: int = 0
        self.is_checked: bool = False
        self.is_unchecked: bool = False
        self.is_metered = False
        self.has_unknown = False
        self._count = 0
        self.breakable: int = 0
        self.known_conditions: dict[int, bool] = {}  # what conditions always are, by the identity of their nodes
        self.declares_late = False  # a variable without a value: definite assignment must be looked at
        self.switches: list[Jumps] = []
        self.catching = 0
        self.finishing = 0

    # --- problems -----------------------------------------------------------------------------------------------

    def fail(self, rule: str, message: str, node: tree.Node, help: str | None = None) -> NoReturn:  # noqa: A002 - as in Finding
        """Give up the statement with a problem at a node."""
        raise SyntaxFault(Problem(rule, message, node.start, node.end, help))

    def unsupported(self, what: str, node: tree.Node, help: str | None = None) -> NoReturn:  # noqa: A002 - as in Finding
        """Give up the statement: C#, but not run here."""
        raise SyntaxFault(unsupported(what, node.start, node.end, help))

    def warn(self, rule: str, message: str, node: tree.Node, help: str | None = None) -> None:  # noqa: A002 - as in Finding
        """Note something doubtful."""
        problem = Problem(rule, message, node.start, node.end, help, "warning")
        if problem not in self.problems:
            self.problems.append(problem)

    # --- variables ----------------------------------------------------------------------------------------------

    def fresh(self) -> str:
        """Return a Python name that no other variable has."""
        self._count += 1
        return f"v{self._count}"

    def temporary(self, type_: ClrType) -> Symbol:
        """Return a variable that the C# does not know."""
        return Symbol("", type_, self.function, self.fresh())

    def declare(self, name: str, type_: ClrType, node: tree.Node) -> Symbol:
        """Declare a variable in the block."""
        if self.scope.find(name) is not None:
            message = f"a local variable or parameter named '{name}' is already defined in this scope"
            self.fail("AIM201", message, node)
        if name in self.scope.inner:
            message = (
                f"a local variable named '{name}' cannot be declared in this scope: a block within has one already"
            )
            self.fail("AIM201", message, node)
        self._note_inner(name)
        symbol = Symbol(name, type_, self.function, self.fresh(), in_loop=self.loops > 0)
        self.scope.symbols[name] = symbol
        return symbol

    def _note_inner(self, name: str) -> None:
        scope = self.scope.outer
        while scope is not None:
            scope.inner.add(name)
            scope = scope.outer

    def use(self, symbol: Symbol) -> None:
        """Note that the current function reads a variable."""
        if symbol.function is not self.function:
            symbol.captured = True

    def note_store(self, symbol: Symbol) -> None:
        """Note that the current function assigns to a variable."""
        self.use(symbol)
        function: Function | None = self.function
        while function is not None and function is not symbol.function:
            function.stored.add(symbol)
            function = function.outer

    # --- types --------------------------------------------------------------------------------------------------

    def type_of_name(self, name: tree.TypeName) -> ClrType:
        """Return the type that is written, which must be known and allowed."""
        if name.name == "var" and not name.arguments:
            self.fail(
                "AIM201", "the contextual keyword 'var' may only appear within a local variable declaration", name
            )
        if name.name == "void" and not name.suffixes:
            return VOID
        declaration = self.declaration_of(name.name, len(name.arguments), name)
        type_ = make(declaration, tuple(self.type_of_name(argument) for argument in name.arguments))
        # `int[][]` is written outside in, but one rank is all that is run, so the order does not matter
        for suffix in name.suffixes:
            type_ = self._suffixed(type_, suffix, name)
        return type_

    def _suffixed(self, type_: ClrType, suffix: str, name: tree.TypeName) -> ClrType:
        if suffix == "?":
            if not type_.is_value and type_ is not UNKNOWN:
                message = f"the nullable reference type '{type_.display}?' is not available in C# 7"
                self.fail("AIM203", message, name, f"write {type_.display}")
            if type_.kind == "nullable":
                self.fail("AIM201", f"'{type_.display}' is nullable already", name, f"write {type_.display}")
            return nullable_of(type_)
        if suffix != "[]":
            self.unsupported("a multi-dimensional array", name)
        return array_of(type_)

    def declaration_of(self, name: str, arity: int, node: tree.Node) -> Declaration:
        """Return a type's declaration by the name written."""
        declaration = find(name, arity)
        if declaration is None:
            self._unknown_type(name, arity, node)
        if name == "Formatting":
            help_ = "write Newtonsoft.Json.Formatting"
            self.fail("AIM237", "'Formatting' is ambiguous between Newtonsoft.Json and System.Xml", node, help_)
        return declaration

    def _wrong_arity(self, name: str, parameters: tuple[str, ...], node: tree.Node) -> NoReturn:
        if not parameters:
            self.fail("AIM207", f"the non-generic type '{name}' cannot be used with type arguments", node)
        shown = f"{name}<{', '.join(parameters)}>"
        message = f"using the generic type '{shown}' requires {len(parameters)} type arguments"
        self.fail("AIM207", message, node, f"such as {name}<{', '.join(['string', 'int'][: len(parameters)])}>")

    def _unknown_type(self, name: str, arity: int, node: tree.Node) -> NoReturn:
        from apim_ai.expression.library.refused import reason  # noqa: PLC0415 - only for messages

        if name == "dynamic":
            self.unsupported("'dynamic'", node)
        refusal = reason(name)
        if refusal is not None:
            rule, message, help_ = refusal
            if rule == "unsupported":
                self.unsupported(message, node, help_)
            self.fail(rule, message, node, help_)
        for count in range(_MOST_ARGUMENTS):
            other = find(name, count) if count != arity else None
            if other is not None:
                self._wrong_arity(name, other.parameters, node)
        shown = f"{name}<>" if arity else name
        message = f"the type or namespace name '{shown}' could not be found"
        self.fail("AIM207", message, node, suggestion(name, simple_names()))
