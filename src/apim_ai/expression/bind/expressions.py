"""Binds expressions: each node of the tree to a bound node with a type."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from apim_ai.expression.bind.advice import name_advice
from apim_ai.expression.bind.arguments import Arg, MethodGroup, delegate_shape
from apim_ai.expression.bind.bound import ALWAYS, Bound, Call, Const, DefaultLiteral, Local, Op, Root, Safe
from apim_ai.expression.bind.conversions import cast, convert, retype, to_boxed
from apim_ai.expression.bind.creation import CreationBinder
from apim_ai.expression.bind.defaults import default_of
from apim_ai.expression.bind.members import guard
from apim_ai.expression.bind.numeric import NUMERIC
from apim_ai.expression.bind.scope import suggestion
from apim_ai.expression.library import formatting, semantics
from apim_ai.expression.syntax import tree
from apim_ai.expression.types import (
    NULL,
    UNKNOWN,
    VOID,
    ClrType,
    find,
    is_namespace,
    make,
    nullable_of,
    resolve,
    simple_names,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["ExpressionBinder"]

_OF_OBJECT = frozenset(["Equals", "ReferenceEquals"])
"""What any class inherits and may call by its bare name, as also the one around a policy expression."""


class ExpressionBinder(CreationBinder):
    """The part of the binder that knows every kind of expression."""

    def __init__(self, settings: ExpressionSettings) -> None:
        super().__init__(settings)
        self._safe_targets: list[Bound] = []
        self._called: tree.Expression | None = None  # what the innermost call calls

    def expression(self, node: tree.Expression) -> Bound:
        """Bind an expression that must have a value."""
        result = self.expression_or_group(node)
        if isinstance(result, MethodGroup):
            message = f"cannot use the method group '{result.name}' as a value; did you intend to invoke the method?"
            self.fail("AIM201", message, node, f"write {result.name}()")
        if isinstance(result, ClrType):
            self.fail("AIM201", f"'{result.display}' is a type, which is not valid in the given context", node)
        return result

    def value(self, node: tree.Expression) -> Bound:
        """Bind an expression that must not be a call without a value."""
        bound = self.expression(node)
        if bound.type is VOID:
            self.fail("AIM201", "cannot implicitly convert type 'void' to 'object'", node)
        return bound

    def condition(self, node: tree.Expression) -> Bound:
        """Bind a condition."""
        bound = self.value(node)
        converted = convert(bound, resolve("bool"))
        if converted is None:
            help_ = "compare with true: x == true" if bound.type.display == "bool?" else None
            if isinstance(node, tree.Assign):
                help_ = "write == to compare"
            message = f"cannot implicitly convert type '{bound.type.display}' to 'bool'"
            self.fail("AIM201", message, node, help_)
        if isinstance(converted, Const):
            self.known_conditions[id(node)] = bool(converted.value)
        return converted

    def expression_or_group(self, node: tree.Expression) -> Bound | MethodGroup | ClrType:
        """Bind an expression that may also name a method or a type."""
        return self._BINDERS[type(node)](self, node)

    # --- leaves -------------------------------------------------------------------------------------------------

    def _literal(self, node: tree.Literal) -> Bound:
        if node.type_name == "null":
            return Const(NULL, None)
        return Const(resolve(node.type_name), node.value)

    def _named_value(self, _node: tree.NamedValue) -> Bound:
        self.has_unknown = True
        return Op(UNKNOWN, "{unresolved}()", names={"unresolved": semantics.unresolved})

    def _name(self, node: tree.Name) -> Bound | MethodGroup | ClrType:
        symbol = None if node.arguments else self.scope.find(node.name)
        if symbol is not None:
            if symbol.callable is not None:
                return MethodGroup(node.name, node, local=symbol)
            if symbol.constant is not None:
                return symbol.constant
            self.use(symbol)
            return Local(symbol)
        if node.name == "context" and not node.arguments:
            return Root(resolve("IContext"), may_be_null=False)
        if find(node.name, len(node.arguments)) is not None:
            return self.type_of_name(tree.TypeName(node.start, node.end, node.name, node.arguments))
        if node.name in _OF_OBJECT and not node.arguments:
            return MethodGroup(node.name, node, type_=resolve("object"))
        return self._unknown_name(node)

    def _unknown_name(self, node: tree.Name) -> Bound | MethodGroup | ClrType:
        from apim_ai.expression.library.refused import reason  # noqa: PLC0415 - only for messages

        if reason(node.name) is not None:
            self.declaration_of(node.name, len(node.arguments), node)
        if node.name == "_":
            self.fail("AIM207", "the name '_' does not exist in the current context", node)
        known = [*self.scope.names(), "context", *simple_names()]
        message = f"the name '{node.name}' does not exist in the current context"
        self.fail("AIM207", message, node, name_advice(node.name) or suggestion(node.name, known))

    def _type_expression(self, node: tree.TypeExpression) -> ClrType:
        return self.type_of_name(node.type)

    def _safe_target(self, _node: tree.SafeTarget) -> Bound:
        return self._safe_targets[-1]

    # --- members ------------------------------------------------------------------------------------------------

    def _member(self, node: tree.Member) -> Bound | MethodGroup | ClrType:
        qualified = self._qualified(node)
        if qualified is not None:
            return qualified
        is_called = node is self._called
        target = self.expression_or_group(node.target)
        place = tree.Node(node.name_start, node.name_start + len(node.name))
        if isinstance(target, MethodGroup):
            self.fail("AIM206", f"'{target.name}' is a method, which has no members; call it: {target.name}()", node)
        arguments = tuple(self.type_of_name(each) for each in node.arguments)
        if isinstance(target, ClrType):
            return self._static_member(target, node.name, arguments, place)
        if target.type is VOID:
            self.fail("AIM201", "operator '.' cannot be applied to operand of type 'void'", node)
        if target.type is NULL:
            self.fail("AIM201", "operator '.' cannot be applied to operand of type '<null>'", node)
        if not arguments:
            found = self.property_of(target, node.name, place)
            if found is not None and not (is_called and self._is_hidden(found, node.name)):
                return found
        return self._method_of(target, node.name, arguments, place)

    def _is_hidden(self, member: Bound, name: str) -> bool:
        """Whether a call looks past a property, as from `JToken.First` to LINQ's `First()`: C# calls only what it can."""
        if member.type is UNKNOWN or delegate_shape(member.type) is not None:
            return False
        return bool(self.extensions(name))

    def _method_of(self, target: Bound, name: str, arguments: tuple[ClrType, ...], place: tree.Node) -> MethodGroup:
        if target.type is UNKNOWN:
            return MethodGroup(name, place, receiver=target)
        is_known = (target.type.kind == "delegate" and name == "Invoke") or any(
            each.signature.kind == "method" for each in self.lookup(target.type, name)
        )
        if not is_known and not self.extensions(name):
            self.unknown_member(target.type, name, place)
        return MethodGroup(name, place, receiver=target, arguments=arguments)

    def _static_member(
        self, type_: ClrType, name: str, arguments: tuple[ClrType, ...], place: tree.Node
    ) -> Bound | MethodGroup | ClrType:
        found = self.static_property(type_, name, place)
        if found is not None:
            return found
        nested = find(f"{type_.declaration.simple}.{name}")
        if nested is not None:
            return make(nested)
        if not self.lookup(type_, name):
            self.unknown_member(type_, name, place)
        return MethodGroup(name, place, type_=type_, arguments=arguments)

    def _qualified(self, node: tree.Member) -> ClrType | None:
        """Return the type that `System.Text.Encoding` and the like name, if it is one."""
        head = _head(node)
        if head is None or head == "context" or self.scope.find(head) is not None:
            return None
        path = _path(node)
        if path is None:
            return None
        declaration = find(path, len(node.arguments))
        if declaration is not None:
            arguments = tuple(self.type_of_name(each) for each in node.arguments)
            return make(declaration, arguments)
        first = path.split(".")[0]
        if not is_namespace(first) or is_namespace(path) or find(path.rpartition(".")[0]) is not None:
            return None
        if is_namespace(path.rpartition(".")[0]):
            self.declaration_of(path, len(node.arguments), node)
        return None

    def _call(self, node: tree.Call) -> Bound:
        self._called = node.target
        target = self.expression_or_group(node.target)
        if isinstance(target, ClrType):
            self.fail("AIM201", f"'{target.display}' is a type; write new {target.display}(…) to make one", node)
        args = self.bind_arguments(node.arguments)
        if isinstance(target, MethodGroup):
            place = node.target if isinstance(node.target, tree.Name) else node
            return self.call_group(target, args, tree.Node(place.start, node.end))
        return self.call_delegate(target, args, node)

    def _index(self, node: tree.Index) -> Bound:
        target = self.value(node.target)
        return self.index(target, self.bind_arguments(node.arguments), node)

    def _safe(self, node: tree.SafeAccess) -> Bound:
        target = self.value(node.target)
        if target.type is UNKNOWN:
            self._safe_targets.append(target)
            self.expression(node.access)
            self._safe_targets.pop()
            return Const(UNKNOWN, None)
        if not target.type.accepts_null or target.type is NULL:
            shown = target.type.display
            self.fail("AIM201", f"operator '?' cannot be applied to operand of type '{shown}'", node.target)
        bare = target.type.element if target.type.kind == "nullable" else target.type
        symbol = self.temporary(bare)
        self._safe_targets.append(Local(symbol, may_be_null=False))
        access = self.expression(node.access)
        self._safe_targets.pop()
        if access.type is VOID:
            return Safe(VOID, target, symbol, access)
        type_ = access.type
        if type_.is_value and type_.kind != "nullable":
            type_ = nullable_of(type_)
            access = convert(access, type_) or access
        return Safe(type_, target, symbol, access)

    # --- operators ----------------------------------------------------------------------------------------------

    def _unary(self, node: tree.Unary) -> Bound:
        if node.operator in ("++", "--"):
            return self.step(node.operand, node.operator, node, is_postfix=False)
        if node.operator == "-" and isinstance(node.operand, tree.Literal):
            smallest = self._smallest(node.operand)
            if smallest is not None:
                return smallest
        return self.unary_of(node.operator, self.value(node.operand), node)

    def _smallest(self, literal: tree.Literal) -> Bound | None:
        """`-2147483648` is an Int32, though 2147483648 is none."""
        if literal.type_name == "System.UInt32" and literal.value == 2**31:
            return Const(resolve("int"), -(2**31))
        if literal.type_name == "System.UInt64" and literal.value == 2**63:
            return Const(resolve("long"), -(2**63))
        return None

    def _binary(self, node: tree.Binary) -> Bound:
        operator = node.operator
        if operator in ("&&", "||"):
            return self._logical(node)
        if operator == "??":
            left = self.value(node.left)
            return self.coalesce(left, self._operand_or_throw(node.right, left.type), node)
        if operator == "+":
            return self._chain(node)
        return self.binary_of(operator, self.value(node.left), self.value(node.right), node)

    def _chain(self, node: tree.Binary) -> Bound:
        """Bind `a + b + c …` without recursing once for each operand."""
        links: list[tree.Binary] = []
        first: tree.Expression = node
        while isinstance(first, tree.Binary) and first.operator == "+":
            links.append(first)
            first = first.left
        bound = self.value(first)
        for link in reversed(links):
            bound = self.binary_of("+", bound, self.value(link.right), link)
        return bound

    def _operand_or_throw(self, node: tree.Expression, type_: ClrType) -> Bound:
        if isinstance(node, tree.ThrowExpression):
            thrown = self._throw(node)
            return retype(thrown, type_.element if type_.kind == "nullable" else type_)
        return self.value(node)

    def _logical(self, node: tree.Binary) -> Bound:
        boolean = resolve("bool")
        left, right = self.value(node.left), self.value(node.right)
        if UNKNOWN in (left.type, right.type):
            return Op(boolean, "{unresolved}({0}, {1})", left, right, names={"unresolved": semantics.unresolved})
        first, second = convert(left, boolean), convert(right, boolean)
        if first is None or second is None:
            shown = (node.operator, left.type.display, right.type.display)
            message = "operator '{}' cannot be applied to operands of type '{}' and '{}'".format(*shown)
            self.fail("AIM201", message, node, "compare a bool? with true" if "bool?" in shown else None)
        if isinstance(first, Const) and isinstance(second, Const):
            both = first.value and second.value
            return Const(boolean, bool(both if node.operator == "&&" else first.value or second.value))
        word = "and" if node.operator == "&&" else "or"
        return Op(boolean, "({0} " + word + " {1})", first, second, may_be_null=False)

    def _conditional(self, node: tree.Conditional) -> Bound:
        condition = self.condition(node.condition)
        if isinstance(node.yes, tree.ThrowExpression):
            no = self.value(node.no)
            return self.choose(condition, self._operand_or_throw(node.yes, no.type), no, node)
        yes = self.value(node.yes)
        return self.choose(condition, yes, self._operand_or_throw(node.no, yes.type), node)

    def _cast(self, node: tree.Cast) -> Bound:
        type_ = self.type_of_name(node.type)
        if isinstance(node.operand, tree.Lambda):
            return self.fit(Arg(node.operand, lambda_=node.operand), type_)
        value = self.value(node.operand)
        if isinstance(value, Const) and not self.is_checked and self._overflows(value, type_):
            if not self.is_unchecked:
                message = f"constant value '{value.value}' cannot be converted to a '{type_.display}'"
                self.fail("AIM201", f"{message} (use 'unchecked' syntax to override)", node)
            if isinstance(value.value, float):  # unspecified; the compiler makes it zero
                return Const(type_, default_of(type_))
        result = cast(value, type_, is_checked=self.is_checked)
        if result is None:
            message = f"cannot convert type '{value.type.display}' to '{type_.display}'"
            help_ = None
            if type_.name == "System.String":
                help_ = "call ToString()"
            elif value.type.name == "System.String":
                help_ = f"call {type_.display}.Parse(…) or Convert.To…(…)"
            self.fail("AIM201", message, node, help_)
        return result

    def _overflows(self, value: Const, type_: ClrType) -> bool:
        from apim_ai.expression.library.arithmetic import RANGES  # noqa: PLC0415 - constants only

        if type_.name not in RANGES or value.type.name not in NUMERIC:
            return False
        low, high = RANGES[type_.name]
        number = ord(value.value) if isinstance(value.value, str) else value.value
        return isinstance(number, (int, float)) and not low - 1 < number < high + 1

    def _as(self, node: tree.As) -> Bound:
        return self.as_type(self.value(node.operand), self.type_of_name(node.type), node)

    def _is(self, node: tree.Is) -> Bound:
        return self.pattern(self.value(node.operand), node.pattern)

    def pattern(self, value: Bound, pattern: tree.Pattern) -> Bound:
        """Bind the test of a value against a pattern."""
        self.declares_late = self.declares_late or pattern.name is not None
        boolean = resolve("bool")
        if pattern.is_var:
            if pattern.name is None:
                return Op(boolean, ALWAYS, value, may_be_null=False)
            symbol = self.declare(pattern.name, value.type, pattern)
            return Op(boolean, ALWAYS, self.store(symbol, value), may_be_null=False)
        if pattern.value is not None and pattern.type is not None:
            found = self.expression_or_group(pattern.value)
            if isinstance(found, Bound):
                return self._constant_pattern(value, found, pattern)
            return self.is_pattern(value, self.type_of_name(pattern.type), None, pattern)
        if pattern.value is not None:
            return self._constant_pattern(value, self.value(pattern.value), pattern)
        if pattern.type is None:
            raise TypeError(pattern)
        return self.is_pattern(value, self.type_of_name(pattern.type), pattern.name, pattern)

    def _constant_pattern(self, value: Bound, constant: Bound, node: tree.Node) -> Bound:
        boolean = resolve("bool")
        if UNKNOWN in (value.type, constant.type):
            return Op(boolean, "{0}", value)
        if not isinstance(constant, Const):
            self.fail("AIM201", "a constant value is expected", node)
        if value.type is NULL:
            self.fail("AIM201", "invalid operand for pattern match; value required, but found '<null>'", node)
        if constant.type is NULL and not value.type.accepts_null:
            shown = value.type.display
            self.fail("AIM201", f"cannot convert null to '{shown}' because it is a non-nullable value type", node)
        if constant.type is NULL:
            return Op(boolean, "({0} is None)", value, may_be_null=False)
        if value.type.name == "System.Object" or value.type.kind == "interface":
            return Call(boolean, semantics_equals, to_boxed(value), to_boxed(constant), may_be_null=False)
        converted = convert(constant, value.type)
        if converted is None:
            self.cannot_convert(constant.type.display, value.type, node)
        return self.binary_of("==", value, converted, node)

    # --- the rest -----------------------------------------------------------------------------------------------

    def _interpolated(self, node: tree.Interpolated) -> Bound:
        text = resolve("string")
        pieces: list[Bound] = []
        for part in node.parts:
            pieces.append(Const(text, part) if isinstance(part, str) else self._hole(part))  # noqa: PERF401 - reads better
        if not pieces:
            return Const(text, "")
        if len(pieces) == 1:
            return Op(text, "{0}", pieces[0], may_be_null=False)  # never a constant of C# 7
        inside = " + ".join(f"{{{index}}}" for index in range(len(pieces)))
        return Op(text, f"({inside})", *pieces, may_be_null=False)

    def _hole(self, part: tree.HolePart) -> Bound:
        value = self.value(part.value)
        if value.type is UNKNOWN:
            return Const(resolve("string"), "")
        if part.alignment is None and part.format is None:
            return self.as_text(value)
        width = Const(resolve("int"), 0)
        if part.alignment is not None:
            bound = convert(self.value(part.alignment), resolve("int"))
            if not isinstance(bound, Const):
                self.fail("AIM201", "a constant value is expected", part.alignment)
            width = bound
        shape = Const(resolve("string"), part.format)
        settings = Const(resolve("object"), self.settings)
        return Call(
            resolve("string"), formatting.format_item, to_boxed(value), width, shape, settings, may_be_null=False
        )

    def _typeof(self, node: tree.TypeOf) -> Bound:
        type_ = self.type_of_name(node.type)
        self.warn("AIM204", "type 'System.Type' is not on the list of types that policy expressions may use", node)
        return Const(resolve("System.Type"), type_)

    def _nameof(self, node: tree.NameOf) -> Bound:
        operand = node.operand
        if not isinstance(operand, (tree.Name, tree.Member)):
            self.fail("AIM201", "expression does not have a name", operand)
        path = _path(operand)
        if path is None or not is_namespace(path):
            self.expression_or_group(operand)
        return Const(resolve("string"), operand.name)

    def _default(self, node: tree.Default) -> Bound:
        if node.type is None:
            return DefaultLiteral(NULL, None)
        type_ = self.type_of_name(node.type)
        return Const(type_, default_of(type_))

    def _throw(self, node: tree.ThrowExpression) -> Bound:
        value = self.exception(node.operand)
        return Op(NULL, "{throw}({0})", value, names={"throw": _throw})

    def exception(self, node: tree.Expression) -> Bound:
        """Bind the operand of a throw."""
        value = self.value(node)
        converted = convert(value, resolve("System.Exception"))
        if converted is None:
            self.fail("AIM201", "the type caught or thrown must be derived from System.Exception", node)
        return guard(converted)

    def _checked(self, node: tree.Checked) -> Bound:
        outer = self.is_checked, self.is_unchecked
        self.is_checked, self.is_unchecked = node.is_checked, not node.is_checked
        try:
            return self.expression(node.operand)
        finally:
            self.is_checked, self.is_unchecked = outer

    def _lone_lambda(self, node: tree.Lambda) -> Bound:
        self.fail(
            "AIM201",
            "cannot assign a lambda expression to an implicitly-typed variable",
            node,
            "write its type, such as Func<int, int>",
        )

    def _lone_initializer(self, node: tree.ArrayInitializer) -> Bound:
        self.fail("AIM201", "can only use array initializer expressions to assign to array types", node)

    def _lone_out(self, node: tree.OutVariable) -> Bound:
        self.fail("AIM201", "a declaration is not allowed in this context", node)

    _BINDERS: ClassVar[dict[type, Callable[..., Bound | MethodGroup | ClrType]]] = {
        tree.Literal: _literal,
        tree.NamedValue: _named_value,
        tree.Name: _name,
        tree.TypeExpression: _type_expression,
        tree.SafeTarget: _safe_target,
        tree.Member: _member,
        tree.Call: _call,
        tree.Index: _index,
        tree.SafeAccess: _safe,
        tree.Unary: _unary,
        tree.Postfix: CreationBinder.postfix,
        tree.Binary: _binary,
        tree.Assign: CreationBinder.assign,
        tree.Conditional: _conditional,
        tree.Cast: _cast,
        tree.As: _as,
        tree.Is: _is,
        tree.Interpolated: _interpolated,
        tree.Lambda: _lone_lambda,
        tree.New: CreationBinder.new,
        tree.NewArray: CreationBinder.new_array,
        tree.ArrayInitializer: _lone_initializer,
        tree.AnonymousObject: CreationBinder.anonymous_object,
        tree.TypeOf: _typeof,
        tree.NameOf: _nameof,
        tree.Default: _default,
        tree.ThrowExpression: _throw,
        tree.Checked: _checked,
        tree.OutVariable: _lone_out,
    }


def _throw(error: BaseException) -> None:
    raise error


def _head(node: tree.Expression) -> str | None:
    """Return the name that a chain of members begins with, or None where it begins with something else."""
    while isinstance(node, tree.Member):
        node = node.target
    return node.name if isinstance(node, tree.Name) else None


def _path(node: tree.Expression) -> str | None:
    """Return the dotted name that a node is, or None."""
    if isinstance(node, tree.Name):
        return None if node.arguments else node.name
    if isinstance(node, tree.Member):
        head = _path(node.target)
        return None if head is None else f"{head}.{node.name}"
    return None


def semantics_equals(value: object, constant: object) -> bool:
    """Compare boxed values as `object.Equals` does."""
    return type(value) is type(constant) and value == constant
