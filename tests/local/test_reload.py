from __future__ import annotations

import asyncio
from typing import Any

from apim_ai.arm import Store
from apim_ai.arm.entity import Change
from apim_ai.errors import DocumentError
from apim_ai.local.reload import Reloader
from apim_ai.resource import Resource, Resources


class StillClock:
    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    async def sleep(self, seconds: float) -> None:
        self.time += seconds


class FakeGateway:
    """Answers with the number of named values that it serves."""

    def __init__(self, clock: StillClock, cost: float = 0.0) -> None:
        self.count = 0
        self.reloads = 0
        self.error: Exception | None = None
        self._clock = clock
        self._cost = cost

    def reload(self, resources: Resources, /) -> None:
        self.reloads += 1
        self._clock.time += self._cost
        if self.error:
            raise self.error
        self.count = len(resources.of("named_value"))

    async def asgi(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.body", "body": str(self.count).encode()})

    async def aclose(self) -> None:
        """Nothing to release."""


def put(store: Store, number: int) -> None:
    store.apply(Change((Resource("named_value", f"namedValues/n{number}", {}),)))


class Setup:
    def __init__(self, cost: float = 0.0) -> None:
        self.clock = StillClock()
        self.store = Store()
        self.gateway = FakeGateway(self.clock, cost)
        self.reloader = Reloader(self.gateway, self.store, self.clock)
        self.store.on_change(self.reloader.changed)

    async def ask(self, path: str = "/") -> tuple[str, dict[bytes, bytes]]:
        sent: list[dict[str, Any]] = []

        async def send(message: Any) -> None:
            sent.append(message)

        async def receive() -> Any:
            return {"type": "http.request"}

        await self.reloader({"type": "http", "path": path}, receive, send)
        headers = dict(sent[0].get("headers", []))
        return sent[-1]["body"].decode(), headers


def test_a_change_is_effective_on_the_next_request() -> None:
    async def main() -> None:
        setup = Setup()
        put(setup.store, 1)
        assert (await setup.ask())[0] == "1"
        put(setup.store, 2)
        assert (await setup.ask())[0] == "2"
        assert setup.gateway.reloads == 2

    asyncio.run(main())


def test_many_changes_without_a_request_are_one_reload() -> None:
    async def main() -> None:
        setup = Setup()
        for number in range(100):
            put(setup.store, number)
        assert setup.gateway.reloads == 0
        assert (await setup.ask())[0] == "100"
        assert setup.gateway.reloads == 1

    asyncio.run(main())


def test_without_any_request_a_timer_does_it() -> None:
    async def main() -> None:
        setup = Setup()
        done = asyncio.Event()
        reload = setup.gateway.reload

        def noticed(resources: Resources, /) -> None:
            reload(resources)
            done.set()

        setup.gateway.reload = noticed
        put(setup.store, 1)
        await asyncio.wait_for(done.wait(), 60)
        assert setup.gateway.count == 1
        assert not setup.reloader.is_stale

    asyncio.run(main())


def test_expensive_reloads_do_not_hold_up_each_request() -> None:
    async def main() -> None:
        setup = Setup(cost=1.0)
        for number in range(5):
            put(setup.store, number)
            await setup.ask()
        assert setup.gateway.reloads == 1
        setup.clock.time += 5.0
        assert (await setup.ask())[0] == "5"
        assert setup.gateway.reloads == 2

    asyncio.run(main())


def test_a_large_change_does_not_delay_the_small_one_after_it() -> None:
    async def main() -> None:
        setup = Setup(cost=0.3)
        for number in range(2):
            put(setup.store, number)
            assert (await setup.ask())[0] == str(number + 1)

    asyncio.run(main())


def test_a_state_that_cannot_be_served_leaves_the_old_one_and_says_so() -> None:
    async def main() -> None:
        setup = Setup()
        put(setup.store, 1)
        await setup.ask()
        served = (await setup.ask("/healthz"))[1][b"x-apim-ai-state"]
        for error in (DocumentError("policy 'x' cannot run"), RuntimeError("a bug")):
            setup.gateway.error = error
            put(setup.store, 2)
            assert (await setup.ask())[0] == "1"
            body, headers = await setup.ask("/healthz")
            assert '"stale"' in body
            assert headers[b"x-apim-ai-state"] == served
        reloads = setup.gateway.reloads
        await setup.ask()
        assert setup.gateway.reloads == reloads  # not tried again before the next change
        setup.gateway.error = None
        put(setup.store, 3)
        assert (await setup.ask())[0] == "3"
        body, headers = await setup.ask("/healthz")
        assert body == '{"status": "ok"}'
        assert headers[b"x-apim-ai-state"] == str(setup.store.version).encode()

    asyncio.run(main())


def test_a_removal_is_a_change_too() -> None:
    async def main() -> None:
        setup = Setup()
        put(setup.store, 1)
        await setup.ask()
        setup.store.apply(Change(remove=("namedValues/n1",)))
        assert (await setup.ask())[0] == "0"

    asyncio.run(main())
