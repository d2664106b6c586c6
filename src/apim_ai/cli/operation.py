"""What commands for operators share: who turns, why, and whether they are sure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from apim_ai.cli.terminal import is_asked_here
from apim_ai.errors import Refused, UsageError

if TYPE_CHECKING:
    from apim_ai.ops.tier.switch import Rules
    from apim_ai.project import Bundle

__all__ = ["Reason", "Yes", "confirm", "operator", "seen_words"]

Reason = Annotated[str | None, typer.Option("--reason", help="Why; production environments want one.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def operator(bundle: Bundle, reason: str | None, *, force: bool = False) -> Rules:
    """Return the rules for the person or pipeline that runs this process."""
    from apim_ai.cli.provenance import who
    from apim_ai.ops.tier.switch import Rules

    return Rules(who(), reason, needs_reason=bundle.production, force=force)


def confirm(bundle: Bundle, what: str, *, yes: bool) -> None:
    """Ask before a gateway is touched that is not this machine's own.

    Raises:
        UsageError: nobody can be asked.
        Refused: the person said no.
    """
    if yes or bundle.local:
        return
    if not is_asked_here():
        raise UsageError("this asks before it changes a gateway, and nobody can be asked here", help="pass --yes")
    place = f"{bundle.env}, which is production" if bundle.production else bundle.env
    if not typer.confirm(f"{what} in {place}?", err=True):
        raise Refused("not confirmed", help="nothing was changed")


def seen_words(seen: bool | None) -> str:
    """Return what to say of whether the gateway serves a change."""
    return {True: "; the gateway serves it", False: "; the gateway does not serve it yet", None: ""}[seen]
