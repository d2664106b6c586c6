"""Conversions between types, implicit and explicit, as new bound nodes."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from apim_ai.expression.bind import numeric
from apim_ai.expression.bind.bound import Bound, Call, Const, DefaultLiteral, Op
from apim_ai.expression.bind.defaults import default_of
from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.arithmetic import RANGES
from apim_ai.expression.library.enumeration import pairs_of
from apim_ai.expression.library.relations import boxer, caster, is_assignable
from apim_ai.expression.types import NULL, UNKNOWN, ClrType, resolve, substitute

if TYPE_CHECKING:
    from apim_ai.expression.signatures import Signature

__all__ = ["cast", "convert", "has_implicit", "inline_conversion", "retype", "to_boxed"]

_INT32, _INT64 = "System.Int32", "System.Int64"
_JOBJECT = "Newtonsoft.Json.Linq.JObject"


def has_implicit(source: ClrType, target: ClrType, value: Bound | None = None) -> bool:
    """Whether a type (or, with `value`, this constant) converts without a cast."""
    if source is target or source is UNKNOWN or target is UNKNOWN:
        return True
    if source is NULL:
        is_default = isinstance(value, DefaultLiteral) and target.kind != "void"
        return is_default or (target.accepts_null and target.kind != "parameter")
    if target.kind == "nullable":
        inner = source.element if source.kind == "nullable" else source
        return has_implicit(inner, target.element, value)
    if numeric.is_implicit(source.name, target.name):
        return True
    if isinstance(value, Const) and _constant_fits(value, target):
        return True
    if source.kind != "void" and is_assignable(source, target):
        return not (source.is_value and target.is_value)
    return _user_defined(source, target, "implicit") is not None


def _constant_fits(value: Const, target: ClrType) -> bool:
    if target.kind == "enum":
        return value.value == 0 and value.type.name in numeric.INTEGERS
    if value.type.name == _INT32 and target.name in RANGES and target.name != "System.Char":
        low, high = RANGES[target.name]
        return isinstance(value.value, int) and low <= value.value <= high
    if value.type.name == _INT64 and target.name == "System.UInt64":
        return isinstance(value.value, int) and value.value >= 0
    return False


def convert(value: Bound, target: ClrType) -> Bound | None:
    """Return the value implicitly converted, or None where C# has no implicit conversion."""
    source = value.type
    if source is target:
        return value
    if UNKNOWN in (source, target):
        return retype(value, target)
    if source is NULL:
        return _from_null(value, target)
    if isinstance(value, Const) and (target.kind == "enum" or target.name in RANGES) and _constant_fits(value, target):
        return Const(target, value.value)
    if target.kind == "nullable":
        return _to_nullable(value, target)
    if numeric.is_implicit(source.name, target.name):
        return _numeric(value, target)
    if source.kind != "void" and is_assignable(source, target) and not (source.is_value and target.is_value):
        return _by_reference(value, target)
    operator = _user_defined(source, target, "implicit")
    return None if operator is None else _apply_operator(operator, value, target)


def _from_null(value: Bound, target: ClrType) -> Bound | None:
    if isinstance(value, DefaultLiteral) and target.kind != "void":
        return Const(target, default_of(target))
    return Const(target, None) if target.accepts_null else None


def retype(value: Bound, target: ClrType) -> Bound:
    """Return the value unchanged under another static type."""
    if isinstance(value, Const) and value.type is not UNKNOWN:  # what is unknown is no constant of another type
        return Const(target, value.value)
    return Op(target, "{0}", value, may_be_null=value.may_be_null)


def _to_nullable(value: Bound, target: ClrType) -> Bound | None:
    source = value.type
    if source.kind == "nullable":
        if source is target:
            return value
        return _lifted(value, target, cast_it=False)
    inner = convert(value, target.element)
    return None if inner is None else Op(target, "{0}", inner, may_be_null=inner.may_be_null)


def _lifted(value: Bound, target: ClrType, *, cast_it: bool, is_checked: bool = False) -> Bound | None:
    """Convert what is under a nullable, leaving null alone."""
    hole = Op(value.type.element, "{t}", may_be_null=False)
    inner = cast(hole, target.element, is_checked=is_checked) if cast_it else convert(hole, target.element)
    if inner is None:
        return None
    if inner is hole:
        return Op(target, "{0}", value)
    template, names = inline_conversion(inner)
    return Op(target, "(None if ({t} := {0}) is None else " + template + ")", value, names=names)


def inline_conversion(node: Bound) -> tuple[str, dict[str, object]]:
    """Return a chain of conversions over `{t}` as one template."""
    if isinstance(node, Op):
        if not node.operands:
            return node.template, dict(node.names or {})
        inner, names = inline_conversion(node.operands[0])
        return node.template.replace("{0}", inner), {**(node.names or {}), **names}
    if isinstance(node, Call):
        inner, names = inline_conversion(node.operands[0])
        name = f"f{len(names)}_{node.function.__name__.strip('<>')}"
        return f"{{{name}}}({inner})", {name: node.function, **names}
    raise TypeError(node)


def _numeric(value: Bound, target: ClrType) -> Bound:
    template, names = numeric.widen_template(value.type.name, target.name)
    if isinstance(value, Const):
        return Const(target, _fold(template, names, value.value))
    return retype(value, target) if not template else Op(target, template, value, names=names)


def _fold(template: str, names: dict[str, object], value: object) -> object:
    if not template:
        return value
    code = template.format("value", **{name: name for name in names})
    return eval(code, {**names, "__builtins__": {"ord": ord, "chr": chr, "float": float}}, {"value": value})  # noqa: S307 - a template of this package


def to_boxed(value: Bound) -> Bound:
    """Return the value in its boxed form, typed as object."""
    return _by_reference(value, resolve("object"))


def _by_reference(value: Bound, target: ClrType) -> Bound:
    view = value.type.declaration.members().get("wrap") if value.type.declaration.name.startswith("Apim") else None
    if view:
        function = view[0].function
        return value if function is None else Call(target, function, value, may_be_null=False)
    if value.type.is_value and not target.is_value:
        make_boxed = boxer(value.type)
        if make_boxed is not None:
            return Call(target, make_boxed, value, may_be_null=value.may_be_null)
    if value.type.declaration.name == _JOBJECT and _is_pairs(target):
        return Call(target, pairs_of, value, may_be_null=value.may_be_null)
    return retype(value, target)


def _is_pairs(target: ClrType) -> bool:
    """Whether a type is `IEnumerable<KeyValuePair<…>>`, which a JObject has other elements for."""
    is_sequence = target.declaration.name == "System.Collections.Generic.IEnumerable`1"
    return is_sequence and target.arguments[0].declaration.name == "System.Collections.Generic.KeyValuePair`2"


# --- user-defined ----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def _user_defined(source: ClrType, target: ClrType, kind: str) -> Signature | None:
    if source.kind in ("interface", "lambda", "void") or target.kind == "interface":
        return None
    found: list[Signature] = []
    for type_ in (target, source):
        for ancestor in type_.ancestors() if type_.kind in ("class", "struct") else ():
            for operator in ancestor.declaration.members().get(kind, ()):
                if _operator_fits(operator, source, target, kind):
                    found.append(operator)  # noqa: PERF401 - reads better
            if found:
                return _most_specific(found, source, target)
    return None


def _operator_fits(operator: Signature, source: ClrType, target: ClrType, kind: str) -> bool:
    takes, gives = operator.params[0].type, operator.returns
    if kind == "implicit":
        return _encompasses(source, takes) and _encompasses(gives, target)
    return (_encompasses(source, takes) or _encompasses(takes, source)) and (
        _encompasses(gives, target) or _encompasses(target, gives)
    )


def _encompasses(source: ClrType, target: ClrType) -> bool:
    if source is target or numeric.is_implicit(source.name, target.name):
        return True
    if target.kind == "nullable":
        return _encompasses(source.element if source.kind == "nullable" else source, target.element)
    return not source.is_value and not target.is_value and target.kind != "interface" and is_assignable(source, target)


def _most_specific(found: list[Signature], source: ClrType, target: ClrType) -> Signature | None:
    exact = [each for each in found if each.params[0].type is source and each.returns is target]
    half = [each for each in found if each.params[0].type is source or each.returns is target]
    return (exact or half or found)[0]


def _apply_operator(operator: Signature, value: Bound, target: ClrType) -> Bound | None:
    takes = operator.params[0].type
    argument = convert(value, takes) or cast(value, takes)
    if argument is None or operator.function is None:
        return None
    gives = substitute(operator.returns, {})
    result = Call(gives, operator.function, argument, member=f"{operator.owner.name}.{operator.name}")
    return convert(result, target) or cast(result, target)


# --- explicit --------------------------------------------------------------------------------------------------------


def cast(value: Bound, target: ClrType, *, is_checked: bool = False) -> Bound | None:
    """Return the value explicitly converted, or None where C# has no such cast."""
    direct = convert(value, target)
    if direct is not None:
        return direct
    source = value.type
    if source.kind == "nullable" and target.kind == "nullable":
        return _lifted(value, target, cast_it=True, is_checked=is_checked)
    operator = _user_defined(source, target, "explicit")
    if operator is not None:
        return _apply_operator(operator, value, target)
    if target.kind == "nullable" and source.is_value:
        inner = cast(value, target.element, is_checked=is_checked)
        return None if inner is None else Op(target, "{0}", inner, may_be_null=False)
    if source.kind == "nullable":
        inner = Op(source.element, "{value_of}({0})", value, names={"value_of": _value_of})
        return cast(inner, target, is_checked=is_checked)
    numbers = _numeric_cast(value, target, is_checked=is_checked)
    if numbers is not None:
        return numbers
    return _downcast(value, target)


def _value_of(value: object) -> object:
    from apim_ai.expression.exceptions import invalid_operation  # noqa: PLC0415 - rare

    if value is None:
        invalid_operation("Nullable object must have a value.")
    return value


def _numeric_cast(value: Bound, target: ClrType, *, is_checked: bool) -> Bound | None:
    source_name = _INT32 if value.type.kind == "enum" else value.type.name
    target_name = _INT32 if target.kind == "enum" else target.name
    if source_name not in numeric.NUMERIC or target_name not in numeric.NUMERIC:
        return None
    if value.type.kind != "enum" and value.type.name == target_name and target.kind != "enum":
        return value
    template, names = numeric.cast_template(source_name, target_name, is_checked=is_checked)
    if isinstance(value, Const):
        try:
            return Const(target, _fold(template, names, value.value))
        except ClrException:  # a constant that the type cannot hold is an error of compilation
            return None
    return Op(target, template or "{0}", value, names=names, may_be_null=False)


def _downcast(value: Bound, target: ClrType) -> Bound | None:
    source = value.type
    if source.is_value or source.kind == "void" or target.kind in ("void", "parameter"):
        return None
    if target.is_value and not is_assignable(target, source):
        return None
    if not target.is_value and not _may_be(source, target):
        return None
    return Call(target, caster(target), value, member="cast", may_be_null=value.may_be_null)


def _may_be(source: ClrType, target: ClrType) -> bool:
    """Whether some value of one reference type may be of another."""
    if is_assignable(target, source) or is_assignable(source, target):
        return True
    if "array" in (source.kind, target.kind) and source.kind == target.kind:
        return not source.element.is_value and not target.element.is_value
    sealed = ("System.String",)
    if "interface" in (source.kind, target.kind):
        return source.name not in sealed and target.name not in sealed and "array" not in (source.kind, target.kind)
    return False
