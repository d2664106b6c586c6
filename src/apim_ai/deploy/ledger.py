"""The ledger: what this project owns in the service, kept in the service.

API Management has no tags on most of its resources, so ownership lies in named values `apimai-<stack>-ledger-<n>`.
Each holds the entries whose ids fall to its number, complete in itself: a deployment that dies between two of them
leaves a ledger that can be read. No secret is in it, only fingerprints.

A deployment at work announces itself, and what it is about to create, in named values of its own,
`apimai-<stack>-run-<nonce>-<n>`. Those of a run that died are read as a part of the ledger; see `turn`.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode
from dataclasses import astuple, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.fingerprint import first_salt
from apim_ai.errors import ControlPlaneError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.deploy.difference import Shape
    from apim_ai.deploy.service import Entity

__all__ = ["LIMIT", "Entry", "Ledger", "Run", "is_own", "own_prefix", "owners"]

LIMIT = 4096
"""Characters that a named value takes."""

_VERSION = 1
_CHUNK = re.compile(r"apimai-(?P<stack>.+)-(?P<part>ledger-\d+|run-[0-9a-f]{16}-\d+)\Z")
_MOST_CHUNKS = 1024
_SLACK = 130  # percent: parts compress worse than the whole, and not all become as long


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource that this project owns.

    Args:
        id: as the project spells it.
        kind: the kind's name.
        digest: of the compared form that was deployed.
        shape: which fields were declared.
        secrets: fingerprints of what the service never answers, by pattern.
        protect: whether the project said that it must never be deleted.
        pending: it was about to be created; it counts as owned, but nobody knows whether it exists.
    """

    id: str
    kind: str
    digest: str = ""
    shape: Shape = 1
    secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    protect: bool = False
    pending: bool = False


@dataclass(frozen=True, slots=True)
class Run:
    """A deployment that announced itself and has not ended.

    Args:
        nonce: what tells it from others: 16 hexadecimal digits.
        who: shown to whoever finds the stack taken.
        since: when it began, ISO 8601.
        until: when it counts as dead unless it prolongs this, ISO 8601.
        process: where it runs, so that on the same machine it is known to be dead at once.
    """

    nonce: str
    who: str
    since: str
    until: str
    process: str


@dataclass(frozen=True)
class Ledger:
    """What one stack owns.

    Args:
        stack: the project's name, unique among those that share a service.
        entries: by id in lower case.
        salt: of the secrets' fingerprints.
        chunks: the named values as they were read, by name.
        announcements: the names of the named values in which runs announced themselves.
        runs: those runs.
    """

    stack: str
    entries: Mapping[str, Entry] = field(default_factory=dict[str, Entry])
    salt: str = field(default="", repr=False)
    chunks: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    announcements: frozenset[str] = frozenset()
    runs: tuple[Run, ...] = ()

    def __contains__(self, identifier: str) -> bool:
        return identifier.lower() in self.entries

    def get(self, identifier: str) -> Entry | None:
        """Return the entry of an id."""
        return self.entries.get(identifier.lower())

    def with_changes(self, put: Iterable[Entry] = (), removed: Iterable[str] = ()) -> Ledger:
        """Return a copy with some entries put and some ids taken out."""
        gone = {identifier.lower() for identifier in removed}
        entries = {key: entry for key, entry in self.entries.items() if key not in gone}
        return replace(self, entries={**entries, **{entry.id.lower(): entry for entry in put}})

    def written(self) -> Mapping[str, str]:
        """Return the named values that hold this ledger, by name."""
        return _split(f"{own_prefix(self.stack)}ledger-", self.entries, self.salt, max(1, len(self.chunks)))

    def announced(self, run: Run, entries: Iterable[Entry]) -> Mapping[str, str]:
        """Return the named values by which a run announces itself and what it is about to create, by name.

        Args:
            run: the run.
            entries: what it will create.
        """
        pending = {entry.id.lower(): replace(entry, pending=True) for entry in entries}
        return _split(f"{own_prefix(self.stack)}run-{run.nonce}-", pending, self.salt, 1, run)

    @classmethod
    def read(cls, stack: str, named_values: Iterable[Entity]) -> Ledger:
        """Return the ledger found among the named values of a service; an empty one where there is none.

        Raises:
            ControlPlaneError: a newer version wrote it, or it is damaged.
        """
        texts = _chunks(named_values).get(stack, {})
        documents = {name: _unpacked(name, text) for name, text in sorted(texts.items())}
        chunks = {name: text for name, text in texts.items() if name.startswith(f"{own_prefix(stack)}ledger-")}
        # What the ledger itself says comes last: it was written when the outcome was known.
        ordered = sorted(documents, key=lambda name: name in chunks)
        entries = [_entry(item, documents[name]["s"]) for name in ordered for item in documents[name]["e"]]
        found = cls(stack, {entry.id.lower(): entry for entry in entries}, chunks=chunks)
        runs = {document["r"][0]: Run(*document["r"]) for document in documents.values() if document.get("r")}
        found = replace(found, announcements=frozenset(texts.keys() - chunks.keys()), runs=tuple(runs.values()))
        return replace(found, salt=documents[ordered[-1]]["k"] if documents else first_salt(stack))


def owners(named_values: Iterable[Entity], stack: str) -> Mapping[str, str]:
    """Return what other stacks own in the same service: the stack's name by id in lower case."""
    named_values = tuple(named_values)
    others = (other for other in _chunks(named_values) if other != stack)
    return {key: other for other in others for key in Ledger.read(other, named_values).entries}


def own_prefix(stack: str) -> str:
    """Return how the names of a stack's own named values begin."""
    return f"apimai-{stack}-"


def is_own(identifier: str) -> bool:
    """Tell whether a resource is one that apim-ai keeps its books in, of whatever stack."""
    return identifier.lower().startswith("namedvalues/apimai-")


def _chunks(named_values: Iterable[Entity]) -> Mapping[str, Mapping[str, str]]:
    """Return the texts of all ledgers, by stack and name."""
    found: dict[str, dict[str, str]] = {}
    for entity in named_values:
        name = entity.id.rsplit("/", 1)[-1]
        match = _CHUNK.match(name)
        if match:
            found.setdefault(match["stack"], {})[name] = str(entity.properties.get("value", ""))
    return found


def _split(
    prefix: str, entries: Mapping[str, Entry], salt: str, number: int, run: Run | None = None
) -> Mapping[str, str]:
    """Spread entries over as many named values as it takes for each to be short enough."""
    while number <= _MOST_CHUNKS:
        parts: list[list[Entry]] = [[] for _ in range(number)]
        for key in sorted(entries):
            parts[zlib.crc32(key.encode()) % number].append(entries[key])
        texts = {f"{prefix}{index}": _packed(salt, part, run) for index, part in enumerate(parts)}
        longest = max(map(len, texts.values()))
        if longest <= LIMIT:
            return texts
        number = max(number + 1, number * longest * _SLACK // (LIMIT * 100))
    raise ControlPlaneError(f"the ledger of {len(entries)} resources does not fit into the service")


def _packed(salt: str, entries: Iterable[Entry], run: Run | None = None) -> str:
    shapes: dict[str, int] = {}
    items: list[Any] = []
    for entry in entries:
        text = json.dumps(entry.shape, sort_keys=True, separators=(",", ":"))
        index = shapes.setdefault(text, len(shapes))
        items.append(
            [entry.id, entry.kind, entry.digest, index, dict(entry.secrets), int(entry.protect), int(entry.pending)]
        )
    document: dict[str, Any] = {"v": _VERSION, "k": salt, "s": [json.loads(text) for text in shapes], "e": items}
    if run is not None:
        document["r"] = astuple(run)
    return b64encode(zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 9)).decode()


def _unpacked(name: str, text: str) -> Mapping[str, Any]:
    try:
        document = json.loads(zlib.decompress(b64decode(text)))
        version = document["v"]
    except (ValueError, KeyError, TypeError, zlib.error) as error:
        raise ControlPlaneError(
            f'the named value "{name}", in which apim-ai keeps what it owns, is damaged',
            help=f"restore its former value, or delete it and deploy with --adopt for what it named ({name})",
        ) from error
    if version > _VERSION:
        raise ControlPlaneError(
            f'the named value "{name}" was written by a newer version of apim-ai', help="upgrade apim-ai"
        )
    return document


def _entry(item: Any, shapes: Any) -> Entry:  # noqa: ANN401 - JSON
    identifier, kind, digest, shape, secrets, protect, pending = item
    return Entry(identifier, kind, digest, shapes[shape], secrets, bool(protect), bool(pending))
