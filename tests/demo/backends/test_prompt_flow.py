from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from apim_ai.demo.backends import ORCHESTRATOR_RESOURCE
from apim_ai.demo.backends.prompt_flow import PromptFlow
from apim_ai.demo.prompts import PROMPTS

if TYPE_CHECKING:
    import httpx

    from apim_ai.demo.backends import IdentityCheck
    from conftest import Client, FrozenClock

pytestmark = pytest.mark.anyio

OURS = {"Authorization": "Bearer ml-token"}


@pytest.fixture
def flow(client: Client, identity: IdentityCheck, clock: FrozenClock) -> httpx.AsyncClient:
    return client(PromptFlow(identity, ORCHESTRATOR_RESOURCE, clock))


@pytest.mark.parametrize(
    "body", [{"question": PROMPTS[0].question}, {"messages": [{"role": "user", "content": PROMPTS[0].question}]}]
)
async def test_a_question_is_answered_in_either_shape(flow: httpx.AsyncClient, body: object) -> None:
    answer = (await flow.post("/score", json=body, headers=OURS)).json()
    assert answer["answer"] == PROMPTS[0].answer
    assert answer["usage"]["total_tokens"] == sum(
        answer["usage"][key] for key in ("prompt_tokens", "completion_tokens")
    )


async def test_a_stream_brings_the_answer_in_pieces(flow: httpx.AsyncClient) -> None:
    response = await flow.post(
        "/score", json={"question": PROMPTS[0].question}, headers={**OURS, "Accept": "text/event-stream"}
    )
    parsed = [json.loads(line.removeprefix("data: ")) for line in response.text.split("\n\n") if line]
    assert "".join(event.get("answer", "") for event in parsed) == PROMPTS[0].answer
    assert "usage" in parsed[-1]


async def test_only_the_identity_may_score(flow: httpx.AsyncClient) -> None:
    assert (await flow.post("/score", json={"question": "x"})).status_code == 401
    assert (await flow.get("/health")).json()["status"] == "Healthy"


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"question": 5}'])
async def test_a_flow_without_its_input_is_refused(flow: httpx.AsyncClient, body: bytes) -> None:
    response = await flow.post("/score", content=body, headers=OURS)
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "UserError"
