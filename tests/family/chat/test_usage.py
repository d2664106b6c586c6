"""Usage in each vendor's words."""

from __future__ import annotations

import pytest

from apim_ai.family.chat.usage import Usage, usage_of


@pytest.mark.parametrize(
    ("document", "usage"),
    [
        ({"usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}, Usage(3, 4, 7)),
        ({"usage": {"prompt_tokens": 3, "total_tokens": 3}}, Usage(3, 0, 3)),
        ({"usage": {"input_tokens": 3, "output_tokens": 4}}, Usage(3, 4, 7)),
        ({"usage": {"total_tokens": 9}}, Usage(9, 0, 9)),
        (
            {"type": "response.completed", "response": {"usage": {"input_tokens": 1, "output_tokens": 2}}},
            Usage(1, 2, 3),
        ),
        ({"type": "message_start", "message": {"usage": {"input_tokens": 1}}}, Usage(1, 0, 1)),
        ({"usageMetadata": {"promptTokenCount": 1, "candidatesTokenCount": 2, "totalTokenCount": 8}}, Usage(1, 2, 8)),
        ({"usageMetadata": {"promptTokenCount": 1, "totalTokenCount": 3}}, Usage(1, 2, 3)),
        ({"usage": None}, None),
        ({"usage": {}}, None),
        ({"usage": {"prompt_tokens": "3"}}, None),
        ({"usage": {"prompt_tokens": -3}}, None),
        ({"usage": {"prompt_tokens": True}}, None),
        ({"usage": [1]}, None),
        ({"usageMetadata": {}}, None),
        ({"error": {"code": "x"}}, None),
        ({"usage": {"prompt_tokens": 10**400, "completion_tokens": 4}}, Usage(0, 4, 4)),
        ({"usage": {"total_tokens": 2**31}}, None),
        ({"usage": {"prompt_tokens": 2.0, "completion_tokens": 1e300}}, Usage(2, 0, 2)),
        ([], None),
        ([{"usageMetadata": {"totalTokenCount": 2}}, {"usageMetadata": {"totalTokenCount": 3}}, {}], Usage(0, 3, 3)),
        ([[[{"usage": {"total_tokens": 9}}]], 1], None),
        (None, None),
    ],
)
def test_usage(document: object, usage: Usage | None) -> None:
    assert usage_of(document) == usage
