from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, TypeVar

import pytest

from apim_ai.cases.virtual import VirtualClock, VirtualLoop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Coroutine

T = TypeVar("T")


def run(main: Callable[[asyncio.AbstractEventLoop], Coroutine[Any, Any, T]]) -> T:
    loop = VirtualLoop()
    asyncio.set_event_loop(loop)
    try:
        return loop.run(main(loop))
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_a_sleep_of_a_year_takes_no_time() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        clock = VirtualClock(loop, 1000.0)
        await clock.sleep(365 * 86400)
        return clock.now()

    assert run(main) == 1000.0 + 365 * 86400


def test_sleeps_side_by_side_overlap() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> tuple[float, list[float]]:
        clock = VirtualClock(loop, 0.0)
        await asyncio.gather(clock.sleep(3), clock.sleep(1), clock.sleep(2))
        return clock.now(), clock.sleeps

    assert run(main) == (3.0, [3, 1, 2])


def test_time_limits_are_virtual_too() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        clock = VirtualClock(loop, 0.0)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(240):
                await asyncio.sleep(500)
        return clock.now()

    assert run(main) == 240.0


def test_fractions_add_up_without_noise() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> float:
        clock = VirtualClock(loop, 0.0)
        for _ in range(10):
            await clock.sleep(0.1)
        return clock.now()

    assert run(main) == 1.0


def test_advancing_is_no_sleep() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> tuple[float, list[float]]:
        clock = VirtualClock(loop, 5.0)
        await clock.advance_to(65.0)
        return clock.now(), clock.sleeps

    assert run(main) == (65.0, [])


def test_waiting_for_what_never_comes_is_an_error_at_once() -> None:
    async def main(loop: asyncio.AbstractEventLoop) -> None:
        await asyncio.Event().wait()

    with pytest.raises(TimeoutError, match="something that no mock will ever answer"):
        run(main)


def test_the_end_cancels_what_still_runs_and_closes_generators() -> None:
    ended: list[str] = []

    async def forever() -> None:
        try:
            await asyncio.sleep(1e9)
        finally:
            ended.append("task")

    async def numbers() -> AsyncIterator[int]:
        try:
            yield 1
        finally:
            ended.append("generator")

    async def main() -> tuple[object, ...]:
        task = asyncio.create_task(forever())
        generator = numbers()
        await anext(generator)
        return task, generator

    loop = VirtualLoop()
    kept = loop.run(main())
    loop.finish()
    assert (sorted(ended), loop.is_closed(), len(kept)) == (["generator", "task"], True, 2)
