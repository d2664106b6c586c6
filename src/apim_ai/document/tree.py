"""The lossless tree of a policy document.

Every node knows its place in the source; printing the nodes in order gives the text back byte for byte. Attribute and
text values are either literal or one C# expression, never a mixture (a mixed value is literal, see AIM110).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from apim_ai.finding import Finding
    from apim_ai.source import Source, Span

__all__ = ["Attribute", "Code", "Comment", "Document", "Element", "Format", "Node", "Other", "Text"]

Format = Literal["rawxml", "xml"]


@dataclass(frozen=True, slots=True)
class Code:
    """A C# expression in a value: `@(…)` or `@{…}`.

    Args:
        text: the C# from the `@` to its closer, decoded where the format is `xml`.
        source: the document it stands in.
        offsets: for each character of `text`, and one past its end, the offset in the source; None when they are
            consecutive from `start`.
        start: offset of the `@` in the source.
        end: offset behind the closer.
    """

    text: str = field(repr=False)  # named values that were put in may be secrets
    source: Source = field(repr=False)
    start: int
    end: int
    offsets: tuple[int, ...] | None = field(default=None, repr=False)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return the place of characters `start` to `end` of `text`."""
        end = len(self.text) if end is None else end
        if self.offsets is None:
            return self.source.span(self.start + start, self.start + end)
        return self.source.span(self.offsets[start], self.offsets[end])


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: `name="value"`.

    Args:
        name: as written.
        value: the value between the quotes; entities are decoded outside of expressions.
        code: the expression, when the value is one.
        start: offset of the name; `value_start`/`value_end` lie inside the quotes; `end` is behind the closing quote.
    """

    name: str
    value: str = field(repr=False)
    code: Code | None
    source: Source = field(repr=False)
    start: int
    value_start: int
    value_end: int
    end: int

    @property
    def span(self) -> Span:
        """The whole attribute."""
        return self.source.span(self.start, self.end)

    @property
    def value_span(self) -> Span:
        """The value inside its quotes."""
        return self.source.span(self.value_start, self.value_end)


@dataclass(frozen=True, slots=True)
class Text:
    """Character data between tags. `value` is decoded; `code` is the expression when the text is one (white space around it aside)."""

    value: str = field(repr=False)
    code: Code | None
    source: Source = field(repr=False)
    start: int
    end: int
    is_cdata: bool = False

    @property
    def span(self) -> Span:
        """The whole text."""
        return self.source.span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Comment:
    """`<!-- value -->`."""

    value: str = field(repr=False)
    source: Source = field(repr=False)
    start: int
    end: int

    @property
    def span(self) -> Span:
        """The whole comment."""
        return self.source.span(self.start, self.end)


@dataclass(frozen=True, slots=True)
class Other:
    """What is neither: an XML declaration, a processing instruction, a stray end tag, a byte order mark."""

    source: Source = field(repr=False)
    start: int
    end: int


@dataclass(frozen=True)
class Element:
    """One element with its attributes and children.

    Args:
        name: as written.
        attributes: in document order, repeated names included.
        children: nodes between the tags.
        start: offset of `<`; `open_end` is behind the start tag's `>`; `close_start` is where the end tag begins
            (equal to `open_end` for a self-closing tag, to `end` for one that is never closed); `end` is behind it all.
    """

    name: str
    attributes: tuple[Attribute, ...]
    children: tuple[Node, ...]
    source: Source = field(repr=False)
    start: int
    open_end: int
    close_start: int
    end: int

    @property
    def span(self) -> Span:
        """The start tag, which is what a message about the element should underline."""
        return self.source.span(self.start, self.open_end)

    @property
    def name_span(self) -> Span:
        """The name in the start tag."""
        return self.source.span(self.start + 1, self.start + 1 + len(self.name))

    @cached_property
    def elements(self) -> tuple[Element, ...]:
        """The child elements."""
        return tuple(child for child in self.children if isinstance(child, Element))

    @cached_property
    def texts(self) -> tuple[Text, ...]:
        """The child texts that are not white space alone."""
        return tuple(child for child in self.children if isinstance(child, Text) and child.value.strip())

    def attribute(self, name: str) -> Attribute | None:
        """Return the first attribute of this name."""
        return next((attribute for attribute in self.attributes if attribute.name == name), None)

    def find(self, name: str) -> Element | None:
        """Return the first child element of this name."""
        return next((element for element in self.elements if element.name == name), None)


Node = Element | Text | Comment | Other


@dataclass(frozen=True)
class Document:
    """A parsed document.

    Args:
        source: the text.
        format: how expressions are written in it.
        nodes: everything at the top, the root included.
        root: the root element, when there is one.
        findings: what is wrong with the text itself.
    """

    source: Source
    format: Format
    nodes: tuple[Node, ...]
    root: Element | None
    findings: tuple[Finding, ...] = ()
