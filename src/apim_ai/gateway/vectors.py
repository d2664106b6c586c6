"""The semantic cache: responses by the vector of their prompt, in memory, with numpy.

The nearest entry of a partition is found exactly, by one matrix product, up to `EXACT` entries; beyond that the signs of
the components, packed to bits, choose the candidates that are then compared exactly. An equal vector is found either way.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from apim_ai.clock import Clock
    from apim_ai.runtime import StoredResponse

__all__ = ["MemoryVectorCache"]

EXACT = 2_000  # entries compared one by one; more are first sifted by their sign bits
CANDIDATES = 512  # that are compared exactly after the sifting; 1,024 would take four times as long
DEVIATIONS = 6.0
LEAST_SHARE = 0.02  # of differing signs: what two nearly equal vectors may have
FIRST_ROWS = 64


class MemoryVectorCache:
    """Vectors and responses by partition.

    Args:
        clock: for the time at which entries expire.
        most: entries of one partition; the oldest go first.
    """

    def __init__(self, clock: Clock, most: int = 100_000) -> None:
        self._clock = clock
        self._most = most
        self._partitions: dict[str, _Partition] = {}

    def nearest(self, partition: str, vector: Sequence[float]) -> tuple[float, StoredResponse] | None:
        """Return the cosine similarity and response of the nearest entry.

        Raises:
            ValueError: the vector has another length than those kept, or none at all.
        """
        unit = _unit(vector)
        kept = self._partitions.get(partition)
        return None if kept is None else kept.nearest(unit, self._clock.monotonic())

    def put(self, partition: str, vector: Sequence[float], response: StoredResponse, seconds: float) -> None:
        """Keep a response.

        Raises:
            ValueError: the vector has another length than those kept, or none at all.
        """
        unit = _unit(vector)
        kept = self._partitions.get(partition)
        if kept is None:
            kept = self._partitions[partition] = _Partition(len(unit), self._most)
        now = self._clock.monotonic()
        kept.put(unit, response, now + seconds, now)


class _Partition:
    """The entries of one partition: row i of each array belongs to response i."""

    def __init__(self, dimensions: int, most: int) -> None:
        rows = min(FIRST_ROWS, most)
        self._most = most
        self._next = 0  # the row that is written next, once all rows are taken
        self._vectors: NDArray[np.float32] = np.empty((rows, dimensions), np.float32)
        self._words = -(-dimensions // 64)
        self._signs: NDArray[np.uint64] = np.empty((self._words, 0), np.uint64)  # column i: entry i; made when needed
        self._expires: NDArray[np.float64] = np.empty(rows, np.float64)
        self._responses: list[StoredResponse] = []

    def nearest(self, unit: NDArray[np.float32], now: float) -> tuple[float, StoredResponse] | None:
        self._check(unit)
        count = len(self._responses)
        if count == 0:
            return None
        alive = self._expires[:count] > now
        rows = None if count <= EXACT else self._candidates(unit, alive)
        vectors, living = (self._vectors[:count], alive) if rows is None else (self._vectors[rows], alive[rows])
        if not living.any():
            return None
        similarities = vectors @ unit
        similarities[~living] = -2.0
        best = int(similarities.argmax())
        row = best if rows is None else int(rows[best])
        return min(float(similarities[best]), 1.0), self._responses[row]

    def put(self, unit: NDArray[np.float32], response: StoredResponse, expires: float, now: float) -> None:
        self._check(unit)
        row = self._free_row(now)
        if row == len(self._responses):
            self._responses.append(response)
        else:
            self._responses[row] = response
        self._vectors[row] = unit
        self._expires[row] = expires
        if row < self._signs.shape[1]:
            self._signs[:, row] = _packed(unit[np.newaxis], self._words)[:, 0]

    def _check(self, unit: NDArray[np.float32]) -> None:
        if unit.shape[0] != self._vectors.shape[1]:
            raise ValueError(f"the vector has {unit.shape[0]} dimensions, those kept have {self._vectors.shape[1]}")

    def _free_row(self, now: float) -> int:
        count = len(self._responses)
        if count < self._expires.shape[0]:
            return count
        self._drop_expired(now)
        count = len(self._responses)
        if count < self._expires.shape[0]:
            return count
        if count < self._most:
            self._resize(min(2 * count, self._most))
            return count
        row, self._next = self._next, (self._next + 1) % self._most
        return row

    def _drop_expired(self, now: float) -> None:
        """Close the gaps that expired entries leave, when there are enough of them to be worth it."""
        count = len(self._responses)
        alive = self._expires[:count] > now
        living = int(alive.sum())
        if living > count * 3 // 4:
            return
        self._vectors[:living] = self._vectors[:count][alive]
        self._expires[:living] = self._expires[:count][alive]
        self._responses = [response for response, lives in zip(self._responses, alive, strict=True) if lives]
        self._signs = self._signs[:, :0]
        self._next = 0

    def _resize(self, rows: int) -> None:
        count = len(self._responses)
        for name in ("_vectors", "_expires"):
            old: NDArray[np.float32] = getattr(self, name)
            new = np.empty((rows, *old.shape[1:]), old.dtype)
            new[:count] = old[:count]
            setattr(self, name, new)

    def _candidates(self, unit: NDArray[np.float32], alive: NDArray[np.bool_]) -> NDArray[np.intp]:
        """Return the rows whose signs differ least from those of the vector."""
        count = len(self._responses)
        if self._signs.shape[1] < count:
            self._sign_up_to(count)
        query = _packed(unit[np.newaxis], self._words)[:, 0]
        differences = np.zeros(count, np.uint16)
        scratch = np.empty(count, np.uint64)
        bits = np.empty(count, np.uint8)
        for word in range(self._words):
            np.bitwise_xor(self._signs[word, :count], query[word], out=scratch)
            np.bitwise_count(scratch, out=bits)
            np.add(differences, bits, out=differences)
        differences[~alive] = np.iinfo(np.uint16).max
        return _nearest_few(differences, self._vectors.shape[1])

    def _sign_up_to(self, count: int) -> None:
        """Pack the signs of the entries that have none yet, with room for as many rows as there are."""
        done = self._signs.shape[1]
        room = np.empty((self._words, self._expires.shape[0]), np.uint64)
        room[:, :done] = self._signs
        for start in range(done, count, 4096):
            stop = min(start + 4096, count)
            room[:, start:stop] = _packed(self._vectors[start:stop], self._words)
        self._signs = room


def _nearest_few(differences: NDArray[np.uint16], dimensions: int) -> NDArray[np.intp]:
    """Return the rows that may be the nearest by how many of their signs differ, at most `CANDIDATES`.

    The share of differing signs is an angle measured by so many coin tosses, so the nearest row is hardly ever more than
    `DEVIATIONS` of their spread behind the one that seems nearest. For a hit these are few rows.
    """
    fewest = int(differences.min())
    share = min(max(fewest / dimensions, LEAST_SHARE), 0.5)
    border = fewest + DEVIATIONS * (dimensions * share * (1 - share)) ** 0.5
    rows = np.flatnonzero(differences <= border)
    if len(rows) <= CANDIDATES:
        return rows
    return rows[np.argpartition(differences[rows], CANDIDATES)[:CANDIDATES]]


def _packed(vectors: NDArray[np.float32], words: int) -> NDArray[np.uint64]:
    """Return the signs of each vector as 64-bit words, one column a vector."""
    bits = np.packbits(vectors > 0, axis=1)
    padded = np.zeros((bits.shape[0], words * 8), np.uint8)
    padded[:, : bits.shape[1]] = bits
    return padded.view(np.uint64).T.copy()


def _unit(vector: Sequence[float]) -> NDArray[np.float32]:
    with np.errstate(over="ignore"):  # what is beyond a float has no direction, see below
        array = np.asarray(vector, np.float32)
    if array.ndim != 1 or array.shape[0] == 0:
        raise ValueError("the vector has no components")
    length = float(np.linalg.norm(array))
    if not np.isfinite(length) or length == 0.0:
        raise ValueError("the vector has no direction")
    return array / np.float32(length)
