"""`Value`: an attribute or text that is a constant or a compiled expression; either way, call it with the context."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Generic, TypeVar

from apim_ai.expression import Read

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.definition.kinds import Kind
    from apim_ai.document.tree import Attribute, Text
    from apim_ai.expression import Compiled, ExpressionSettings
    from apim_ai.expression.context import Context
    from apim_ai.source import Span

__all__ = ["Value"]

_BODIES: int = (Read.REQUEST_BODY | Read.RESPONSE_BODY).value

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Value(Generic[T_co]):
    """What a policy evaluates for each exchange.

    Attributes:
        text: the value as written, or None for a default.
        reads: what the expression reads; nothing for a constant.
        reads_bodies: whether a body is among that, so that it must be buffered first.
        compiled: the expression, or None for a constant.
        is_opaque: the literal holds a named value that is not filled in (while linting): calling it gives a sample.
        was_called: whether the expression was ever evaluated, for the coverage of policy cases.
    """

    __slots__ = ("compiled", "is_opaque", "node", "reads", "reads_bodies", "text", "was_called")

    def __init__(
        self, text: str | None, node: Attribute | Text | None, compiled: Compiled | None, *, is_opaque: bool = False
    ) -> None:
        self.text = text
        self.node = node
        self.compiled = compiled
        self.reads: Read = compiled.reads if compiled else Read.NONE
        self.reads_bodies: bool = bool(self.reads._value_ & _BODIES)
        self.is_opaque = is_opaque
        self.was_called = False

    @staticmethod
    def constant(
        value: T, text: str | None = None, node: Attribute | Text | None = None, *, is_opaque: bool = False
    ) -> Value[T]:
        """Return a value that is always the same; its CLR value is the text."""
        return _Constant(value, text, node, is_opaque=is_opaque)

    @staticmethod
    def expression(compiled: Compiled, kind: Kind[T], settings: ExpressionSettings, node: Attribute | Text) -> Value[T]:
        """Return a value that an expression yields, converted to its kind.

        It is made ready when it is called first: reading a document to check it runs nothing.
        """
        return _Expression(compiled, kind, settings, node)

    @property
    def is_constant(self) -> bool:
        """Whether no expression is involved."""
        return self.compiled is None

    @property
    def span(self) -> Span | None:
        """The place of the value, or None for a default."""
        return None if self.node is None else self.node.span

    @abstractmethod
    def __call__(self, context: Context, /) -> T_co:
        """Return the value for an exchange.

        Raises:
            ClrException: the expression threw, or its value does not fit the kind.
        """

    @property
    def fixed(self) -> T_co:
        """The value of a constant, for those who keep it.

        Raises:
            ValueError: it is an expression's.
        """
        raise ValueError(f"{self!r} is no constant")

    @abstractmethod
    def raw(self, context: Context, /) -> object:
        """Return the CLR value before any conversion; a literal is a String."""

    def __repr__(self) -> str:
        return f"Value({self.text!r})"


class _Constant(Value[T]):
    """A value that is always the same; a class of its own, for most values are and each exchange asks for dozens."""

    __slots__ = ("_value",)

    def __init__(self, value: T, text: str | None, node: Attribute | Text | None, *, is_opaque: bool) -> None:
        super().__init__(text, node, None, is_opaque=is_opaque)
        self._value = value

    def __call__(self, _: Context, /) -> T:
        return self._value

    @property
    def fixed(self) -> T:
        """The value."""
        return self._value

    def raw(self, _: Context, /) -> object:
        """Return the text, or the value of a default."""
        return self._value if self.text is None else self.text


class _Expression(Value[T]):
    """What an expression yields, converted to a kind."""

    __slots__ = ("_convert", "_run", "_settings")

    def __init__(self, compiled: Compiled, kind: Kind[T], settings: ExpressionSettings, node: Attribute | Text) -> None:
        super().__init__(node.value, node, compiled)
        self._run: Callable[[Context], object] | None = None
        self._convert = kind.convert
        self._settings = settings

    def __call__(self, context: Context, /) -> T:
        return self._convert((self._run or self._ready())(context), self._settings)

    def raw(self, context: Context, /) -> object:
        """Return the CLR value before any conversion."""
        return (self._run or self._ready())(context)

    def _ready(self) -> Callable[[Context], object]:
        assert self.compiled is not None  # noqa: S101 - what it was made of
        run = self._run = self.compiled.run
        self.was_called = True
        return run
