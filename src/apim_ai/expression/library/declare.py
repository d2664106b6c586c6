"""How a library module declares types and members."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from apim_ai.expression.types import Declaration, Kind, RawMember, register

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apim_ai.expression.types import Allowed

__all__ = ["ClrDeclaration", "clr_class", "clr_enum", "clr_interface", "clr_static", "clr_struct"]

F = TypeVar("F", bound="Callable[..., object]")


class ClrDeclaration(Declaration):
    """A declaration that members can be added to."""

    __slots__ = ()

    def member(
        self,
        *texts: str,
        context: bool = False,
        settings: bool = False,
        typed: bool = False,
        on_null: bool = False,
        pure: bool = False,
    ) -> Callable[[F], F]:
        """Declare members that the decorated function carries out.

        Args:
            texts: C# signatures: `string Trim()`, `int Length`, `static …`, `(char c, int count)` for a constructor,
                `JToken this[string key]`, `T operator +(T a, T b)`, `implicit operator T(string s)`, `set …`.
            context: pass the `Context` first.
            settings: then pass the `ExpressionSettings`.
            typed: then pass the type arguments, the type's own first.
            on_null: the receiver may be null (an extension method).
            pure: the call may be folded when its arguments are constants.

        A function with `out` parameters returns a tuple: the result, then each of them.
        """
        names = {"context": context, "settings": settings, "typed": typed, "on_null": on_null, "pure": pure}
        flags = frozenset(name for name, holds in names.items() if holds)

        def add(function: F) -> F:
            for text in texts:
                self.add(RawMember(text, function, None, flags, None))
            return function

        return add

    def getter(self, text: str, function: Callable[[object], object]) -> None:
        """Declare a property or method without arguments by a function of one value, such as a lambda."""
        self.add(RawMember(text, function, None, frozenset(), None))

    def inline(self, text: str, code: str, *, on_null: bool = False) -> None:
        """Declare a member that is Python code: `{0}` is the receiver or first argument, and so on."""
        self.add(RawMember(text, None, code, frozenset(["on_null"]) if on_null else frozenset(), None))

    def constant(self, text: str, value: object) -> None:
        """Declare a constant or static read-only value, in its unboxed form."""
        self.add(RawMember(f"const {text}", None, None, frozenset(), value, is_constant=True))


def _declare(name: str, kind: Kind, options: Mapping[str, object]) -> ClrDeclaration:
    declaration = ClrDeclaration(name, kind, **options)  # type: ignore[arg-type]  # the callers' own typed keywords
    register(declaration)
    return declaration


def clr_class(
    name: str,
    *,
    parameters: tuple[str, ...] = (),
    base: str | None = "object",
    interfaces: tuple[str, ...] = (),
    python: tuple[type, ...] = (),
    allowed: Allowed = "all",
    shown: str | None = None,
) -> ClrDeclaration:
    """Declare a class."""
    options = {
        "parameters": parameters, "base": base, "interfaces": interfaces, "python": python, "allowed": allowed,
        "shown": shown,
    }  # fmt: skip
    return _declare(name, "class", options)


def clr_static(name: str, *, allowed: Allowed = "all") -> ClrDeclaration:
    """Declare a static class."""
    declaration = _declare(name, "class", {"base": "object", "allowed": allowed})
    declaration.is_static = True
    return declaration


def clr_struct(
    name: str,
    *,
    parameters: tuple[str, ...] = (),
    interfaces: tuple[str, ...] = (),
    python: tuple[type, ...] = (),
    allowed: Allowed = "all",
) -> ClrDeclaration:
    """Declare a value type."""
    options = {
        "parameters": parameters, "base": "System.ValueType", "interfaces": interfaces, "python": python,
        "allowed": allowed,
    }  # fmt: skip
    return _declare(name, "struct", options)


def clr_interface(
    name: str,
    *,
    parameters: tuple[str, ...] = (),
    interfaces: tuple[str, ...] = (),
    python: tuple[type, ...] = (),
    allowed: Allowed = "all",
    shown: str | None = None,
) -> ClrDeclaration:
    """Declare an interface."""
    options = {
        "parameters": parameters, "interfaces": interfaces, "python": python, "allowed": allowed, "shown": shown
    }  # fmt: skip
    return _declare(name, "interface", options)


def clr_enum(name: str, constants: Mapping[str, int], *, allowed: Allowed = "all") -> ClrDeclaration:
    """Declare an enum with its constants."""
    declaration = _declare(name, "enum", {"base": "System.Enum", "allowed": allowed})
    declaration.constants = dict(constants)
    return declaration
