"""The one Python exception for .NET's exceptions, and short ways to raise the usual ones.

What `Compiled.run` raises is always a `ClrException`; C# code that catches sees the same object as its exception.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = [
    "ClrException",
    "argument",
    "argument_null",
    "foreign",
    "format_error",
    "invalid_cast",
    "invalid_operation",
    "key_not_found",
    "null_reference",
    "out_of_range",
    "overflow",
    "too_large",
]

_ARGUMENT = "System.ArgumentException"


class ClrException(Exception):  # noqa: N818 - .NET's word
    """A .NET exception.

    Args:
        type_name: .NET full name, such as `System.FormatException`.
        text: the message, without the parameter that argument exceptions append.
        parameter: the name of the parameter that an argument exception is about.
        inner: the exception that caused it.
        actual: the text of the value that was out of range, which the message ends with.
    """

    def __init__(
        self,
        type_name: str,
        text: str,
        *,
        parameter: str | None = None,
        inner: ClrException | None = None,
        actual: str | None = None,
    ) -> None:
        super().__init__(text)
        self.type_name = type_name
        self.text = text
        self.parameter = parameter
        self.inner = inner
        self.actual = actual
        self.data: dict[str, object] = {}

    @property
    def message(self) -> str:
        """The message as .NET Core words it."""
        text = f"{self.text} (Parameter '{self.parameter}')" if self.parameter else self.text
        return text if self.actual is None else f"{text}\nActual value was {self.actual}."

    def message_for(self, settings: ExpressionSettings) -> str:
        """Return the message as the profile words it."""
        if self.parameter and settings.is_framework:
            tail = "" if self.actual is None else f"\nActual value was {self.actual}."
            return f"{self.text}\nParameter name: {self.parameter}{tail}"
        return self.message

    def clr_text(self, settings: ExpressionSettings) -> str:
        """Return type, message and inner exceptions, as `ToString()` does; a stack trace there is none."""
        text = f"{self.type_name}: {self.message_for(settings)}"
        if self.inner is None:
            return text
        return f"{text}\n ---> {self.inner.clr_text(settings)}\n   --- End of inner exception stack trace ---"

    def __str__(self) -> str:
        return f"{self.type_name}: {self.message}"


def null_reference() -> NoReturn:
    """Raise what a member access on null raises."""
    raise ClrException("System.NullReferenceException", "Object reference not set to an instance of an object.")


def argument_null(parameter: str) -> NoReturn:
    """Raise ArgumentNullException."""
    raise ClrException("System.ArgumentNullException", "Value cannot be null.", parameter=parameter)


def argument(text: str, parameter: str | None = None) -> NoReturn:
    """Raise ArgumentException."""
    raise ClrException(_ARGUMENT, text, parameter=parameter)


def out_of_range(parameter: str, text: str = "Specified argument was out of the range of valid values.") -> NoReturn:
    """Raise ArgumentOutOfRangeException."""
    raise ClrException("System.ArgumentOutOfRangeException", text, parameter=parameter)


def format_error(text: str = "Input string was not in a correct format.") -> NoReturn:
    """Raise FormatException."""
    raise ClrException("System.FormatException", text)


def overflow(text: str = "Arithmetic operation resulted in an overflow.") -> NoReturn:
    """Raise OverflowException."""
    raise ClrException("System.OverflowException", text)


def invalid_operation(text: str) -> NoReturn:
    """Raise InvalidOperationException."""
    raise ClrException("System.InvalidOperationException", text)


def invalid_cast(actual: str, target: str) -> NoReturn:
    """Raise InvalidCastException for a value of type `actual`."""
    raise ClrException("System.InvalidCastException", f"Unable to cast object of type '{actual}' to type '{target}'.")


def key_not_found(key: object, settings: ExpressionSettings | None = None) -> NoReturn:
    """Raise KeyNotFoundException."""
    shown = "" if settings is not None and settings.is_framework else f" '{key}'"
    text = f"The given key{shown} was not present in the dictionary."
    raise ClrException("System.Collections.Generic.KeyNotFoundException", text)


def too_large(what: str, size: int = 0) -> NoReturn:
    """Raise OutOfMemoryException: a limit of the sandbox, worded as .NET words the end of memory.

    Args:
        what: the start of the message.
        size: the number of characters that were asked for: where .NET itself holds no such text, the words are its own.
    """
    if size > _LONGEST_TEXT:
        raise ClrException("System.OutOfMemoryException", "Exception of type 'System.OutOfMemoryException' was thrown.")
    raise ClrException("System.OutOfMemoryException", f"Insufficient memory to continue: {what} too large.")


_LONGEST_TEXT = 0x3FFFFFDF
_FOREIGN: tuple[tuple[type[BaseException], str, str], ...] = (
    (ZeroDivisionError, "System.DivideByZeroException", "Attempted to divide by zero."),
    (
        RecursionError,
        "System.InsufficientExecutionStackException",
        "Insufficient stack to continue executing the program safely.",
    ),
    (MemoryError, "System.OutOfMemoryException", "Insufficient memory to continue the execution of the program."),
    (OverflowError, "System.OverflowException", "Arithmetic operation resulted in an overflow."),
)


def foreign(error: BaseException) -> ClrException:
    """Return the .NET exception for a Python one, so that nothing else ever leaves an expression."""
    if isinstance(error, ClrException):
        return error
    for kind, name, text in _FOREIGN:
        if isinstance(error, kind):
            return ClrException(name, text)
    return ClrException("System.InvalidOperationException", f"the expression could not be evaluated: {error}")
