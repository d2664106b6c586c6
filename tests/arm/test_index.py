"""The index: each answer is what a look at all entities would give."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.arm.entity import Change
from apim_ai.arm.store import Store
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from apim_ai.arm.entity import Entity

NAMES = st.sampled_from(["a", "B", "b"])
VALUES = st.sampled_from(["x", "X", "{{y}}"])


def _named_value(name: str, value: str) -> Resource:
    return Resource("named_value", f"namedValues/{name}", {"displayName": value})


def _api(name: str, path: str) -> Resource:
    return Resource("api", f"apis/{name}", {"path": path})


def _operation(api: str, name: str) -> Resource:
    return Resource("operation", f"apis/{api}/operations/{name}", {})


def _policy(api: str, operation: str, text: str) -> Resource:
    identifier = f"apis/{api}/operations/{operation}/policies/policy"
    return Resource("operation_policy", identifier, {"value": text})


def _put(resources: list[Resource]) -> Change:
    return Change(tuple(resources))


def _removed(resource: Resource) -> Change:
    return Change(remove=(resource.id, resource.id.upper()))


RESOURCES = st.one_of(
    st.builds(_named_value, NAMES, VALUES),
    st.builds(_api, NAMES, VALUES),
    st.builds(_operation, NAMES, NAMES),
    st.builds(_policy, NAMES, NAMES, VALUES),
)
CHANGES = st.lists(
    st.builds(_put, st.lists(RESOURCES, min_size=1, max_size=3)) | st.builds(_removed, RESOURCES), max_size=12
)


def ids(entities: tuple[Entity, ...]) -> list[str]:
    return sorted(entity.id.lower() for entity in entities)


@settings(deadline=None)
@given(CHANGES)
def test_every_answer_is_what_a_look_at_all_entities_gives(changes: list[Change]) -> None:
    store = Store()
    for change in changes:
        store.apply(change)
    everything = store.entities()
    for kind in ("named_value", "api", "operation"):
        assert ids(store.of(kind)) == ids(tuple(e for e in everything if e.resource.kind == kind))
    for name in ("a", "b"):
        below = tuple(e for e in everything if e.id.lower().startswith(f"apis/{name}/"))
        assert ids(store.below(f"apis/{name.upper()}")) == ids(below)
        assert ids(store.children(f"apis/{name}/operations")) == ids(
            tuple(e for e in below if e.resource.kind == "operation")
        )
    for value in ("x", "{{y}}"):
        same = tuple(e for e in everything if str(e.resource.properties.get("displayName", "")).lower() == value)
        assert ids(store.with_value("named_value", "displayName", value)) == ids(same)
    assert ids(store.with_braces()) == ids(tuple(e for e in everything if "{{" in str(e.resource.properties)))
    store.close()


def test_what_was_found_is_found_again_after_a_restart(tmp_path: Any) -> None:
    path = tmp_path / "state.db"
    store = Store(path)
    store.apply(Change((Resource("named_value", "namedValues/n", {"displayName": "N", "value": "{{m}}"}),)))
    store.close()
    store = Store(path)
    assert ids(store.with_value("named_value", "displayName", "n")) == ["namedvalues/n"]
    assert ids(store.with_braces()) == ["namedvalues/n"]
    store.close()


def test_what_is_older_comes_first() -> None:
    times = iter(range(100))
    store = Store(now=lambda: float(next(times)))
    for name in ("c", "a", "b"):
        store.apply(Change((Resource("operation", f"apis/x/operations/{name}", {}),)))
    assert [entity.resource.name for entity in store.below("apis/x")] == ["c", "a", "b"]
    assert [entity.resource.name for entity in store.of("operation")] == ["c", "a", "b"]
    store.close()
