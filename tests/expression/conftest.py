"""A made-up but complete context, and short ways to evaluate in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import pytest

from apim_ai.expression.evaluation import evaluate

if TYPE_CHECKING:
    from collections.abc import Mapping

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}], "stream": True, "n": 3}
CONTEXT = {
    "request": {
        "method": "POST",
        "url": "https://gateway.test/chat/completions?api-version=1&x=a&x=b",
        "headers": {"x-team": "alpha", "X-Multi": ["a", "b"], "Authorization": "Basic dXNlcjpwYTpzcw=="},
        "body": {"json": BODY},
        "matched_parameters": {"id": "7"},
    },
    "response": {"status_code": 429, "headers": {"Retry-After": "10"}, "body": "not json"},
    "variables": {
        "text": "value",
        "number": 5,
        "large": 5000000000,
        "flag": True,
        "nothing": None,
        "object": {"a": [1, 2]},
        "array": {"$type": "StringArray", "value": ["p", "q"]},
        "answer": {"$type": "IResponse", "value": {"status_code": 200, "body": {"json": {"ok": True}}}},
    },
    "subscription": {"id": "sub-1", "name": "Alpha"},
    "api": {"id": "openai", "name": "OpenAI", "revision": "2"},
    "product": {"id": "gold", "name": "Gold", "groups": [{"id": "g1", "name": "Testers"}]},
    "last_error": {"source": "validate-jwt", "reason": "TokenNotPresent", "message": "no token"},
    "deployment": {"region": "West Europe"},
    "timestamp": "2026-01-01T00:00:00Z",
    "elapsed": 1.5,
}


class Values(Protocol):
    """Evaluates an expression to its text; keywords replace parts of the context."""

    def __call__(self, expression: str, /, **context: object) -> str | None: ...


class Errors(Protocol):
    """Evaluates an expression that fails to its error; keywords replace parts of the context."""

    def __call__(self, expression: str, /, **context: object) -> Mapping[str, object]: ...


@pytest.fixture
def value() -> Values:
    """Evaluate an expression and return its text."""

    def run(expression: str, /, **context: object) -> str | None:
        result = evaluate(expression, {**CONTEXT, **context})
        assert result.error is None, result.error
        return result.text

    return run


@pytest.fixture
def error() -> Errors:
    """Evaluate an expression that fails and return its error."""

    def run(expression: str, /, **context: object) -> Mapping[str, object]:
        result = evaluate(expression, {**CONTEXT, **context})
        assert result.error is not None, result
        return result.error

    return run
