"""Calls: methods, constructors, indexers, delegates and local functions, with their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.bind.advice import conversion_advice
from apim_ai.expression.bind.arguments import Arg, Candidate, MethodGroup, delegate_names, delegate_shape
from apim_ai.expression.bind.bound import Bound, Call, Const, Lambda, Local, Op, Store, Symbol
from apim_ai.expression.bind.conversions import convert, retype
from apim_ai.expression.bind.members import MemberBinder, guard
from apim_ai.expression.bind.overloads import Match, best, match
from apim_ai.expression.library import semantics
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.system_array import array_set_checked
from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.problem import SyntaxFault
from apim_ai.expression.types import UNKNOWN, VOID, ClrType, array_of, resolve, substitute

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from apim_ai.expression.signatures import Param

__all__ = ["CallBinder"]

_SHOWN_OVERLOADS = 3

_BODY_TYPES = frozenset(
    ["System.String", "System.Byte[]", "Newtonsoft.Json.Linq.JObject", "Newtonsoft.Json.Linq.JToken",
     "Newtonsoft.Json.Linq.JArray", "System.Xml.Linq.XNode", "System.Xml.Linq.XElement", "System.Xml.Linq.XDocument"]
)  # fmt: skip


class CallBinder(MemberBinder):
    """The part of the binder that knows calls."""

    def expression(self, node: tree.Expression) -> Bound:
        """Bind an expression; the binder proper says how."""
        raise NotImplementedError

    def expression_or_group(self, node: tree.Expression) -> Bound | MethodGroup | ClrType:
        """Bind what may also be a method group or a type; the binder proper says how."""
        raise NotImplementedError

    def bind_lambda(
        self, node: tree.Lambda, parameters: tuple[ClrType, ...], wanted: ClrType | None = None
    ) -> tuple[Lambda, ClrType]:
        """Bind a lambda; the binder proper says how."""
        raise NotImplementedError

    def finish_lambda(self, bound: Lambda, delegate: ClrType, returns: ClrType, node: tree.Node) -> Lambda:
        """Fit a lambda to its delegate; the binder proper says how."""
        raise NotImplementedError

    # --- arguments ----------------------------------------------------------------------------------------------

    def bind_arguments(self, nodes: tuple[tree.Argument, ...]) -> list[Arg]:
        """Bind arguments as far as they can be without knowing their parameters."""
        return [self._argument(node) for node in nodes]

    def _argument(self, node: tree.Argument) -> Arg:
        value = node.value
        if isinstance(value, tree.Lambda):
            return Arg(value, lambda_=value, name=node.name)
        if node.modifier is not None:
            if isinstance(value, tree.OutVariable):
                type_ = None if value.type is None else self.type_of_name(value.type)
                return Arg(value, out=value, name=node.name, out_type=type_)
            bound = self.expression(value)
            return self._variable_argument(node, bound)
        result = self.expression_or_group(value)
        if isinstance(result, MethodGroup):
            return Arg(value, group=result, name=node.name)
        if isinstance(result, ClrType):
            self.fail("AIM201", f"'{result.display}' is a type, which is not valid in the given context", value)
        if result.type is VOID:
            self.fail("AIM201", "cannot use a call without a value as an argument", value)
        return Arg(value, value=result, name=node.name)

    def _variable_argument(self, node: tree.Argument, bound: Bound) -> Arg:
        if not isinstance(bound, Local) or bound.symbol.is_read_only:
            if node.modifier == "ref" and isinstance(node.value, (tree.Index, tree.Member)):
                self.unsupported("'ref' to anything but a variable", node, "copy it to a variable first")
            self.fail("AIM201", "a ref or out argument must be an assignable variable", node.value)
        self.declares_late = True
        return Arg(node.value, symbol=bound.symbol, name=node.name, is_ref=node.modifier == "ref")

    # --- methods ------------------------------------------------------------------------------------------------

    def call_group(self, group: MethodGroup, args: list[Arg], node: tree.Node) -> Bound:  # noqa: RET503 - ends in a call that never returns
        """Return the call of the overload that the arguments choose."""
        if group.local is not None:
            return self._call_local(group.local, args, node)
        receiver = group.receiver
        if receiver is not None and receiver.type is UNKNOWN:
            return self._unknown_call(args)
        if receiver is not None and receiver.type.kind == "delegate" and group.name == "Invoke":
            return self.call_delegate(receiver, args, node)
        faults: list[SyntaxFault] = []
        type_ = group.type or (receiver.type if receiver is not None else None)
        candidates = self.lookup(type_, group.name) if type_ is not None else ()
        methods = [each for each in candidates if each.signature.kind == "method"]
        wanted = [each for each in methods if each.signature.is_static == (receiver is None)]
        found = self._choose(wanted, args, group.arguments, faults)
        if found is not None:
            return self._finish_call(found, receiver, node, group.node)
        if receiver is not None:
            extended = self._choose_extension(group, receiver, args, faults)
            if extended is not None:
                return self._finish_call(extended, None, node, group.node)
        self._no_overload(group, methods, wanted, args, faults, node)

    def _choose_extension(
        self, group: MethodGroup, receiver: Bound, args: list[Arg], faults: list[SyntaxFault]
    ) -> Match | None:
        everything = [Arg(group.node, value=receiver), *args]
        return self._choose(self.extensions(group.name), everything, group.arguments, faults)

    def _choose(
        self, candidates: Sequence[Candidate], args: list[Arg], explicit: tuple[ClrType, ...], faults: list[SyntaxFault]
    ) -> Match | None:
        matches: list[Match] = []
        nearest = None
        for candidate in candidates:
            owner = candidate.signature.owner
            if matches and owner is not nearest and owner.kind != "interface":
                break  # an applicable method of a derived class hides those of its bases
            found = match(self, candidate, args, explicit, faults)
            if found is not None and not any(_hides(known, found) for known in matches):
                matches.append(found)
                nearest = owner
        if len(matches) <= 1:
            return matches[0] if matches else None
        chosen = best(self, matches)
        if chosen is None and any(arg.value is not None and arg.value.type is UNKNOWN for arg in args):
            return matches[0]  # what a named value will be decides
        if chosen is None:
            first, second = matches[0].signature, matches[1].signature
            message = f"the call is ambiguous between the following methods: '{first.display}' and '{second.display}'"
            place = args[0].node if args else tree.Node(0, 0)
            self.fail("AIM201", message, place, "cast an argument")
        return chosen

    def _finish_call(self, found: Match, receiver: Bound | None, node: tree.Node, place: tree.Node) -> Bound:
        signature = found.signature
        self.check_allowed(signature, place)
        operands, outs = self.operands(found)
        if receiver is not None:
            self.note_variable(receiver, operands)
        elif signature.is_extension and operands:
            self.note_variable(operands[0], operands[1:])
        self._check_body_type(found, node)
        is_extension = signature.is_extension and receiver is None
        if is_extension and "on_null" not in signature.flags:
            is_ours = signature.owner.name == "ApimExtensions"
            operands[0] = guard(operands[0], None if is_ours else signature.params[0].name)
        call = self.invoke(signature, found.bindings, receiver, operands)
        return self._with_outs(call, outs) if outs else call

    def _check_body_type(self, found: Match, node: tree.Node) -> None:
        if found.signature.owner.name == "IMessageBody" and found.signature.name == "As":
            wanted = found.bindings["T"]
            if wanted.name not in _BODY_TYPES and wanted is not UNKNOWN:
                message = f"'As<{wanted.display}>' is not allowed"
                help_ = "one of string, byte[], JObject, JToken, JArray, XNode, XElement, XDocument"
                self.fail("AIM248", message, node, help_)

    def operands(self, found: Match) -> tuple[list[Bound], list[tuple[int, Symbol]]]:
        """Return the converted arguments of a chosen overload, and which variables its `out` parameters set."""
        operands: list[Bound] = []
        outs: list[tuple[int, Symbol]] = []
        types = dict(zip((id(arg) for arg, _ in found.pairs), (type_ for _, type_ in found.pairs), strict=True))
        for param, slot in zip(found.signature.params, found.slots, strict=True):
            if param.is_out:
                outs.append((len(outs) + 1, self._out_symbol(slot[0], types[id(slot[0])])))
                if param.is_ref:
                    operands.append(Local(outs[-1][1]))
            elif param.is_params and found.expanded:
                element = substitute(param.type, found.bindings).element
                operands.append(self._array_of([self.fit(arg, element) for arg in slot], element))
            elif slot:
                operands.append(self.fit(slot[0], types[id(slot[0])]))
            else:
                operands.append(Const(substitute(param.type, found.bindings), param.default))
        return operands, outs

    def _array_of(self, items: list[Bound], element: ClrType) -> Bound:
        inside = ", ".join(f"{{{index}}}" for index in range(len(items)))
        template = "{Array}({element}, [" + inside + "])"
        return Op(array_of(element), template, *items, may_be_null=False, names={"Array": Array, "element": element})

    def fit(self, arg: Arg, type_: ClrType) -> Bound:
        """Return an argument converted to its parameter's type, which it is known to fit."""
        if arg.lambda_ is not None:
            if type_ is UNKNOWN:
                return Const(UNKNOWN, None)
            shape = delegate_shape(type_)
            parameters = shape[0] if shape is not None else ()
            if shape is not None and not arg.lambda_.takes(len(parameters)):
                message = f"delegate '{type_.display}' does not take {len(arg.lambda_.parameters)} arguments"
                self.fail("AIM201", message, arg.node)
            wanted = shape[1] if shape is not None and shape[1].kind == "delegate" else None
            bound, returns = self.bind_lambda(arg.lambda_, parameters, wanted)
            return self.finish_lambda(bound, type_, returns, arg.node)
        if arg.group is not None:
            return self.group_as_delegate(arg.group, type_, arg.node)
        value = convert(arg.value, type_) if arg.value is not None else None
        if value is None:
            self.cannot_convert(arg.display, type_, arg.node)
        return value

    def cannot_convert(self, source: str, target: ClrType, node: tree.Node) -> NoReturn:
        """Give up: there is no implicit conversion."""
        message = f"cannot implicitly convert type '{source}' to '{target.display}'"
        self.fail("AIM201", message, node, conversion_advice(source, target))

    def _out_symbol(self, arg: Arg, type_: ClrType) -> Symbol:
        if arg.symbol is not None:
            self.note_store(arg.symbol)
            return arg.symbol
        out = arg.out
        self.declares_late = True
        if out is None or out.name is None:
            return self.temporary(type_)
        declared = type_ if out.type is None else self.type_of_name(out.type)
        return self.declare(out.name, declared, out)

    def _with_outs(self, call: Bound, outs: list[tuple[int, Symbol]]) -> Bound:
        """Return a call of a function that returns its result and its `out` values in a tuple."""
        holder = self.temporary(resolve("object"))
        steps: list[Bound] = [Store(holder, call)]
        steps.extend(Store(symbol, Op(symbol.type, "{0}[" + str(index) + "]", Local(holder))) for index, symbol in outs)
        steps.append(Op(call.type, "{0}[0]", Local(holder)))
        inside = ", ".join(f"{{{index}}}" for index in range(len(steps)))
        return Op(call.type, f"({inside})[-1]", *steps, may_be_null=call.may_be_null)

    def _unknown_call(self, args: list[Arg]) -> Bound:
        for arg in args:
            if arg.lambda_ is not None:
                self.bind_lambda(arg.lambda_, tuple(UNKNOWN for _ in arg.lambda_.parameters))
            elif arg.out is not None and arg.out.name is not None:
                self.declare(arg.out.name, UNKNOWN, arg.out)
        return Const(UNKNOWN, None)

    # --- what went wrong ----------------------------------------------------------------------------------------

    def _no_overload(
        self,
        group: MethodGroup,
        methods: list[Candidate],
        wanted: list[Candidate],
        args: list[Arg],
        faults: list[SyntaxFault],
        node: tree.Node,
    ) -> NoReturn:
        if faults:
            raise faults[-1]
        candidates = wanted or ([] if methods else list(self.extensions(group.name)))
        type_ = group.type or (group.receiver.type if group.receiver is not None else None)
        if methods and not wanted:
            kind = (
                "an object reference is required for"
                if group.receiver is None
                else "an instance cannot be used to call"
            )
            self.fail("AIM201", f"{kind} the method '{methods[0].signature.display}'", group.node)
        if type_ is not None and not methods and (not candidates or not self._is_extendable(type_, candidates)):
            self.unknown_member(type_, group.name, group.node)
        self._explain(group, candidates, args, node)

    def _is_extendable(self, type_: ClrType, candidates: list[Candidate]) -> bool:
        from apim_ai.expression.bind.inference import Inference  # noqa: PLC0415 - only for messages

        for candidate in candidates:
            first = candidate.signature.params[0].type
            inference = Inference(candidate.signature.generics, {})
            inference.learn(first, type_)
            inference.fix()
            closed = inference.closed(first)
            if closed in type_.ancestors() or first.kind == "parameter":
                return True
        return False

    def _explain(self, group: MethodGroup, candidates: list[Candidate], args: list[Arg], node: tree.Node) -> NoReturn:
        signatures = [each.signature for each in candidates]
        offset = 1 if signatures and signatures[0].is_extension else 0
        counted = [each for each in signatures if _takes(each.params[offset:], len(args))]
        if not counted:
            self.fail("AIM201", f"no overload for method '{group.name}' takes {len(args)} arguments", node)
        shapes = [
            tuple(substitute(param.type, each.bindings) for param in each.signature.params[offset:])
            for each in candidates
            if each.signature in counted
        ]
        if len(set(shapes)) == 1 and not counted[0].generics:
            self._explain_one(shapes[0], args)
        shown = ", ".join(arg.display for arg in args)
        message = f"no overload of '{group.name}' takes arguments ({shown})"
        known = [f"({', '.join(type_.display for type_ in shape)})" for shape in dict.fromkeys(shapes)]
        rest = ", …" if len(known) > _SHOWN_OVERLOADS else ""
        self.fail("AIM201", message, node, f"it takes {' or '.join(known[:_SHOWN_OVERLOADS])}{rest}")

    def _explain_one(self, types: tuple[ClrType, ...], args: list[Arg]) -> None:
        for number, (arg, type_) in enumerate(zip(args, types, strict=False), 1):
            if arg.value is not None and type_.kind != "parameter" and convert(arg.value, type_) is None:
                message = f"argument {number}: cannot convert from '{arg.display}' to '{type_.display}'"
                self.fail("AIM201", message, arg.node, conversion_advice(arg.display, type_))

    # --- constructors and indexers ------------------------------------------------------------------------------

    def construct(self, type_: ClrType, args: list[Arg], node: tree.Node) -> Bound:
        """Return `new type(args)`."""
        if type_ is UNKNOWN:
            return Const(UNKNOWN, None)
        declaration = type_.declaration
        if declaration.is_static or declaration.kind == "interface":
            self.fail("AIM201", f"cannot create an instance of '{type_.display}'", node)
        if declaration.kind == "delegate" and args:
            return self.fit(args[0], type_)
        bindings = type_.bindings()
        found_any = declaration.members().get(".ctor", [])
        faults: list[SyntaxFault] = []
        candidates = [Candidate(signature, bindings) for signature in found_any]
        if type_.kind == "nullable" and len(args) == 1:
            return retype(self.fit(args[0], type_.element), type_)
        found = self._choose(candidates, args, (), faults)
        if found is None:
            if type_.is_value and not args:
                return Const(type_, _zero(type_))
            if not candidates:
                self.unsupported(f"'new {type_.display}()'", node)
            if faults:
                raise faults[-1]
            self._explain(MethodGroup(type_.display, node), candidates, args, node)
        self.check_allowed(found.signature, node)
        operands, _ = self.operands(found)
        return self.invoke(found.signature, found.bindings, None, operands)

    def index(self, receiver: Bound, args: list[Arg], node: tree.Node) -> Bound:
        """Return `receiver[args]`."""
        if receiver.type is UNKNOWN:
            return Const(UNKNOWN, None)
        found = self._indexer(receiver.type, "this[]", args)
        if found is None:
            shown = ", ".join(arg.display for arg in args)
            if not self.lookup(receiver.type, "this[]"):
                message = f"cannot apply indexing with [] to an expression of type '{receiver.type.display}'"
                self.fail("AIM206", message, node)
            self.fail("AIM201", f"the indexer of '{receiver.type.display}' does not take ({shown})", node)
        self.check_allowed(found.signature, node)
        operands, _ = self.operands(found)
        self.note_variable(receiver, operands)
        return self.invoke(found.signature, found.bindings, receiver, operands)

    def _indexer(self, type_: ClrType, name: str, args: list[Arg]) -> Match | None:
        return self._choose(self.lookup(type_, name), args, (), [])

    def set_index(self, receiver: Bound, args: list[Arg], value: Arg, node: tree.Node) -> Bound:
        """Return `receiver[args] = value`; its value is the value assigned."""
        if receiver.type is UNKNOWN:
            return Const(UNKNOWN, None)
        found = self._indexer(receiver.type, "set this[]", [*args, value])
        if found is None:
            getter = self._indexer(receiver.type, "this[]", args)
            if getter is None:
                message = f"cannot apply indexing with [] to an expression of type '{receiver.type.display}'"
                self.fail("AIM206", message, node)
            wanted = substitute(getter.signature.returns, getter.bindings)
            if any(each.signature.name == "set this[]" for each in self.lookup(receiver.type, "set this[]")):
                self.cannot_convert(value.display, wanted, value.node)
            self.fail("AIM213", f"'{receiver.type.display}' is read-only: its indexer cannot be assigned to", node)
        operands, _ = self.operands(found)
        call = self.invoke(found.signature, found.bindings, receiver, operands)
        if isinstance(call, Call) and receiver.type.kind == "array" and _has_heirs(receiver.type.element):
            return Call(call.type, array_set_checked, *call.operands, may_be_null=call.may_be_null)
        return call

    # --- delegates and local functions --------------------------------------------------------------------------

    def call_delegate(self, target: Bound, args: list[Arg], node: tree.Node) -> Bound:
        """Return the call of a delegate's value."""
        shape = delegate_shape(target.type)
        if shape is None:
            if target.type is UNKNOWN:
                return self._unknown_call(args)
            if member := self._property_name(node):
                message = f"non-invocable member '{member}' cannot be used like a method"
                self.fail("AIM201", message, node, "leave out the ()")
            self.fail("AIM201", "method name expected", node)
        if len(shape[0]) != len(args):
            self.fail("AIM201", f"delegate '{target.type.display}' does not take {len(args)} arguments", node)
        if any(arg.name is not None for arg in args):
            args = self._in_order(target.type, args)
        operands = [self.fit_checked(arg, type_) for arg, type_ in zip(args, shape[0], strict=True)]
        inside = ", ".join(f"{{{index + 1}}}" for index in range(len(operands)))
        return Op(shape[1], "{0}(" + inside + ")", guard(target), *operands)

    def _property_name(self, node: tree.Node) -> str | None:
        called = node.target if isinstance(node, tree.Call) else None
        return called.name if isinstance(called, tree.Member) else None

    def _in_order(self, type_: ClrType, args: list[Arg]) -> list[Arg]:
        names = delegate_names(type_)
        placed = {names[index]: arg for index, arg in enumerate(args) if arg.name is None}
        for arg in args:
            if arg.name is not None and (arg.name not in names or arg.name in placed):
                message = f"the delegate '{type_.display}' does not have a parameter named '{arg.name}'"
                self.fail("AIM201", message, arg.node, f"its parameters are {', '.join(names)}")
            placed.setdefault(arg.name or "", arg)
        return [placed[name] for name in names]

    def fit_checked(self, arg: Arg, type_: ClrType) -> Bound:
        """Return an argument converted to a type that it may not fit."""
        if arg.is_out:
            self.fail("AIM201", "an argument may not be passed with the 'out' keyword here", arg.node)
        return self.fit(arg, type_)

    def _call_local(self, symbol: Symbol, args: list[Arg], node: tree.Node) -> Bound:
        local = symbol.callable
        if local is None:
            raise TypeError(symbol)
        local.is_called = local.is_called or not local.is_bound
        candidates = [Candidate(local.signature, {})]
        faults: list[SyntaxFault] = []
        found = self._choose(candidates, args, (), faults)
        if found is None:
            if faults:
                raise faults[-1]
            self._missing_argument(symbol, local.signature.params, args, node)
            self._explain(MethodGroup(symbol.name, node), candidates, args, node)
        self.use(symbol)
        self.is_metered = True
        operands, outs = self.operands(found)
        inside = ", ".join(f"{{{index + 1}}}" for index in range(len(operands)))
        call = Op(symbol.type, "{0}(" + inside + ")", Local(symbol), *operands)
        return self._with_outs(call, outs) if outs else call

    def _missing_argument(self, symbol: Symbol, params: tuple[Param, ...], args: list[Arg], node: tree.Node) -> None:
        named = {arg.name for arg in args}
        for param in params[len([arg for arg in args if arg.name is None]) :]:
            if not param.is_optional and not param.is_params and param.name not in named:
                message = f"there is no argument given that corresponds to the required parameter '{param.name}' of '{symbol.name}'"
                self.fail("AIM201", message, node)

    def group_type(self, group: MethodGroup, parameters: tuple[ClrType, ...]) -> ClrType | None:
        """Return what a method group returns for parameter types, or None if none of it fits."""
        args = [Arg(group.node, value=Op(type_, "{0}")) for type_ in parameters]
        try:
            return self._quietly(lambda: self.call_group(group, args, group.node)).type
        except SyntaxFault:
            return None

    def _quietly(self, bind: Callable[[], Bound]) -> Bound:
        kept = len(self.problems)
        try:
            return bind()
        finally:
            del self.problems[kept:]

    def group_as_delegate(self, group: MethodGroup, type_: ClrType, node: tree.Node) -> Bound:
        """Return a method group as a lambda that calls the chosen overload."""
        shape = delegate_shape(type_)
        if shape is None:
            self.fail(
                "AIM201", f"cannot convert method group '{group.name}' to non-delegate type '{type_.display}'", node
            )
        if group.local is not None and self._is_just(group.local, shape):
            self.use(group.local)
            return retype(Local(group.local), type_)
        receiver = group.receiver
        if receiver is not None:
            bound = self.temporary(receiver.type)
            made = self._group_lambda(_of(group, Local(bound)), type_, shape, node)
            kept = Lambda(type_, (bound, *made.parameters), made.body, made.function)
            return Op(type_, "{bind}({1}, {0})", receiver, kept, may_be_null=False, names={"bind": semantics.bind})
        return self._group_lambda(group, type_, shape, node)

    def _is_just(self, symbol: Symbol, shape: tuple[tuple[ClrType, ...], ClrType]) -> bool:
        """Whether a local function is, as it stands, the delegate that is wanted."""
        local = symbol.callable
        if local is None or local.outputs:
            return False
        return tuple(each.type for each in local.signature.params) == shape[0] and symbol.type is shape[1]

    def _group_lambda(
        self, group: MethodGroup, type_: ClrType, shape: tuple[tuple[ClrType, ...], ClrType], node: tree.Node
    ) -> Lambda:
        parameters = tuple(self.temporary(each) for each in shape[0])
        args = [Arg(node, value=Local(symbol)) for symbol in parameters]
        body = self.call_group(group, args, node)
        if shape[1] is not VOID:
            converted = convert(body, shape[1])
            if converted is None:
                self.cannot_convert(body.type.display, shape[1], node)
            body = converted
        return Lambda(type_, parameters, body, self.function)


def _of(group: MethodGroup, receiver: Bound) -> MethodGroup:
    return MethodGroup(group.name, group.node, receiver=receiver, type_=group.type, arguments=group.arguments)


def _has_heirs(type_: ClrType) -> bool:
    return not type_.is_value and type_.name != "System.String"


def _takes(params: tuple[Param, ...], count: int) -> bool:
    least = sum(1 for param in params if not param.is_optional and not param.is_params)
    return least <= count and (count <= len(params) or any(param.is_params for param in params))


def _zero(type_: ClrType) -> object:
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return default_of(type_)


def _hides(known: Match, found: Match) -> bool:
    """Whether a method of an interface hides one of an interface that it extends."""
    first, second = known.signature, found.signature
    return (
        first.owner is not second.owner
        and first.owner.kind == "interface" == second.owner.kind
        and [type_ for _, type_ in known.pairs] == [type_ for _, type_ in found.pairs]
    )
