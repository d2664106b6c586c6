"""Assignments, increments, `new` with initialisers, arrays and anonymous objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.bind.arguments import Arg, MethodGroup
from apim_ai.expression.bind.bound import Bound, Const, Local, Op, Store, Symbol
from apim_ai.expression.bind.conversions import cast, convert
from apim_ai.expression.bind.defaults import default_of
from apim_ai.expression.bind.inference import common_type
from apim_ai.expression.bind.operators import OperatorBinder
from apim_ai.expression.library.anonymous import Anonymous
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.system_array import new_array
from apim_ai.expression.syntax import tree
from apim_ai.expression.types import NULL, UNKNOWN, ClrType, anonymous, array_of, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CreationBinder"]


class CreationBinder(OperatorBinder):
    """The part of the binder that makes things and changes them."""

    def value(self, node: tree.Expression) -> Bound:
        """Bind an expression with a value; the binder proper says how."""
        raise NotImplementedError

    # --- assignment ---------------------------------------------------------------------------------------------

    def store(self, symbol: Symbol, value: Bound) -> Bound:
        """Return the assignment of a converted value to a variable."""
        self.note_store(symbol)
        return Store(symbol, value)

    def assign(self, node: tree.Assign) -> Bound:
        """Bind `target op= value`."""
        if node.operator == "=":
            return self._plain_assign(node)
        operator = node.operator[:-1]
        return self._update(node.target, node, lambda old: self._compound(operator, old, node))

    def _compound(self, operator: str, old: Bound, node: tree.Assign) -> Bound:
        if old.type.kind == "delegate" and operator in ("+", "-"):
            return self.binary_of(operator, old, self.fit(self._value_arg(node.value), old.type), node)
        value = self.value(node.value)
        result = self.binary_of(operator, old, value, node)
        if convert(result, old.type) is not None:
            return result
        # `short += int` casts back, where the right side alone would fit
        back = cast(result, old.type, is_checked=self.is_checked)
        if back is None or convert(value, old.type) is None:
            self.cannot_convert(result.type.display, old.type, node)
        return back

    def _plain_assign(self, node: tree.Assign) -> Bound:
        target = node.target
        if isinstance(target, tree.Name) and target.name == "_" and self.scope.find("_") is None:
            return self.value(node.value)
        if isinstance(target, tree.Index):
            receiver = self.value(target.target)
            args = self.bind_arguments(target.arguments)
            return self.set_index(receiver, args, self._value_arg(node.value), node)
        if isinstance(target, tree.Member):
            return self._assign_member(target, self._value_arg(node.value), node)
        symbol = self._variable(target)
        if symbol is None:
            return Const(UNKNOWN, None)
        return self.store(symbol, self.fit_value(self._value_arg(node.value), symbol.type))

    def _value_arg(self, node: tree.Expression) -> Arg:
        if isinstance(node, tree.Lambda):
            return Arg(node, lambda_=node)
        result = self.expression_or_group(node)
        if isinstance(result, MethodGroup):
            return Arg(node, group=result)
        return Arg(node, value=self.value(node) if isinstance(result, ClrType) else result)

    def fit_value(self, arg: Arg, type_: ClrType) -> Bound:
        """Return a value converted to the type of what it is assigned to."""
        if type_ is UNKNOWN and arg.value is not None:
            return arg.value
        return self.fit(arg, type_)

    def _variable(self, target: tree.Expression) -> Symbol | None:  # noqa: RET503 - ends in a call that never returns
        if isinstance(target, tree.NamedValue):
            return None
        bound = self.value(target)
        if isinstance(bound, Local) and bound.symbol.name:
            if bound.symbol.is_read_only:
                message = f"cannot assign to '{bound.symbol.name}' because it is a 'foreach iteration variable' or 'using variable'"
                self.fail("AIM201", message, target)
            return bound.symbol
        message = "the left-hand side of an assignment must be a variable, property or indexer"
        self.fail("AIM213", message, target)

    def _assign_member(self, target: tree.Member, value: Arg, node: tree.Node) -> Bound:
        holder = self.expression_or_group(target.target)
        if isinstance(holder, (MethodGroup, ClrType)):
            self.fail("AIM213", f"'{target.name}' cannot be assigned to", node)
        return self.set_member(holder, target.name, value, node)

    def set_member(self, holder: Bound, name: str, value: Arg, node: tree.Node) -> Bound:  # noqa: RET503 - ends in a call that never returns
        """Return `holder.name = value`."""
        if holder.type is UNKNOWN:
            return Const(UNKNOWN, None)
        for candidate in self.lookup(holder.type, "set " + name):
            signature = candidate.signature
            self.check_allowed(signature, node)
            operand = self.fit(value, signature.params[-1].type)
            return self.invoke(signature, candidate.bindings, holder, [operand])
        if self.property_of(holder, name, node) is None:
            self.unknown_member(holder.type, name, node)
        message = f"property or indexer '{holder.type.display}.{name}' cannot be assigned to -- it is read only"
        self.fail("AIM213", message, node)

    # --- compound assignment ------------------------------------------------------------------------------------

    def _update(self, target: tree.Expression, node: tree.Node, change: Callable[[Bound], Bound]) -> Bound:
        if isinstance(target, tree.Index):
            return self._update_index(target, node, change)
        if isinstance(target, tree.Member):
            return self._update_member(target, node, change)
        symbol = self._variable(target)
        if symbol is None:
            return Const(UNKNOWN, None)
        self.use(symbol)
        new = convert(change(Local(symbol)), symbol.type)
        if new is None:
            self.cannot_convert("value", symbol.type, node)
        return self.store(symbol, new)

    def _update_index(self, target: tree.Index, node: tree.Node, change: Callable[[Bound], Bound]) -> Bound:
        receiver = self.value(target.target)
        holder = self.temporary(receiver.type)
        steps: list[Bound] = [Store(holder, receiver)]
        args: list[Arg] = []
        for arg in self.bind_arguments(target.arguments):
            if arg.value is None:
                self.fail("AIM201", "an index must be a value", arg.node)
            if isinstance(arg.value, Const):
                args.append(arg)
                continue
            place = self.temporary(arg.value.type)
            steps.append(Store(place, arg.value))
            args.append(Arg(arg.node, value=Local(place), name=arg.name))
        old = self.index(Local(holder), args, target)
        steps.append(self.set_index(Local(holder), args, Arg(node, value=change(old)), node))
        return _last(steps)

    def _update_member(self, target: tree.Member, node: tree.Node, change: Callable[[Bound], Bound]) -> Bound:
        found = self.expression_or_group(target.target)
        if isinstance(found, (MethodGroup, ClrType)):
            self.fail("AIM213", f"'{target.name}' cannot be assigned to", node)
        holder = self.temporary(found.type)
        old = self.property_of(Local(holder), target.name, target)
        if old is None:
            self.unknown_member(found.type, target.name, target)
        new = self.set_member(Local(holder), target.name, Arg(node, value=change(old)), node)
        return _last([Store(holder, found), new])

    def postfix(self, node: tree.Postfix) -> Bound:
        """Bind `x++` and `x--`."""
        return self.step(node.operand, node.operator, node, is_postfix=True)

    def step(self, target: tree.Expression, operator: str, node: tree.Node, *, is_postfix: bool) -> Bound:
        """Bind an increment or decrement; a postfix one has the old value."""
        kept: list[Store] = []

        def change(old: Bound) -> Bound:
            if is_postfix:
                before = self.temporary(old.type)
                kept.append(Store(before, old))
                old = Local(before)
            return self._stepped(old, operator[0], node)

        update = self._update(target, node, change)
        if not kept:
            return update
        if isinstance(update, Store) and isinstance(kept[0].value, Local):
            return _last([kept[0], update, Local(kept[0].symbol)])
        return self._postfix_of_place(update, kept[0])

    def _postfix_of_place(self, update: Bound, kept: Store) -> Bound:
        # the old value is read inside the update: evaluate that first, then yield what was kept
        code = "({0}, {1})[1]"
        return Op(kept.symbol.type, code, _with_kept(update, kept), Local(kept.symbol))

    def _stepped(self, old: Bound, operator: str, node: tree.Node) -> Bound:
        if old.type is resolve("string") or old.type.kind == "delegate":
            sign = operator * 2
            self.fail("AIM201", f"operator '{sign}' cannot be applied to operand of type '{old.type.display}'", node)
        result = self.binary_of(operator, old, Const(resolve("int"), 1), node)
        back = cast(result, old.type, is_checked=self.is_checked)
        if back is None:
            self.cannot_convert(result.type.display, old.type, node)
        return back

    # --- new ----------------------------------------------------------------------------------------------------

    def new(self, node: tree.New) -> Bound:
        """Bind `new T(…) { … }`."""
        type_ = self.type_of_name(node.type)
        made = self.construct(type_, self.bind_arguments(node.arguments), node)
        if node.initializer is None or type_ is UNKNOWN:
            return made
        holder = self.temporary(type_)
        steps: list[Bound] = [Store(holder, made)]
        self._initialise(Local(holder, may_be_null=False), node.initializer, steps)
        steps.append(Local(holder, may_be_null=False))
        return _last(steps)

    def _initialise(self, target: Bound, initializer: tree.Initializer, steps: list[Bound]) -> None:
        for member in initializer.members:
            if member.name is None and not member.keys:
                args = [self._value_arg(each) for each in member.values if not isinstance(each, tree.Initializer)]
                steps.append(self.call_group(MethodGroup("Add", member, receiver=target), args, member))
                continue
            value = member.values[0]
            if isinstance(value, tree.Initializer):
                self._initialise(self._place(target, member), value, steps)
            elif member.name is not None:
                steps.append(self.set_member(target, member.name, self._value_arg(value), member))
            else:
                keys = self.bind_arguments(member.keys)
                steps.append(self.set_index(target, keys, self._value_arg(value), member))

    def _place(self, target: Bound, member: tree.MemberValue) -> Bound:
        if member.name is None:
            return self.index(target, self.bind_arguments(member.keys), member)
        found = self.property_of(target, member.name, member)
        if found is None:
            self.unknown_member(target.type, member.name, member)
        return found

    def new_array(self, node: tree.NewArray) -> Bound:
        """Bind `new T[n]`, `new T[] { … }` and `new[] { … }`."""
        items = [self._value_arg(each) for each in node.initializer.values] if node.initializer else []
        element = self._element(node, items)
        if node.initializer is None or (node.sizes and not items):
            size = convert(self.value(node.sizes[0]), resolve("long")) if node.sizes else None
            if size is None:
                self.fail("AIM201", "an array's size must be an integer", node)
            if isinstance(size, Const) and isinstance(size.value, int) and size.value < 0:
                self.fail("AIM201", "cannot create an array with a negative size", node.sizes[0])
            zero = Const(element, default_of(element))
            names: dict[str, object] = {"make": new_array, "element": element, "limit": self.settings.items}
            code = "{make}({element}, {0}, {1}, {limit})"
            return Op(array_of(element), code, size, zero, may_be_null=False, names=names)
        if node.sizes:
            size = self.value(node.sizes[0])
            if not isinstance(size, Const) or size.value != len(items):
                self.fail("AIM201", f"an array initializer of length '{len(items)}' does not fit the size", node)
        return self.array_literal(items, element)

    def _element(self, node: tree.NewArray, items: list[Arg]) -> ClrType:
        if node.type is not None:
            return self.type_of_name(node.type)
        types = [arg.value.type for arg in items if arg.value is not None]
        best = common_type(types)
        if best is None or best is NULL or len(types) != len(items):
            self.fail("AIM201", "no best type found for implicitly-typed array", node)
        return best

    def array_literal(self, items: list[Arg], element: ClrType) -> Bound:
        """Return an array of these items."""
        operands = [self.fit_value(arg, element) for arg in items]
        inside = ", ".join(f"{{{index}}}" for index in range(len(operands)))
        if element.name == "System.Byte":
            return Op(array_of(element), "bytearray([" + inside + "])", *operands, may_be_null=False)
        names: dict[str, object] = {"Array": Array, "element": element}
        code = "{Array}({element}, [" + inside + "])"
        return Op(array_of(element), code, *operands, may_be_null=False, names=names)

    def anonymous_object(self, node: tree.AnonymousObject) -> Bound:
        """Bind `new { a = … }`."""
        values = [(name, self.value(each)) for name, each in node.members]
        if len({name for name, _ in values}) < len(values):
            self.fail("AIM201", "an anonymous type cannot have multiple properties with the same name", node)
        for (name, value), (_, each) in zip(values, node.members, strict=True):
            if value.type is NULL:
                self.fail("AIM201", f"cannot assign <null> to anonymous type property '{name}'", each)
        type_ = anonymous(tuple((name, value.type) for name, value in values))
        inside = ", ".join(f"{{{index}}}" for index in range(len(values)))
        names: dict[str, object] = {"Anonymous": Anonymous, "type": type_}
        operands = [value for _, value in values]
        return Op(type_, "{Anonymous}({type}, [" + inside + "])", *operands, may_be_null=False, names=names)


def _last(steps: list[Bound]) -> Bound:
    """Return the value of the last of several steps, each evaluated in turn."""
    inside = ", ".join(f"{{{index}}}" for index in range(len(steps)))
    return Op(steps[-1].type, f"({inside})[-1]", *steps, may_be_null=steps[-1].may_be_null)


def _with_kept(update: Bound, kept: Store) -> Bound:
    """Put the reading of the old value in front of the step that writes the new one."""
    if isinstance(update, Op) and update.operands:
        *before, write = update.operands
        return _last([*before, kept, write])
    return update
