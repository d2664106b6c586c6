"""The second line of `demo --keep`: where everything is, so that real clients can be pointed at it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.demo.prompts import PROMPTS

if TYPE_CHECKING:
    from apim_ai.demo.world import World

__all__ = ["ready"]


def ready(world: World) -> dict[str, object]:
    """Return the ready line, and open the demo's own endpoints to whoever has its token."""
    instance, simulation = world.instance, world.simulation
    simulation.controls.unlock(instance.token)
    headers = world.headers()
    return {
        "event": "ready",
        "gateway": instance.gateway,
        "control_plane": instance.control_plane,
        "inspector": instance.inspector,
        "service": instance.service,
        "token": instance.token,
        "backends": dict(simulation.urls),
        "issuer": simulation.issuer.url,
        "callers": {
            caller.name: {"token": world.token(caller.name), "key": world.keys.get(caller.name, "")}
            for caller in world.bundle.callers
        },
        "headers": {"end_user": headers["end_user"], "intent": headers["intent"]},
        "prompts": [[prompt.question, prompt.rephrased] for prompt in PROMPTS],
        "mint": simulation.mint_url,
        "backend_log": simulation.log_url,
        "backend_fault": simulation.fault_url,
    }
