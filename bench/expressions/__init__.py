"""What one evaluation costs, against the same thing written by hand in Python with the same JSON library.

By hand means what a careful Python programmer would write in the expression's place: it takes the content from the same
`Body`, parses it with orjson, and raises where a value is missing or of another type. Each body is measured new, as the
first expression of a request finds it, and known, as the next ones do; by hand it is parsed each time. Making the
request's body is part of both sides and taken off.
"""

from __future__ import annotations

import json
from time import process_time
from typing import TYPE_CHECKING, Any

from apim_ai.expression.compiler import compile_text
from apim_ai.expression.given import context_of
from apim_ai.message import Body
from bench.expressions.by_hand import PAIRS

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.context import Context

__all__ = ["run"]

ROUNDS = 15
CALLS = 4000
MESSAGES = {"small": 1, "large": 12}
TEXT = "Please tell me in one or two sentences what the weather in the mountains will be like tomorrow, thank you."


def run() -> list[dict[str, Any]]:
    """Measure each expression over a body of one message and over one of twelve."""
    rows: list[dict[str, Any]] = []
    for expression, by_hand in PAIRS:
        run_ = _compiled(expression)
        row: dict[str, Any] = {"name": expression}
        for size, count in MESSAGES.items():
            context = _context(count)
            if run_(context) != by_hand(context):
                raise RuntimeError(f"{expression} differs from what is written by hand")
            row |= {f"{size}_{name}": figure for name, figure in _measured(context, run_, by_hand).items()}
        rows.append(row)
    return rows


def _compiled(expression: str) -> Callable[[Context], object]:
    compiled = compile_text(expression).compiled
    if compiled is None:
        raise RuntimeError(f"{expression} does not compile")
    return compiled.run


def _context(count: int) -> Context:
    roles = ("user", "assistant")
    messages = [{"role": roles[number % 2], "content": f"{TEXT} {number}"} for number in range(count)]
    body = {"model": "gpt-4o", "messages": messages, "max_tokens": 200, "stream": False}
    text = json.dumps(body, separators=(",", ":"))
    return context_of({"request": {"body": text, "headers": {"x": "1"}}})


def _measured(
    context: Context, run_: Callable[[Context], object], by_hand: Callable[[Context], object]
) -> dict[str, float]:
    """Return microseconds of the expression over a new and over a known body, by hand, and the first as a ratio."""
    content = (context.request.body or Body()).content

    def renewed(evaluate: Callable[[Context], object]) -> Callable[[Context], object]:
        def once(context: Context) -> object:
            context.request.body = Body(content)
            return evaluate(context)

        return once

    def nothing(_context: Context) -> object:
        return None

    subjects = [renewed(run_), renewed(by_hand), renewed(nothing), run_, nothing]
    least = [min(times) for times in zip(*(_round(context, subjects) for _ in range(ROUNDS)), strict=True)]
    new, hand, making, known, call = least
    figures = {"new_us": new - making, "known_us": known - call, "hand_us": hand - making}
    return {**figures, "ratio": (new - making) / (hand - making)}


def _round(context: Context, subjects: list[Callable[[Context], object]]) -> list[float]:
    """Return the microseconds that a call of each takes; they are measured in turn, as the machine's speed drifts."""
    found: list[float] = []
    for subject in subjects:
        began = process_time()
        for _ in range(CALLS):
            subject(context)
        found.append((process_time() - began) / CALLS * 1e6)
    return found
