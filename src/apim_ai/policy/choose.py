"""`choose`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.definition import (
    ALL_SECTIONS,
    BOOLEAN,
    Item,
    Policy,
    Value,
    attribute,
    child,
    children,
    item,
    policies,
    policy,
)
from apim_ai.runtime import run_all

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange, Respond

__all__ = ["Choose", "Otherwise", "When"]


@item("when")
class When(Item):
    """A branch with a condition."""

    condition: Value[bool] = attribute(BOOLEAN, doc="a Boolean constant or expression")
    policies: tuple[Policy, ...] = policies()


@item("otherwise")
class Otherwise(Item):
    """The branch that runs when no condition holds."""

    policies: tuple[Policy, ...] = policies()


@policy(
    "choose",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="choose-policy",
)
class Choose(Policy):
    """Run the policies of the first `when` whose condition holds, else those of `otherwise`."""

    when: tuple[When, ...] = children(When, at_least=1)
    otherwise: Otherwise | None = child(Otherwise)

    async def run(self, exchange: Exchange, /) -> Respond | None:
        """Try the branches in order; a body that a condition reads is buffered only when it is that one's turn."""
        for number, branch in enumerate(self.when, 1):
            if branch.condition.reads_bodies:
                await exchange.buffer(branch.condition.reads)
            if branch.condition(exchange.context):
                exchange.note(f"when {number} holds: {branch.condition.text}")
                return await run_all(branch.policies, exchange)
        if self.otherwise is None:
            exchange.note("no branch holds")
            return None
        exchange.note("otherwise")
        return await run_all(self.otherwise.policies, exchange)
