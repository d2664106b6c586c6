"""Reads the request of a language model, whatever its shape, and estimates its tokens.

Source: llm-token-limit page for the shapes: OpenAI chat completions, completions, embeddings and Responses, Anthropic
Messages (v2 gateways), Google Vertex AI.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, NamedTuple

from apim_ai.expression import Read
from apim_ai.family.chat.coding import decoded
from apim_ai.family.chat.json_text import dump, items, mapping, parse, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.config import GatewaySettings
    from apim_ai.message import Request
    from apim_ai.runtime import Exchange
    from apim_ai.runtime.services import TokenCounter

__all__ = [
    "SYSTEM_ROLES",
    "TOOL_ROLES",
    "Message",
    "Prompt",
    "Question",
    "Shape",
    "needs_body",
    "prompt_of",
    "question_of",
    "read_prompt",
]

Shape = Literal["chat", "completion", "embeddings", "responses", "messages", "vertex"]

SYSTEM_ROLES = frozenset({"system", "developer"})
TOOL_ROLES = frozenset({"tool", "function"})
_QUESTION = "the question of the exchange"
_DEPLOYMENT = re.compile(r"/deployments/([^/]+)")
_VERTEX_MODEL = re.compile(r"/models/([^/:]+)")
_IMAGE_TYPES = ("image_url", "input_image", "image")  # a tuple, as a type may be any JSON, also what has no hash
_RESPONSES_ONLY = ("instructions", "max_output_tokens", "previous_response_id", "stream", "tools", "reasoning", "text")
_NO_JSON = ("multipart/", "audio/", "image/", "video/", "application/octet-stream")


class Message(NamedTuple):
    """One message of a dialog: its role and the pieces of its text."""

    role: str
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        """All of the text, a piece a line."""
        return "\n".join(self.parts)


@dataclass(slots=True)
class Prompt:
    """What a request asks of a model.

    Args:
        shape: whose request format it is.
        model: deployment name of the URL, else the `model` of the body, else empty.
        streams: whether the answer is to be a stream of events.
        wants_usage: whether the stream is to end with its usage.
        messages: the dialog, system messages included.
        plain: texts that are no messages: the prompt of a completion, the input of an embedding.
        tokens: tokens given as numbers.
        images: image parts.
        tools: JSON text of the tool schemas.
    """

    shape: Shape
    model: str = ""
    streams: bool = False
    wants_usage: bool = False
    messages: tuple[Message, ...] = ()
    plain: tuple[str, ...] = ()
    tokens: int = 0
    images: int = 0
    tools: str = ""
    _estimates: dict[tuple[int, int, str], int] = field(
        default_factory=dict[tuple[int, int, str], int], repr=False, compare=False
    )

    @property
    def texts(self) -> Iterator[str]:
        """All texts, in order."""
        yield from (message.text for message in self.messages)
        yield from self.plain

    def estimate(self, counter: TokenCounter, settings: GatewaySettings) -> int:
        """Return the tokens that the model will probably see in this prompt."""
        overhead, image, tools = (
            settings.token_limit_message_overhead,
            settings.token_limit_image_tokens,
            settings.token_limit_tools,
        )
        known = self._estimates.get((overhead, image, tools))
        if known is None:
            pieces = (*(piece for message in self.messages for piece in message.parts), *self.plain)
            known = sum(counter.count(piece, self.model) for piece in pieces)
            known += overhead * len(self.messages) + image * self.images + self.tokens
            if tools == "count" and self.tools:
                known += counter.count(self.tools, self.model)
            self._estimates[overhead, image, tools] = known
        return known


class Question:
    """What a request asks of a model: whether it wants a stream, and its prompt for whoever needs that.

    Most answers tell what the prompt has cost, so most prompts are never read.

    Attributes:
        streams: whether the answer is to be a stream of events.
    """

    __slots__ = ("_original_path", "_path", "_prompt", "content", "is_read", "shape", "streams")

    def __init__(self, content: bytes, shape: Shape | None, path: str, original_path: str) -> None:
        self.content = content
        self.shape: Shape | None = shape
        self.streams = False
        self.is_read = False
        self._path = path
        self._original_path = original_path
        self._prompt: Prompt | None = None

    @property
    def prompt(self) -> Prompt | None:
        """The prompt, or None where the request holds none that we understand."""
        if not self.is_read:
            self.answer(_read(self.content, self._path, self.shape, is_anthropic=False))
        return self._prompt

    def answer(self, prompt: Prompt | None) -> None:
        """Take the prompt that was read."""
        self.is_read = True
        self._prompt = prompt
        if prompt is not None:
            self.streams = prompt.streams
            prompt.model = prompt.model or _deployment(self._original_path)


def needs_body(exchange: Exchange) -> bool:
    """Whether the request's body has to be buffered before `question_of` can be asked."""
    request = exchange.context.request
    body = request.body
    return body is not None and body.content is None and not body.consumed and not _is_no_json(request)


def question_of(exchange: Exchange, shape: Shape | None = None) -> Question | None:
    """Return what the exchange's request asks, or None when it cannot be a question to a model.

    The body is read again only when a policy has changed it.

    Args:
        exchange: the exchange; the body is at hand where `needs_body` says so.
        shape: the shape where the policy names it.
    """
    request = exchange.context.request
    body = request.body
    if body is None or body.consumed or _is_no_json(request):
        return None
    content = body.content or b""
    exchange.is_request_buffered = True
    known = exchange.private.get(_QUESTION)
    if isinstance(known, Question) and known.content is content and known.shape == shape:
        return known
    question = Question(content, shape, request.url.path, exchange.context.original_url.path)
    exchange.private[_QUESTION] = question
    if _may_stream(request, content):
        prompt = read_prompt(request, content, shape)
        if prompt is not None and prompt.shape == "messages" and exchange.settings.gateway_flavor != "v2":
            exchange.note("Anthropic messages are understood by v2 gateways only")
            prompt = None
        question.answer(prompt)
    return question


def _may_stream(request: Request, content: bytes) -> bool:
    """Whether only reading a request tells whether it wants a stream, or whether this gateway understands it."""
    # `find`, for `in` raises an error inside each time; then escapes, and wider characters
    if content.find(b'"stream"') >= 0 or content.find(b"\\u00") >= 0 or content.find(b"\0") >= 0:
        return True
    path, headers = request.url.path.lower().rstrip("/"), request.headers
    return (
        path.endswith("/messages")
        or "streamgeneratecontent" in path
        or headers.get("Content-Encoding") is not None
        or headers.get("anthropic-version") is not None
    )


async def prompt_of(exchange: Exchange, shape: Shape | None = None) -> Prompt | None:
    """Return the prompt in the exchange's request, or None when it holds none that we understand.

    The request body is buffered; it is read again only when a policy has changed it.

    Args:
        exchange: the exchange.
        shape: the shape where the policy names it.
    """
    if needs_body(exchange):
        await exchange.buffer(Read.REQUEST_BODY)
    question = question_of(exchange, shape)
    return None if question is None else question.prompt


def _is_no_json(request: Request) -> bool:
    kind = request.headers.get("Content-Type")
    return kind is not None and kind != "application/json" and kind.lower().startswith(_NO_JSON)


def read_prompt(request: Request, content: bytes, shape: Shape | None = None) -> Prompt | None:
    """Return the prompt in a request body, or None."""
    if "Content-Encoding" in request.headers:
        content = decoded(content, request)
    return _read(content, request.url.path, shape, is_anthropic="anthropic-version" in request.headers)


def _read(content: bytes, path: str, shape: Shape | None, *, is_anthropic: bool) -> Prompt | None:
    body = mapping(parse(content))
    if not body:
        return None
    shape = shape or _shape(path, body, is_anthropic=is_anthropic)
    if shape is None:
        return None
    prompt = Prompt(shape, _model(path, body), streams=body.get("stream") is True)
    prompt.wants_usage = mapping(body.get("stream_options")).get("include_usage") is True
    tools = [*items(body.get("tools")), *items(body.get("functions"))]
    if tools:
        prompt.tools = _json_text(tools)
    if shape == "vertex":
        _read_vertex(prompt, body, path)
    elif shape in ("completion", "embeddings"):
        _read_plain(prompt, body.get("prompt" if shape == "completion" else "input"))
    else:
        prompt.messages = tuple(_messages(prompt, body))
    return prompt


def _shape(path: str, body: dict[str, object], *, is_anthropic: bool) -> Shape | None:
    end = path.rstrip("/")
    if "messages" in body:
        return "messages" if is_anthropic or end.endswith("/messages") else "chat"
    if "contents" in body:
        return "vertex"
    if "prompt" in body and not end.endswith("/responses"):
        return "completion"
    if "input" not in body:
        return None
    if end.endswith("/embeddings"):
        return "embeddings"
    if end.endswith("/responses") or any(name in body for name in _RESPONSES_ONLY):
        return "responses"
    has_messages = any(mapping(entry) for entry in items(body["input"]))
    return "responses" if has_messages else "embeddings"


def _model(path: str, body: dict[str, object]) -> str:
    return _deployment(path) or text(body.get("model"))


def _deployment(path: str) -> str:
    found = _DEPLOYMENT.search(path) or _VERTEX_MODEL.search(path)
    return found.group(1) if found else ""


def _messages(prompt: Prompt, body: dict[str, object]) -> Iterator[Message]:
    if prompt.shape == "messages" and "system" in body:
        yield Message("system", _parts(prompt, body["system"]))
    if prompt.shape == "responses":
        if text(body.get("instructions")):
            yield Message("system", (text(body["instructions"]),))
        if isinstance(body.get("input"), str):
            yield Message("user", (text(body["input"]),))
    for entry in items(body.get("input" if prompt.shape == "responses" else "messages")):
        yield _message(prompt, mapping(entry))


def _message(prompt: Prompt, entry: dict[str, object]) -> Message:
    content, role = entry.get("content"), text(entry.get("role"))
    if isinstance(content, str) and role and "tool_calls" not in entry:
        return Message(role, (content,))  # nearly every message
    kind = text(entry.get("type"))
    if kind == "function_call_output":
        return Message("tool", _parts(prompt, entry.get("output")))
    pieces = list(_parts(prompt, content))
    pieces += [text(entry.get("name")), text(entry.get("arguments"))] if kind == "function_call" else []
    for call in items(entry.get("tool_calls")):
        function = mapping(mapping(call).get("function"))
        pieces += [text(function.get("name")), text(function.get("arguments"))]
    return Message(role or "assistant", tuple(filter(None, pieces)))


def _parts(prompt: Prompt, content: object, depth: int = 0) -> tuple[str, ...]:
    """Return the pieces of text in the content of a message, counting its images on the way."""
    if isinstance(content, str):
        return (content,) if content else ()
    pieces: list[str] = []
    for part in map(mapping, items(content)):
        if part.get("type") in _IMAGE_TYPES:
            prompt.images += 1
        elif part.get("type") == "tool_use":
            pieces += [text(part.get("name")), _json_text(part.get("input"))]
        elif part.get("type") == "tool_result" and depth == 0:
            pieces += _parts(prompt, part.get("content"), depth + 1)
        else:
            pieces += [text(part.get("text")), text(part.get("refusal"))]
    return tuple(filter(None, pieces))


def _read_plain(prompt: Prompt, value: object) -> None:
    if isinstance(value, str):
        prompt.plain = (value,)
        return
    entries = items(value)
    prompt.plain = tuple(entry for entry in entries if isinstance(entry, str))
    numbers = sum(isinstance(entry, int) for entry in entries)
    prompt.tokens = numbers + sum(len(items(entry)) for entry in entries)


def _read_vertex(prompt: Prompt, body: dict[str, object], path: str) -> None:
    prompt.streams = "streamgeneratecontent" in path.lower()
    entries = items(body.get("contents")) or [body.get("contents")]
    system = mapping(body.get("systemInstruction") or body.get("system_instruction"))
    found = [("system", system)] if system else []
    found += [(text(entry.get("role")) or "user", entry) for entry in map(mapping, entries)]
    messages: list[Message] = []
    for role, entry in found:
        parts = [mapping(part) for part in items(entry.get("parts"))]
        prompt.images += sum("inlineData" in part or "fileData" in part for part in parts)
        messages.append(Message(role, tuple(filter(None, (text(part.get("text")) for part in parts)))))
    prompt.messages = tuple(messages)


def _json_text(value: object) -> str:
    try:
        return dump(value).decode()
    except RecursionError:  # read without recursion, and nested more deeply than any schema
        return ""
