"""Reads policy documents: every text gives a tree, and findings where it is broken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING

from apim_ai.document.problems import Problems
from apim_ai.document.tree import Attribute, Comment, Document, Element, Format, Node, Other, Text
from apim_ai.document.values import ValueReader
from apim_ai.finding import Related

if TYPE_CHECKING:
    from apim_ai.source import Source


__all__ = ["MAX_CHARACTERS", "MAX_DEPTH", "MAX_NODES", "parse"]

MAX_CHARACTERS = 2 * 1024 * 1024  # eight times what the service takes
MAX_NODES = 100_000
MAX_DEPTH = 200

_NAME = re.compile(r"[A-Za-z_:][\w:.-]*")
_ATTRIBUTE_NAME = re.compile(r"[^\s=/><\"']+")
_SPACE = re.compile(r"\s*")
_EQUALS = re.compile(r"\s*=\s*")
_BARE_VALUE = re.compile(r"(?:[^\s>\"'</]|/(?!>))+")
_END_TAG = re.compile(r"</\s*([A-Za-z_:][\w:.-]*)\s*(>?)")
_TAG_END = re.compile(r"/?>|<")
_NEXT_END_TAG = re.compile(r"</[^<>]*>\s*</([\w:.-]+)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML holds them, in whatever format
_BOM = "\ufeff"


def parse(source: Source, *, format: Format = "rawxml") -> Document:  # noqa: A002 - Azure's word
    """Read a document into a tree that knows the place of everything and prints back byte for byte.

    Never raises: what is wrong with the text is in the findings, and reading goes on behind it. Takes time linear in
    the length of the text.

    Args:
        source: the text.
        format: `rawxml`, where C# stands as it is, or `xml`, where it is encoded.
    """
    return _Parser(source, format).run()


@dataclass(slots=True)
class _Open:
    """An element whose end tag has not been read yet."""

    name: str
    attributes: tuple[Attribute, ...]
    start: int
    open_end: int
    children: list[Node] = field(default_factory=list[Node])

    @property
    def is_liquid(self) -> bool:
        """Whether its text is a Liquid template, in which `@(` means nothing."""
        return self.name == "set-body" and any(a.name == "template" and a.value == "liquid" for a in self.attributes)


class _Parser:
    """One pass over one document."""

    def __init__(self, source: Source, format: Format) -> None:  # noqa: A002 - Azure's word
        self._source = source
        self._text = source.text
        self._format: Format = format
        self._problems = Problems(source)
        self._values = ValueReader(source, format, self._problems)
        self._top: list[Node] = []
        self._stack: list[_Open] = []
        self._position = 0
        self._nodes = 0

    def run(self) -> Document:
        if self._text.startswith(_BOM):
            self._other(1)
        self._refuse_control_character()
        end = len(self._text)
        if end > MAX_CHARACTERS:
            self._give_up(f"the document is longer than {MAX_CHARACTERS} characters")
        while self._position < end:
            reason = self._reason_to_stop()
            if reason is not None:
                self._give_up(reason)
                break
            self._read_node()
        self._close_all()
        return self._document()

    def _refuse_control_character(self) -> None:
        """Report the first character that no XML may hold; more of them are most likely the wrong encoding."""
        found = _FORBIDDEN.search(self._text)
        if found is not None:
            message = f"the character U+{ord(found.group()):04X} is not allowed in a document"
            self._unreadable(found.start(), found.end(), message, "remove it, or save the file as UTF-8")

    def _document(self) -> Document:
        root = next((node for node in self._top if isinstance(node, Element)), None)
        if root is None and not self._problems.findings:
            self._unreadable(0, 0, "the document has no element", "write <policies>…</policies>")
        findings = sorted(self._problems.findings, key=lambda finding: (finding.span.line, finding.span.column))
        return Document(self._source, self._format, tuple(self._top), root, tuple(findings))

    def _reason_to_stop(self) -> str | None:
        if len(self._stack) > MAX_DEPTH:
            return f"elements are nested deeper than {MAX_DEPTH} levels"
        if self._nodes > MAX_NODES:
            return f"the document has more than {MAX_NODES} nodes"
        if self._problems.is_exhausted:
            return "there are too many errors to go on"
        return None

    def _give_up(self, reason: str) -> None:
        """Take the rest of the text as one node that nobody looks into."""
        self._unreadable(
            self._position, self._position, f"{reason}; the rest is not read", "split or mend the document"
        )
        self._other(len(self._text))

    def _read_node(self) -> None:
        text, at = self._text, self._position
        if text[at] != "<":
            self._read_text()
        elif text.startswith("</", at):
            self._read_end_tag()
        elif text.startswith("<!", at) or text.startswith("<?", at):
            self._read_markup()
        else:
            name = _NAME.match(text, at + 1)
            if name is None:
                self._read_stray_angle()
            else:
                self._read_start_tag(name.group())

    def _add(self, node: Node) -> None:
        self._nodes += 1
        (self._stack[-1].children if self._stack else self._top).append(node)
        self._position = node.end

    def _other(self, end: int) -> None:
        self._add(Other(self._source, self._position, end))

    def _unreadable(self, start: int, end: int, message: str, help_: str, also: tuple[Related, ...] = ()) -> None:
        self._problems.unreadable(start, end, message, help=help_, also=also)

    # text

    def _read_text(self) -> None:
        parent = self._stack[-1] if self._stack else None
        text = self._values.text(
            self._position,
            parent.name if parent else None,
            is_liquid=parent is not None and any(each.is_liquid for each in self._stack),
        )
        if parent is None:
            self._refuse_outside(text)
        self._add(text)

    def _refuse_outside(self, text: Text) -> None:
        stripped = self._text[text.start : text.end].strip()
        if stripped:
            start = self._text.index(stripped, text.start)
            end = start + len(stripped.split("\n", 1)[0].rstrip())
            self._unreadable(start, end, "text stands outside of the root element", "remove it")

    def _read_stray_angle(self) -> None:
        at = self._position
        self._unreadable(at, at + 1, "this '<' begins no tag", "write &lt;, or complete the tag")
        self._add(Text("<", None, self._source, at, at + 1))

    # comments, CDATA, declarations

    def _read_markup(self) -> None:
        text, at = self._text, self._position
        if text.startswith("<!--", at):
            end = text.find("-->", at + 4)
            if end >= 0:
                self._add(Comment(text[at + 4 : end], self._source, at, end + 3))
            else:
                self._unclosed_markup("comment", "<!--", "-->")
        elif text.startswith("<![CDATA[", at):
            section = self._values.cdata(at)
            if section is not None:
                self._add(section)
            else:
                self._unclosed_markup("CDATA section", "<![CDATA[", "]]>")
        elif text.startswith("<?", at):
            end = text.find("?>", at)
            if end >= 0:
                self._other(end + 2)
            else:
                self._unclosed_markup("processing instruction", "<?", "?>")
        else:
            self._refuse_declaration()

    def _unclosed_markup(self, what: str, opener: str, closer: str) -> None:
        at = self._position
        self._unreadable(at, at + len(opener), f"the {what} that begins here is not closed", f"add {closer}")
        self._problems.burn(len(self._text) - at)
        next_tag = self._text.find("<", at + len(opener))
        self._other(next_tag if next_tag >= 0 else len(self._text))

    def _refuse_declaration(self) -> None:
        """Refuse `<!DOCTYPE …>` and its kin: no policy needs one, and entities are how XML attacks begin."""
        text, at = self._text, self._position
        bracket, end = text.find("[", at), text.find(">", at)
        if 0 <= bracket < end:
            subset_end = text.find("]", bracket)
            end = text.find(">", subset_end) if subset_end >= 0 else -1
        end = len(text) if end < 0 else end + 1
        self._unreadable(
            at, min(end, at + 9), "document type and entity declarations are refused", "remove the declaration"
        )
        self._other(end)

    # tags

    def _read_start_tag(self, name: str) -> None:
        start = self._position
        self._position = start + 1 + len(name)
        attributes: list[Attribute] = []
        closer = self._read_attributes(start, name, attributes)
        end = self._position
        self._nodes += len(attributes)
        if closer == "/>":
            self._position = start
            self._add(Element(name, tuple(attributes), (), self._source, start, end, end, end))
        else:
            self._stack.append(_Open(name, tuple(attributes), start, end))

    def _read_attributes(self, start: int, name: str, attributes: list[Attribute]) -> str:
        """Read up to the end of the start tag and return its closer; an empty text when there is none."""
        text, known = self._text, len(self._problems.findings)
        while True:
            before = self._position
            if self._problems.settle(known):
                return self._skip_broken_tag()
            self._skip_space()
            at = self._position
            if text.startswith("/>", at):
                self._position += 2
                return "/>"
            character = text[at : at + 1]
            if character == ">":
                self._position += 1
                return ">"
            if character in ("", "<"):
                self._unreadable(start, start + 1 + len(name), f"the tag '<{name}' is not closed", "add > or />")
                return ""
            found = _ATTRIBUTE_NAME.match(text, at)
            if found is None:
                self._skip_stray(at)
                continue
            if at == before and attributes:
                self._unreadable(at, found.end(), f"white space is missing before '{found.group()}'", "add a space")
            self._read_attribute(found.group(), attributes)

    def _skip_broken_tag(self) -> str:
        """Go on behind a tag whose second error shows that it was misread behind the first."""
        end = _TAG_END.search(self._text, self._position)
        if end is None:
            return ""
        self._position = end.end() if end.group() != "<" else end.start()
        return "" if end.group() == "<" else end.group()

    def _skip_stray(self, at: int) -> None:
        self._unreadable(at, at + 1, f"'{self._text[at]}' has no place in a tag", "remove it")
        self._position = at + 1

    def _read_attribute(self, name: str, attributes: list[Attribute]) -> None:
        text, start = self._text, self._position
        name_end = start + len(name)
        equals = _EQUALS.match(text, name_end)
        if equals is None:
            self._unreadable(start, name_end, f"the attribute '{name}' has no value", f'write {name}="…"')
            self._position = name_end
            return
        at = equals.end()
        quote = text[at : at + 1]
        if quote not in ('"', "'"):
            self._read_bare_value(name, at, attributes)
            return
        value = self._values.attribute(at + 1, quote)
        end = value.end + 1 if value.is_closed else value.end
        attributes.append(Attribute(name, value.value, value.code, self._source, start, at + 1, value.end, end))
        self._position = end

    def _read_bare_value(self, name: str, at: int, attributes: list[Attribute]) -> None:
        bare = _BARE_VALUE.match(self._text, at)
        end = bare.end() if bare else at
        start = self._position
        self._unreadable(start, end, f"the value of '{name}' has no quotes", f'write {name}="…"')
        attributes.append(Attribute(name, self._text[at:end], None, self._source, start, at, end, end))
        self._position = end

    def _read_end_tag(self) -> None:
        at = self._position
        tag = _END_TAG.match(self._text, at)
        if tag is None:
            self._read_stray_angle()
            return
        name, angle = tag.groups()
        if not angle:
            self._unreadable(at, tag.end(), f"the tag '</{name}' is not closed", "add >")
        depth = self._depth_closed_by(name)
        if depth is None:
            self._unreadable(at, tag.end(), f"'</{name}>' closes nothing", "remove it, or add its start tag")
            self._other(tag.end())
            return
        while len(self._stack) > depth + 1:
            self._close(at, at, closer=f"'</{name}>'")
        if self._stack[-1].name != name:
            self._report_mismatch(name, at, tag.end())
        self._close(at, tag.end())

    def _depth_closed_by(self, name: str) -> int | None:
        """Return which open element an end tag closes: the innermost of its name, or else one spelt much alike."""
        for depth in range(len(self._stack) - 1, -1, -1):
            if self._stack[depth].name == name:
                return depth
        if not self._stack:
            return None
        is_misspelt = get_close_matches(name[:60], [self._stack[-1].name[:60]], cutoff=0.75)
        return len(self._stack) - 1 if is_misspelt or self._parent_ends_next() else None

    def _parent_ends_next(self) -> bool:
        """Whether the next tag behind this one closes the parent: then this one is the innermost element's."""
        behind = _NEXT_END_TAG.match(self._text, self._position)
        return behind is not None and len(self._stack) > 1 and behind.group(1) == self._stack[-2].name

    def _report_mismatch(self, name: str, start: int, end: int) -> None:
        opened = self._stack[-1]
        also = (Related(self._source.span(opened.start, opened.start + 1 + len(opened.name)), "it was opened here"),)
        self._unreadable(start, end, f"'</{name}>' does not match '<{opened.name}>'", f"write </{opened.name}>", also)

    def _close(self, close_start: int, end: int, *, closer: str | None = None) -> None:
        """Finish the innermost open element; `closer` names what ended it before its own end tag."""
        opened = self._stack.pop()
        name_end = opened.start + 1 + len(opened.name)
        if closer is not None:
            line = self._source.span(close_start).line
            also = (Related(self._source.span(close_start, close_start + 1), "it should be closed before here"),)
            message = f"'<{opened.name}>' is not closed before {closer} on line {line}"
            self._unreadable(opened.start, name_end, message, f"add </{opened.name}>", also)
        elif close_start == end:
            self._unreadable(opened.start, name_end, f"'<{opened.name}>' is never closed", f"add </{opened.name}>")
        children = tuple(opened.children)
        source = self._source
        self._add(
            Element(opened.name, opened.attributes, children, source, opened.start, opened.open_end, close_start, end)
        )

    def _close_all(self) -> None:
        end = len(self._text)
        while self._stack:
            self._close(end, end)

    def _skip_space(self) -> None:
        match = _SPACE.match(self._text, self._position)
        self._position = match.end() if match else self._position
