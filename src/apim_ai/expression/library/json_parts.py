"""What Newtonsoft's tokens say of names, keys and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from apim_ai.expression.exceptions import argument, argument_null

if TYPE_CHECKING:
    from apim_ai.expression.library.system_datetime import DateTime

__all__ = ["bad_key", "date_of", "may_be_date", "path_name"]

_SHORTEST_DATE, _LONGEST_DATE = 19, 40


def path_name(name: str) -> str:
    """Return a name as a step of a path."""
    if not any(each in " .'/\"[]()\t\n\r\f\b\\\u0085\u2028\u2029" for each in name):
        return "." + name
    escaped = name.replace("\\", "\\\\").replace("'", "\\'")
    return f"['{escaped}']"


def bad_key(what: str, key: object, wanted: str) -> NoReturn:
    """Raise what a key of the wrong type gets."""
    from apim_ai.expression.library.text import to_text  # noqa: PLC0415 - only for messages

    if key is None:
        argument_null("o")
    shown = f'"{key}"' if type(key) is str else to_text(key)
    argument(f"{what} values with invalid key value: {shown}. {wanted} expected.")


def may_be_date(text: str) -> bool:
    """Whether a text looks like a date at first sight; compiled code asks the same in place (`fuse`)."""
    return len(text) >= _SHORTEST_DATE and (text[10] == "T" or text[0] == "/")


def date_of(text: str) -> DateTime | None:
    """Return the date that a text is, if it is one."""
    if len(text) > _LONGEST_DATE or not (text[0] == "/" or text[0].isdigit()):
        return None
    from apim_ai.expression.library.json_dates import read_iso  # noqa: PLC0415 - rare

    return read_iso(text)
