"""Binding of try statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.bound import Bound, Call, Local, Op, SBlock, Statement, STry, Symbol
from apim_ai.expression.bind.expressions import ExpressionBinder
from apim_ai.expression.bind.scope import Scope
from apim_ai.expression.bind.walk import keeps_values
from apim_ai.expression.library.relations import tester
from apim_ai.expression.library.semantics import quietly
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from apim_ai.expression.syntax import tree
    from apim_ai.expression.types import ClrType

__all__ = ["ExceptionBinder"]


class ExceptionBinder(ExpressionBinder):
    """Binds try, catch and finally over expressions."""

    def block(self, node: tree.Block) -> SBlock:
        """Bind a block; the binder proper says how."""
        raise NotImplementedError

    def guarded(self, node: tree.Try) -> Statement:
        """Bind a try statement."""
        body = self.block(node.body)
        catches = [self._catch(each) for each in node.catches]
        self._check_order(node)
        if node.final is None:
            return STry(body, catches, None)
        outer = self.finishing, self.loops, self.breakable
        self.finishing, self.loops, self.breakable = self.finishing + 1, 0, 0
        try:
            return STry(body, catches, self.block(node.final))
        finally:
            self.finishing, self.loops, self.breakable = outer

    def _check_order(self, node: tree.Try) -> None:
        """Refuse a catch that an earlier one leaves nothing to."""
        before: list[ClrType] = []
        for each in node.catches:
            type_ = resolve("System.Exception") if each.type is None else self.type_of_name(each.type)
            earlier = next((known for known in before if known in type_.ancestors()), None)
            if earlier is not None:
                message = (
                    "a previous catch clause already catches all exceptions of this or of a super type "
                    f"('{earlier.display}')"
                )
                self.fail("AIM201", message, each)
            if each.condition is None:
                before.append(type_)

    def _catch(self, node: tree.Catch) -> tuple[Symbol, Bound | None, SBlock]:
        type_ = resolve("System.Exception") if node.type is None else self.type_of_name(node.type)
        if all(each.name != "System.Exception" for each in type_.ancestors()):
            self.fail("AIM201", "the type caught or thrown must be derived from System.Exception", node)
        self.scope = Scope(self.scope)
        try:
            if node.name is not None:  # noqa: SIM108 - reads better
                symbol = self.declare(node.name, type_, node)
            else:
                symbol = self.temporary(type_)
            test = self._catch_test(symbol, type_, node)
            return symbol, test, self._catch_body(node)
        finally:
            self.scope = self.scope.outer or self.scope

    def _catch_body(self, node: tree.Catch) -> SBlock:
        self.catching += 1
        try:
            return self.block(node.body)
        finally:
            self.catching -= 1

    def _catch_test(self, symbol: Symbol, type_: ClrType, node: tree.Catch) -> Bound | None:
        boolean = resolve("bool")
        test: Bound | None = None
        if type_.name != "System.Exception":
            test = Call(boolean, tester(type_), Local(symbol), may_be_null=False)
        if node.condition is not None:
            condition = self.condition(node.condition)
            if not keeps_values(node.condition):  # an exception in a filter is no exception: the filter does not hold
                condition = Op(
                    boolean, "{quietly}(lambda: {0})", condition, may_be_null=False, names={"quietly": quietly}
                )
            test = condition if test is None else Op(boolean, "({0} and {1})", test, condition, may_be_null=False)
        return test
