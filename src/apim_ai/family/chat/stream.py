"""Reads the server-sent events of a model's stream as their bytes pass, in constant memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.family.chat.json_text import items, mapping, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["EventReader", "delta_texts"]

LONGEST_LINE = 4 * 1024 * 1024  # bytes; longer lines pass unread
_DONE = b"[DONE]"


class EventReader:
    """Turns the bytes of a stream into its JSON events, however they are cut into chunks."""

    __slots__ = ("_pieces", "_size", "is_done", "is_overlong")

    def __init__(self) -> None:
        self._pieces: list[bytes] = []  # of a line that has not ended; joined once, as it may come byte by byte
        self._size = 0
        self.is_done = False  # the vendor's last word, `[DONE]`, has come
        self.is_overlong = False  # there was a line that nobody has read

    @property
    def is_between_lines(self) -> bool:
        """Whether all bytes that came have been read, or will never be."""
        return not self._pieces or self._size > LONGEST_LINE

    def feed(self, chunk: bytes) -> Iterator[dict[str, object]]:
        """Yield the events that a chunk completes."""
        lines = chunk.split(b"\n")
        rest = lines.pop()
        if lines and self._pieces:
            lines[0] = self._line(lines[0])
        if rest:
            self._keep(rest)
        for line in lines:
            event = self._event(line)
            if event:
                yield event

    def finish(self) -> Iterator[dict[str, object]]:
        """Yield the last event of a stream that does not end with a line break."""
        event = self._event(self._line(b""))
        if event:
            yield event

    def _keep(self, piece: bytes) -> None:
        self._size += len(piece)
        if self._size <= LONGEST_LINE:
            self._pieces.append(piece)
        else:
            self.is_overlong = True
            self._pieces = [b":"]  # now it is a comment

    def _line(self, end: bytes) -> bytes:
        """Return the line that ends now."""
        line = b"".join([*self._pieces, end])
        self._pieces, self._size = [], 0
        return line

    def _event(self, line: bytes) -> dict[str, object]:
        if line[:5] != b"data:":
            return {}
        content = line[5:].strip()
        if content == _DONE:
            self.is_done = True
            return {}
        return mapping(parse(content))


def delta_texts(event: dict[str, object]) -> tuple[str, str]:
    """Return what an event adds to the answer: the text that is shown, and what the model wrote besides.

    The latter is tool calls and thoughts: tokens like others, but no text of the answer.
    """
    if "choices" in event:
        return _choices(event)
    kind = text(event.get("type"))
    if kind.endswith(".delta"):  # Responses API: response.output_text.delta and its siblings
        piece = text(event.get("delta"))
        return (piece, "") if kind == "response.output_text.delta" else ("", piece)
    if kind == "content_block_delta":  # Anthropic
        delta = mapping(event.get("delta"))
        return text(delta.get("text")), text(delta.get("partial_json")) + text(delta.get("thinking"))
    if "candidates" in event:  # Vertex AI
        parts = [
            mapping(part)
            for candidate in items(event["candidates"])
            for part in items(mapping(mapping(candidate).get("content")).get("parts"))
        ]
        return "".join(text(part.get("text")) for part in parts), ""
    return "", ""


def _choices(event: dict[str, object]) -> tuple[str, str]:
    choices = items(event["choices"])
    shown, besides = "", ""
    if len(choices) == 1:
        choice = mapping(choices[0])
        delta = mapping(choice.get("delta"))
        if len(delta) == 1 and "text" not in choice:  # nearly every event
            content = delta.get("content")
            if isinstance(content, str):
                return content, ""
    for choice in choices:
        delta = mapping(mapping(choice).get("delta"))
        shown += text(mapping(choice).get("text")) + text(delta.get("content"))
        if "tool_calls" in delta or "function_call" in delta:
            calls = [mapping(call).get("function") for call in items(delta.get("tool_calls"))]
            for function in map(mapping, [*calls, delta.get("function_call")]):
                besides += text(function.get("name")) + text(function.get("arguments"))
        besides += text(delta.get("reasoning_content")) + text(delta.get("refusal"))
    return shown, besides
