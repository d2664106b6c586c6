"""Time limits of many answers at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.gateway.deadlines import MOST_LENGTHS, Deadlines

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.gateway.http1 import Answer


class Timer:
    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call: Callable[[], None] | None = call

    def cancel(self) -> None:
        self.call = None


class Loop:
    """An event loop's clock and timers."""

    def __init__(self) -> None:
        self.now = 100.0
        self.timers: list[Timer] = []

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Timer:
        self.timers.append(Timer(at, call))
        return self.timers[-1]

    def call_later(self, seconds: float, call: Callable[[], None]) -> Timer:
        return self.call_at(self.now + seconds, call)

    def advance(self, seconds: float) -> None:
        self.now += seconds
        due = [timer for timer in self.timers if timer.at <= self.now]
        self.timers = [timer for timer in self.timers if timer.at > self.now]
        for timer in due:
            if timer.call is not None:
                timer.call()


class Awaited:
    """An answer that does not come; the future that it would have, too."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.headed = self
        self.expired = 0

    def get_loop(self) -> Loop:
        return self.loop

    def expire(self) -> None:
        self.expired += 1


def watch(deadlines: Deadlines, answer: Awaited, seconds: float) -> Callable[[], None]:
    it = cast("Answer", answer)
    watched = deadlines.watch(it, seconds)
    return lambda: deadlines.forget(it, watched)


def test_each_answer_expires_when_its_time_is_over_and_those_that_came_do_not() -> None:
    loop, deadlines = Loop(), Deadlines()
    came, first, second, longer = (Awaited(loop) for _ in range(4))
    forget = watch(deadlines, came, 10)
    watch(deadlines, longer, 30)
    loop.advance(2)
    watch(deadlines, first, 10)
    loop.advance(3)
    watch(deadlines, second, 10)
    forget()
    seen: list[tuple[int, ...]] = []
    for _ in range(5):
        loop.advance(5)
        seen.append(tuple(each.expired for each in (came, first, second, longer)))
    assert seen == [(0, 0, 0, 0), (0, 1, 1, 0), (0, 1, 1, 0), (0, 1, 1, 0), (0, 1, 1, 1)]
    assert loop.timers == []


def test_one_timer_serves_all_of_a_length_and_the_next_ones_too() -> None:
    loop, deadlines = Loop(), Deadlines()
    for _ in range(100):
        watch(deadlines, Awaited(loop), 10)()
    assert len(loop.timers) == 1
    late = Awaited(loop)
    loop.advance(9)
    watch(deadlines, late, 10)
    loop.advance(9.5)
    assert late.expired == 0
    loop.advance(0.5)
    assert late.expired == 1
    again = Awaited(loop)
    watch(deadlines, again, 10)
    loop.advance(10)
    assert again.expired == 1


def test_lengths_without_end_do_not_fill_the_memory() -> None:
    loop, deadlines = Loop(), Deadlines()
    answers = [Awaited(loop) for _ in range(3 * MOST_LENGTHS)]
    for number, answer in enumerate(answers):
        forget = watch(deadlines, answer, 10 + number / 1000)
        if number % 3 == 0:
            forget()
    assert len(deadlines) <= MOST_LENGTHS
    loop.advance(11)
    assert [answer.expired for answer in answers] == [0, 1, 1] * MOST_LENGTHS


def test_another_event_loop_has_timers_of_its_own() -> None:
    gone, loop, deadlines = Loop(), Loop(), Deadlines()
    watch(deadlines, Awaited(gone), 10)
    answer = Awaited(loop)
    watch(deadlines, answer, 10)
    loop.advance(10)
    assert answer.expired == 1
