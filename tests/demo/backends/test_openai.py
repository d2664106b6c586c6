from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import numpy as np
import pytest

from apim_ai.demo.backends.openai import AzureOpenAI, ModelBehaviour
from apim_ai.demo.embedding.recorded import RecordedVectors
from apim_ai.demo.prompts import PROMPTS

if TYPE_CHECKING:
    import httpx

    from apim_ai.demo.backends import IdentityCheck
    from conftest import Client, FrozenClock

pytestmark = pytest.mark.anyio

CHAT = "/openai/deployments/gpt-4o/chat/completions?api-version=2024-10-21"
V1_CHAT = "/openai/v1/chat/completions"
ASK = {"messages": [{"role": "user", "content": PROMPTS[0].question}]}


@pytest.fixture
def resource(identity: IdentityCheck, clock: FrozenClock) -> AzureOpenAI:
    behaviour = ModelBehaviour("West Europe", confidence_header="x-confidence")
    return AzureOpenAI("ptu", behaviour, identity=identity, embedder=RecordedVectors({}), clock=clock)


@pytest.fixture
def azure(client: Client, resource: AzureOpenAI) -> httpx.AsyncClient:
    return client(resource)


def events(text: str) -> list[str]:
    return [line.removeprefix("data: ") for line in text.split("\n\n") if line]


async def test_a_dialog_is_answered_with_usage(azure: httpx.AsyncClient) -> None:
    answer = (await azure.post(CHAT, json=ASK)).json()
    assert answer["choices"][0]["message"]["content"] == PROMPTS[0].answer
    usage = answer["usage"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    assert usage["prompt_tokens"] == 14
    assert answer["model"] == "gpt-4o"


async def test_both_url_shapes_give_the_same_answer(azure: httpx.AsyncClient) -> None:
    dated = (await azure.post(CHAT, json=ASK)).json()
    v1 = (await azure.post(V1_CHAT, json={**ASK, "model": "gpt-4o"})).json()
    assert v1["choices"] == dated["choices"]
    assert v1["id"] != dated["id"]


@pytest.mark.parametrize(
    ("path", "headers", "status", "code"),
    [
        (CHAT, {"Authorization": "Bearer somebody"}, 401, "401"),
        (CHAT, {"Authorization": ""}, 401, "401"),
        (CHAT.partition("?")[0], {}, 404, "404"),
        ("/openai/deployments/gpt-4o/nothing?api-version=1", {}, 404, "404"),
        ("/openai/v1/nothing", {}, 404, "404"),
    ],
)
async def test_refusals(azure: httpx.AsyncClient, path: str, headers: dict[str, str], status: int, code: str) -> None:
    response = await azure.post(path, json=ASK, headers=headers)
    assert response.status_code == status
    assert response.json()["error"]["code"] == code


async def test_a_key_in_place_of_the_identity_is_refused(azure: httpx.AsyncClient) -> None:
    del azure.headers["authorization"]
    response = await azure.post(CHAT, json=ASK, headers={"api-key": "k"})
    assert response.status_code == 403
    assert response.json()["error"]["code"] == "AuthenticationTypeDisabled"


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"{}",
        b'{"messages": []}',
        b'{"messages": ["x"]}',
        b'{"messages": [{"role": "user", "content": "x"}], "max_tokens": 0}',
        b'{"messages": [{"role": "user", "content": "x"}], "n": "two"}',
    ],
)
async def test_a_body_of_the_wrong_shape_is_refused_as_the_service_words_it(
    azure: httpx.AsyncClient, body: bytes
) -> None:
    response = await azure.post(CHAT, content=body)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_max_tokens_cuts_the_answer(azure: httpx.AsyncClient) -> None:
    answer = (await azure.post(CHAT, json={**ASK, "max_tokens": 3})).json()
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3
    assert PROMPTS[0].answer.startswith(answer["choices"][0]["message"]["content"])


async def test_a_stream_brings_the_same_text_and_ends_with_its_usage(
    azure: httpx.AsyncClient, clock: FrozenClock
) -> None:
    response = await azure.post(CHAT, json={**ASK, "stream": True, "stream_options": {"include_usage": True}})
    *chunks, done = events(response.text)
    parsed = [json.loads(chunk) for chunk in chunks]
    text = "".join(chunk["choices"][0]["delta"].get("content") or "" for chunk in parsed if chunk["choices"])
    assert text == PROMPTS[0].answer
    assert done == "[DONE]"
    assert parsed[-1]["choices"] == []
    assert parsed[-1]["usage"]["total_tokens"] == 39
    assert parsed[-2]["choices"][0]["finish_reason"] == "stop"
    assert len(clock.slept) == len(chunks)


async def test_a_stream_without_the_option_has_no_usage(azure: httpx.AsyncClient) -> None:
    response = await azure.post(CHAT, json={**ASK, "stream": True})
    assert '"usage"' not in response.text


async def test_a_required_tool_is_called(azure: httpx.AsyncClient) -> None:
    tools = [{"type": "function", "function": {"name": "find_room"}}]
    answer = (await azure.post(CHAT, json={**ASK, "tools": tools, "tool_choice": "required"})).json()
    choice = answer["choices"][0]
    assert choice["finish_reason"] == "tool_calls"
    assert choice["message"]["tool_calls"][0]["function"]["name"] == "find_room"


async def test_json_is_answered_where_it_is_asked_for(azure: httpx.AsyncClient) -> None:
    answer = (await azure.post(CHAT, json={**ASK, "response_format": {"type": "json_object"}})).json()
    assert json.loads(answer["choices"][0]["message"]["content"]) == {"answer": PROMPTS[0].answer}


async def test_images_and_tools_cost_tokens(azure: httpx.AsyncClient) -> None:
    plain = (await azure.post(CHAT, json=ASK)).json()["usage"]["prompt_tokens"]
    parts = [{"type": "text", "text": PROMPTS[0].question}, {"type": "image_url", "image_url": {"url": "data:,"}}]
    seen = (await azure.post(CHAT, json={"messages": [{"role": "user", "content": parts}]})).json()
    assert seen["usage"]["prompt_tokens"] == plain + 85
    tooled = (await azure.post(CHAT, json={**ASK, "tools": [{"type": "function"}]})).json()
    assert tooled["usage"]["prompt_tokens"] > plain


async def test_a_small_model_says_how_sure_it_is(azure: httpx.AsyncClient) -> None:
    known = await azure.post(CHAT, json=ASK)
    unknown = await azure.post(CHAT, json={"messages": [{"role": "user", "content": "Why is there something?"}]})
    assert float(known.headers["x-confidence"]) > 0.9
    assert float(unknown.headers["x-confidence"]) < 0.5


async def test_embeddings_come_as_floats_or_packed(azure: httpx.AsyncClient) -> None:
    path = "/openai/deployments/e/embeddings?api-version=2024-10-21"
    plain = (await azure.post(path, json={"input": ["a", "b"]})).json()
    packed = (await azure.post(path, json={"input": "a", "encoding_format": "base64"})).json()
    vector = np.frombuffer(base64.b64decode(packed["data"][0]["embedding"]), dtype="<f4")
    assert np.allclose(vector, plain["data"][0]["embedding"], atol=1e-6)
    assert plain["usage"]["total_tokens"] == 2
    short = (await azure.post(path, json={"input": "a", "dimensions": 8})).json()["data"][0]["embedding"]
    assert len(short) == 8
    assert np.linalg.norm(short) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize("given", ["", [], 5, None])
async def test_embeddings_of_nothing_are_refused(azure: httpx.AsyncClient, given: object) -> None:
    response = await azure.post("/openai/v1/embeddings", json={"model": "e", "input": given})
    assert response.status_code == 400


async def test_a_response_is_answered_kept_and_deleted(azure: httpx.AsyncClient) -> None:
    made = (await azure.post("/openai/v1/responses", json={"model": "gpt-4o", "input": PROMPTS[1].question})).json()
    assert made["output"][0]["content"][0]["text"] == PROMPTS[1].answer
    assert made["usage"]["total_tokens"] == made["usage"]["input_tokens"] + made["usage"]["output_tokens"]
    path = f"/openai/v1/responses/{made['id']}"
    assert (await azure.get(path)).json() == made
    assert (await azure.delete(path)).json()["deleted"] is True
    assert (await azure.get(path)).status_code == 404


async def test_a_response_streams_as_events_that_end_with_the_whole(azure: httpx.AsyncClient) -> None:
    body = {"model": "gpt-4o", "input": [{"role": "user", "content": PROMPTS[1].question}], "stream": True}
    response = await azure.post("/openai/responses?api-version=2025-04-01-preview", json=body)
    parsed = [json.loads(event.split("\ndata: ")[1]) for event in response.text.split("\n\n") if event]
    assert [event["sequence_number"] for event in parsed] == list(range(len(parsed)))
    deltas = [event["delta"] for event in parsed if event["type"] == "response.output_text.delta"]
    assert "".join(deltas) == PROMPTS[1].answer
    assert parsed[-1]["type"] == "response.completed"
    assert parsed[-1]["response"]["usage"]["output_tokens"] == len(deltas)


async def test_completions_whole_and_streamed(azure: httpx.AsyncClient) -> None:
    path = "/openai/deployments/i/completions?api-version=2024-10-21"
    whole = (await azure.post(path, json={"prompt": PROMPTS[2].question})).json()
    assert whole["choices"][0]["text"] == PROMPTS[2].answer
    stream = events((await azure.post(path, json={"prompt": PROMPTS[2].question, "stream": True})).text)
    assert "".join(json.loads(chunk)["choices"][0]["text"] for chunk in stream[:-1]) == PROMPTS[2].answer


async def test_media_and_models_have_their_shapes(azure: httpx.AsyncClient) -> None:
    image = await azure.post("/openai/v1/images/generations", json={"model": "dall-e-3", "prompt": "a cat", "n": 2})
    assert [base64.b64decode(entry["b64_json"])[1:4] for entry in image.json()["data"]] == [b"PNG", b"PNG"]
    speech = await azure.post("/openai/v1/audio/speech", json={"model": "tts", "input": "x", "voice": "alloy"})
    assert speech.content[:4] == b"RIFF"
    text = await azure.post("/openai/v1/audio/transcriptions", files={"file": b"abc"}, data={"model": "whisper"})
    assert text.json()["text"]
    models = (await azure.get("/openai/v1/models")).json()["data"]
    assert (await azure.get("/openai/models?api-version=2024-10-21")).json()["data"] == models
    assert (await azure.get(f"/openai/v1/models/{models[0]['id']}")).json() == models[0]


async def test_every_answer_names_its_region(azure: httpx.AsyncClient) -> None:
    for response in (await azure.post(CHAT, json=ASK), await azure.post(CHAT, content=b"{")):
        assert response.headers["x-ms-region"] == "West Europe"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (CHAT, {**ASK, "n": 129}),
        (CHAT, {**ASK, "n": 10**30, "stream": True}),
        ("/openai/v1/images/generations", {"model": "dall-e-3", "prompt": "a cat", "n": 11}),
    ],
)
async def test_more_answers_than_the_service_gives_are_refused(
    azure: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    response = await azure.post(path, json=body)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "n")
