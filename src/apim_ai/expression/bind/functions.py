"""Binding of functions within an expression: lambdas, anonymous methods and local functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.arguments import Arg, delegate_shape
from apim_ai.expression.bind.bound import (
    Bound,
    Const,
    Function,
    Lambda,
    Local,
    LocalCallable,
    Op,
    SBlock,
    SFunction,
    SReturn,
    Statement,
    Symbol,
)
from apim_ai.expression.bind.conversions import convert
from apim_ai.expression.bind.exceptions import ExceptionBinder
from apim_ai.expression.bind.flow import ends
from apim_ai.expression.bind.inference import common_type
from apim_ai.expression.bind.overloads import is_for_effect
from apim_ai.expression.bind.scope import Scope
from apim_ai.expression.signatures import Param, Signature
from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.problem import SyntaxFault
from apim_ai.expression.types import NULL, UNKNOWN, VOID, ClrType, RawMember, make, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["FunctionBinder"]


class FunctionBinder(ExceptionBinder):
    """The part of the binder that knows functions."""

    def __init__(self, settings: ExpressionSettings) -> None:
        super().__init__(settings)
        self._lambdas: dict[tuple[int, tuple[ClrType, ...], ClrType | None], tuple[Lambda, ClrType] | SyntaxFault] = {}

    def _inside(self, bind: Callable[[Function], None]) -> Function:
        function = Function(self.function)
        outer = self.function, self.loops, self.breakable, self.scope
        kept = self.catching, self.finishing
        self.function, self.loops, self.breakable = function, 0, 0
        self.catching = self.finishing = 0
        self.scope = Scope(self.scope)
        try:
            bind(function)
        finally:
            self.function, self.loops, self.breakable, self.scope = outer
            self.catching, self.finishing = kept
        return function

    def bind_lambda(
        self, node: tree.Lambda, parameters: tuple[ClrType, ...], wanted: ClrType | None = None
    ) -> tuple[Lambda, ClrType]:
        """Bind a lambda for parameter types; return it with its inferred return type.

        Args:
            node: the lambda.
            parameters: their types.
            wanted: the delegate that it must return, which a lambda within needs to know.
        """
        key = (id(node), parameters, wanted)
        known = self._lambdas.get(key)
        if isinstance(known, SyntaxFault):
            raise known
        if known is not None:
            return known
        kept = len(self.problems)
        try:
            result = self._bind_lambda(node, parameters, wanted)
        except SyntaxFault as fault:
            self._lambdas[key] = fault
            raise
        inner = [each for each in self.problems[kept:] if each.severity == "error"]
        if inner:
            del self.problems[kept:]
            fault = SyntaxFault(inner[0])
            self._lambdas[key] = fault
            raise fault
        self._lambdas[key] = result
        return result

    def _bind_lambda(
        self, node: tree.Lambda, parameters: tuple[ClrType, ...], wanted: ClrType | None
    ) -> tuple[Lambda, ClrType]:
        self.is_metered = True
        symbols: list[Symbol] = []
        bodies: list[Bound | SBlock] = []

        def bind(_function: Function) -> None:
            if node.takes_any:
                symbols.extend(self.temporary(type_) for type_ in parameters)
            for written, type_ in zip(node.parameters, parameters, strict=False):
                declared = type_ if written.type is None else self.type_of_name(written.type)
                if declared is not type_ and UNKNOWN not in (declared, type_):
                    message = f"parameter '{written.name}' is declared as type '{declared.display}' but should be '{type_.display}'"
                    self.fail("AIM201", message, written)
                symbols.append(self.declare(written.name, declared, written))
            bodies.append(self._lambda_body(node.body, wanted))

        function = self._inside(bind)
        body = bodies[0]
        returns = body.type if isinstance(body, Bound) else self._returned(function, node)
        return Lambda(UNKNOWN, tuple(symbols), body, function), returns

    def _lambda_body(self, body: tree.Expression | tree.Block, wanted: ClrType | None) -> Bound | SBlock:
        if isinstance(body, tree.Lambda) and wanted is not None:
            return self.fit(Arg(body, lambda_=body), wanted)
        if isinstance(body, tree.ThrowExpression):
            body = tree.Block(body.start, body.end, (tree.Throw(body.start, body.end, body.operand),))
        return self.block(body) if isinstance(body, tree.Block) else self.expression(body)

    def _returned(self, function: Function, node: tree.Node) -> ClrType:
        values = [each.value for each in function.returns if each.value is not None]
        if not values:
            return VOID
        type_ = common_type([value.type for value in values])
        if type_ is None or type_ is NULL:
            if all(value.type is NULL for value in values):
                return NULL
            self.fail("AIM201", "the return types of the lambda do not agree", node)
        return type_

    def finish_lambda(self, bound: Lambda, delegate: ClrType, returns: ClrType, node: tree.Node) -> Lambda:
        """Fit a lambda to its delegate: convert what it returns."""
        shape = delegate_shape(delegate)
        if shape is None:
            self.fail(
                "AIM201",
                f"cannot convert lambda expression to type '{delegate.display}' because it is not a delegate type",
                node,
            )
        wanted = shape[1]
        if len(bound.parameters) != len(shape[0]):
            message = f"delegate '{delegate.display}' does not take {len(bound.parameters)} arguments"
            self.fail("AIM201", message, node)
        body = bound.body
        if wanted is VOID and isinstance(node, tree.Lambda) and not is_for_effect(node, returns):
            message = (
                "only assignment, call, increment, decrement, and new object expressions can be used as a statement"
            )
            self.fail("AIM201", message, node)
        if isinstance(body, Bound):
            if wanted is not VOID:
                converted = convert(body, wanted)
                if converted is None:
                    self.cannot_convert(returns.display, wanted, node)
                body = converted
            return Lambda(delegate, bound.parameters, body, bound.function)
        finished = Lambda(delegate, bound.parameters, body, bound.function)
        if wanted is not VOID:
            self.convert_returns(bound.function, wanted, node)
            if not ends(body):
                self.fail("AIM210", "not all code paths return a value in the lambda expression", node)
        return finished

    def convert_returns(self, function: Function, wanted: ClrType, node: tree.Node) -> None:
        """Convert the value of each return of a function."""
        for each in function.returns:
            if each.value is None:
                self.fail("AIM201", f"an object of a type convertible to '{wanted.display}' is required", node)
            converted = convert(each.value, wanted)
            if converted is None:
                self.cannot_convert(each.value.type.display, wanted, tree.Node(each.start, each.end))
            each.value = converted

    def announce(self, node: tree.LocalFunction) -> None:
        """Declare a local function, which its whole block may call."""
        self.declares_late = True  # it may be called before the variables that it reads have values
        type_ = self.type_of_name(node.type)
        symbol = self.declare(node.name, type_, node)
        symbol.in_loop = False
        signature = Signature(
            resolve("object").declaration, "method", node.name, RawMember(node.name, None, None, frozenset())
        )
        signature.is_static = True
        symbol.callable = LocalCallable(signature, ())
        pairs = [self._parameter(each) for each in node.parameters]
        signature.params = tuple(param for param, _ in pairs)
        signature.count()
        symbol.callable = LocalCallable(signature, tuple(variable for _, variable in pairs))

    def _parameter(self, node: tree.Parameter) -> tuple[Param, Symbol]:
        if node.type is None:
            self.fail("AIM201", "a parameter of a local function needs a type", node)
        type_ = self.type_of_name(node.type)
        self.declares_late = self.declares_late or node.modifier == "out"
        if node.modifier == "params" and type_.kind != "array":
            self.fail("AIM201", "the params parameter must be a single dimensional array", node)
        param = Param(node.name, type_, node.modifier, None)
        if node.default is not None:
            default = convert(self.value(node.default), type_)
            if not isinstance(default, Const):
                self.fail("AIM201", f"default parameter value for '{node.name}' must be a compile-time constant", node)
            param.is_optional, param.default = True, default.value
        return param, Symbol(node.name, type_, self.function, self.fresh())

    def local_function(self, node: tree.LocalFunction) -> Statement:
        """Bind the body of a local function."""
        symbol = self.scope.find(node.name)
        if symbol is None or symbol.callable is None:
            raise TypeError(node)
        local = symbol.callable
        local.is_bound = True
        bodies: list[Bound | SBlock] = []

        def bind(function: Function) -> None:
            for parameter in local.parameters:
                parameter.function = function
                if self.scope.find(parameter.name) is not None:
                    message = f"a local variable or parameter named '{parameter.name}' is already defined in this scope"
                    self.fail("AIM201", message, node)
                self.scope.symbols[parameter.name] = parameter
            bodies.append(self._lambda_body(node.body, None))

        function = self._inside(bind)
        body = self._finished_body(bodies[0], function, symbol, node)
        if local.outputs:
            body = _giving_back(body, function, local.outputs)
        return SFunction(symbol, Lambda(make(resolve("object").declaration), local.inputs, body, function))

    def _finished_body(
        self, body: Bound | SBlock, function: Function, symbol: Symbol, node: tree.LocalFunction
    ) -> Bound | SBlock:
        """Convert what a local function returns."""
        if isinstance(body, Bound):
            converted = body if symbol.type is VOID else convert(body, symbol.type)
            if converted is None:
                self.cannot_convert(body.type.display, symbol.type, node)
            return converted
        if symbol.type is VOID:
            valued = next((each for each in function.returns if each.value is not None), None)
            if valued is not None:
                message = (
                    f"since '{node.name}' returns void, a return keyword must not be followed by an object expression"
                )
                self.fail("AIM201", message, tree.Node(valued.start, valued.end))
            return body
        self.convert_returns(function, symbol.type, node)
        if not ends(body):
            self.fail("AIM210", f"'{node.name}': not all code paths return a value", node)
        return body


def _giving_back(body: Bound | SBlock, function: Function, outputs: tuple[Symbol, ...]) -> SBlock:
    """Return the body of a function that returns its result and the values of its `out` and `ref` parameters."""
    if isinstance(body, Bound):
        body = SBlock([SReturn(body, 0, 0)])
        function.returns.extend(each for each in body.statements if isinstance(each, SReturn))
    elif not ends(body):
        last = SReturn(None, 0, 0)
        function.returns.append(last)
        body = SBlock([*body.statements, last])
    anything = resolve("object")
    inside = ", ".join(f"{{{index + 1}}}" for index in range(len(outputs)))
    for each in function.returns:
        result = each.value or Const(NULL, None)
        each.value = Op(anything, "({0}, " + inside + ")", result, *(Local(symbol) for symbol in outputs))
    return body
