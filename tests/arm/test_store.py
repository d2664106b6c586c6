from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from apim_ai.arm.entity import Change
from apim_ai.arm.store import SCHEMA_VERSION, Store
from apim_ai.errors import ConfigError, OutsideError
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from pathlib import Path


def named(name: str, value: str = "v") -> Resource:
    return Resource("named_value", f"namedValues/{name}", {"displayName": name, "value": value})


def test_a_reopened_store_has_all_that_was_written(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db", now=lambda: 5.0)
    store.apply(Change((named("a"), named("B"))))
    store.apply(Change((named("a", "new"),), ("namedValues/b",)))
    store.close()
    again = Store(tmp_path / "s.db")
    assert [entity.id for entity in again.of("named_value")] == ["namedValues/a"]
    entity = again.get("NAMEDVALUES/A")
    assert entity is not None
    assert entity.resource.properties["value"] == "new"
    assert entity.created == 5.0


def test_versions_are_never_used_twice_even_after_a_delete_and_a_restart(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    store.apply(Change((named("a"),)))
    first = store.get("namedValues/a")
    store.apply(Change(remove=("namedValues/a",)))
    store.close()
    again = Store(tmp_path / "s.db")
    again.apply(Change((named("a"),)))
    second = again.get("namedValues/a")
    assert first is not None
    assert second is not None
    assert second.version > first.version
    assert second.etag != first.etag


def test_a_change_tells_which_ids_changed_after_it_is_visible() -> None:
    store = Store()
    seen: list[tuple[frozenset[str], int]] = []
    store.on_change(lambda changed: seen.append((changed, len(store.resources()))))
    store.apply(Change((named("a"), named("b"))))
    store.apply(Change(remove=("namedValues/A",)))
    assert seen == [(frozenset({"namedValues/a", "namedValues/b"}), 2), (frozenset({"namedValues/a"}), 1)]


def test_a_failed_transaction_changes_nothing(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    store.apply(Change((named("a"),)))
    snapshot = store.resources()
    with pytest.raises(TypeError):
        store.apply(Change((Resource("named_value", "namedValues/bad", {"value": object()}),)))
    assert store.resources() is snapshot
    store.close()
    with pytest.raises(OutsideError, match="cannot write the state"):
        store.apply(Change((named("b"),)))
    assert store.resources() is snapshot


def test_a_moved_entity_keeps_its_tag() -> None:
    store = Store()
    store.apply(Change((named("a"),)))
    entity = store.get("namedValues/a")
    assert entity is not None
    store.apply(Change(remove=("namedValues/a",), move=(entity.moved("namedValues/z"),)))
    moved = store.get("namedValues/z")
    assert store.get("namedValues/a") is None
    assert moved is not None
    assert moved.etag == entity.etag


def test_a_second_process_is_told_that_the_state_is_in_use(tmp_path: Path) -> None:
    first = Store(tmp_path / "s.db")
    first.apply(Change((named("a"),)))
    with pytest.raises(OutsideError, match="in use by another process"):
        Store(tmp_path / "s.db")


def test_a_state_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "s.db").close()
    database = sqlite3.connect(tmp_path / "s.db")
    database.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    database.close()
    with pytest.raises(ConfigError, match="newer version") as caught:
        Store(tmp_path / "s.db")
    assert caught.value.exit_code == 2
    assert "--state" in str(caught.value.help)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "s.db").write_text("this is a text and no database at all")
    with pytest.raises(ConfigError, match="not a state of apim-ai"):
        Store(tmp_path / "s.db")


def test_a_directory_that_cannot_be_made_is_an_error_outside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError):
        Store(tmp_path / "file" / "s.db")


def test_only_the_owner_may_read_the_state(tmp_path: Path) -> None:
    Store(tmp_path / "s.db").close()
    assert (tmp_path / "s.db").stat().st_mode & 0o077 == 0


def test_operations_are_kept(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db")
    store.apply(Change(), ("op1", {"id": "op1", "polls": 2}))
    store.remember("op1", {"id": "op1", "polls": 1})
    store.close()
    again = Store(tmp_path / "s.db")
    assert again.operation("op1") == {"id": "op1", "polls": 1}
    assert again.operation("other") is None


def test_collections_and_subtrees() -> None:
    store = Store()
    store.apply(
        Change(
            (
                Resource("api", "apis/a", {}),
                Resource("operation", "apis/a/operations/o", {}),
                Resource("operation_policy", "apis/a/operations/o/policies/policy", {}),
                Resource("api", "apis/ab", {}),
            )
        )
    )
    assert [entity.id for entity in store.children("APIS")] == ["apis/a", "apis/ab"]
    assert [entity.id for entity in store.below("apis/A")] == [
        "apis/a/operations/o",
        "apis/a/operations/o/policies/policy",
    ]


def test_operations_are_forgotten_after_a_week(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db", now=lambda: 0.0)
    store.remember("old", {"id": "old"})
    store.close()
    assert Store(tmp_path / "s.db", now=lambda: 8 * 86400.0).operation("old") is None
