"""Attribute values and element text: literal, or one C# expression.

Each reader starts at the first character of a value and answers where it ends. A value that begins with an expression
ends behind that expression's closer, however many quotes and angle brackets stand inside it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.document.csharp import Unclosed, end_of_code
from apim_ai.document.entities import Decoded, decode, stray_ampersand
from apim_ai.document.tree import Code, Text
from apim_ai.finding import Related

if TYPE_CHECKING:
    from apim_ai.document.problems import Problems
    from apim_ai.document.tree import Format
    from apim_ai.source import Source

__all__ = ["Value", "ValueReader"]

# `@{{name}}` is an at sign and a named value.
_NO_NAMED_VALUE = r"(?!\{[A-Za-z0-9_.-]+\}\})"
_OPENING = re.compile(rf"\s*@(?:\(|\{{{_NO_NAMED_VALUE})")
_OPENING_ANYWHERE = re.compile(rf"@(?:\(|\{{{_NO_NAMED_VALUE})")
_SPACE = re.compile(r"\s*")
# What looks like a tag and not like C# (`<string>` of a generic call).
_NEXT_TAG = re.compile(
    r"<(?:!--|/[A-Za-z]"
    r"|(?!(?:string|int|bool|long|double|object|byte|char|decimal|float|dynamic)\b)"
    r"[a-z][a-z0-9]*+(?:-[a-z0-9]++)*+(?=\s+[\w-]+\s*=\s*[\"']|\s*/>|>[^(]))"
)
_VALUE_END = {quote: re.compile(rf"{quote}(?=\s*/?>|\s+[\w:.-]+\s*=\s*[\"'])") for quote in "\"'"}
_ENDS = {**_VALUE_END, "<": re.compile("</")}
_CUT_SHORT = re.compile(r"(?<!\s)(?:\s*+(?:/?>|<)|\s++[\w:.-]++\s*+=\s*+\Z)")
_WHITE = re.compile(r"[\r\n\t]")


@dataclass(frozen=True, slots=True)
class Value:
    """A value between quotes.

    Args:
        value: the text, decoded outside of expressions.
        code: the expression, when the value is one.
        end: offset of the closing quote, or where the value was cut.
        is_closed: whether the closing quote is there.
    """

    value: str
    code: Code | None
    end: int
    is_closed: bool = True


class ValueReader:
    """Reads the values of one document."""

    def __init__(self, source: Source, format: Format, problems: Problems) -> None:  # noqa: A002 - Azure's word
        self._source = source
        self._text = source.text
        self._is_xml = format == "xml"
        self._problems = problems

    def attribute(self, start: int, quote: str) -> Value:
        """Read the value that follows an opening quote."""
        if self._is_xml:
            return self._xml_attribute(start, quote)
        opening = _OPENING.match(self._text, start)
        if opening is None:
            return self._literal_attribute(start, start, quote)
        at = opening.end() - 2
        end = end_of_code(self._text, at)
        if isinstance(end, Unclosed):
            return self._broken_attribute(start, at, quote, end)
        stop = self._skip_space(end)
        if self._text[stop : stop + 1] == quote:
            return Value(self._text[start:stop], self._code(at, end), stop)
        value = self._literal_attribute(start, end, quote)
        self._mixed(end, value.end)
        return value

    def text(self, start: int, parent: str | None, *, is_liquid: bool = False) -> Text:
        """Read character data up to the next tag.

        Args:
            start: offset of the first character.
            parent: name of the element around it, which helps to recover.
            is_liquid: whether `@(` means nothing here.
        """
        end = self._text.find("<", start)
        end = len(self._text) if end < 0 else end
        if is_liquid or self._text.find("@", start, end) < 0:
            if self._is_xml:
                self._refuse_ampersand(start, end)
            return Text(decode(self._text, start, end).text, None, self._source, start, end)
        return self._xml_text(start, end, parent) if self._is_xml else self._raw_text(start, parent)

    def cdata(self, start: int) -> Text | None:
        """Read a CDATA section that begins at `start`; None when it has no end."""
        inner = start + len("<![CDATA[")
        opening = _OPENING.match(self._text, inner)
        if opening is not None:
            at = opening.end() - 2
            end = end_of_code(self._text, at)
            if isinstance(end, int):
                stop = self._skip_space(end)
                if self._text.startswith("]]>", stop):
                    text = self._text[inner:stop]
                    return Text(text, self._code(at, end), self._source, start, stop + 3, is_cdata=True)
            else:
                self._problems.burn(end.reached - at)
        stop = self._text.find("]]>", inner)
        if stop < 0:
            return None
        if opening is not None:
            self._mixed(opening.end() - 2, stop)
        return Text(self._text[inner:stop], None, self._source, start, stop + 3, is_cdata=True)

    # rawxml

    def _literal_attribute(self, start: int, position: int, quote: str) -> Value:
        """Read a literal value on from `position`; an expression in the midst of it is stepped over."""
        stop, opening = self._literal_end(position, quote)
        if stop < 0:
            return self._unclosed_attribute(start, quote)
        text = self._text
        if position == start and text[stop + 1 : stop + 2] not in " \t\r\n/>?":
            cut = _CUT_SHORT.search(text, start, stop)
            if cut is not None and (opening is None or cut.start() < opening):
                return self._cut_attribute(start, cut.start(), stop, quote)
        if opening is not None and position == start:
            self._mixed(start, opening)
        return Value(decode(text, start, stop).text, None, stop)

    def _literal_end(self, position: int, closer: str) -> tuple[int, int | None]:
        """Return where a literal ends (-1: nowhere) and the offset of an expression inside it."""
        first: int | None = None
        while True:
            stop = self._text.find(closer, position)
            opening = _OPENING_ANYWHERE.search(self._text, position, stop if stop >= 0 else len(self._text))
            if opening is None or stop < 0:
                return stop, first
            first = opening.start() if first is None else first
            end = end_of_code(self._text, opening.start())
            if isinstance(end, Unclosed):
                self._problems.burn(end.reached - opening.start())
                return stop, first
            if end > stop and _ENDS[closer].search(self._text, opening.start(), end):
                self._problems.burn(end - opening.start())  # it closed far behind, by something else's closer
                return stop, first
            position = end

    def _unclosed_attribute(self, start: int, quote: str) -> Value:
        text = self._text
        cut = _CUT_SHORT.search(text, start)
        line_end = text.find("\n", start)
        ends = [cut.start() if cut else len(text), line_end if line_end >= 0 else len(text)]
        return self._cut_attribute(start, min(ends), None, quote)

    def _cut_attribute(self, start: int, end: int, next_quote: int | None, quote: str) -> Value:
        also = ()
        if next_quote is not None:
            also = (
                Related(
                    self._source.span(next_quote, next_quote + 1), "the next quote stands here, inside something else"
                ),
            )
        self._problems.unreadable(
            start - 1, end, "the value that begins here is not closed", help=f"add the closing {quote}", also=also
        )
        return Value(decode(self._text, start, end).text, None, end, is_closed=False)

    def _broken_attribute(self, start: int, at: int, quote: str, why: Unclosed) -> Value:
        """Recover from an expression without an end: at the quote that looks like the attribute's, or at the next tag."""
        self._problems.burn(why.reached - at)
        quoted = _VALUE_END[quote].search(self._text, at)
        tag = _NEXT_TAG.search(self._text, at)
        ends = [match.start() for match in (quoted, tag) if match is not None]
        end = min(ends) if ends else len(self._text)
        is_closed = quoted is not None and end == quoted.start()
        self._report_broken(
            at, end, "the attribute's quote stands here, inside the expression" if is_closed else None, why
        )
        return Value(self._text[start:end], None, end, is_closed=is_closed)

    def _raw_text(self, start: int, parent: str | None) -> Text:
        opening = _OPENING.match(self._text, start)
        if opening is None:
            return self._literal_text(start, start)
        at = opening.end() - 2
        end = end_of_code(self._text, at)
        if isinstance(end, Unclosed):
            return self._broken_text(start, at, parent, end)
        stop = self._skip_space(end)
        if stop >= len(self._text) or self._text[stop] == "<":
            return Text(self._text[start:stop], self._code(at, end), self._source, start, stop)
        literal = self._literal_text(start, end)
        self._mixed(end, literal.end)
        return literal

    def _literal_text(self, start: int, position: int) -> Text:
        stop, opening = self._literal_end(position, "<")
        stop = len(self._text) if stop < 0 else stop
        if opening is not None and position == start:
            self._mixed(start, opening)
        return Text(decode(self._text, start, stop).text, None, self._source, start, stop)

    def _broken_text(self, start: int, at: int, parent: str | None, why: Unclosed) -> Text:
        """Recover from an expression without an end: at the parent's end tag, or at the next tag."""
        self._problems.burn(why.reached - at)
        closing = self._text.find(f"</{parent}", at) if parent else -1
        tag = _NEXT_TAG.search(self._text, at)
        end = closing if closing >= 0 else tag.start() if tag else len(self._text)
        self._problems.burn(end - at)
        self._report_broken(at, end, f"'</{parent}>' stands here, inside the expression" if closing >= 0 else None, why)
        return Text(self._text[start:end], None, self._source, start, end)

    def _report_broken(self, at: int, end: int, closer: str | None, why: Unclosed) -> None:
        """Report an expression without an end (AIM001) and, where its end can be guessed, what does not balance (AIM202)."""
        inside = end_of_code(self._text, at, end) if closer else why
        what = inside if isinstance(inside, Unclosed) else why
        line = self._source.span(what.at).line
        where = "" if line == self._source.span(at).line else f" (line {line})"
        self._problems.unreadable(
            at,
            at + 2,
            f"the expression that begins here has no end: {what.what}{where}",
            help="close each bracket, quote and comment of the C#",
            also=(Related(self._source.span(end, end + 1), closer),) if closer else (),
        )
        if closer and isinstance(inside, Unclosed):
            self._problems.unbalanced(inside.at, inside.at + 1, inside.what)

    # xml

    def _xml_attribute(self, start: int, quote: str) -> Value:
        stop = self._text.find(quote, start)
        if stop < 0:
            return self._unclosed_attribute(start, quote)
        decoded = decode(self._text, start, stop)
        opening = _OPENING.match(decoded.text)
        if opening is None:
            self._refuse_ampersand(start, stop)
            self._refuse_angle(start, stop)
            if _OPENING_ANYWHERE.search(decoded.text):
                self._mixed(start, stop)
            spaced = _WHITE.sub(" ", self._text[start:stop])  # XML 1.0 section 3.3.3
            return Value(decode(spaced, 0, len(spaced)).text, None, stop)
        code = self._xml_code(decoded, opening.end() - 2, start)
        if code is not None:
            self._refuse_raw(code)
            return Value(decoded.text, code, stop)
        return self._xml_attribute_as_raw(start, stop, opening.end() - 2, decoded, quote)

    def _xml_attribute_as_raw(self, start: int, stop: int, at: int, decoded: Decoded, quote: str) -> Value:
        """Read a value that makes no sense as `xml`: as rawxml, if that works, else up to its quote."""
        begin = start + at if decoded.offsets is None else decoded.offsets[at]
        end = end_of_code(self._text, begin)
        if isinstance(end, int):
            behind = self._skip_space(end)
            if behind > stop and self._text[behind : behind + 1] == quote:
                self._problems.raw_character(stop)
                return Value(self._text[start:behind], self._code(begin, end), behind)
        else:
            self._problems.burn(end.reached - begin)
        inside = end_of_code(decoded.text, at)
        if isinstance(inside, int):
            self._mixed(start, stop)
        else:
            self._report_broken(begin, stop, "the attribute's quote stands here, inside the expression", inside)
        return Value(decoded.text, None, stop)

    def _xml_text(self, start: int, stop: int, parent: str | None) -> Text:
        decoded = decode(self._text, start, stop)
        opening = _OPENING.match(decoded.text)
        if opening is None:
            self._refuse_ampersand(start, stop)
            if _OPENING_ANYWHERE.search(decoded.text):
                self._mixed(start, stop)
            return Text(decoded.text, None, self._source, start, stop)
        at = opening.end() - 2
        code = self._xml_code(decoded, at, start)
        if code is not None:
            self._refuse_raw(code)
            return Text(decoded.text, code, self._source, start, stop)
        begin = start + at if decoded.offsets is None else decoded.offsets[at]
        end = end_of_code(self._text, begin)
        if isinstance(end, Unclosed):
            return self._broken_text(start, begin, parent, end)
        behind = self._skip_space(end)
        if behind > stop and self._text.startswith("<", behind):
            self._problems.raw_character(stop)
            return Text(self._text[start:behind], self._code(begin, end), self._source, start, behind)
        self._mixed(start, stop)
        return Text(decoded.text, None, self._source, start, stop)

    def _xml_code(self, decoded: Decoded, at: int, start: int) -> Code | None:
        """Return the expression when it fills the decoded value."""
        end = end_of_code(decoded.text, at)
        if isinstance(end, Unclosed) or decoded.text[end:].strip():
            return None
        if decoded.offsets is None:
            return Code(decoded.text[at:end], self._source, start + at, start + end)
        offsets = decoded.offsets[at : end + 1]
        return Code(decoded.text[at:end], self._source, offsets[0], offsets[-1], offsets)

    def _refuse_raw(self, code: Code) -> None:
        """Report what the `xml` format wants encoded inside an expression."""
        angle = self._text.find("<", code.start, code.end)
        at = stray_ampersand(self._text, code.start, code.end)
        for offset in (angle if angle >= 0 else None, at):
            if offset is not None:
                self._problems.raw_character(offset)

    def _refuse_ampersand(self, start: int, end: int) -> None:
        at = stray_ampersand(self._text, start, end)
        if at is not None:
            self._problems.unreadable(at, at + 1, "this '&' begins no character reference", help="write &amp;")

    def _refuse_angle(self, start: int, end: int) -> None:
        at = self._text.find("<", start, end)
        if at >= 0:
            self._problems.unreadable(at, at + 1, "'<' cannot stand in the value of an attribute", help="write &lt;")

    # shared

    def _code(self, start: int, end: int) -> Code:
        return Code(self._text[start:end], self._source, start, end)

    def _mixed(self, start: int, end: int) -> None:
        """Report the text from `start` to `end`, without the white space around it, as standing beside an expression."""
        piece = self._text[start:end]
        begin = start + len(piece) - len(piece.lstrip())
        self._problems.mixed(begin, max(begin, start + len(piece.rstrip())))

    def _skip_space(self, position: int) -> int:
        match = _SPACE.match(self._text, position)
        return match.end() if match else position
