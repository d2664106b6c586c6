"""When and by how much a counter of calls grows: `increment-condition` and `increment-count`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression import ClrException, Read

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.definition import Value
    from apim_ai.message import Response
    from apim_ai.runtime import Exchange

__all__ = ["count_when_due"]

_OF_RESPONSE: int = (Read.RESPONSE | Read.RESPONSE_BODY).value


def count_when_due(
    exchange: Exchange,
    condition: Value[bool] | None,
    amount: Value[int],
    count: Callable[[int], None],
    *,
    after_response: bool = False,
) -> None:
    """Count now, or after the response where the condition or the amount reads it.

    Args:
        exchange: the exchange.
        condition: `increment-condition`.
        amount: `increment-count`.
        count: counts.
        after_response: wait for the response whatever the expressions read.
    """
    context = exchange.context
    reads = amount.reads.value | (condition.reads.value if condition is not None else 0)

    def due() -> None:
        if condition is None or condition(context):
            count(amount(context))
        else:
            exchange.note("not counted: the increment condition does not hold")

    if not after_response and not reads & _OF_RESPONSE:
        due()
        return

    async def buffer(_: Response) -> None:
        await exchange.buffer(Read.RESPONSE_BODY)

    def at_end(_: Response) -> None:
        try:
            due()
        except ClrException as thrown:
            exchange.note(f"not counted: {thrown.message}")

    if reads & Read.RESPONSE_BODY.value:
        exchange.on_received.append(buffer)
    exchange.on_leaving.append(at_end)
