"""Policy fragments: their text, who uses them, and when they may go."""

from __future__ import annotations

from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError

from .conftest import AT, error_of, raw

TEXT = '<fragment><set-variable name="x" value="@("a" + 1)" /></fragment>'


def put(sdk: Any, name: str, text: str = TEXT, **more: Any) -> Any:
    body = {"format": "rawxml", "value": text, **more}
    return sdk.policy_fragment.begin_create_or_update(*AT, name, body).result()


def use(sdk: Any, *names: str) -> None:
    included = "".join(f'<include-fragment fragment-id="{name}" />' for name in names)
    text = f"<policies><inbound>{included}</inbound></policies>"
    sdk.policy.create_or_update(*AT, "policy", {"format": "rawxml", "value": text})


def test_a_fragment_there_and_back(sdk: Any) -> None:
    assert put(sdk, "f", description="D").name == "f"
    fragment = sdk.policy_fragment.get(*AT, "f", format="rawxml")
    assert (fragment.format, fragment.description) == ("rawxml", "D")
    assert fragment.value == '<fragment>\r\n\t<set-variable name="x" value="@("a" + 1)" />\r\n</fragment>'
    assert [item.name for item in sdk.policy_fragment.list_by_service(*AT)] == ["f"]
    assert sdk.policy_fragment.get_entity_tag(*AT, "f") is True


def test_the_format_is_answered_to_those_who_ask_for_one(sdk: Any) -> None:
    put(sdk, "f")
    fragment = sdk.policy_fragment.get(*AT, "f")
    assert fragment.format is None
    assert "@(&quot;a&quot; + 1)" in fragment.value


def test_creating_answers_201_and_updating_200(sdk: Any) -> None:
    seen: list[int] = []

    def first(response: Any) -> None:
        seen.append(response.http_response.status_code)

    for _ in range(2):
        body = {"format": "rawxml", "value": TEXT}
        sdk.policy_fragment.begin_create_or_update(*AT, "f", body, polling=False, raw_response_hook=first)
    assert seen == [201, 200]


def test_who_uses_a_fragment(sdk: Any) -> None:
    put(sdk, "inner")
    put(sdk, "outer", '<fragment><include-fragment fragment-id="inner" /></fragment>')
    assert sdk.policy_fragment.list_references(*AT, "outer").count == 0
    use(sdk, "outer", "inner")
    ids = [item.id for item in sdk.policy_fragment.list_references(*AT, "inner").value]
    assert [identifier.partition("/service/local")[2] for identifier in ids] == [
        "/policyFragments/outer",
        "/policies/policy",
    ]


def test_a_fragment_in_use_cannot_go(sdk: Any) -> None:
    put(sdk, "f")
    use(sdk, "f")
    with pytest.raises(HttpResponseError) as caught:
        sdk.policy_fragment.delete(*AT, "f", "*")
    assert (caught.value.status_code, error_of(caught).code) == (400, "ValidationError")
    assert error_of(caught).message == (
        "The Policy Fragment 'f' is used by the following entities:\r\n/policies/policy\r\n"
    )
    sdk.policy.delete(*AT, "policy", "*")
    assert sdk.policy_fragment.delete(*AT, "f", "*", cls=raw)[0] == 200


@pytest.mark.parametrize(
    ("name", "text", "target"),
    [
        ("f", "<policies></policies>", "policies"),
        ("f", '<fragment><include-fragment fragment-id="f" /></fragment>', "include-fragment"),
        ("f", '<fragment><include-fragment fragment-id="none" /></fragment>', "include-fragment"),
        ("f", "<fragment><nothing /></fragment>", "fragment"),
        ("f", "<fragment>", "representation"),
        ("a.b", TEXT, "id"),
        ("-a", TEXT, "id"),
        ("a" * 81, TEXT, "name"),
    ],
)
def test_fragments_that_are_refused(sdk: Any, name: str, text: str, target: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        put(sdk, name, text)
    assert error_of(caught).details[0].target == target
    assert list(sdk.policy_fragment.list_by_service(*AT)) == []


def test_a_description_has_a_thousand_characters_at_most(sdk: Any) -> None:
    assert len(put(sdk, "f", description="d" * 1000).description) == 1000
    with pytest.raises(HttpResponseError):
        put(sdk, "f", description="d" * 1001)


def test_fragments_are_listed_in_order(sdk: Any) -> None:
    for name in ("b", "c", "a"):
        put(sdk, name)
    fragments = sdk.policy_fragment
    assert [item.name for item in fragments.list_by_service(*AT, orderby="name desc")] == ["c", "b", "a"]
    assert [item.name for item in fragments.list_by_service(*AT, orderby="name", top=2)] == ["a", "b"]
    assert [item.name for item in fragments.list_by_service(*AT, filter="name ne 'a'", skip=1)] == ["c"]
    with pytest.raises(HttpResponseError):
        list(fragments.list_by_service(*AT, orderby="name sideways"))


def test_a_fragment_that_is_not_there(sdk: Any) -> None:
    for call in (sdk.policy_fragment.get, sdk.policy_fragment.list_references, sdk.policy_fragment.get_entity_tag):
        with pytest.raises(ResourceNotFoundError):
            call(*AT, "none")
