"""`limit-concurrency`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, TEXT, Policy, Value, attribute, integer, literal, policies, policy
from apim_ai.runtime import PolicyError, run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["LimitConcurrency"]

MESSAGE = "Concurrency limit is exceeded."


@policy(
    "limit-concurrency",
    sections=ALL_SECTIONS,
    page="limit-concurrency-policy",
    settings=("concurrency.scope", "errors.concurrency_body", "errors.concurrency_reason"),
)
class LimitConcurrency(Policy):
    """Run the policies inside only so many times at once for a key; refuse the rest with 429.

    Source: limit-concurrency page.
    """

    key: Value[str] = attribute(TEXT)
    max_count: int = literal(integer(minimum=1))
    policies: tuple[Policy, ...] = policies()

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Hold a permit until the policies inside have ended."""
        key = self.key(exchange.context)
        permits = exchange.services.concurrency
        if not permits.acquire(key, self.max_count):
            settings = exchange.settings
            exchange.note(f"refused: {self.max_count} already run")
            body = settings.errors_concurrency_body.encode()
            raise PolicyError(self.element_name, settings.errors_concurrency_reason, MESSAGE, 429, body=body)
        try:
            return await run_all(self.policies, exchange)
        finally:
            permits.release(key)
