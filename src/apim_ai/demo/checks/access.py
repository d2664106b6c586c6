"""Who may call: tokens, keys, and the hops of the access chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.demo.backends import TokenRequest
from apim_ai.demo.caller import Caller
from apim_ai.demo.prompts import PROMPTS
from apim_ai.demo.report import Check

if TYPE_CHECKING:
    from apim_ai.demo.caller import Reply
    from apim_ai.demo.world import World

__all__ = ["CHECKS"]

GROUP = "Who may call"
QUESTION = PROMPTS[0].question


def _refused(name: str, reply: Reply, status: int, reason: str) -> Check:
    expected = {"status": status, "reason": reason, "backend calls": 0}
    actual = {"status": reply.status, "reason": reply.reason, "backend calls": len(reply.calls)}
    return Check.compare(name, GROUP, expected, actual, reply.seconds)


async def no_token(world: World) -> Check:
    """A key alone is not enough."""
    reply = await Caller(world, "analytics", token="").chat(QUESTION)
    return _refused("no token", reply, 401, "missing_token")


async def wrong_audience(world: World) -> Check:
    """A token for somebody else's API."""
    reply = await Caller(world, "analytics", token=world.token("analytics", aud="api://other")).chat(QUESTION)
    return _refused("token for another audience", reply, 401, "wrong_audience")


async def expired_token(world: World) -> Check:
    """A token of yesterday."""
    token = world.simulation.issuer.mint(TokenRequest(world.claims("analytics"), expires_in=-60))
    reply = await Caller(world, "analytics", token=token).chat(QUESTION)
    return _refused("expired token", reply, 401, "expired_token")


async def tampered_token(world: World) -> Check:
    """A token that was changed after signing."""
    token = world.simulation.issuer.mint(TokenRequest(world.claims("analytics"), tamper="payload"))
    reply = await Caller(world, "analytics", token=token).chat(QUESTION)
    return _refused("token changed after signing", reply, 401, "bad_signature")


async def stranger(world: World) -> Check:
    """A good token of an application that nobody registered, with a stolen key."""
    token = world.token("analytics", azp="00000000-0000-4000-8000-00000000dead", sub="stranger")
    reply = await Caller(world, None, token=token, key=world.keys["analytics"]).chat(QUESTION)
    return _refused("a stranger with a stolen key", reply, 403, "unknown_caller")


async def stolen_key(world: World) -> Check:
    """The token of one team with the key of another."""
    reply = await Caller(world, "research", key=world.keys["analytics"]).chat(QUESTION)
    return _refused("one team's token with another's key", reply, 403, "key_of_another_caller")


async def right_token(world: World) -> Check:
    """The gateway's own identity goes to the backend; the caller's key and token stay."""
    reply = await Caller(world, "analytics").chat("Which colours does our logo have?")
    sent: dict[str, str] = dict(reply.model_calls[-1].headers) if reply.model_calls else {}
    lower = {name.lower(): value for name, value in sent.items()}
    identity = f"Bearer {world.tokens['https://cognitiveservices.azure.com']}"
    expected = {"status": 200, "identity of the gateway": True, "caller's key gone": True, "caller's token gone": True}
    actual = {
        "status": reply.status,
        "identity of the gateway": lower.get("authorization") == identity,
        "caller's key gone": not lower.keys() & {"api-key", "ocp-apim-subscription-key"},
        "caller's token gone": world.keys["analytics"] not in str(sent) and "eyJ" not in str(sent),
    }
    return Check.compare("right token", GROUP, expected, actual, reply.seconds)


async def bot_at_orchestrator(world: World) -> Check:
    """The bot reaches the orchestrator, which learns the person only as a hash."""
    bot = Caller(world, "bot", end_user="ada@example.test")
    reply = await bot.send("POST", "/orchestrator/score", body={"question": QUESTION})
    sent = str(dict(reply.calls[-1].headers)) if reply.calls else ""
    expected = {"status": 200, "orchestrator calls": 1, "person's name at the orchestrator": False}
    actual = {
        "status": reply.status,
        "orchestrator calls": sum(call.backend == "orchestrator" for call in reply.calls),
        "person's name at the orchestrator": "ada@example.test" in sent,
    }
    return Check.compare("the bot at the orchestrator", GROUP, expected, actual, reply.seconds)


async def team_at_orchestrator(world: World) -> Check:
    """Nobody but the bot reaches the orchestrator: a team's key does not open it, nor does the bot's in its hands."""
    body = {"question": QUESTION}
    own = await Caller(world, "analytics").send("POST", "/orchestrator/score", body=body)
    borrowed = await Caller(world, "analytics", key=world.keys["bot"]).send("POST", "/orchestrator/score", body=body)
    expected = {"with its own key": 401, "with the bot's key": 403, "backend calls": 0}
    actual = {
        "with its own key": own.status,
        "with the bot's key": borrowed.status,
        "backend calls": len(own.calls) + len(borrowed.calls),
    }
    return Check.compare("a team at the orchestrator", GROUP, expected, actual, own.seconds + borrowed.seconds)


CHECKS = (
    no_token,
    wrong_audience,
    expired_token,
    tampered_token,
    stranger,
    stolen_key,
    right_token,
    bot_at_orchestrator,
    team_at_orchestrator,
)
