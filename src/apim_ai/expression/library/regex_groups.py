"""The groups of a .NET regular expression: numbers in the order in which .NET gives them, and names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

__all__ = ["Slots", "find_slots"]

_EXPLICIT, _SPACED = 4, 32
_GROUP = re.compile(
    r"""\(\?(?:#[^)]*\)|(?P<mark>[<'])(?P<name>\w+)|(?P<options>[imnsx+-]*)(?P<end>[:)]?)|(?P<condition>\())"""
)
_CLASS_END = re.compile(r"\\.|\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Slots:
    """The numbers of a pattern's groups, in order, and the numbers of its names."""

    numbers: tuple[int, ...] = ()
    names: dict[str, int] = field(default_factory=dict[str, int])

    def of(self, name: str) -> int | None:
        """Return the number of a group by name or digits, or None where there is no such group."""
        if name.isdigit():
            return int(name) if int(name) in self.numbers else None
        return self.names.get(name)

    def name_of(self, number: int) -> str:
        """Return the name of a group, which without one is its number."""
        return next((name for name, each in self.names.items() if each == number), str(number))


class _Counter:
    """Counts the groups of a pattern."""

    def __init__(self, pattern: str, options: int) -> None:
        self.pattern = pattern
        self.place = 0
        self.options = options
        self.outer: list[int] = []
        self.unnamed = 0
        self.numbers: set[int] = set()
        self.names: dict[str, int] = {}
        self.is_plain_next = False

    def run(self) -> Slots:
        """Return the groups: those without a name first, then the names in their order."""
        while self.place < len(self.pattern):
            self._step(self.pattern[self.place])
        numbers = self.numbers | set(range(1, self.unnamed + 1))
        following = self.unnamed + 1
        for name in self.names:
            while following in numbers:
                following += 1
            self.names[name] = following
            numbers.add(following)
        return Slots(tuple(sorted(numbers)), self.names)

    def _step(self, character: str) -> None:
        self.place += 1
        if character == "\\":
            self.place += 1
        elif character == "[":
            self._skip_class()
        elif character == "#" and self.options & _SPACED:
            end = self.pattern.find("\n", self.place)
            self.place = len(self.pattern) if end < 0 else end
        elif character == ")" and self.outer:
            self.options = self.outer.pop()
        elif character == "(":
            self._open()

    def _skip_class(self) -> None:
        pattern = self.pattern
        self.place += pattern.startswith("^", self.place)
        self.place += pattern.startswith("]", self.place)
        while self.place < len(pattern) and pattern[self.place] != "]":
            if pattern.startswith("-[", self.place):
                self.place += 2
                self._skip_class()
            else:
                self.place += 2 if pattern[self.place] == "\\" else 1
        self.place += 1

    def _open(self) -> None:
        is_plain, self.is_plain_next = self.is_plain_next, False
        found = _GROUP.match(self.pattern, self.place - 1)
        if found is not None and self.pattern.startswith("(?#", self.place - 1):
            self.place = found.end()
            return
        self.outer.append(self.options)
        if found is None or self.pattern.startswith("?)", self.place):
            self.unnamed += not (self.options & _EXPLICIT or is_plain)
            return
        self._construct(found)

    def _construct(self, found: re.Match[str]) -> None:
        name = found["name"]
        if name is not None:
            if not name.isdigit():
                self.names.setdefault(name, 0)
            elif int(name):
                self.numbers.add(int(name))
        elif found["condition"] or self.pattern.startswith("?(", self.place):
            self.is_plain_next = True
            self.place += 1
        elif found["options"]:
            self._set_options(found["options"])
            self.place = found.end() if found["end"] else self.place
            if found["end"] == ")":
                self.outer.pop()

    def _set_options(self, text: str) -> None:
        is_off = False
        for letter in text:
            bit = {"n": _EXPLICIT, "x": _SPACED}.get(letter, 0)
            is_off = letter == "-" if letter in "+-" else is_off
            self.options = self.options & ~bit if is_off else self.options | bit


def find_slots(pattern: str, options: int) -> Slots:
    """Return the groups of a pattern."""
    return _Counter(pattern, options).run()
