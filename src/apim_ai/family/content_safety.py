"""Asks the Content Safety service about texts, and guards streams with it.

Source: REST reference of Content Safety (`text:analyze`, `text:shieldPrompt`); what the gateway does around the calls is
undocumented (settings `content_safety.*`).
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.family.chat import EventReader, delta_texts, dump, parse
from apim_ai.family.chat.json_text import items, mapping, number
from apim_ai.message import Body, BodyTooLargeError, Headers
from apim_ai.runtime import Callout, IdentityError, PolicyError, WireError

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Mapping, Sequence

    from apim_ai.config import GatewaySettings
    from apim_ai.runtime import Endpoint, Exchange

__all__ = ["LONGEST_TEXT", "Checked", "Inspector", "Verdict", "Window", "guarded", "windows"]

LONGEST_TEXT = 10_000  # Unicode code points that the service takes
_OK = 200
_CATEGORIES = ("Hate", "SelfHarm", "Sexual", "Violence")
_LONGEST_ANSWER = 16 * 1024 * 1024  # bytes

Verdict = Literal["safe", "flagged", "unknown"]


@dataclass(frozen=True, slots=True)
class Checked:
    """What is asked of the service, with the values of one exchange.

    Args:
        backend_id: the backend entity of the service.
        thresholds: severity from which each listed category blocks.
        blocklists: names of blocklists.
        output_type: `FourSeverityLevels` or `EightSeverityLevels`.
        has_categories: whether the policy holds categories at all.
        shields: whether prompts are checked for attacks.
    """

    backend_id: str
    thresholds: Mapping[str, int]
    blocklists: Sequence[str]
    output_type: str
    has_categories: bool
    shields: bool

    @property
    def analyzes(self) -> bool:
        """Whether texts are analysed."""
        return self.has_categories or bool(self.blocklists)


class Inspector:
    """Judges texts for one execution of the policy."""

    def __init__(self, exchange: Exchange, checked: Checked) -> None:
        self._exchange = exchange
        self._checked = checked
        self._settings: GatewaySettings = exchange.settings

    async def prompt(self, text: str, asked: str, documents: Sequence[str]) -> Verdict:
        """Judge the text of a request; the shield gets it as what the user `asked` and `documents` apart from that."""
        verdicts: list[Verdict] = []
        for call in self._settings.content_safety_order:
            if call == "shield" and self._checked.shields:
                verdicts.append(await self.shield(asked, documents))
            elif call == "analyze" and self._checked.analyzes:
                verdicts.append(await self.analyze(text))
            if verdicts and verdicts[-1] != "safe" and self._settings.content_safety_stop_at_first:
                break
        return _worst(verdicts)

    async def completion(self, text: str, window: Window) -> Verdict:
        """Judge the text of an answer window by window."""
        verdicts: list[Verdict] = []
        for piece in windows(text, window):
            verdicts.append(await self.piece(piece))
            if verdicts[-1] != "safe" and self._settings.content_safety_stop_at_first:
                break
        return _worst(verdicts)

    async def piece(self, text: str) -> Verdict:
        """Judge one window of an answer."""
        shields = self._checked.shields and self._settings.content_safety_shield_on_completions
        verdict: Verdict = await self.shield(text, ()) if shields else "safe"
        if verdict == "safe" and self._checked.analyzes:
            verdict = await self.analyze(text)
        return verdict

    async def analyze(self, text: str) -> Verdict:
        """Have a text analysed for categories and blocklists."""
        checked, settings = self._checked, self._settings
        body: dict[str, object] = {"text": text}
        if checked.thresholds:
            listed = settings.content_safety_categories_sent == "listed"
            body["categories"] = list(checked.thresholds) if listed else list(_CATEGORIES)
        if checked.blocklists:
            body["blocklistNames"] = list(checked.blocklists)
        if settings.content_safety_halt_on_blocklist_hit != "omit":
            body["haltOnBlocklistHit"] = settings.content_safety_halt_on_blocklist_hit == "true"
        body["outputType"] = checked.output_type
        answer = await self._call("text:analyze", body)
        return "unknown" if answer is None else self._analysis(answer)

    def _analysis(self, answer: dict[str, object]) -> Verdict:
        if items(answer.get("blocklistsMatch")):
            self._exchange.note("flagged: a blocklist entry matches")
            return "flagged"
        if _is_unreadable(answer, "categoriesAnalysis", list):
            self._exchange.note("the content safety service gave no analysis")
            return "unknown"
        for entry in map(mapping, items(answer.get("categoriesAnalysis"))):
            category, severity = entry.get("category"), number(entry.get("severity")) or 0
            threshold = self._checked.thresholds.get(category) if isinstance(category, str) else None
            if threshold is not None and severity >= threshold:
                self._exchange.note(f"flagged: {category} {severity} >= {threshold}")
                return "flagged"
        return "safe"

    async def shield(self, text: str, documents: Sequence[str]) -> Verdict:
        """Have a prompt checked for attacks."""
        answer = await self._call("text:shieldPrompt", {"userPrompt": text, "documents": list(documents)})
        if answer is None:
            return "unknown"
        parts = [answer.get("userPromptAnalysis"), *items(answer.get("documentsAnalysis"))]
        if any(mapping(part).get("attackDetected") is True for part in parts):
            self._exchange.note("flagged: an attack is detected")
            return "flagged"
        if _is_unreadable(answer, "userPromptAnalysis", dict):
            self._exchange.note("the content safety service gave no analysis")
            return "unknown"
        return "safe"

    async def _call(self, operation: str, body: dict[str, object]) -> dict[str, object] | None:
        """Return the service's answer, or None when there is none to use."""
        exchange, content = self._exchange, dump(body)
        version = self._settings.content_safety_api_version

        async def callout(endpoint: Endpoint) -> Callout:
            url = endpoint.url.replace(path=f"{endpoint.url.path.rstrip('/')}/contentsafety/{operation}")
            url = url.with_query([*url.query_pairs(), ("api-version", version)])
            headers = Headers([("Content-Type", "application/json")])
            return Callout("POST", url, headers, Body(content), purpose="content-safety")

        try:
            response = await exchange.services.backends.call(exchange, self._checked.backend_id, callout)
            answer = await response.body.buffer(_LONGEST_ANSWER) if response.body is not None else b""
        except (PolicyError, IdentityError, WireError, BodyTooLargeError) as error:
            exchange.note(f"the content safety service cannot be asked: {error}")
            return None
        document = parse(answer) if response.status == _OK else None
        if not isinstance(document, dict):
            exchange.note(f"the content safety service answered {response.status}")
            return None
        return mapping(document)  # pyright: ignore[reportUnknownArgumentType]  # a JSON object of any content


def _is_unreadable(answer: dict[str, object], member: str, kind: type) -> bool:
    """Return whether an answer is an error in the clothes of a success, which must not pass for a clean verdict."""
    return "error" in answer or not isinstance(answer.get(member, kind()), kind)


def windows(text: str, window: Window) -> Iterator[str]:
    """Cut a text into windows, each of which repeats the end of the one before."""
    step = max(window.size - window.overlap, 1)
    start = 0
    while True:
        yield text[start : start + window.size]
        if start + window.size >= len(text):
            return
        start += step


@dataclass(frozen=True, slots=True)
class Window:
    """How much of an answer is judged at once.

    Args:
        size: characters.
        overlap: characters that the next window repeats.
    """

    size: int
    overlap: int

    @classmethod
    def of(cls, size: int, overlap: int) -> Window:
        """Return the window nearest to what expressions gave: at least one character, no overlap below none."""
        return cls(max(size, 1), max(overlap, 0))


async def guarded(
    body: Body, unpack: Callable[[bytes], bytes], inspector: Inspector, window: Window, *, allows_unknown: bool
) -> AsyncIterator[bytes]:
    """Yield a stream's bytes once the text in them has been judged safe; end it before those that are not.

    Bytes wait until their text fills a window or the stream ends. No status can tell any more: the headers are out.

    Args:
        body: the stream.
        unpack: undoes its content coding.
        inspector: judges.
        window: the windows.
        allows_unknown: whether text passes about which the service cannot be asked.
    """
    reader = EventReader()
    waiting: list[bytes] = []
    text, fresh = "", 0  # the window's text, and how much of it is not judged yet
    async with aclosing(body.chunks()) as chunks:
        async for chunk in chunks:
            waiting.append(chunk)
            shown = _shown(reader.feed(unpack(chunk)))
            text, fresh = text + shown, fresh + len(shown)
            if reader.is_overlong and not allows_unknown:
                return
            while len(text) >= window.size:
                if not await _passes(inspector, text[: window.size], allows_unknown=allows_unknown):
                    return
                fresh = len(text) - window.size
                text = text[max(window.size - window.overlap, 1) :]
            if fresh == 0 and reader.is_between_lines:
                for piece in waiting:
                    yield piece
                waiting.clear()
        shown = _shown(reader.finish())  # clients may read a last event that no line break ends
        for rest in windows(text + shown, window) if fresh or shown else ():
            if not await _passes(inspector, rest, allows_unknown=allows_unknown):
                return
    for piece in waiting:
        yield piece


def _shown(events: Iterable[dict[str, object]]) -> str:
    return "".join(delta_texts(event)[0] for event in events)


async def _passes(inspector: Inspector, text: str, *, allows_unknown: bool) -> bool:
    verdict = await inspector.piece(text)
    return verdict == "safe" or (verdict == "unknown" and allows_unknown)


def _worst(verdicts: Sequence[Verdict]) -> Verdict:
    if "flagged" in verdicts:
        return "flagged"
    return "unknown" if "unknown" in verdicts else "safe"
