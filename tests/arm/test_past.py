from __future__ import annotations

from apim_ai.arm.past import Past

from .conftest import Arm


def test_reads_see_a_write_only_after_a_while(arm: Arm) -> None:
    past = Past(arm.plane.world.store, 0.5, arm.clock.monotonic)

    def seen() -> list[str]:
        return [entity.resource.name for entity in past.view().of("tag")]

    arm.put("tags/a", {"displayName": "A"})
    assert seen() == []
    arm.clock.time += 0.3
    arm.put("tags/b", {"displayName": "B"})
    arm.clock.time += 0.3
    assert seen() == ["a"]
    arm.call("DELETE", "tags/a")
    assert seen() == ["a"]
    arm.clock.time += 0.3
    assert seen() == ["a", "b"]
    arm.clock.time += 0.3
    assert seen() == ["b"]
    assert past.view() is arm.plane.world.store


def test_a_plane_can_be_asked_about_another_state(arm: Arm) -> None:
    past = Past(arm.plane.world.store, 0.5, arm.clock.monotonic)
    tag = dict(arm.call("PUT", "tags/a", {"displayName": "A"}).headers)["ETag"]
    assert Arm(arm.plane.seeing(past.view())).call("GET", "tags/a").status == 404
    arm.clock.time += 0.6
    assert dict(Arm(arm.plane.seeing(past.view())).call("GET", "tags/a").headers)["ETag"] == tag
