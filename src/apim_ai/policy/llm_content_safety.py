"""`llm-content-safety`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    BOOLEAN,
    TEXT,
    Item,
    Policy,
    Value,
    attribute,
    child,
    children,
    choice,
    integer,
    item,
    policy,
    texts,
)
from apim_ai.expression import Read
from apim_ai.family.chat import answer_text, is_event_stream, parse, prompt_of, unpacker
from apim_ai.family.chat.prompt import SYSTEM_ROLES, TOOL_ROLES
from apim_ai.family.content_safety import LONGEST_TEXT, Checked, Inspector, Verdict, Window, guarded
from apim_ai.message import Body
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.family.chat import Prompt
    from apim_ai.message import Request, Response
    from apim_ai.runtime import Exchange

__all__ = ["LlmContentSafety"]

MESSAGE = "Request failed content safety check."

OutputType = Literal["FourSeverityLevels", "EightSeverityLevels"]
CategoryName = Literal["Hate", "SelfHarm", "Sexual", "Violence"]


@item("category")
class Category(Item):
    """A category of harm, and the severity from which it blocks."""

    name: Value[CategoryName] = attribute(choice("Hate", "SelfHarm", "Sexual", "Violence"))
    threshold: Value[int] = attribute(integer(0, 7), doc="0 is the strictest")


@item("categories")
class Categories(Item):
    """The categories to analyse."""

    output_type: Value[OutputType] = attribute(
        choice("FourSeverityLevels", "EightSeverityLevels"), default="FourSeverityLevels"
    )
    category: tuple[Category, ...] = children(Category, at_least=1)


@policy(
    "llm-content-safety",
    sections=("inbound", "outbound"),
    scopes=("global", "workspace", "product", "api"),
    maybe_scopes=("operation",),
    page="llm-content-safety-policy",
    settings=("content_safety",),
)
class LlmContentSafety(Policy):
    """Have prompts or completions checked by Content Safety, and block what it flags.

    Source: llm-content-safety page of 2026-03.
    """

    backend_id: Value[str] = attribute(TEXT)
    shield_prompt: Value[bool] = attribute(BOOLEAN, default=False)
    enforce_on_completions: Value[bool] = attribute(BOOLEAN, default=False, doc="ignored in outbound")
    window_size: Value[int] = attribute(integer(minimum=1), default=LONGEST_TEXT)
    window_overlap_size: Value[int] | None = attribute(integer(minimum=0), default=None)
    categories: Categories | None = child(Categories)
    blocklists: tuple[Value[str], ...] = texts("id", TEXT, within="blocklists", at_least=1)

    async def run(self, exchange: Exchange, /) -> None:
        """Check the request, the response, or both."""
        inspector = Inspector(exchange, self._checked(exchange))
        if exchange.acts_on_response:
            if exchange.response is not None:
                await self._check_response(exchange, inspector, exchange.response)
            return
        await self._check_request(exchange, inspector)
        if self.enforce_on_completions(exchange.context):
            scope = exchange.scope

            async def check(response: Response) -> None:
                try:
                    await self._check_response(exchange, inspector, response)
                except PolicyError as error:
                    error.section, error.scope = "outbound", scope
                    error.path, error.policy_id = self.path, self.policy_id
                    raise

            exchange.before_outbound.append(check)

    def _checked(self, exchange: Exchange) -> Checked:
        context, categories = exchange.context, self.categories
        listed = categories.category if categories else ()
        return Checked(
            self.backend_id(context),
            {entry.name(context): entry.threshold(context) for entry in listed},
            [entry(context) for entry in self.blocklists],
            categories.output_type(context) if categories else "FourSeverityLevels",
            has_categories=categories is not None,
            shields=self.shield_prompt(context),
        )

    async def _check_request(self, exchange: Exchange, inspector: Inspector) -> None:
        join = exchange.settings.content_safety_join
        prompt = await prompt_of(exchange)
        documents: list[str] = []
        if prompt is None:
            await exchange.buffer(Read.REQUEST_BODY)  # what calls itself no JSON may hold a prompt all the same
            content = _readable(exchange.request)
            if content is None:
                exchange.note("the request cannot be read: its content coding is unknown or broken")
                self._judge(exchange, "unknown")
                return
            text = asked = content.decode("utf-8", "replace")
        else:
            text = join.join(piece for piece in prompt.texts if piece)
            own, documents = _parted(exchange, prompt)
            asked = join.join(own)
        if not text:
            return
        if len(text) > LONGEST_TEXT:
            exchange.note(f"refused without asking: more than {LONGEST_TEXT} characters")
            raise self._refusal(exchange)
        self._judge(exchange, await inspector.prompt(text, asked, documents))

    async def _check_response(self, exchange: Exchange, inspector: Inspector, response: Response) -> None:
        body, context = response.body, exchange.context
        if body is None:
            return
        overlap = self.window_overlap_size(context) if self.window_overlap_size else 0
        window = Window.of(self.window_size(context), overlap)
        unpack = unpacker(response)
        if unpack is None:
            exchange.note("the response cannot be read: its content coding is unknown")
            self._judge(exchange, "unknown")
        elif is_event_stream(response):
            allows = exchange.settings.content_safety_backend_failure_status == "allow"
            stream = guarded(body, unpack, inspector, window, allows_unknown=allows)
            response.body = Body(stream=stream, close=body.discard)
        else:
            await exchange.buffer(Read.RESPONSE_BODY)
            content = unpack(body.content or b"")
            document = parse(content)
            text = content.decode("utf-8", "replace") if document is None else answer_text(document)
            if text:
                self._judge(exchange, await inspector.completion(text, window))

    def _judge(self, exchange: Exchange, verdict: Verdict) -> None:
        if verdict == "flagged":
            raise self._refusal(exchange)
        if verdict != "unknown":
            return
        outcome = exchange.settings.content_safety_backend_failure_status
        exchange.trace.decided_by("content_safety.backend_failure_status", outcome)
        if outcome == "403":
            raise self._refusal(exchange)
        if outcome == "500":
            raise PolicyError(
                self.element_name,
                exchange.settings.content_safety_reason,
                "The content safety service cannot be asked.",
            )

    def _refusal(self, exchange: Exchange) -> PolicyError:
        settings = exchange.settings
        body = settings.content_safety_body.encode()
        return PolicyError(self.element_name, settings.content_safety_reason, MESSAGE, 403, body=body)


def _readable(request: Request) -> bytes | None:
    """Return the content of a request without its coding, or None where that cannot be undone."""
    body = request.body
    content = b"" if body is None or body.consumed else body.content or b""
    unpack = unpacker(request)
    plain = b"" if unpack is None else unpack(content)
    return None if content and not plain else plain


def _parted(exchange: Exchange, prompt: Prompt) -> tuple[list[str], list[str]]:
    """Return the texts of a prompt that the user wrote, and those that the shield gets as documents."""
    if exchange.settings.content_safety_shield_documents == "none":
        return [text for text in prompt.texts if text], []
    apart = SYSTEM_ROLES | TOOL_ROLES
    own = [message.text for message in prompt.messages if message.role not in apart]
    documents = [message.text for message in prompt.messages if message.role in apart]
    return [text for text in (*own, *prompt.plain) if text], [text for text in documents if text]
