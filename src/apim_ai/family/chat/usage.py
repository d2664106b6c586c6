"""The tokens that an answer reports, in each vendor's words."""

from __future__ import annotations

from typing import NamedTuple, cast

from apim_ai.family.chat.json_text import MOST, mapping, number

__all__ = ["Usage", "usage_of"]


class Usage(NamedTuple):
    """Tokens of one call.

    Args:
        prompt: tokens that went in.
        completion: tokens that came out.
        total: both together; more where the vendor counts thoughts apart.
    """

    prompt: int
    completion: int
    total: int

    @classmethod
    def estimated(cls, prompt: int, completion: int) -> Usage:
        """Return an estimate."""
        return cls(prompt, completion, prompt + completion)


def usage_of(document: object) -> Usage | None:
    """Return the usage that an answer or a stream event reports, or None.

    A Vertex stream that is not asked for as events is one list of its pieces, and the last that tells counts.
    """
    if isinstance(document, list):
        told = (usage_of(mapping(piece)) for piece in reversed(cast("list[object]", document)))
        return next((usage for usage in told if usage is not None), None)
    body = mapping(document)
    if not body:
        return None
    if "usageMetadata" in body:
        return _vertex(mapping(body["usageMetadata"]))
    usage = body.get("usage")
    if usage is None:
        # response.completed of the Responses API, message_start of Anthropic
        usage = mapping(body.get("response") or body.get("message")).get("usage")
        if usage is None:
            return None
    return _plain(mapping(usage))


def _plain(usage: dict[str, object]) -> Usage | None:
    prompt, completion = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if type(prompt) is int and type(completion) is int and 0 <= prompt <= MOST >= completion >= 0:
        return Usage(prompt, completion, prompt + completion)  # nearly every answer
    prompt = number(usage.get("prompt_tokens", usage.get("input_tokens")))
    completion = number(usage.get("completion_tokens", usage.get("output_tokens")))
    total = number(usage.get("total_tokens"))
    if prompt is None and completion is None:
        return None if total is None else Usage(total, 0, total)
    if completion is None and total is not None:
        completion = max(total - (prompt or 0), 0)
    prompt, completion = prompt or 0, completion or 0
    return Usage(prompt, completion, prompt + completion)


def _vertex(usage: dict[str, object]) -> Usage | None:
    prompt, total = number(usage.get("promptTokenCount")), number(usage.get("totalTokenCount"))
    completion = number(usage.get("candidatesTokenCount"))
    if prompt is None and completion is None and total is None:
        return None
    prompt = prompt or 0
    completion = completion or max((total or 0) - prompt, 0)
    return Usage(prompt, completion, total if total is not None else prompt + completion)
