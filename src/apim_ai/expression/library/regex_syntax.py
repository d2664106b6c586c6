""".NET's regular expressions in the syntax of the `regex` package: groups numbered as .NET does, options scoped as there.

Each group is named after its .NET number (`g1`), because .NET numbers the groups without a name first. Options are
resolved here, so that the translation needs none of the package's own but the direction.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from apim_ai.expression.library.regex_groups import Slots, find_slots
from apim_ai.expression.library.regex_reader import ANY_CASE, PatternProblem, Reader, literal

__all__ = ["PatternProblem", "Slots", "translate"]

_IGNORE_CASE, _MULTILINE, _EXPLICIT, _SINGLE_LINE, _SPACED, _ECMASCRIPT = 1, 2, 4, 16, 32, 256
_OPTIONS = {"i": _IGNORE_CASE, "m": _MULTILINE, "n": _EXPLICIT, "s": _SINGLE_LINE, "x": _SPACED}
_ANCHORS = {"A": r"\A", "G": r"\G", "Z": r"(?=\n?\Z)", "z": r"\Z", "b": r"\b", "B": r"\B"}
_WITHOUT_WIDTH = (r"\A", r"\G", r"\Z", r"\b", r"\B", "(?=", "(?!", "(?<")
_QUANTIFIERS = "*+?{"
_MOST_BRANCHES = 2


@dataclass(slots=True)
class _Frame:
    """A group that is open: what opened it, the options around it, and its pieces so far."""

    opening: str
    options: int
    parts: list[str] = field(default_factory=list[str])
    branches: int = 0
    is_condition: bool = False
    is_test: bool = False


def translate(pattern: str, options: int, *, by_culture: bool) -> tuple[str, Slots]:
    """Return a .NET pattern as the `regex` package reads it, and its groups.

    Args:
        pattern: the pattern.
        options: a RegexOptions.
        by_culture: whether letters other than A to Z have case.

    Raises:
        PatternProblem: .NET does not take the pattern.
    """
    slots = find_slots(pattern, options)
    return _Translator(pattern, options, slots, by_culture=by_culture).run(), slots


class _Translator:
    """Translates one pattern from left to right."""

    def __init__(self, pattern: str, options: int, slots: Slots, *, by_culture: bool) -> None:
        self.reader = Reader(pattern, is_ecmascript=bool(options & _ECMASCRIPT))
        self.slots = slots
        self.options = options
        self.by_culture = by_culture
        self.next_slot = 1
        self.frames = [_Frame("", options)]
        self.was_quantified = False
        self.is_condition_next = False

    def run(self) -> str:
        """Return the translation."""
        reader = self.reader
        while True:
            self._skip_blank()
            if not reader.left:
                break
            unit = self._unit(reader.take())
            if unit is not None:
                self.was_quantified = False
                self._skip_blank()
                self._emit(unit)
        if len(self.frames) > 1:
            reader.fail("Not enough )'s.")
        return "".join(self.frames[0].parts)

    def _has(self, option: int) -> bool:
        return bool(self.options & option)

    def _skip_blank(self) -> None:
        """Go past white space and comments, where they are none of the pattern."""
        reader = self.reader
        while reader.left:
            if self._has(_SPACED) and reader.peek().isspace():
                reader.place += 1
            elif self._has(_SPACED) and reader.peek() == "#":
                end = reader.text.find("\n", reader.place)
                reader.place = len(reader.text) if end < 0 else end
            elif reader.text.startswith("(?#", reader.place):
                end = reader.text.find(")", reader.place)
                if end < 0:
                    raise PatternProblem("Unterminated (?#...) comment.", len(reader.text))
                reader.place = end + 1
            else:
                return

    # --- units ---

    def _unit(self, character: str) -> str | None:
        """Return what a quantifier may follow, or None where none may."""
        reader = self.reader
        if character == "(":
            self._open()
            return None
        if character == ")":
            return self._close()
        if character == "|":
            self._branch()
            return None
        if character == "\\":
            return self._backslash()
        if character == "[":
            return self._folded(reader.character_class(self._case()))
        if character in _QUANTIFIERS and (character != "{" or self._is_quantifier(-1)):
            if self.was_quantified:
                reader.fail(f"Nested quantifier '{character}'.")
            reader.fail("Quantifier {x,y} following nothing.")
        return self._simple(character)

    def _simple(self, character: str) -> str:
        if character == "^":
            return r"(?<![^\n])" if self._has(_MULTILINE) else r"\A"
        if character == "$":
            return r"(?=\n|\Z)" if self._has(_MULTILINE) else r"(?=\n?\Z)"
        if character == ".":
            return r"[\s\S]" if self._has(_SINGLE_LINE) else r"[^\n]"
        return self._literal(character)

    def _case(self) -> str | None:
        return ANY_CASE if self._has(_IGNORE_CASE) and not self.by_culture else None

    def _literal(self, character: str) -> str:
        if self._has(_IGNORE_CASE) and character.isalpha() and character.isascii() and not self.by_culture:
            return f"[{character}{character.swapcase()}]"
        return self._folded(literal(character))

    def _folded(self, unit: str) -> str:
        return f"(?i:{unit})" if self._has(_IGNORE_CASE) and self.by_culture else unit

    def _backslash(self) -> str:
        reader = self.reader
        if not reader.left:
            reader.fail("Illegal \\\\ at end of pattern.")
        letter = reader.peek()
        if letter in _ANCHORS:
            reader.place += 1
            return _ANCHORS[letter]
        if letter in tuple("dDsSwW"):
            reader.place += 1
            made = reader.shorthand(letter)
            return made if made.startswith(("\\", "[")) else f"[{made}]"
        if letter in ("p", "P"):
            reader.place += 1
            return reader.category(letter)
        return self._reference() or self._literal(reader.character_escape())

    def _reference(self) -> str | None:
        r"""Return `\1`, `\k<name>` or `\<name>`, or None where there is none."""
        reader = self.reader
        begin = reader.place
        if reader.peek() == "k" and (reader.left == 1 or reader.peek(1) not in ("<", "'")):
            reader.place += bool(reader.left > 1)
            reader.fail("Malformed \\\\k<...> named back reference.")
        reader.place += reader.peek() == "k"
        closer = {"<": ">", "'": "'"}.get(reader.peek(), "")
        reader.place += bool(closer)
        slot = self._named_slot(closer) if closer else self._numbered_slot()
        if slot is None:
            reader.place = begin
            return None
        made = f"(?P=g{slot})"
        return f"(?i:{made})" if self._has(_IGNORE_CASE) else made

    def _numbered_slot(self) -> int | None:
        if self.reader.peek() not in tuple("123456789"):
            return None
        number = self.reader.decimal()
        if number not in self.slots.numbers:
            if number <= 9:  # noqa: PLR2004 - one digit is no character
                self.reader.fail(f"Reference to undefined group number {number}.")
            return None
        return number

    def _named_slot(self, closer: str) -> int | None:
        reader = self.reader
        is_number = reader.peek().isdigit()
        name = str(reader.decimal()) if is_number else reader.name()
        if not name or reader.peek() != closer:
            return None
        reader.place += 1
        slot = self.slots.of(name)
        if slot is None:
            words = f"number {name}" if is_number else f"name '{name}'"
            reader.fail(f"Reference to undefined group {words}.")
        return slot

    # --- quantifiers ---

    def _is_quantifier(self, ahead: int = 0) -> bool:
        return self._braces(self.reader.place + ahead) is not None

    def _braces(self, place: int) -> str | None:
        """Return `{n}`, `{n,}` or `{n,m}` that stands at a place."""
        text = self.reader.text
        end = text.find("}", place)
        inside = text[place + 1 : end] if end > place and text.startswith("{", place) else ""
        low, comma, high = inside.partition(",")
        is_number = low.isdecimal() and low.isascii() and (not high or (high.isdecimal() and high.isascii()))
        return text[place : end + 1] if is_number and (comma or not high) else None

    def _emit(self, unit: str) -> None:
        reader = self.reader
        mark = reader.peek()
        if not mark or mark not in _QUANTIFIERS or (mark == "{" and not self._is_quantifier()):
            self.frames[-1].parts.append(unit)
            return
        quantifier = self._counted() if mark == "{" else reader.take()
        self._skip_blank()
        if reader.peek() == "?":
            reader.place += 1
            quantifier += "?"
        self.was_quantified = True
        is_bare = not unit.startswith(_WITHOUT_WIDTH)
        self.frames[-1].parts.append(unit + quantifier if is_bare else f"(?:{unit}){quantifier}")

    def _counted(self) -> str:
        reader = self.reader
        begin = reader.place
        reader.place += 1
        low = high = reader.decimal()
        if reader.peek() == ",":
            reader.place += 1
            high = reader.decimal() if reader.peek() != "}" else -1
        reader.place += 1
        if 0 <= high < low:
            reader.fail("Illegal {x,y} with x > y.")
        return reader.text[begin : reader.place]

    # --- groups ---

    def _open(self) -> None:
        reader = self.reader
        is_plain, self.is_condition_next = self.is_condition_next, False
        before = self.options
        if reader.peek() != "?" or reader.peek(1) == ")":
            self._push("(?:" if is_plain or self._has(_EXPLICIT) else self._unnamed(), before)
        else:
            reader.place += 1
            opening = self._construct()
            if opening is None:
                return  # options for the rest of the group around
            self._push(opening, before)
        if is_plain:
            self.frames[-1].is_test = True

    def _push(self, opening: str, options: int) -> None:
        self.frames.append(_Frame(opening, options, is_condition=opening.startswith("(?(") or opening == "(?"))
        self.was_quantified = False

    def _unnamed(self) -> str:
        slot = self.next_slot
        self.next_slot += 1
        return f"(?P<g{slot}>"

    def _unrecognized(self) -> PatternProblem:
        return PatternProblem("Unrecognized grouping construct.", self.reader.place)

    def _construct(self) -> str | None:
        """Return what opens the group of `(?…`."""
        reader = self.reader
        if not reader.left:
            raise self._unrecognized()
        mark = reader.take()
        if mark in (":", "=", "!", ">"):
            return f"(?{mark}"
        if mark in ("<", "'"):
            return self._angled(mark)
        if mark == "(":
            return self._condition()
        reader.place -= 1
        if not self.frames[-1].is_condition or self.frames[-1].parts:
            self._scan_options()
        if not reader.left:
            raise self._unrecognized()
        closer = reader.take()
        if closer == ")":
            return None
        if closer != ":":
            raise self._unrecognized()
        return "(?:"

    def _scan_options(self) -> None:
        reader = self.reader
        is_off = False
        while reader.left:
            letter = reader.peek()
            option = _OPTIONS.get(letter.lower())
            if letter in ("-", "+"):
                is_off = letter == "-"
            elif option is None:
                return
            else:
                self.options = self.options & ~option if is_off else self.options | option
            reader.place += 1

    def _angled(self, mark: str) -> str:
        reader = self.reader
        if not reader.left:
            raise self._unrecognized()
        if mark == "<" and reader.peek() in ("=", "!"):
            return f"(?<{reader.take()}"
        closer = ">" if mark == "<" else "'"
        slot = self._group_slot(closer)
        if reader.peek() == "-":
            self._balancing(closer)
        if slot is None or reader.peek() != closer:
            reader.place += bool(reader.left)
            raise self._unrecognized()
        reader.place += 1
        return f"(?P<g{slot}>"

    def _group_slot(self, closer: str) -> int | None:
        reader = self.reader
        if reader.peek() == "-":
            return None
        if reader.peek().isdigit():
            name = str(reader.decimal())
        else:
            name = reader.name()
            if not name:
                self._bad_name()
        if reader.left and reader.peek() not in (closer, "-"):
            self._bad_name()
        if name == "0":
            reader.fail("Capture number cannot be zero.")
        return self.slots.of(name)

    def _bad_name(self) -> None:
        self.reader.fail("Invalid group name: Group names must begin with a word character.")

    def _balancing(self, closer: str) -> None:
        """Complain about a balancing group: where its name is wrong as .NET does, else that it is not run here."""
        reader = self.reader
        reader.place += 1
        is_number = reader.peek().isdigit()
        name = str(reader.decimal()) if is_number else reader.name()
        if not name:
            self._bad_name()
        if self.slots.of(name) is None:
            reader.fail(f"Reference to undefined group {'number ' + name if is_number else f'name {name!r}'}.")
        if reader.left and reader.peek() != closer:
            self._bad_name()
        reader.fail("balancing groups are not supported by the local gateway")

    def _condition(self) -> str:
        """Return what opens `(?(1)…|…)`, `(?(name)…|…)` or `(?(test)…|…)`."""
        reader = self.reader
        begin = reader.place
        if reader.peek().isdigit():
            number = reader.decimal()
            if reader.peek() != ")":
                reader.fail(f"(?({number}) ) malformed.")
            reader.place += 1
            if number not in self.slots.numbers:
                reader.fail(f"(?({number}) ) reference to undefined group.")
            return f"(?(g{number})"
        slot = self.slots.of(reader.name())
        if slot is not None and reader.peek() == ")":
            reader.place += 1
            return f"(?(g{slot})"
        reader.place = begin - 1
        self.is_condition_next = True
        return "(?"

    def _branch(self) -> None:
        frame = self.frames[-1]
        frame.branches += 1
        frame.parts.append("|")
        self.was_quantified = False

    def _close(self) -> str | None:
        reader = self.reader
        if len(self.frames) == 1:
            reader.fail("Too many )'s.")
        frame = self.frames.pop()
        if frame.is_condition and frame.branches >= _MOST_BRANCHES:
            reader.fail("Too many | in (?()|).")
        self.options = frame.options
        inside = "".join(frame.parts)
        if frame.is_test:
            looks = frame.opening in ("(?=", "(?!", "(?<=", "(?<!")
            self.frames[-1].parts.append(f"{frame.opening if looks else '(?='}{inside})")
            return None
        return f"{frame.opening}{inside})"
