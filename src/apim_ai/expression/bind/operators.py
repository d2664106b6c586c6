"""Operators: arithmetic with promotion and lifting, comparison, logic, concatenation, `??`, `is`, `as`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.bind import numeric
from apim_ai.expression.bind.bound import ALWAYS, Bound, Call, Const, DefaultLiteral, Local, Op, Store
from apim_ai.expression.bind.calls import CallBinder
from apim_ai.expression.bind.conversions import cast, convert, has_implicit, inline_conversion, retype, to_boxed
from apim_ai.expression.bind.folding import fold_binary, fold_unary
from apim_ai.expression.bind.inference import common_type
from apim_ai.expression.library import semantics
from apim_ai.expression.library.relations import caster, is_assignable, tester
from apim_ai.expression.types import NULL, UNKNOWN, VOID, ClrType, nullable_of, resolve

if TYPE_CHECKING:
    from apim_ai.expression.signatures import Signature
    from apim_ai.expression.syntax import tree

__all__ = ["OperatorBinder"]

_COMPARISONS = frozenset(["<", ">", "<=", ">="])
_EQUALITIES = frozenset(["==", "!="])
_OF_TWO_NULLS = frozenset(["-", "*", "/", "%", "<<", ">>", "<", ">", "<=", ">="])
_BITWISE = frozenset(["&", "|", "^"])
_LOGICAL = {"&": "({0} & {1})", "|": "({0} | {1})", "^": "({0} ^ {1})", "==": "({0} is {1})", "!=": "({0} is not {1})"}


class OperatorBinder(CallBinder):
    """The part of the binder that knows operators."""

    def binary_of(self, operator: str, left: Bound, right: Bound, node: tree.Node) -> Bound:
        """Return `left operator right`."""
        if UNKNOWN in (left.type, right.type):
            type_ = resolve("bool") if operator in _COMPARISONS | _EQUALITIES else UNKNOWN
            return Op(type_, "{unresolved}({0}, {1})", left, right, names={"unresolved": semantics.unresolved})
        if VOID in (left.type, right.type):
            self._bad_operands(operator, left, right, node)
        if operator not in _EQUALITIES and (isinstance(left, DefaultLiteral) or isinstance(right, DefaultLiteral)):
            self.fail("AIM201", f"operator '{operator}' cannot be applied to operand 'default'", node)
        left, right = self._typed_default(left, right), self._typed_default(right, left)
        result = self._user_operator(operator, left, right) or self._concatenation(operator, left, right)
        result = result or self._numeric(operator, left, right, node) or self._by_kind(operator, left, right)
        result = result or self._delegates(operator, left, right) or self._beside_null(operator, left, right)
        if result is None:
            self._bad_operands(operator, left, right, node)
        return result

    def _typed_default(self, value: Bound, other: Bound) -> Bound:
        """Give a lone `default` the type of the other operand."""
        return (convert(value, other.type) or value) if isinstance(value, DefaultLiteral) else value

    def _bad_operands(self, operator: str, left: Bound, right: Bound, node: tree.Node) -> NoReturn:
        shown = [each.type.display if each.type is not NULL else "<null>" for each in (left, right)]
        message = f"operator '{operator}' cannot be applied to operands of type '{shown[0]}' and '{shown[1]}'"
        help_ = None
        if "string[]" in shown:
            help_ = "a header has several values: use GetValueOrDefault(name, default), which joins them"
        elif "object" in shown:
            help_ = "cast the object to its type first"
        elif "JToken" in shown:
            help_ = "cast the token first, such as (string)token"
        self.fail("AIM201", message, node, help_)

    # --- concatenation ------------------------------------------------------------------------------------------

    def _concatenation(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        text = resolve("string")
        if operator != "+" or text not in (left.type, right.type):
            return None
        return self._joined(left, right)

    def _beside_null(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        """Join a value and the literal null, which is taken for a text where nothing else fits."""
        if operator != "+" or (left.type is NULL) == (right.type is NULL):
            return None
        enum = _bare(right.type if left.type is NULL else left.type)
        if enum.kind == "enum":
            return Op(nullable_of(enum), "({0}, {1}, None)[2]", left, right)
        return self._joined(left, right)

    def _joined(self, left: Bound, right: Bound) -> Bound:
        text = resolve("string")
        if isinstance(left, Const) and isinstance(right, Const):
            first, second = self._constant_text(left), self._constant_text(right)
            if first is not None and second is not None:
                return Const(text, first + second)
        template = "({0} + {1})"
        names: dict[str, object] = {}
        if self.is_metered or self.loops:
            template = "{join}({0}, {1})"
            names["join"] = semantics.concatenate(self.settings.text_length)
        return Op(text, template, self.as_text(left), self.as_text(right), may_be_null=False, names=names)

    def _constant_text(self, value: Const) -> str | None:
        if value.value is None:
            return ""
        return value.value if isinstance(value.value, str) else None

    def as_text(self, value: Bound) -> Bound:
        """Return a value as concatenation sees it: null is the empty text."""
        text = resolve("string")
        if value.type is text:
            return Op(text, "({0} or '')", value, may_be_null=False) if value.may_be_null else value
        if value.type is NULL:
            return Const(text, "")
        if value.type.name in numeric.INTEGERS:
            return Op(text, "{0}" if value.type.name == "System.Char" else "str({0})", value, may_be_null=False)
        return Call(text, semantics.text_or_empty, to_boxed(value), Const(text, self.settings), may_be_null=False)

    # --- operators that types declare ---------------------------------------------------------------------------

    def _user_operator(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        found: list[Signature] = []
        for type_ in dict.fromkeys((left.type, right.type)):
            inner = type_.element if type_.kind == "nullable" else type_
            for ancestor in inner.ancestors():
                found.extend(ancestor.declaration.members().get("op " + operator, ()))
        for is_lifted in (False, True):
            for signature in dict.fromkeys(found):
                result = self._apply_user(signature, left, right, lifted=is_lifted)
                if result is not None:
                    return result
        return None

    def _apply_user(self, signature: Signature, left: Bound, right: Bound, *, lifted: bool) -> Bound | None:
        function = signature.function
        if function is None or len(signature.params) < 2:  # noqa: PLR2004 - a binary operator
            return None
        takes = [each.type for each in signature.params]
        if lifted:
            if not (takes[0].is_value and takes[1].is_value):
                return None
            takes = [nullable_of(each) for each in takes]
        first, second = convert(left, takes[0]), convert(right, takes[1])
        if first is None or second is None:
            return None
        if not lifted:
            return Call(signature.returns, function, first, second, may_be_null=False)
        return self._lift(signature.returns, signature.name[3:], "{f}({t}, {u})", first, second, {"f": function})

    # --- numbers ------------------------------------------------------------------------------------------------

    def _numeric(self, operator: str, left: Bound, right: Bound, node: tree.Node) -> Bound | None:
        first, second = _numeric_types(operator, left.type, right.type)
        if first.name not in numeric.NUMERIC or second.name not in numeric.NUMERIC:
            return None
        if operator in ("<<", ">>"):
            return self._shift(operator, left, right, node)
        promoted = self._constant_promotion(left, right) or numeric.promote(first.name, second.name)
        if promoted is None:
            return None
        if operator in _COMPARISONS or operator in _EQUALITIES:
            return self._compare(operator, left, right, promoted)
        return self._arithmetic(operator, left, right, promoted, node)

    def _arithmetic(self, operator: str, left: Bound, right: Bound, promoted: ClrType, node: tree.Node) -> Bound | None:
        made = numeric.arithmetic_template(operator, promoted.name, is_checked=self.is_checked)
        if made is None:
            return None
        template, names = made
        if "nullable" in (left.type.kind, right.type.kind) or NULL in (left.type, right.type):
            return self._lifted_arithmetic(promoted, template, names, left, right)
        first, second = convert(left, promoted), convert(right, promoted)
        if first is None or second is None:
            return None
        if isinstance(first, Const) and isinstance(second, Const):
            return self._fold(operator, promoted, first, second, node)
        return Op(promoted, template, first, second, may_be_null=False, names=names)

    def _constant_promotion(self, left: Bound, right: Bound) -> ClrType | None:
        """A positive Int32 constant goes with UInt32 and UInt64, as C# has it."""
        for mine, other in ((left, right), (right, left)):
            is_unsigned = _bare(other.type).name in ("System.UInt32", "System.UInt64")
            if isinstance(mine, Const) and is_unsigned and has_implicit(mine.type, _bare(other.type), mine):
                return _bare(other.type)
        return None

    def _fold(self, operator: str, type_: ClrType, left: Const, right: Const, node: tree.Node) -> Bound:
        value, problem = fold_binary(operator, type_, left.value, right.value, is_unchecked=self.is_unchecked)
        if problem is not None:
            self.fail("AIM201", problem, node)
        return Const(type_, value)

    def _shift(self, operator: str, left: Bound, right: Bound, node: tree.Node) -> Bound | None:
        name = "System.Int32" if left.type is NULL else numeric.promote_one(_bare(left.type).name)
        is_lifted = "nullable" in (left.type.kind, right.type.kind) or NULL in (left.type, right.type)
        type_ = resolve(name)
        count = convert(right, nullable_of(resolve("int")) if is_lifted else resolve("int"))
        value = convert(left, nullable_of(type_) if is_lifted else type_)
        if name not in numeric.INTEGERS or count is None or value is None:
            return None
        made = numeric.arithmetic_template(operator, name, is_checked=False)
        if made is None:
            return None
        if is_lifted:
            return self._lift(
                type_, operator, made[0].replace("{0}", "{t}").replace("{1}", "{u}"), value, count, made[1]
            )
        if isinstance(value, Const) and isinstance(count, Const):
            return self._fold(operator, type_, value, count, node)
        return Op(type_, made[0], value, count, may_be_null=False, names=made[1])

    def _lifted_arithmetic(
        self, promoted: ClrType, template: str, names: dict[str, object], left: Bound, right: Bound
    ) -> Bound | None:
        first, second = convert(left, nullable_of(promoted)), convert(right, nullable_of(promoted))
        if first is None or second is None:
            return None
        inner = template.replace("{0}", "{t}").replace("{1}", "{u}")
        code = "(None if (({t} := {0}) is None) | (({u} := {1}) is None) else " + inner + ")"
        return Op(nullable_of(promoted), code, first, second, names=names)

    def _lift(
        self, returns: ClrType, operator: str, inner: str, left: Bound, right: Bound, names: dict[str, object]
    ) -> Bound:
        if returns is resolve("bool"):
            none = {"==": "({t} is {u})", "!=": "({t} is not {u})"}.get(operator, "False")
            code = "(" + none + " if (({t} := {0}) is None) | (({u} := {1}) is None) else " + inner + ")"
            return Op(returns, code, left, right, may_be_null=False, names=names)
        code = "(None if (({t} := {0}) is None) | (({u} := {1}) is None) else " + inner + ")"
        return Op(nullable_of(returns), code, left, right, names=names)

    def _compare(self, operator: str, left: Bound, right: Bound, promoted: ClrType) -> Bound | None:
        boolean = resolve("bool")
        char = resolve("char")
        if left.type is char and right.type is char:
            promoted = char  # both as text of one character: the same order, and no call of ord()
        if "nullable" in (left.type.kind, right.type.kind) or NULL in (left.type, right.type):
            first, second = convert(left, nullable_of(promoted)), convert(right, nullable_of(promoted))
            if first is None or second is None:
                return None
            return self._lift(boolean, operator, "{t} " + operator + " {u}", first, second, {})
        first, second = convert(left, promoted), convert(right, promoted)
        if first is None or second is None:
            return None
        if isinstance(first, Const) and isinstance(second, Const):
            return Const(boolean, fold_binary(operator, promoted, first.value, second.value)[0])
        return Op(boolean, "({0} " + operator + " {1})", first, second, may_be_null=False)

    # --- the other kinds ----------------------------------------------------------------------------------------

    def _by_kind(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        boolean = resolve("bool")
        if left.type is boolean and right.type is boolean:
            return self._boolean(operator, left, right)
        if "enum" in (_bare(left.type).kind, _bare(right.type).kind):
            return self._enum(operator, left, right)
        if _bare(left.type) is boolean and _bare(right.type) is boolean:
            return self._lifted_boolean(operator, left, right)
        if operator in _BITWISE and NULL in (left.type, right.type) and left.type is not right.type:
            return self._lifted_boolean(operator, left, right)
        if operator not in _EQUALITIES:
            return None
        if boolean in (left.type, right.type) and NULL in (left.type, right.type):
            return self._lifted_boolean(operator, left, right)  # never equal: a warning of the C# compiler, no error
        if left.type is NULL or right.type is NULL:
            return self._null_test(operator, left, right)
        return self._references(operator, left, right)

    def _delegates(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        if left.type.kind != "delegate" or operator not in ("+", "-"):
            return None
        second = convert(right, left.type)
        function = semantics.combine if operator == "+" else semantics.remove
        return None if second is None else Call(left.type, function, left, second)

    def _boolean(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        if operator not in _LOGICAL:
            return None
        if isinstance(left, Const) and isinstance(right, Const):
            return Const(left.type, fold_binary(operator, left.type, left.value, right.value)[0])
        return Op(left.type, _LOGICAL[operator], left, right, may_be_null=False)

    def _lifted_boolean(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        lifted = nullable_of(resolve("bool"))
        first, second = convert(left, lifted), convert(right, lifted)
        if first is None or second is None:
            return None
        if operator in _EQUALITIES:
            return Op(resolve("bool"), _LOGICAL[operator], first, second, may_be_null=False)
        if operator in ("&", "|"):
            function = semantics.three_valued_and if operator == "&" else semantics.three_valued_or
            return Call(lifted, function, first, second)
        return self._lift(resolve("bool?"), operator, "({t} ^ {u})", first, second, {}) if operator == "^" else None

    def _enum(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        type_ = _bare(left.type) if _bare(left.type).kind == "enum" else _bare(right.type)
        is_lifted = "nullable" in (left.type.kind, right.type.kind) or NULL in (left.type, right.type)
        if operator in ("+", "-") and _bare(left.type) is not _bare(right.type) and NULL not in (left.type, right.type):
            return self._enum_offset(operator, left, right, lifted=is_lifted)
        taken = nullable_of(type_) if is_lifted else type_
        first, second = convert(left, taken), convert(right, taken)
        if first is None or second is None:
            return None
        return (
            self._lifted_enums(operator, type_, first, second)
            if is_lifted
            else self._enums(operator, type_, first, second)
        )

    def _lifted_enums(self, operator: str, type_: ClrType, first: Bound, second: Bound) -> Bound | None:
        if operator not in _EQUALITIES | _COMPARISONS | _BITWISE | {"-"}:
            return None
        returns = resolve("int") if operator == "-" else type_
        returns = resolve("bool") if operator in _EQUALITIES | _COMPARISONS else returns
        return self._lift(returns, operator, "({t} " + operator + " {u})", first, second, {})

    def _enums(self, operator: str, type_: ClrType, first: Bound, second: Bound) -> Bound | None:
        if operator in _EQUALITIES | _COMPARISONS:
            return Op(resolve("bool"), "({0} " + operator + " {1})", first, second, may_be_null=False)
        if operator == "-":
            return Op(resolve("int"), "({0} - {1})", first, second, may_be_null=False)
        if operator in _BITWISE:
            if isinstance(first, Const) and isinstance(second, Const):
                return Const(type_, fold_binary(operator, resolve("int"), first.value, second.value)[0])
            return Op(type_, "({0} " + operator + " {1})", first, second, may_be_null=False)
        return None

    def _enum_offset(self, operator: str, left: Bound, right: Bound, *, lifted: bool) -> Bound | None:
        """Return an enum's value so many numbers on."""
        is_first = _bare(left.type).kind == "enum"
        value, count = (left, right) if is_first else (right, left)
        offset = convert(count, nullable_of(resolve("int")) if lifted else resolve("int"))
        if offset is None or (operator == "-" and not is_first):
            return None
        if lifted:
            return self._lift(_bare(value.type), operator, "({t} " + operator + " {u})", value, offset, {})
        if isinstance(value, Const) and isinstance(offset, Const):
            return Const(value.type, fold_binary(operator, resolve("int"), value.value, offset.value)[0])
        return Op(value.type, "({0} " + operator + " {1})", value, offset, may_be_null=False)

    def _null_test(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        value = left if right.type is NULL else right
        if not value.type.accepts_null and value.type is not NULL:
            return None
        code = "({0} is None)" if operator == "==" else "({0} is not None)"
        if value.type is NULL:
            return Const(resolve("bool"), operator == "==")
        return Op(resolve("bool"), code, value, may_be_null=False)

    def _references(self, operator: str, left: Bound, right: Bound) -> Bound | None:
        text = resolve("string")
        if left.type is text and right.type is text:
            if isinstance(left, Const) and isinstance(right, Const):
                return Const(resolve("bool"), (left.value == right.value) == (operator == "=="))
            return Op(resolve("bool"), "({0} " + operator + " {1})", left, right, may_be_null=False)
        if left.type.is_value or right.type.is_value:
            return None
        if not self._may_be_same(left.type, right.type):
            return None
        if isinstance(left, Const) and isinstance(right, Const) and left.value is not None:
            # constants of text are one object, and so is a type
            is_same = isinstance(left.value, (str, ClrType)) and left.value == right.value
            return Const(resolve("bool"), is_same == (operator == "=="))
        function = semantics.same_reference if operator == "==" else semantics.other_reference
        return Call(resolve("bool"), function, left, right, may_be_null=False)

    def _may_be_same(self, left: ClrType, right: ClrType) -> bool:
        if is_assignable(left, right) or is_assignable(right, left):
            return True
        is_sealed = "System.String" in (left.name, right.name) or "delegate" in (left.kind, right.kind)
        return "interface" in (left.kind, right.kind) and not is_sealed

    # --- unary --------------------------------------------------------------------------------------------------

    def unary_of(self, operator: str, value: Bound, node: tree.Node) -> Bound:
        """Return `operator value` for `+ - ! ~`."""
        if value.type is UNKNOWN:
            return Op(UNKNOWN, "{0}", value)
        result = self._not(value) if operator == "!" else self._sign(operator, value, node)
        if result is None:
            self.fail(
                "AIM201", f"operator '{operator}' cannot be applied to operand of type '{value.type.display}'", node
            )
        return result

    def _not(self, value: Bound) -> Bound | None:
        boolean = resolve("bool")
        if isinstance(value, Const) and value.type is boolean:
            return Const(boolean, not value.value)
        if value.type is boolean:
            return Op(boolean, "(not {0})", value, may_be_null=False)
        if _bare(value.type) is boolean:
            return Op(value.type, "(None if ({t} := {0}) is None else not {t})", value)
        return None

    def _sign(self, operator: str, value: Bound, node: tree.Node) -> Bound | None:
        bare = _bare(value.type)
        if bare.kind == "enum" and operator == "~":
            return Op(value.type, "(None if ({t} := {0}) is None else ~{t})", value, may_be_null=value.may_be_null)
        if bare.name not in numeric.NUMERIC:
            return self._user_sign(operator, value, bare)
        type_ = resolve(numeric.promote_one(bare.name))
        if operator == "-" and type_.name == "System.UInt32":
            type_ = resolve("long")
        if (operator == "-" and type_.name == "System.UInt64") or (
            operator == "~" and type_.name not in numeric.INTEGERS
        ):
            return None
        if value.type.kind == "nullable":
            return self._lifted_sign(operator, value, type_, node)
        operand = convert(value, type_)
        if operand is None:
            return None
        if isinstance(operand, Const):
            folded, problem = fold_unary(operator, type_, operand.value, is_unchecked=self.is_unchecked)
            if problem is not None:
                self.fail("AIM201", problem, node)
            return Const(type_, folded)
        return self._sign_op(operator, type_, operand)

    def _user_sign(self, operator: str, value: Bound, bare: ClrType) -> Bound | None:
        for ancestor in bare.ancestors():
            for each in ancestor.declaration.members().get("op " + operator, ()):
                if len(each.params) != 1 or each.function is None:
                    continue
                if convert(value, each.params[0].type):
                    return Call(each.returns, each.function, value, may_be_null=False)
                if value.type.kind == "nullable" and each.params[0].type is bare:
                    code = "(None if ({t} := {0}) is None else {f}({t}))"
                    return Op(nullable_of(each.returns), code, value, names={"f": each.function})
        return None

    def _lifted_sign(self, operator: str, value: Bound, type_: ClrType, node: tree.Node) -> Bound | None:
        inner = self._sign(operator, Op(type_, "{t}", may_be_null=False), node)
        converted = convert(value, nullable_of(type_))
        if not isinstance(inner, Op) or converted is None:
            return None
        code = "(None if ({t} := {0}) is None else " + inner.template.replace("{0}", "{t}") + ")"
        return Op(nullable_of(type_), code, converted, names=inner.names)

    def _sign_op(self, operator: str, type_: ClrType, operand: Bound) -> Bound:
        if operator == "+":
            return operand
        if operator == "~":
            low, high = numeric.arithmetic.RANGES[type_.name]
            return Op(type_, numeric.wrap_template("~{0}", low, high), operand, may_be_null=False)
        made = None
        if type_.name in numeric.INTEGERS:
            made = numeric.arithmetic_template("-", type_.name, is_checked=self.is_checked)
            return Op(
                type_,
                made[0].replace("{1}", "{0}").replace("{0} -", "0 -") if made else "",
                operand,
                may_be_null=False,
                names=made[1] if made else {},
            )
        if type_.name == "System.Decimal":  # Python's own minus would round to 28 digits
            return Op(type_, "(({t} := {0}) and {t}.copy_negate())", operand, may_be_null=False)
        code = "{0}.copy_negate()" if type_.name == "System.Decimal" else "(-{0})"
        return Op(type_, code, operand, may_be_null=False)

    # --- ??, ?:, is, as -----------------------------------------------------------------------------------------

    def coalesce(self, left: Bound, right: Bound, node: tree.Node) -> Bound:
        """Return `left ?? right`."""
        if UNKNOWN in (left.type, right.type):
            return Op(UNKNOWN, "{unresolved}({0}, {1})", left, right, names={"unresolved": semantics.unresolved})
        code = "({t} if ({t} := {0}) is not None else {1})"
        if left.type is NULL and right.type is not NULL and right.type.accepts_null:
            return right
        if left.type is NULL or not left.type.accepts_null:
            self._bad_operands("??", left, right, node)
        if left.type.kind == "nullable":
            inner = convert(right, left.type.element)
            if inner is not None:
                return Op(left.type.element, code, left, inner, may_be_null=False)
        converted = convert(right, left.type)
        if converted is not None:
            return Op(left.type, code, left, converted, may_be_null=converted.may_be_null)
        bare = _bare(left.type)
        hole = convert(Op(bare, "{t}", may_be_null=False), right.type)
        if hole is None:
            self._bad_operands("??", left, right, node)
        kept = inline_conversion(hole)
        code = "(" + kept[0] + " if ({t} := {0}) is not None else {1})"
        return Op(right.type, code, left, right, may_be_null=right.may_be_null, names=kept[1])

    def choose(self, condition: Bound, yes: Bound, no: Bound, node: tree.Node) -> Bound:
        """Return `condition ? yes : no`."""
        type_ = self._choice_type(yes, no)
        if type_ is None:
            shown = [each.type.display if each.type is not NULL else "<null>" for each in (yes, no)]
            message = (
                "type of conditional expression cannot be determined because there is no implicit conversion between "
                f"'{shown[0]}' and '{shown[1]}'"
            )
            self.fail("AIM201", message, node)
        first, second = convert(yes, type_), convert(no, type_)
        if first is None or second is None:
            return Const(UNKNOWN, None)
        if isinstance(condition, Const) and isinstance(first, Const) and isinstance(second, Const):
            return first if condition.value else second
        may_be_null = first.may_be_null or second.may_be_null
        return Op(type_, "({1} if {0} else {2})", condition, first, second, may_be_null=may_be_null)

    def _choice_type(self, yes: Bound, no: Bound) -> ClrType | None:
        """Return the type of both branches: by their types first, then by what a constant in one of them fits."""
        if isinstance(yes, DefaultLiteral) or isinstance(no, DefaultLiteral):
            return no.type if isinstance(yes, DefaultLiteral) else yes.type
        found = common_type([yes.type, no.type])
        if found is not None:
            return found
        for mine, other in ((yes, no), (no, yes)):
            if mine.type not in (NULL, VOID) and has_implicit(other.type, mine.type, other):
                return mine.type
        return None

    def is_type(self, value: Bound, type_: ClrType) -> Bound:
        """Return `value is type`."""
        boolean = resolve("bool")
        if value.type is UNKNOWN:
            return Op(boolean, "{0}", value)
        bare = type_.element if type_.kind == "nullable" else type_
        if value.type.is_value:
            if is_assignable(_bare(value.type), bare):
                return (
                    Op(boolean, "({0} is not None)", value, may_be_null=False)
                    if value.may_be_null
                    else Op(boolean, ALWAYS, value, may_be_null=False)
                )
            return Op(boolean, "({0}, False)[1]", value, may_be_null=False)
        return Call(boolean, tester(bare), to_boxed(value), may_be_null=False)

    def is_pattern(self, value: Bound, type_: ClrType, name: str | None, node: tree.Node) -> Bound:
        """Return `value is type name`: tests, and stores the value in the new variable."""
        if type_.kind == "nullable" and name is None:
            type_ = type_.element
        if type_.kind == "nullable":
            message = f"it is not legal to use nullable type '{type_.display}' in a pattern"
            self.fail("AIM201", message, node, f"write {type_.element.display}")
        if name is None:
            return self.is_type(value, type_)
        symbol = self.declare(name, type_, node)
        if value.type is UNKNOWN:
            return Op(resolve("bool"), "{0}", value)
        holder = self.temporary(resolve("object"))
        boxed = to_boxed(value)
        unboxed = Call(type_, caster(type_), Local(holder), may_be_null=False)
        test = Call(resolve("bool"), tester(type_), Store(holder, boxed))
        code = "({0} and ({1}, True)[1])"
        return Op(resolve("bool"), code, test, Store(symbol, unboxed), may_be_null=False)

    def as_type(self, value: Bound, type_: ClrType, node: tree.Node) -> Bound:
        """Return `value as type`."""
        if type_.is_value and type_.kind != "nullable":
            message = f"the as operator must be used with a reference type or nullable type ('{type_.display}' is a non-nullable value type)"
            self.fail("AIM201", message, node)
        if value.type is UNKNOWN:
            return retype(value, type_)
        direct = convert(value, type_) if is_assignable(value.type, type_) or value.type is NULL else None
        if direct is not None:
            return direct
        if cast(value, type_) is None or (type_.name == "System.String" and value.type.name.startswith("Newtonsoft")):
            message = f"cannot convert type '{value.type.display}' to '{type_.display}' via a reference conversion, boxing conversion, unboxing conversion or null type conversion"
            self.fail("AIM201", message, node, f"write ({type_.display})…" if type_.name == "System.String" else None)
        names: dict[str, object] = {"test": tester(type_), "take": caster(type_)}
        code = "({take}({t}) if {test}({t} := {0}) else None)"
        return Op(type_, code, to_boxed(value), names=names)


def _numeric_types(operator: str, left: ClrType, right: ClrType) -> tuple[ClrType, ClrType]:
    """Return the types under the nullables; null takes the type of the other operand, and Int32 beside another null."""
    if left is right is NULL:
        type_ = resolve("int") if operator in _OF_TWO_NULLS else NULL
        return type_, type_
    first, second = _bare(left), _bare(right)
    return (second if left is NULL else first), (first if right is NULL else second)


def _bare(type_: ClrType) -> ClrType:
    return type_.element if type_.kind == "nullable" else type_
