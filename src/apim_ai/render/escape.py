"""What a value looks like where it lands, so that it can be nothing but a value there.

In an attribute, an element's text or a C# string the value's characters arrive unchanged; in C# code it becomes a
literal of its type. Where no spelling of the value is safe, that is an error and never a guess.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from apim_ai.render.landing import Landing, Place
from apim_ai.render.marks import Opaque

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.render.marks import Scalar

__all__ = ["Unsafe", "escaped"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*\Z")
_XML_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_CODE_START = re.compile(r"\s*@[({]")
_STRING_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}
_CONTROL = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029]")
_NAMED_VALUE = re.compile(r"\{\{\s*[A-Za-z0-9_.\-]+\s*\}\}")
_MAX_INT, _MAX_LONG = 2**31 - 1, 2**63 - 1


class Unsafe(Exception):  # noqa: N818 - says what a value is, and becomes a RenderError with its place
    """A value that cannot stand where it lands."""


def escaped(value: Scalar | Opaque, landing: Landing) -> str:
    """Return how a value is written at a place.

    Raises:
        Unsafe: no spelling of the value is safe there.
    """
    if isinstance(value, Opaque):
        return _opaque(value, landing)
    if landing.place is Place.CODE:
        return _literal(value)
    text = plain(value)
    if landing.place in {Place.ATTRIBUTE, Place.TEXT} and landing.at_start and _CODE_START.match(text):
        raise Unsafe("it would be read as a policy expression here")
    return _WRITERS[landing.place](text, landing)


def plain(value: Scalar) -> str:
    """Return a value as text: `true` and `false` in lower case, as policies and YAML write them."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _opaque(value: Opaque, landing: Landing) -> str:
    """Return what stands for an unknown value: a named value, for lint takes one anywhere a value may stand."""
    name = value.name.strip(".-") or "unknown"
    if landing.place is Place.TAG:
        return name
    return f"({{{{{name}}}}})" if landing.is_in_hole else f"{{{{{name}}}}}"


def _literal(value: Scalar) -> str:
    """Return a C# literal."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return plain(value)
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise Unsafe("C# has no literal for it")
        return repr(value) if value >= 0 else f"({value!r})"
    return f'"{_string(value)}"'


def _integer(value: int) -> str:
    if abs(value) > _MAX_LONG:
        raise Unsafe("it is too large for a long")
    text = str(value) if abs(value) <= _MAX_INT else f"{value}L"
    return text if value >= 0 else f"({text})"


def _string(text: str) -> str:
    """Return the inside of a regular C# string."""
    text = "".join(_STRING_ESCAPES.get(character, character) for character in text)
    return _CONTROL.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _in_xml(text: str, landing: Landing) -> str:
    if _XML_CONTROL.search(text):
        raise Unsafe("it holds a control character, which XML does not allow")
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    if landing.place is Place.TEXT:
        return text.replace(">", "&gt;")
    quoted = text.replace('"', "&quot;") if landing.quote == '"' else text.replace("'", "&apos;")
    return quoted.replace("\r", "&#xD;").replace("\n", "&#xA;").replace("\t", "&#x9;")


def _in_tag(text: str, _: Landing) -> str:
    if not _NAME.match(text):
        raise Unsafe("it is no name of an element or attribute; attribute values stand in quotes")
    return text


def _in_comment(text: str, _: Landing) -> str:
    return re.sub(r"-(?=-|>|$)", "- ", text).replace("<!", "< !")


def _in_cdata(text: str, _: Landing) -> str:
    return text.replace("]]>", "]]]]><![CDATA[>")


def _in_string(text: str, _: Landing) -> str:
    return _string(text)


def _in_verbatim(text: str, _: Landing) -> str:
    return text.replace('"', '""')


def _in_interpolated(text: str, landing: Landing) -> str:
    """Double the braces; what then looks like a named value cannot be written."""
    doubled = text.replace("{", "{{").replace("}", "}}")
    if _NAMED_VALUE.search(doubled):
        raise Unsafe("its braces would become a named value here; use string concatenation")
    is_verbatim = landing.place is Place.INTERPOLATED_VERBATIM
    return _in_verbatim(doubled, landing) if is_verbatim else _string(doubled)


def _in_character(text: str, _: Landing) -> str:
    if len(text) != 1 or ord(text) > 0xFFFF:  # noqa: PLR2004 - a C# char is one UTF-16 unit
        raise Unsafe("a C# character holds exactly one character")
    return "\\'" if text == "'" else _string(text).replace('\\"', '"')


def _in_code_comment(text: str, _: Landing) -> str:
    return re.sub(r"\s", " ", text).replace("*/", "* /")


_WRITERS: dict[Place, Callable[[str, Landing], str]] = {
    Place.TEXT: _in_xml,
    Place.ATTRIBUTE: _in_xml,
    Place.TAG: _in_tag,
    Place.COMMENT: _in_comment,
    Place.CDATA: _in_cdata,
    Place.STRING: _in_string,
    Place.VERBATIM: _in_verbatim,
    Place.INTERPOLATED: _in_interpolated,
    Place.INTERPOLATED_VERBATIM: _in_interpolated,
    Place.CHARACTER: _in_character,
    Place.CODE_COMMENT: _in_code_comment,
}
