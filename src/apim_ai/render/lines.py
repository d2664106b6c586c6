"""From marked output to a document: values escaped where they land, and each line's origin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.errors import RenderError
from apim_ai.render.escape import Unsafe, escaped
from apim_ai.render.landing import Landing
from apim_ai.render.marks import FORBIDDEN, MARK, Opaque, read_line, read_mark
from apim_ai.source import LineMap, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.render.marks import Scalar
    from apim_ai.render.sandbox import Sandbox

__all__ = ["assemble"]

Place = tuple[int, int]


def assemble(marked: str, name: str, sandbox: Sandbox, shown: Callable[[str], str]) -> Source:
    """Return marked output as a source with its line map.

    Args:
        marked: what the template put out.
        name: the template that was rendered.
        sandbox: the environment, which knows the templates' numbers and texts.
        shown: turns a template's name into the one users see.

    Raises:
        RenderError: a value cannot stand where it landed.
    """
    assembly = _Assembly(lambda number: shown(sandbox.files[number]))
    position = 0
    for match in MARK.finditer(marked):
        assembly.text(marked[position : match.start()])
        line = read_line(match)  # most marks are of lines
        if line is not None:
            assembly.place = line
        else:
            assembly.value(read_mark(match).value)
        position = match.end()
    assembly.text(marked[position:])
    text = "".join(assembly.pieces)
    if FORBIDDEN.search(text):
        help_ = "apply filters to values, not to template text"
        raise RenderError("a filter took template text apart", span=Span.at(shown(name)), help=help_)
    return Source(shown(name), text, _line_map(text, assembly, sandbox, shown))


@dataclass(slots=True)
class _Assembly:
    """The document as it grows; `place` is where the text that follows comes from."""

    file_of: Callable[[int], str]
    pieces: list[str] = field(default_factory=list[str])
    origins: list[Place | None] = field(default_factory=lambda: [None])
    landing: Landing = field(default_factory=Landing)
    place: Place = (0, 1)
    _waiting: list[str] = field(default_factory=list[str])
    _line_has_text: bool = False

    def text(self, text: str) -> None:
        """Add template text."""
        if text:
            self._waiting.append(text)
            self._add(text)

    def value(self, value: Scalar | Opaque) -> None:
        """Add a value, escaped for this place."""
        self.landing.feed("".join(self._waiting))
        self._waiting.clear()
        try:
            written = escaped(value, self.landing)
        except Unsafe as error:
            template, line = self.place
            shown = value if isinstance(value, str) else repr(value)
            message = f'the value "{shown}" cannot stand here: {error}'
            raise RenderError(message, span=Span.at(self.file_of(template), line)) from error
        self.landing.value(blank=not written.strip())
        self._add(written)

    def _add(self, text: str) -> None:
        self.pieces.append(text)
        if "\n" not in text:
            self._note(text)
            return
        first, *rest = text.split("\n")
        self._note(first)
        for line in rest:
            self.origins.append(None)
            self._line_has_text = False
            self._note(line)

    def _note(self, text: str) -> None:
        """Give the current line its origin: that of its first visible text, else of its first piece."""
        if self._line_has_text:
            return
        self._line_has_text = bool(text) and not text.isspace()
        if self._line_has_text or self.origins[-1] is None:
            self.origins[-1] = self.place


def _line_map(text: str, assembly: _Assembly, sandbox: Sandbox, shown: Callable[[str], str]) -> LineMap:
    """Return the way back; a column holds where the template's line reads the same."""
    places = [origin or (0, 1) for origin in assembly.origins]
    numbers = {number for number, _ in places}
    templates = {number: sandbox.lines_of(number) for number in numbers}
    files = {number: shown(sandbox.files[number]) for number in numbers}
    exact = frozenset(
        number
        for number, (line, (template, origin)) in enumerate(zip(text.split("\n"), places, strict=True), 1)
        if origin <= len(templates[template]) and templates[template][origin - 1] == line.rstrip("\r")
    )
    return LineMap(tuple((files[template], line) for template, line in places), exact)
