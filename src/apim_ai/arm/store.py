"""The control plane's state: SQLite on disk, the same in memory, and an event for each change.

A write is one transaction in write-ahead mode and is acknowledged after it is committed, so a process that is killed at
any moment loses nothing that it had acknowledged. Reads never touch the disk.
"""

from __future__ import annotations

import json
import sqlite3
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from apim_ai.arm.entity import Change, Entity
from apim_ai.arm.index import Index
from apim_ai.errors import ConfigError, OutsideError
from apim_ai.resource import Resource, Resources

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from pathlib import Path

__all__ = ["SCHEMA_VERSION", "Store"]

SCHEMA_VERSION = 1
_OPERATIONS_KEPT = 7 * 86400.0  # seconds that the outcome of a long-running operation can be asked for

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE entity (
    position INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, id TEXT NOT NULL, kind TEXT NOT NULL,
    properties TEXT NOT NULL, version INTEGER NOT NULL, created REAL NOT NULL, updated REAL NOT NULL);
CREATE TABLE operation (id TEXT PRIMARY KEY, content TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('version', 0);
"""
_UPSERT = """
INSERT INTO entity (key, id, kind, properties, version, created, updated) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT (key) DO UPDATE SET id = excluded.id, kind = excluded.kind, properties = excluded.properties,
    version = excluded.version, created = excluded.created, updated = excluded.updated
"""


class Store:
    """All entities of one service.

    Args:
        path: the database file, made when it is not there; None keeps everything in memory.
        now: tells seconds since 1970.

    Raises:
        ConfigError: the file is not a database of ours, or of a newer version.
        OutsideError: another process has it open, or it cannot be written.
    """

    def __init__(self, path: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._path = path
        self._now = now
        self._index = Index()
        self._listeners: list[Callable[[frozenset[str]], None]] = []
        self._database = self._open()
        with self._outside("read"):
            self._load()
        self._resources = Resources(entity.resource for entity in self.entities())

    @classmethod
    def of_entities(cls, entities: Iterable[Entity]) -> Store:
        """Return a store in memory that holds these entities as they are."""
        store = cls()
        for entity in entities:
            store._index.add(entity, _json(entity))
        store._resources = Resources(entity.resource for entity in store.entities())
        return store

    def entities(self) -> tuple[Entity, ...]:
        """Return everything, oldest first."""
        return self._index.entities()

    def get(self, identifier: str) -> Entity | None:
        """Return the entity of an id, whatever its case."""
        return self._index.get(identifier)

    def children(self, collection: str) -> tuple[Entity, ...]:
        """Return the entities directly in a collection such as `apis/shop/operations`, oldest first."""
        return self._index.children(collection)

    def below(self, identifier: str) -> tuple[Entity, ...]:
        """Return all entities that belong to an id, at any depth, oldest first."""
        return self._index.below(identifier)

    def of(self, kind: str) -> tuple[Entity, ...]:
        """Return the entities of a kind, oldest first."""
        return self._index.of(kind)

    def with_value(self, kind: str, name: str, value: object) -> tuple[Entity, ...]:
        """Return the entities of a kind that have a value, such as a display name, whatever its case."""
        return self._index.with_value(kind, name, value)

    def with_braces(self) -> tuple[Entity, ...]:
        """Return the entities in which a named value may be used."""
        return self._index.with_braces()

    def resources(self) -> Resources:
        """Return a snapshot of everything, secrets included: what a gateway serves."""
        return self._resources

    @property
    def version(self) -> int:
        """The number of the last write; grows with each."""
        return self._version

    def on_change(self, callback: Callable[[frozenset[str]], None]) -> None:
        """Call a function with the ids that changed, after each write."""
        self._listeners.append(callback)

    def apply(self, change: Change, operation: tuple[str, dict[str, Any]] | None = None) -> None:
        """Make a change, all of it or nothing.

        Args:
            change: what to write.
            operation: a long-running operation to remember with it, as (id, content).

        Raises:
            OutsideError: the disk refused; nothing was changed.
        """
        removed = [
            found for key in dict.fromkeys(map(str.lower, change.remove)) if (found := self.get(key)) is not None
        ]
        version = self._version
        written = [*change.move]
        if not change.put:
            version += 1  # a removal is a new state too
        for resource in change.put:
            version += 1
            written.append(self._entity(resource, version))
        texts = [_json(entity) for entity in written]
        rows = [_row(entity, text) for entity, text in zip(written, texts, strict=True)]
        with self._outside("write"), self._database as transaction:
            if removed:
                gone = [(entity.id.lower(),) for entity in removed]
                transaction.executemany("DELETE FROM entity WHERE key = ?", gone)
            transaction.executemany(_UPSERT, rows)
            transaction.execute("UPDATE meta SET value = ? WHERE name = 'version'", (version,))
            if operation:
                self._remember(transaction, *operation)
        self._version = version
        self._adopt(removed, list(zip(written, texts, strict=True)))

    def remember(self, identifier: str, content: dict[str, Any]) -> None:
        """Keep the state of a long-running operation."""
        with self._outside("write"), self._database as transaction:
            self._remember(transaction, identifier, content)

    def operation(self, identifier: str) -> dict[str, Any] | None:
        """Return the kept state of a long-running operation."""
        found = self._database.execute("SELECT content FROM operation WHERE id = ?", (identifier,)).fetchone()
        return None if found is None else json.loads(found[0])

    def close(self) -> None:
        """Release the database; what was acknowledged is on disk."""
        self._database.close()

    def _entity(self, resource: Resource, version: int) -> Entity:
        now = self._now()
        before = self.get(resource.id)
        return Entity(resource, version, before.created if before else now, now)

    def _remember(self, transaction: sqlite3.Connection, identifier: str, content: dict[str, Any]) -> None:
        transaction.execute(
            "INSERT OR REPLACE INTO operation VALUES (?, ?, ?)", (identifier, json.dumps(content), self._now())
        )

    def _adopt(self, removed: list[Entity], written: list[tuple[Entity, str]]) -> None:
        for entity in removed:
            self._index.remove(entity)
        for entity, text in written:
            self._index.add(entity, text)
        changed = frozenset(entity.id for entity in (*removed, *(entity for entity, _ in written)))
        gone = [entity.id for entity in removed]
        self._resources = self._resources.with_changes([entity.resource for entity, _ in written], gone)
        if changed:
            for listener in self._listeners:
                listener(changed)

    def _open(self) -> sqlite3.Connection:
        with self._outside("open"):
            if self._path is not None:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch(mode=0o600)
            database = sqlite3.connect(self._path or ":memory:", timeout=0.2, check_same_thread=False)
            # An exclusive lock keeps a second process out and makes writes cheaper.
            database.execute("PRAGMA locking_mode = EXCLUSIVE")
            database.execute("PRAGMA journal_mode = WAL")
            database.execute("PRAGMA synchronous = NORMAL")
            self._prepare(database)
        return database

    def _prepare(self, database: sqlite3.Connection) -> None:
        (found,) = database.execute("PRAGMA user_version").fetchone()
        if found > SCHEMA_VERSION:
            raise ConfigError(
                f"the state '{self._path}' was written by a newer version of apim-ai",
                help="upgrade apim-ai, or choose another directory with --state",
            )
        if found == 0:
            database.executescript(f"BEGIN;{_SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;")

    def _load(self) -> None:
        (self._version,) = self._database.execute("SELECT value FROM meta WHERE name = 'version'").fetchone()
        with self._database as transaction:
            transaction.execute("DELETE FROM operation WHERE at < ?", (self._now() - _OPERATIONS_KEPT,))
        rows = self._database.execute(
            "SELECT id, kind, properties, version, created, updated FROM entity ORDER BY position"
        )
        for identifier, kind, properties, version, created, updated in rows:
            resource = Resource(kind, identifier, json.loads(properties))
            self._index.add(Entity(resource, version, created, updated), properties)

    @contextmanager
    def _outside(self, verb: str) -> Generator[None]:
        """Turn what the disk and SQLite say into our own errors."""
        try:
            yield
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise OutsideError(
                    f"the state '{self._path}' is in use by another process",
                    help="stop the other 'apim-ai up', or choose another directory with --state",
                ) from error
            if isinstance(error, (sqlite3.OperationalError, sqlite3.ProgrammingError)):
                raise OutsideError(f"cannot {verb} the state '{self._path}': {error}") from error
            raise ConfigError(
                f"'{self._path}' is not a state of apim-ai: {error}",
                help="delete it, or choose another directory with --state",
            ) from error
        except OSError as error:
            raise OutsideError(f"cannot {verb} the state '{self._path}': {error.strerror or error}") from error


def _json(entity: Entity) -> str:
    return json.dumps(dict(entity.resource.properties), ensure_ascii=False)


def _row(entity: Entity, properties: str) -> tuple[object, ...]:
    resource = entity.resource
    return (
        resource.id.lower(), resource.id, resource.kind, properties, entity.version, entity.created, entity.updated,
    )  # fmt: skip
