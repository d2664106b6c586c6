"""The binder proper: statements, lambdas and local functions over expressions."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.bind.arguments import Arg
from apim_ai.expression.bind.bound import (
    Bound,
    Call,
    Const,
    Jumps,
    Local,
    Op,
    SBlock,
    SBreak,
    SContinue,
    SExpression,
    SForEach,
    SFunction,
    SGoto,
    SIf,
    SLoop,
    SReturn,
    SSwitch,
    Statement,
    SThrow,
    Store,
)
from apim_ai.expression.bind.conversions import cast, convert
from apim_ai.expression.bind.defaults import default_of
from apim_ai.expression.bind.exceptions import ExceptionBinder
from apim_ai.expression.bind.flow import ends
from apim_ai.expression.bind.functions import FunctionBinder
from apim_ai.expression.bind.members import guard
from apim_ai.expression.bind.numeric import NUMERIC
from apim_ai.expression.bind.scope import Scope
from apim_ai.expression.library.enumeration import iterate, json_pairs
from apim_ai.expression.library.relations import is_assignable
from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.problem import SyntaxFault
from apim_ai.expression.types import NULL, UNKNOWN, VOID, ClrType, resolve

if TYPE_CHECKING:
    from collections.abc import Callable


__all__ = ["Binder"]


class Binder(FunctionBinder):
    """Binds one policy expression."""

    # --- blocks -------------------------------------------------------------------------------------------------

    def block(self, node: tree.Block) -> SBlock:
        """Bind a block; a statement that fails is reported, and the next one is tried."""
        self.scope = Scope(self.scope)
        try:
            return SBlock(self._statements(node.statements))
        finally:
            self.scope = self.scope.outer or self.scope

    def _statements(self, nodes: tuple[tree.Statement, ...]) -> list[Statement]:
        for node in nodes:
            if isinstance(node, tree.LocalFunction):
                self.announce(node)
        bound: list[Statement] = []
        for node in nodes:
            try:
                found = self.statement(node)
            except SyntaxFault as fault:
                self.problems.append(fault.problem)
                self._declare_unknown(node)
                continue
            if isinstance(found, SFunction) and found.symbol.callable is not None and found.symbol.callable.is_called:
                bound.insert(0, found)  # called by what stands before it
            elif found is not None:
                bound.append(found)
        return bound

    def _declare_unknown(self, node: tree.Statement) -> None:
        """Let later uses of a variable whose declaration failed pass without further complaint."""
        if isinstance(node, tree.Declaration):
            for declarator in node.declarators:
                if self.scope.find(declarator.name) is None:
                    type_ = UNKNOWN
                    if node.type is not None:
                        try:
                            type_ = self.type_of_name(node.type)
                        except SyntaxFault:
                            type_ = UNKNOWN
                    self.declare(declarator.name, type_, declarator)

    def statement(self, node: tree.Statement) -> Statement | None:
        """Bind one statement."""
        return self._STATEMENTS[type(node)](self, node)

    def _nested(self, node: tree.Statement) -> Statement:
        self.scope = Scope(self.scope)
        try:
            return self.statement(node) or SBlock([])
        finally:
            self.scope = self.scope.outer or self.scope

    def _expression(self, node: tree.ExpressionStatement) -> Statement:
        return SExpression(self.expression(node.expression))

    def _empty(self, _node: tree.Empty) -> None:
        return None

    # --- declarations -------------------------------------------------------------------------------------------

    def _declaration(self, node: tree.Declaration) -> Statement:
        stores: list[Statement] = [SExpression(each) for each in self._declared(node)]
        return stores[0] if len(stores) == 1 else SBlock(stores)

    def _declared(self, node: tree.Declaration) -> list[Bound]:
        type_ = None if node.type is None else self.type_of_name(node.type)
        if type_ is VOID:
            self.fail("AIM201", "a variable cannot be of type 'void'", node)
        if node.type is None and len(node.declarators) > 1:
            self.fail("AIM201", "implicitly-typed variables cannot have multiple declarators", node, "write their type")
        return [self._declarator(each, type_, is_const=node.is_const) for each in node.declarators]

    def _declarator(self, node: tree.Declarator, type_: ClrType | None, *, is_const: bool) -> Bound:
        if node.value is None:
            if type_ is None:
                self.fail("AIM201", "implicitly-typed variables must be initialized", node)
            if is_const:
                self.fail("AIM201", "a const field requires a value to be provided", node)
            self.declares_late = True
            symbol = self.declare(node.name, type_, node)
            return Store(symbol, Const(type_, default_of(type_)))
        value = self._initial(node.value, type_)
        symbol = self.declare(node.name, value.type, node)
        if is_const:
            if not isinstance(value, Const):
                self.fail("AIM201", f"the expression being assigned to '{node.name}' must be constant", node.value)
            self._check_const_type(value, node)
            symbol.constant = value
        return Store(symbol, value)

    def _check_const_type(self, value: Const, node: tree.Declarator) -> None:
        type_ = value.type
        if type_.kind == "struct" and type_.name not in _CONST_STRUCTS:
            self.fail("AIM201", f"the type '{type_.display}' cannot be declared const", node)
        if not type_.is_value and type_.name != "System.String" and value.value is not None:
            message = f"'{node.name}' is of type '{type_.display}'; a const of a reference type other than string can only be null"
            self.fail("AIM201", message, node)

    def _initial(self, node: tree.Expression, type_: ClrType | None) -> Bound:
        if isinstance(node, tree.ArrayInitializer) and type_ is not None and type_.kind == "array":
            items = [Arg(each, value=self.value(each)) for each in node.values]
            return self.array_literal(items, type_.element)
        if type_ is not None:
            return self.fit_value(self._value_arg(node), type_)
        value = self.value(node)
        if value.type is NULL:
            self.fail("AIM201", "cannot assign <null> to an implicitly-typed variable", node, "write its type")
        return value

    # --- branches and loops -------------------------------------------------------------------------------------

    def _if(self, node: tree.If) -> Statement:
        condition = self.condition(node.condition)
        yes = self._nested(node.yes)
        no = None if node.no is None else self._nested(node.no)
        return SIf(condition, yes, no)

    def _in_loop(self, bind: Callable[[], Statement]) -> Statement:
        self.is_metered = True
        self.loops += 1
        self.breakable += 1
        try:
            return bind()
        finally:
            self.loops -= 1
            self.breakable -= 1

    def _while(self, node: tree.While) -> Statement:
        self.scope = Scope(self.scope)
        try:
            if node.is_do:
                body = self._in_loop(lambda: self._nested(node.body))
                return SLoop(self.condition(node.condition), body, (), is_do=True)
            condition = self.condition(node.condition)
            return SLoop(condition, self._in_loop(lambda: self._nested(node.body)), (), is_do=False)
        finally:
            self.scope = self.scope.outer or self.scope

    def _for(self, node: tree.For) -> Statement:
        self.scope = Scope(self.scope)
        try:
            first = [found for each in node.first if (found := self.statement(each)) is not None]
            condition = None if node.condition is None else self.condition(node.condition)
            steps = tuple(self.expression(each) for each in node.steps)
            body = self._in_loop(lambda: self._nested(node.body))
            return SBlock([*first, SLoop(condition, body, steps, is_do=False)])
        finally:
            self.scope = self.scope.outer or self.scope

    def _foreach(self, node: tree.ForEach) -> Statement:
        source = self.value(node.source)
        element = self._element_of(source, node.source)
        self.scope = Scope(self.scope)
        try:
            return self._in_loop(lambda: self._foreach_body(node, source, element))
        finally:
            self.scope = self.scope.outer or self.scope

    def _foreach_body(self, node: tree.ForEach, source: Bound, element: ClrType) -> Statement:
        item = self.temporary(element)
        type_ = element if node.type is None else self.type_of_name(node.type)
        converted = cast(Local(item), type_)
        if converted is None:
            message = f"cannot convert type '{element.display}' to '{type_.display}'"
            self.fail("AIM201", message, node)
        symbol = self.declare(node.name, type_, node)
        symbol.is_read_only = True
        walk = json_pairs if source.type.declaration.name == _JOBJECT else iterate
        iterable = Call(resolve("object"), walk, guard(self._as_sequence(source)))
        return SForEach(symbol, item, converted, iterable, self._nested(node.body))

    def _as_sequence(self, source: Bound) -> Bound:
        if source.type.declaration.name.startswith("Apim"):
            return convert(source, resolve("System.Collections.IEnumerable")) or source
        return source

    def _element_of(self, source: Bound, node: tree.Node) -> ClrType:  # noqa: RET503 - ends in a call that never returns
        type_ = source.type
        if type_ is UNKNOWN:
            return UNKNOWN
        if type_.declaration.name == _JOBJECT:
            return resolve("KeyValuePair<string, JToken>")
        if type_.kind == "array":
            return type_.element
        sequences = [each for each in type_.ancestors() if each.declaration.name.endswith("Generic.IEnumerable`1")]
        if sequences:
            return sequences[0].arguments[0]
        if any(each.declaration.name.endswith("Collections.IEnumerable") for each in type_.ancestors()):
            return resolve("object")
        message = (
            f"foreach statement cannot operate on variables of type '{type_.display}' because '{type_.display}' "
            "does not contain a public instance definition for 'GetEnumerator'"
        )
        self.fail("AIM201", message, node)

    def _switch(self, node: tree.Switch) -> Statement:
        value = self.value(node.value)
        holder = self.temporary(value.type)
        if value.type is NULL:
            self.fail("AIM201", "the switch expression must be a value; found '<null>'", node.value)
        jumps = Jumps(self.temporary(resolve("bool")), holder, self.loops, self.function)
        self.scope = Scope(self.scope)
        self.breakable += 1
        self.switches.append(jumps)
        try:
            sections = [self._section(case, Local(holder, may_be_null=value.may_be_null)) for case in node.cases]
            self._check_labels(node)
            self._check_jumps(node, jumps)
        finally:
            self.switches.pop()
            self.breakable -= 1
            self.scope = self.scope.outer or self.scope
        return SSwitch(Store(holder, value), sections, jumps)

    def _goto(self, node: tree.Goto) -> Statement:
        jumps = self.switches[-1] if self.switches else None
        if jumps is None or jumps.function is not self.function:
            self.fail("AIM201", "no enclosing switch statement out of which to go to a case", node)
        if jumps.loops != self.loops:
            self.unsupported("'goto' out of a loop", node)
        jumps.is_used = self.is_metered = True
        if node.value is None:
            return SGoto(Store(jumps.default_flag, Const(resolve("bool"), True)))  # noqa: FBT003 - a constant of C#
        value = convert(self.value(node.value), jumps.value.type)
        if not isinstance(value, Const):
            self.fail("AIM201", "a constant value of the switch's type is expected", node.value)
        jumps.wanted.append((value.value, node))
        return SGoto(Store(jumps.value, value))

    def _check_jumps(self, node: tree.Switch, jumps: Jumps) -> None:
        if not jumps.wanted:
            return
        patterns = [pattern for case in node.cases for pattern, _ in case.labels if pattern is not None]
        labels = [self.value(pattern.value) for pattern in patterns if pattern.value is not None]
        known = {label.value for label in labels if isinstance(label, Const)}
        for value, place in jumps.wanted:
            if value not in known:
                self.fail("AIM201", f"no such label 'case {value}:' within the scope of the goto statement", place)

    def _check_labels(self, node: tree.Switch) -> None:
        """Refuse a second `default`."""
        if sum(1 for case in node.cases for pattern, _ in case.labels if pattern is None) > 1:
            self.fail("AIM201", "the switch statement contains multiple cases with the label 'default:'", node)

    def _section(self, node: tree.Case, value: Bound) -> tuple[Bound | None, SBlock]:
        """Bind a section: variables of its labels are its own, those of its statements belong to the whole switch."""
        outer = self.scope
        self.scope = Scope(outer)
        try:
            return self._case(node, value)
        finally:
            of_labels = {pattern.name for pattern, _ in node.labels if pattern is not None}
            kept = {name: each for name, each in self.scope.symbols.items() if name not in of_labels}
            self.scope = outer
            outer.symbols.update(kept)

    def _case(self, node: tree.Case, value: Bound) -> tuple[Bound | None, SBlock]:
        tests: list[Bound | None] = []
        for pattern, when in node.labels:
            test = None if pattern is None else self.pattern(value, pattern)
            if pattern is not None:
                self._check_reachable(pattern, value, is_conditional=when is not None)
            if test is not None and when is not None:
                test = Op(test.type, "({0} and {1})", test, self.condition(when), may_be_null=False)
            tests.append(test)
        body = SBlock(self._statements(node.statements))
        if not node.statements or not ends(body):
            label = "default:" if node.labels[-1][0] is None else "case"
            self.fail(
                "AIM201",
                f"control cannot fall out of switch from the final case label ('{label}')",
                node,
                "end it with break;",
            )
        if None in tests:
            return None, body
        found = [test for test in tests if test is not None]
        if len(found) == 1:
            return found[0], body
        joined = " or ".join(f"{{{index}}}" for index in range(len(found)))
        return Op(resolve("bool"), f"({joined})", *found, may_be_null=False), body

    def _check_reachable(self, pattern: tree.Pattern, value: Bound, *, is_conditional: bool) -> None:
        """Refuse a label whose values an earlier label takes already."""
        jumps = self.switches[-1]
        found = value.type if pattern.is_var else self._type_of_pattern(pattern)
        type_, is_type = (found.type, False) if isinstance(found, Bound) else (found, True)
        if UNKNOWN in (type_, value.type):
            return
        if is_type and not (pattern.is_var or pattern.is_named):
            help_ = f"write case {type_.display} _:"
            self.fail("AIM203", "a case of a type without a name is not available in C# 7", pattern, help_)
        is_handled = type_ is not NULL and any(known in type_.ancestors() for known in jumps.handled)
        if is_handled or jumps.takes_all:
            message = "the switch case is unreachable: it has already been handled by a previous case"
            self.fail("AIM201", message, pattern)
        if isinstance(found, Const):
            self._check_constant(found, value, pattern, is_conditional=is_conditional)
        if is_conditional:
            return
        jumps.takes_all = jumps.takes_all or pattern.is_var
        if is_type:
            jumps.handled.append(type_)

    def _check_constant(self, constant: Const, value: Bound, node: tree.Node, *, is_conditional: bool) -> None:
        """Refuse a label that is there twice."""
        same = convert(constant, value.type) if value.type.name != "System.Object" else constant
        chosen = same if isinstance(same, Const) else constant
        label = (chosen.type.name, chosen.value)
        if label in self.switches[-1].constants:
            message = f"the switch statement contains multiple cases with the label 'case {constant.value}:'"
            self.fail("AIM201", message, node)
        if not is_conditional:
            self.switches[-1].constants.add(label)

    def _type_of_pattern(self, pattern: tree.Pattern) -> Bound | ClrType:
        if pattern.value is not None:
            found = self.expression_or_group(pattern.value)
            if isinstance(found, (Bound, ClrType)):
                return found
        return UNKNOWN if pattern.type is None else self.type_of_name(pattern.type)

    # --- exceptions ---------------------------------------------------------------------------------------------

    def _throw_statement(self, node: tree.Throw) -> Statement:
        if node.value is None and not self.catching:
            self.fail("AIM201", "a throw statement with no arguments is not allowed outside of a catch clause", node)
        return SThrow(None if node.value is None else self.exception(node.value))

    def _using(self, node: tree.Using) -> Statement:
        self.scope = Scope(self.scope)
        try:
            if isinstance(node.resource, tree.Declaration):
                values = self._declared(node.resource)
            else:
                values = [self.value(node.resource)]
            for value in values:
                self._check_disposable(value, node.resource)
            first: list[Statement] = [SExpression(each) for each in values]
            return SBlock([*first, self._nested(node.body)])
        finally:
            self.scope = self.scope.outer or self.scope

    def _check_disposable(self, value: Bound, node: tree.Node) -> None:
        if isinstance(value, Store) and value.symbol.name:
            value.symbol.is_read_only = True
        if value.type not in (NULL, UNKNOWN) and not is_assignable(value.type, resolve("System.IDisposable")):
            message = f"'{value.type.display}': type used in a using statement must be implicitly convertible to 'System.IDisposable'"
            self.fail("AIM201", message, node)

    def _lock(self, node: tree.Lock) -> Statement:
        value = self.value(node.value)
        if value.type.is_value:
            message = f"'{value.type.display}' is not a reference type as required by the lock statement"
            self.fail("AIM201", message, node.value)
        return SBlock([SExpression(guard(value, "")), self._nested(node.body)])  # nobody else runs this expression

    def _checked_block(self, node: tree.CheckedBlock) -> Statement:
        outer = self.is_checked, self.is_unchecked
        self.is_checked, self.is_unchecked = node.is_checked, not node.is_checked
        try:
            return self.block(node.body)
        finally:
            self.is_checked, self.is_unchecked = outer

    # --- jumps --------------------------------------------------------------------------------------------------

    def _return(self, node: tree.Return) -> Statement:
        value: Bound | None = None
        if self.finishing:
            self.fail("AIM201", "control cannot leave the body of a finally clause", node)
        if node.value is not None:
            if isinstance(node.value, tree.Lambda):
                self.fail("AIM201", "a lambda cannot be the value of a policy expression", node.value)
            value = self.expression(node.value)
            if value.type is VOID:
                self.fail("AIM201", "cannot return a call without a value", node.value)
        found = SReturn(value, node.start, node.end)
        self.function.returns.append(found)
        return found

    def _break(self, node: tree.Break) -> Statement:
        if not self.breakable:
            self.fail("AIM201", "no enclosing loop out of which to break or continue", node)
        return SBreak()

    def _continue(self, node: tree.Continue) -> Statement:
        if not self.loops:
            self.fail("AIM201", "no enclosing loop out of which to break or continue", node)
        return SContinue()

    # --- the whole ----------------------------------------------------------------------------------------------

    def root(self, node: tree.Expression | tree.Block) -> tuple[Bound | SBlock, ClrType]:
        """Bind a whole policy expression; return it with the type of its value."""
        if isinstance(node, tree.Block):
            return self._root_block(node)
        value = self.expression(node)
        if value.type is VOID:
            self.fail(
                "AIM246", "the expression has no value", node, "write '@{ …; return …; }', or use the trace policy"
            )
        type_ = resolve("object") if value.type is NULL else value.type
        return value, type_

    def _root_block(self, node: tree.Block) -> tuple[Bound | SBlock, ClrType]:
        body = self.block(node)
        returns = self.function.returns
        if any(each.severity == "error" for each in self.problems):
            return body, UNKNOWN
        if not ends(body):
            place = tree.Node(node.end - 1, node.end)
            self.fail("AIM210", "not all code paths return a value", place, "end each path with return or throw")
        types: list[ClrType] = []
        for each in returns:
            if each.value is None:
                self.fail("AIM210", "a return in '@{ … }' needs a value", tree.Node(each.start, each.end))
            types.append(each.value.type)
        distinct = {type_ for type_ in types if type_ is not NULL}
        type_ = distinct.pop() if len(distinct) == 1 else resolve("object")
        if NULL in types and type_.is_value:
            type_ = resolve("object")
        return body, type_

    _STATEMENTS: ClassVar[dict[type, Callable[..., Statement | None]]] = {
        tree.Block: block,
        tree.Declaration: _declaration,
        tree.LocalFunction: FunctionBinder.local_function,
        tree.ExpressionStatement: _expression,
        tree.If: _if,
        tree.While: _while,
        tree.For: _for,
        tree.ForEach: _foreach,
        tree.Switch: _switch,
        tree.Try: ExceptionBinder.guarded,
        tree.Using: _using,
        tree.Lock: _lock,
        tree.Goto: _goto,
        tree.CheckedBlock: _checked_block,
        tree.Return: _return,
        tree.Throw: _throw_statement,
        tree.Break: _break,
        tree.Continue: _continue,
        tree.Empty: _empty,
    }


_CONST_STRUCTS = NUMERIC | {"System.Boolean"}
_JOBJECT = "Newtonsoft.Json.Linq.JObject"
