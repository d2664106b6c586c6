"""How much of the models' quota is given away, from what Azure answers, and whether the tiers fit into the backends.

Azure answers the usages of a region as `{"value": [{"name": {"value": …}, "currentValue": …, "limit": …}]}`, the Azure CLI
as the list alone. What a deployment was given counts as used there, whether or not requests use it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.errors import InputError
from apim_ai.project.capacity import ceiling_of, declared_callers
from apim_ai.resource.shape import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.project import Bundle

__all__ = ["Usage", "over_capacity", "read_usages"]


@dataclass(frozen=True, slots=True)
class Usage:
    """One quota of a subscription in a region.

    Args:
        source: the file that says so.
        name: as Azure calls it.
        used: what is given away of it.
        limit: what there is.
    """

    source: str
    name: str
    used: float
    limit: float

    @property
    def share(self) -> float:
        """The part that is given away, in percent."""
        return 100 * self.used / self.limit


def read_usages(paths: Iterable[str]) -> tuple[Usage, ...]:
    """Read the quotas of some regions, the fullest first; those of which there is nothing are left out.

    Raises:
        InputError: a file cannot be read, or does not hold usages.
    """
    found = [usage for path in paths for usage in _usages(path)]
    return tuple(sorted(found, key=lambda usage: (-usage.share, usage.source, usage.name)))


def over_capacity(bundle: Bundle) -> tuple[str, ...]:
    """Say where the tiers of an environment promise more than its backends take."""
    ceiling, callers = ceiling_of(bundle), declared_callers(bundle)
    single = (ceiling.above(tier.limits) for tier in bundle.tiers)
    together = ceiling.crowded((tier.limits, callers[tier.name]) for tier in bundle.tiers)
    return (*(problem for problem in single if problem), *together)


def _usages(path: str) -> Iterator[Usage]:
    try:
        content: object = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise InputError(f'cannot read "{path}": {(error.strerror or str(error)).lower()}') from error
    except ValueError as error:
        raise InputError(f'"{path}" is not JSON') from error
    items = content.get("value") if is_object(content) else content
    if not is_list(items):
        raise InputError(f'"{path}" holds no usages', help="save what `az cognitiveservices usage list` answers")
    for item in items:
        usage = _usage(path, item)
        if usage is None:
            raise InputError(f'"{path}" holds something that is no usage: {json.dumps(item)[:80]}')
        if usage.limit > 0:
            yield usage


def _usage(path: str, item: object) -> Usage | None:
    if not is_object(item):
        return None
    name = item.get("name")
    text = name.get("value") if is_object(name) else name
    used, limit = item.get("currentValue"), item.get("limit")
    if not isinstance(text, str) or not isinstance(used, int | float) or not isinstance(limit, int | float):
        return None
    return Usage(Path(path).stem, text, used, limit)
