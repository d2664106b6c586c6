"""The set of resources: what was found out of one state holds for the next only where nothing changed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.resource import Resource, Resources

KINDS = {"named_value": "namedValues", "backend": "backends"}


def _resource(kind: str, name: str, display: str | None) -> Resource:
    return Resource(kind, f"{KINDS[kind]}/{name}", {} if display is None else {"displayName": display})


RESOURCES = st.builds(
    _resource, st.sampled_from(list(KINDS)), st.sampled_from("abC"), st.none() | st.sampled_from("xyz")
)
STEPS = st.lists(st.tuples(st.lists(RESOURCES, max_size=3), st.lists(RESOURCES, max_size=2)), max_size=6)


@settings(deadline=None)
@given(st.lists(RESOURCES, max_size=5), STEPS)
def test_answers_are_those_of_a_set_made_anew(
    first: list[Resource], steps: list[tuple[list[Resource], list[Resource]]]
) -> None:
    resources = Resources(first)
    for put, gone in steps:
        for kind in KINDS:
            resources.of(kind)
            resources.by(kind, "displayName")
        resources = resources.with_changes(put, [each.id.upper() for each in gone])
        anew = Resources(resources.values())
        for kind in KINDS:
            assert resources.of(kind) == anew.of(kind)
            assert dict(resources.by(kind, "displayName")) == dict(anew.by(kind, "displayName"))


def test_resources_are_found_by_a_property_or_by_their_own_name() -> None:
    resources = Resources([_resource("named_value", "a", "Shown"), _resource("named_value", "b", None)])
    assert {name: found.id for name, found in resources.by("named_value", "displayName").items()} == {
        "Shown": "namedValues/a",
        "b": "namedValues/b",
    }
    assert resources.by("backend", "displayName") == {}


def test_a_state_is_not_changed_by_those_made_of_it() -> None:
    before = Resources([_resource("backend", "a", "x")])
    after = before.with_changes([_resource("backend", "b", "y")], ["backends/a"])
    assert [found.id for found in before.of("backend")] == ["backends/a"]
    assert [found.id for found in after.of("backend")] == ["backends/b"]
    assert list(after.by("backend", "displayName")) == ["y"]
    assert list(before.by("backend", "displayName")) == ["x"]
