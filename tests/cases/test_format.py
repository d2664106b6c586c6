"""What the format does not know is an error where it stands, at every level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from apim_ai.cases.format import CASE, read_case

if TYPE_CHECKING:
    from apim_ai.cases.shape import Shape

STEP: dict[str, Any] = {"request": {"url": "/"}}


def case(**parts: Any) -> dict[str, Any]:
    return {"steps": [STEP], **parts}


def step(**parts: Any) -> dict[str, Any]:
    return {"steps": [{**STEP, **parts}]}


def expect(**parts: Any) -> dict[str, Any]:
    return step(expect=parts)


def said(content: dict[str, Any]) -> list[str]:
    return [f"{'.'.join(map(str, problem.path))}: {problem.message}" for problem in read_case(content)[1]]


UNKNOWN = {"zzz": 1}


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (case(**UNKNOWN), "zzz"),
        (case(policy=UNKNOWN), "policy.zzz"),
        (case(scopes=UNKNOWN), "scopes.zzz"),
        (case(scopes={"api": UNKNOWN}), "scopes.api.zzz"),
        (case(fragments={"f": UNKNOWN}), "fragments.f.zzz"),
        (case(named_values={"n": UNKNOWN}), "named_values.n.zzz"),
        (case(backends={"b": UNKNOWN}), "backends.b.zzz"),
        (case(backends={"b": {"pool": {"services": [{"id": "x", **UNKNOWN}]}}}), "backends.b.pool.services.0.zzz"),
        (case(backends={"b": {"circuitBreaker": {"rules": [UNKNOWN]}}}), "backends.b.circuitBreaker.rules.0.zzz"),
        (case(backends={"b": {"credentials": UNKNOWN}}), "backends.b.credentials.zzz"),
        (case(apis=[{"id": "a", **UNKNOWN}]), "apis.0.zzz"),
        (case(apis=[{"id": "a", "subscription_key_names": UNKNOWN}]), "apis.0.subscription_key_names.zzz"),
        (case(apis=[{"id": "a", "operations": [{"id": "o", **UNKNOWN}]}]), "apis.0.operations.0.zzz"),
        (
            case(apis=[{"id": "a", "operations": [{"id": "o", "responses": [UNKNOWN]}]}]),
            "apis.0.operations.0.responses.0.zzz",
        ),
        (case(products=[{"id": "p", **UNKNOWN}]), "products.0.zzz"),
        (case(subscriptions=[{"id": "s", **UNKNOWN}]), "subscriptions.0.zzz"),
        (case(users=[{"id": "u", **UNKNOWN}]), "users.0.zzz"),
        (case(users=[{"id": "u", "groups": [UNKNOWN]}]), "users.0.groups.0.zzz"),
        (case(caller=UNKNOWN), "caller.zzz"),
        (case(deployment=UNKNOWN), "deployment.zzz"),
        (case(deployment={"gateway": UNKNOWN}), "deployment.gateway.zzz"),
        (case(issuers={"i": {"issuer": "x", **UNKNOWN}}), "issuers.i.zzz"),
        (case(settings=UNKNOWN), "settings.zzz"),
        (case(mocks=[{"responses": [], **UNKNOWN}]), "mocks.0.zzz"),
        (case(mocks=[{"responses": [UNKNOWN]}]), "mocks.0.responses.0.zzz"),
        (case(mocks=[{"responses": [], "match": UNKNOWN}]), "mocks.0.match.zzz"),
        (case(mocks=[{"responses": [], "match": {"url": UNKNOWN}}]), "mocks.0.match.url.zzz"),
        (case(mocks=[{"responses": [], "match": {"headers": {"x": UNKNOWN}}}]), "mocks.0.match.headers.x.zzz"),
        (step(**UNKNOWN), "steps.0.zzz"),
        (step(request=UNKNOWN), "steps.0.request.zzz"),
        (step(token=UNKNOWN), "steps.0.token.zzz"),
        (step(caller=UNKNOWN), "steps.0.caller.zzz"),
        (step(mocks=[UNKNOWN]), "steps.0.mocks.0.zzz"),
        (step(parallel=[UNKNOWN]), "steps.0.parallel.0.zzz"),
        (expect(**UNKNOWN), "steps.0.expect.zzz"),
        *(
            (expect(**{name: UNKNOWN}), f"steps.0.expect.{name}.zzz")
            for name in ("status", "reason", "body", "last_error", "stream", "waited")
        ),
        *(
            (expect(**{name: {"x": UNKNOWN}}), f"steps.0.expect.{name}.x.zzz")
            for name in ("headers", "variables", "variable_types", "statuses", "upstream_count")
        ),
        *(
            (expect(**{name: [UNKNOWN]}), f"steps.0.expect.{name}.0.zzz")
            for name in ("upstream", "identity", "metrics", "traces", "events")
        ),
        (expect(upstream=[{"headers": {"x": UNKNOWN}}]), "steps.0.expect.upstream.0.headers.x.zzz"),
        (expect(upstream={"*": [UNKNOWN]}), "steps.0.expect.upstream.*.0.zzz"),
        (expect(last_error={"message": UNKNOWN}), "steps.0.expect.last_error.message.zzz"),
        (case(totals=UNKNOWN), "totals.zzz"),
        ({"refused": UNKNOWN}, "refused.zzz"),
    ],
)
def test_an_unknown_key_is_an_error_anywhere(content: dict[str, Any], path: str) -> None:
    assert f"{path}: unknown key 'zzz'" in said(content)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (expect(body={"matches": "("}), "steps.0.expect.body.matches: 'matches' is no regular expression"),
        (expect(status={"between": [1]}), "'between' needs two numbers"),
        (expect(status={"between": "1-2"}), "'between' must be a list"),
        (expect(json_path={"$..[": 1}), "which is no JSON path"),
        (expect(upstream=[{"json_path": {"$[": 1}}]), "which is no JSON path"),
        (step(save={"x": "$["}), "which is no JSON path"),
        (step(save={"x": "header.X"}), "'save' names 'header.X'"),
        (step(repeat=0), "'repeat' must be at least 1"),
        (step(parallel=0), "'parallel' must send at least one request"),
        (step(parallel=[]), "'parallel' must send at least one request"),
        (step(advance="soon"), "'soon' is no duration such as 30s"),
        (step(advance=-1), "'-1' is no duration"),
        (step(advance=10**20), "longer than a century"),
        (step(at="soon"), "'soon' is no time"),
        (step(token={"tamper": "all"}), "'tamper' must be one of signature, payload, none-algorithm, not 'all'"),
        (step(token={"issuer": "nobody"}), "the case has no issuer 'nobody'"),
        (case(mocks=[{"responses": [{"error": "dns"}]}]), "'error' must be one of connect, timeout, reset, not 'dns'"),
        (case(mocks=[{"responses": [{"sse": [{"data": 1, "evnt": "x"}]}]}]), "unknown key 'evnt'"),
        (case(mocks=[{}]), "'mocks' needs the key 'responses'"),
        (case(subscriptions=[{"id": "s", "state": "gone"}]), "'state' must be one of active, suspended"),
        (case(subscriptions=[{"id": "s", "product": "gone"}]), "the case has no product 'gone'"),
        (case(subscriptions=[{"id": "s", "user": "gone"}]), "the case has no user 'gone'"),
        (case(products=[{"id": "p", "apis": ["gone"]}]), "the case has no API 'gone'"),
        (case(caller={"subscription": "gone"}), "caller.subscription: the case has no subscription 'gone'"),
        (step(caller={"subscription": "gone"}), "steps.0.caller.subscription: the case has no subscription 'gone'"),
        (case(policy="<policies/>", document="x.xml"), "the case has a 'policy' already"),
        (case(policy="<policies/>", scopes={"api": "<policies/>"}), "the case has a policy of the api scope already"),
        (case(project="..", policy="<policies/>"), "'policy' would not be used: the project has its own"),
        (case(env="dev"), "'env' is the environment of a 'project'"),
        (case(refused=True), "'refused' stands instead of 'steps'"),
        ({"policy": "<policies/>"}, "a case needs 'steps' or 'refused'"),
        ({"refused": "["}, "'refused' is no regular expression"),
        (case(apis=[{}]), "'apis' needs the key 'id'"),
        (case(apis=[{"id": "a/b"}]), "'id' cannot be 'a/b'"),
        (case(apis=[{"id": ""}]), "'id' cannot be ''"),
        (step(token={"algorithm": "RS1"}), "'algorithm' must be one of HS256"),
        (step(token={"key": "%"}), "'key' cannot be read"),
        (step(request={"base64": "a"}), "'base64' cannot be read"),
        (step(save={"x": {"a": 1}}), "'x' must be text, not a mapping"),
        (step(request={"json": 1, "body": "x"}), "'request' has 'json' and 'body', but a message has one body"),
        (step(parallel=[{"base64": "", "body": "x"}]), "has 'base64' and 'body', but a message has one body"),
        (case(mocks=[{"responses": [{"sse": [], "chunks": []}]}]), "has 'sse' and 'chunks', but a message has one"),
        (expect(body={"xml": "<a"}), "'xml' is no XML, so that no body could equal it"),
        (step(**{"<<": 5}), "unknown key '<<'"),
        (step(**{"<<": {"nope": 5}}), "unknown key 'nope'"),
    ],
)
def test_what_cannot_be_meant_is_an_error(content: dict[str, Any], message: str) -> None:
    assert any(message in each for each in said(content)), said(content)


def test_what_is_saved_may_stand_in_xml_and_null_is_no_second_body() -> None:
    assert said(expect(body={"xml": "${saved}"})) == []
    assert said(step(request={"json": 1, "body": None})) == []


def test_numbers_may_stand_for_text() -> None:
    content = case(subscriptions=[{"id": 1, "key": 12345}], apis=[{"id": "a", "version": 1.5}], name=429)
    read, problems = read_case(content)
    assert not problems
    assert read["subscriptions"] == [{"id": "1", "key": "12345"}]
    assert (read["apis"][0]["version"], read["name"]) == ("1.5", "429")


def test_a_step_or_caller_may_name_nobody() -> None:
    assert said(step(caller=None)) == []
    assert said(step(token=None)) == []
    nothing = dict.fromkeys(
        ("issuer", "claims", "header", "query", "kid", "algorithm", "key", "tamper", "not_before_in")
    )
    assert said(step(token=nothing)) == []


def test_every_mapping_of_the_format_knows_its_keys_or_takes_any_name() -> None:
    """A mapping whose keys nobody checks would hide misspelt words; the ones that hold data are these."""
    free = {".".join(path) for path, shape in shapes(CASE) if dict in shape.types and not (shape.keys or shape.each)}
    assert {path for path in free if not path.endswith(("json_path", "upstream_count", "upstream", "sse.*"))} == set()


def shapes(shape: Shape, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], Shape]]:
    found = [(path, shape)]
    for key, part in (shape.keys or {}).items():
        found += shapes(part, (*path, key))
    return found + (shapes(shape.each, (*path, "*")) if shape.each else [])
