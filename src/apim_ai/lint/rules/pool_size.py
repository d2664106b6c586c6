"""The rule AIM520."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.estate import place_of
from apim_ai.lint.pools import POOL, pools
from apim_ai.lint.rule import Case, EstateRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.estate import Estate

__all__ = ["PoolSize"]


class PoolSize(EstateRule):
    """A pool without members, with more than 30, with one twice, or with a pool in it.

    The service refuses it.

    List 1 to 30 single backends.
    """

    code, name, severity = "AIM520", "pool-size", "error"
    good = (Case('<set-backend-service backend-id="pool" />', resources=POOL),)
    bad = (
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={**POOL, "backends/pool": {"type": "Pool", "pool": {"services": []}}},
        ),
        Case(
            '<set-backend-service backend-id="pool" />',
            resources={
                **POOL,
                "backends/pool": {"type": "Pool", "pool": {"services": [{"id": "/backends/first"}] * 2}},
            },
        ),
    )

    def check_estate(self, estate: Estate) -> Iterator[Finding]:
        """Look at the members of each pool."""
        found = list(pools(estate))
        names = {pool.name for pool, _ in found}
        for pool, members in found:
            problem = None
            if not 1 <= len(members) <= _MOST:
                problem = f"has {len(members)} members"
            elif len(set(members)) < len(members):
                problem = "has a member twice"
            elif names & set(members):
                problem = f"has the pool '{min(names & set(members))}' as a member"
            if problem is not None:
                yield self.found(
                    place_of(pool), f"the pool '{pool.name}' {problem}", help=f"list 1 to {_MOST} single backends"
                )


_MOST = 30
