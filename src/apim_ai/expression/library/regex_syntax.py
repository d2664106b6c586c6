""".NET's regular expression syntax in that of the `regex` package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

__all__ = ["substitute", "translate"]

_EXPLICIT_CAPTURE, _ECMASCRIPT = 4, 256
_TOKEN = re.compile(
    r"""\\(?P<escape>[zZAGbBdDwWsSkpPuxcent0-9]|.)
    | \(\?(?P<named>[<'](?![=!])(?P<name>\w+)(?:-\w*)?[>'])
    | (?P<class>\[)
    | (?P<open>\((?!\?))
    | (?P<dollar>\$)
    """,
    re.VERBOSE | re.DOTALL,
)


def translate(pattern: str, options: int) -> str:
    r"""Return a .NET pattern as the `regex` package reads it.

    Differences that are bridged: `(?<name>…)` and `(?'name'…)`, `\z` and `\Z`, `$` before a last line feed only,
    `\e`, `\cX`, character class subtraction, `ExplicitCapture`, ASCII classes of `ECMAScript`.
    """
    out: list[str] = []
    position = 0
    while position < len(pattern):
        found = _TOKEN.search(pattern, position)
        if found is None:
            out.append(pattern[position:])
            break
        out.append(pattern[position : found.start()])
        piece, position = _piece(found, pattern, options)
        out.append(piece)
    return "".join(out)


def _piece(found: re.Match[str], pattern: str, options: int) -> tuple[str, int]:
    end = found.end()
    if found["named"]:
        return f"(?P<{_group_name(found['name'])}>", end
    if found["open"]:
        return ("(?:" if options & _EXPLICIT_CAPTURE else "("), end
    if found["dollar"]:
        return ("$" if options & 2 else r"(?=\n?\Z)"), end
    if found["class"]:
        return _character_class(pattern, found.start())
    return _escape(found, pattern, options)


def _group_name(name: str) -> str:
    return f"_{name}" if name.isdigit() else name


def _escape(found: re.Match[str], pattern: str, options: int) -> tuple[str, int]:
    letter, end = found["escape"], found.end()
    if letter == "Z":
        return r"(?=\n?\Z)", end
    simple = {"z": r"\Z", "e": r"\x1b", "G": r"\G"}
    if letter in simple:
        return simple[letter], end
    if letter == "k":
        name = re.compile(r"[<'](\w+)[>']").match(pattern, end)
        if name is not None:
            return (f"\\{name[1]}" if name[1].isdigit() else f"(?P={name[1]})"), name.end()
    if letter == "c" and end < len(pattern):
        return f"\\x{ord(pattern[end].upper()) ^ 64:02x}", end + 1
    if options & _ECMASCRIPT and letter in "dDwWsS":
        return {
            "d": "[0-9]",
            "D": "[^0-9]",
            "w": "[a-zA-Z0-9_]",
            "W": "[^a-zA-Z0-9_]",
            "s": "[ \\f\\n\\r\\t\\v]",
            "S": "[^ \\f\\n\\r\\t\\v]",
        }[letter], end
    if letter in "\"'<>@%,:;=!&~`/_ -#":
        return re.escape(letter), end
    return found.group(), end


def _character_class(pattern: str, start: int) -> tuple[str, int]:
    """Copy a class; a `[` inside is literal in .NET, and `-[…]` at its end subtracts."""
    position = start + 1
    out = ["["]
    if pattern.startswith("^", position):
        out.append("^")
        position += 1
    if pattern.startswith("]", position):
        out.append("\\]")
        position += 1
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            escaped = pattern[position + 1]
            out.append(r"\x1b" if escaped == "e" else pattern[position : position + 2])
            position += 2
        elif character == "]":
            return "".join(out) + "]", position + 1
        elif character == "-" and pattern.startswith("-[", position):
            inner, position = _character_class(pattern, position + 1)
            positive = "".join(out) + "]"
            end = position + 1 if pattern.startswith("]", position) else position
            return f"(?!{inner}){positive}", end
        else:
            out.append("\\" + character if character in "[&|~" else character)
            position += 1
    return pattern[start:], len(pattern)


_REPLACEMENT = re.compile(r"\$(?:(?P<number>\d+)|\{(?P<name>\w+)\}|(?P<mark>[$&`'+_]))")


def substitute(replacement: str, match: regex.Match[str]) -> str:
    """Return a .NET replacement filled from a match."""
    if "$" not in replacement:
        return replacement

    def fill(found: re.Match[str]) -> str:
        name = found["number"] or found["name"]
        if name is not None:
            return _group(match, name, found.group())
        mark = found["mark"]
        if mark == "$":
            return "$"
        if mark == "+":
            return match.group(match.re.groups) or ""
        text = match.string
        return {"&": match.group(), "`": text[: match.start()], "'": text[match.end() :], "_": text}[mark]

    return _REPLACEMENT.sub(fill, replacement)


def _group(match: regex.Match[str], name: str, written: str) -> str:
    if name.isdigit():
        number = int(name)
        return (match.group(number) or "") if number <= match.re.groups else written
    return (match.group(name) or "") if name in match.re.groupindex else written
