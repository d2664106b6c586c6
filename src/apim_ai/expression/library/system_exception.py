"""System.Exception and the exceptions that expressions meet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.declare import ClrDeclaration, clr_class
from apim_ai.expression.library.text import to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.settings import ExpressionSettings

EXCEPTION = clr_class("System.Exception", python=(ClrException,))


def _maker(name: str) -> Callable[..., ClrException]:
    def make(text: str | None = None, inner: ClrException | None = None) -> ClrException:
        default = f"Exception of type '{name}' was thrown."
        return ClrException(name, _DEFAULTS.get(name, default) if text is None else text, inner=inner)

    return make


_DEFAULTS = {
    "System.ArgumentException": "Value does not fall within the expected range.",
    "System.FormatException": "One of the identified items was in an invalid format.",
    "System.InvalidOperationException": "Operation is not valid due to the current state of the object.",
    "System.NotImplementedException": "The method or operation is not implemented.",
    "System.NotSupportedException": "Specified method is not supported.",
    "System.NullReferenceException": "Object reference not set to an instance of an object.",
    "System.TimeoutException": "The operation has timed out.",
    "System.InvalidCastException": "Specified cast is not valid.",
    "System.OverflowException": "Arithmetic operation resulted in an overflow.",
    "System.DivideByZeroException": "Attempted to divide by zero.",
    "System.IndexOutOfRangeException": "Index was outside the bounds of the array.",
    "System.ArgumentNullException": "Value cannot be null.",
    "System.ArgumentOutOfRangeException": "Specified argument was out of the range of valid values.",
    "System.Collections.Generic.KeyNotFoundException": "The given key was not present in the dictionary.",
    "System.UnauthorizedAccessException": "Attempted to perform an unauthorized operation.",
    "System.ApplicationException": "Error in the application.",
    "System.SystemException": "System error.",
}


def _constructors(type_: ClrDeclaration) -> None:
    name = type_.name
    if name in ("System.ArgumentNullException", "System.ArgumentOutOfRangeException"):
        _named_argument(type_)
        return
    type_.member("()", "(string message)", "(string message, System.Exception innerException)")(_maker(name))
    if name == "System.ArgumentException":

        @type_.member("(string message, string paramName)")
        def make(text: str | None, parameter: str | None) -> ClrException:
            return ClrException(name, text or _DEFAULTS[name], parameter=parameter)

        _ = make


def _named_argument(type_: ClrDeclaration) -> None:
    name = type_.name

    @type_.member("()", "(string paramName)")
    def by_name(parameter: str | None = None) -> ClrException:
        return ClrException(name, _DEFAULTS[name], parameter=parameter)

    @type_.member("(string paramName, string message)")
    def by_both(parameter: str | None, text: str | None) -> ClrException:
        return ClrException(name, text or _DEFAULTS[name], parameter=parameter)

    if name == "System.ArgumentOutOfRangeException":

        @type_.member("(string paramName, object actualValue, string message)")
        def by_value(parameter: str | None, actual: object, text: str | None) -> ClrException:
            return ClrException(name, text or _DEFAULTS[name], parameter=parameter, actual=to_text(actual))

        _ = by_value

    @type_.member("(string message, System.Exception innerException)")
    def by_inner(text: str | None, inner: ClrException | None) -> ClrException:
        return ClrException(name, text or _DEFAULTS[name], inner=inner)

    _ = by_name, by_both, by_inner


_TREE = """
System.SystemException: System.Exception
System.ApplicationException: System.Exception
System.ArgumentException: System.SystemException
System.ArgumentNullException: System.ArgumentException
System.ArgumentOutOfRangeException: System.ArgumentException
System.ArithmeticException: System.SystemException
System.DivideByZeroException: System.ArithmeticException
System.OverflowException: System.ArithmeticException
System.FormatException: System.SystemException
System.InvalidCastException: System.SystemException
System.InvalidOperationException: System.SystemException
System.NotImplementedException: System.SystemException
System.NotSupportedException: System.SystemException
System.NullReferenceException: System.SystemException
System.IndexOutOfRangeException: System.SystemException
System.OutOfMemoryException: System.SystemException
System.InsufficientExecutionStackException: System.SystemException
System.TimeoutException: System.SystemException
System.UriFormatException: System.FormatException
System.RankException: System.SystemException
System.ArrayTypeMismatchException: System.SystemException
System.OperationCanceledException: System.SystemException
System.UnauthorizedAccessException: System.SystemException
System.TimeZoneNotFoundException: System.Exception
System.ObjectDisposedException: System.InvalidOperationException
System.Collections.Generic.KeyNotFoundException: System.SystemException
System.Text.DecoderFallbackException: System.ArgumentException
System.Text.EncoderFallbackException: System.ArgumentException
System.Text.RegularExpressions.RegexMatchTimeoutException: System.TimeoutException
System.Text.RegularExpressions.RegexParseException: System.ArgumentException
System.Security.Cryptography.CryptographicException: System.SystemException
System.Xml.XmlException: System.SystemException
Newtonsoft.Json.JsonException: System.Exception
Newtonsoft.Json.JsonReaderException: Newtonsoft.Json.JsonException
Newtonsoft.Json.JsonWriterException: Newtonsoft.Json.JsonException
Newtonsoft.Json.JsonSerializationException: Newtonsoft.Json.JsonException
"""
_constructors(EXCEPTION)
_DECLARED: dict[str, ClrDeclaration] = {}
for _line in _TREE.strip().splitlines():
    _name, _, _base = _line.partition(": ")
    _DECLARED[_name] = clr_class(_name, base=_base, allowed=None)
    _constructors(_DECLARED[_name])


@EXCEPTION.member("string Message", settings=True)
def message(settings: ExpressionSettings, error: ClrException) -> str:
    """Return the message."""
    return error.message_for(settings)


EXCEPTION.inline("System.Exception InnerException", "{0}.inner")
EXCEPTION.inline("string StackTrace", "('' if {0}.__traceback__ else None)")
EXCEPTION.inline("string Source", "('' if {0}.__traceback__ else None)")
_CODES = {
    "Argument": -2147024809, "ArgumentNull": -2147467261, "ArgumentOutOfRange": -2146233086, "Arithmetic": -2147024362,
    "DivideByZero": -2147352558, "Overflow": -2146233066, "Format": -2146233033, "InvalidCast": -2147467262,
    "InvalidOperation": -2146233079, "NotImplemented": -2147467263, "NotSupported": -2146233067,
    "NullReference": -2147467261, "IndexOutOfRange": -2146233080, "OutOfMemory": -2147024882, "Timeout": -2146233083,
    "KeyNotFound": -2146232969, "OperationCanceled": -2146233029, "System": -2146233087, "Rank": -2146233065,
    "ArrayTypeMismatch": -2146233085, "UnauthorizedAccess": -2147024891, "ObjectDisposed": -2146232798,
    "Application": -2146232832, "UriFormat": -2146233033,
}  # fmt: skip


@EXCEPTION.member("int HResult")
def result_code(error: ClrException) -> int:
    """Return the number of the kind of exception."""
    return _CODES.get(error.type_name.rsplit(".", 1)[-1].removesuffix("Exception"), -2146233088)


for _name in ("System.ArgumentException", "System.ArgumentNullException", "System.ArgumentOutOfRangeException"):
    _DECLARED[_name].inline("string ParamName", "{0}.parameter")
_DECLARED["System.ArgumentOutOfRangeException"].inline("object ActualValue", "{0}.actual")


@EXCEPTION.member("System.Exception GetBaseException()")
def base_exception(error: ClrException) -> ClrException:
    """Return the innermost exception."""
    while error.inner is not None:
        error = error.inner
    return error


@EXCEPTION.member("string ToString()", settings=True)
def exception_text(settings: ExpressionSettings, error: ClrException) -> str:
    """Return type and message; a stack trace there is none."""
    return error.clr_text(settings)
