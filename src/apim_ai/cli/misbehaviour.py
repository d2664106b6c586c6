"""The options of `up` that make the control plane misbehave."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

__all__ = ["Busy", "CrashAfter", "Eventual", "Fail", "Latency", "LroPolls", "Policies", "ReadOnly", "Sku", "Throttle"]

_PANEL = "Make the control plane misbehave"

Latency = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Let each request take so long.", rich_help_panel=_PANEL)
]
LroPolls = Annotated[
    int, typer.Option(min=0, help="Polls of a long-running operation; 0 answers at once.", rich_help_panel=_PANEL)
]
Fail = Annotated[
    list[str] | None,
    typer.Option(metavar="WHAT:SHARE%", help="Such as 429:5%, drop:1%, lost:1%.", rich_help_panel=_PANEL),
]
Throttle = Annotated[
    str | None, typer.Option(metavar="BURST/RATE", help="Limit writes, such as 200/10.", rich_help_panel=_PANEL)
]
Eventual = Annotated[
    float, typer.Option(min=0, metavar="SECONDS", help="Let reads see writes so late.", rich_help_panel=_PANEL)
]
Busy = Annotated[
    bool, typer.Option("--busy", help="Refuse writes to an API while another runs.", rich_help_panel=_PANEL)
]
ReadOnly = Annotated[bool, typer.Option("--readonly", help="Refuse all writes.", rich_help_panel=_PANEL)]
CrashAfter = Annotated[
    int | None, typer.Option(min=1, metavar="WRITES", help="Die after so many writes.", rich_help_panel=_PANEL)
]
Sku = Annotated[
    Literal["Consumption", "Developer", "Basic", "Standard", "Premium", "BasicV2", "StandardV2", "PremiumV2"] | None,
    typer.Option(
        metavar="TIER", help="The tier that the service says it has, such as StandardV2.", rich_help_panel=_PANEL
    ),
]
Policies = Annotated[
    Literal["service", "shuffled", "verbatim"],
    typer.Option(help="How policies are printed in answers.", rich_help_panel=_PANEL),
]
