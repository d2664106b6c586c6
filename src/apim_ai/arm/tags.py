"""Concurrency tags: what the headers `If-Match` and `If-None-Match` allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.arm.refusal import Detail, invalid, modified

if TYPE_CHECKING:
    from apim_ai.arm.entity import Entity

__all__ = ["check_match", "require_absent", "require_match"]


def check_match(given: str | None, entity: Entity | None) -> None:
    """Check an optional `If-Match`; `*` and an absent one match everything.

    Raises:
        Refusal: the entity is not the one that the caller has seen.
    """
    if given is None or given.strip() in {"", "*"}:
        return
    wanted = {_bare(tag) for tag in given.split(",")}
    if entity is None or _bare(entity.etag) not in wanted:
        raise modified()


def require_absent(given: str | None, entity: Entity | None) -> None:
    """Check an optional `If-None-Match`, of which only `*` is known: whether the service takes it is not documented.

    Raises:
        Refusal: the entity exists already.
    """
    if given is not None and given.strip() == "*" and entity is not None:
        raise modified()


def require_match(given: str | None, entity: Entity) -> None:
    """Check an `If-Match` that must be there.

    Raises:
        Refusal: it is missing, or the entity is not the one that the caller has seen.
    """
    if given is None or not given.strip():
        raise invalid(Detail("If-Match", "The header 'If-Match' must not be empty. Use '*' to match any version."))
    check_match(given, entity)


def _bare(tag: str) -> str:
    return tag.strip().removeprefix("W/").strip('"')
