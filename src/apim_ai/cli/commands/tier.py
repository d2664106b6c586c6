"""`apim-ai tier`: limits in operation."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from apim_ai.cli.operation import Reason, Yes, confirm, operator, seen_words
from apim_ai.cli.ship import ControlPlane, Env, ProjectFolder, Token  # noqa: TC001 - typer evaluates annotations
from apim_ai.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from apim_ai.ops.tier.state import TierState
    from apim_ai.ops.tier.switch import Assignment, Switch, Tiers
    from apim_ai.project import Bundle

app = typer.Typer(add_completion=False, no_args_is_help=True, help="Show, switch and override rate-limit tiers.")


class Format(StrEnum):
    """Output formats."""

    text = "text"
    json = "json"


Output = Annotated[Format, typer.Option("--format", help="What to print.")]
Tpm = Annotated[int | None, typer.Option("--tpm", metavar="N", help="Tokens per minute of a caller.")]
Rps = Annotated[int | None, typer.Option("--rps", metavar="N", help="Requests per second of a caller.")]
Quota = Annotated[int | None, typer.Option("--quota", metavar="N", help="Tokens per quota period of a caller.")]
For = Annotated[str | None, typer.Option("--for", metavar="DURATION", help="How long, such as 30m; else until reset.")]
Force = Annotated[bool, typer.Option("--force", help="Do what a guard rail forbids.")]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The tier.")]
Subscription = Annotated[str, typer.Argument(metavar="SUBSCRIPTION", help="Id or display name of the subscription.")]


@app.command("list")
def list_(
    env: Env,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show all tiers with their limits, overrides and callers."""
    _, tiers = _open(env, project, control_plane, token)
    found = tiers.all()
    document = {"tiers": [_tier(tier) for tier in found], "capacity": dict(tiers.capacity.limits)}
    _print(format, document, [*map(_tier_line, found), _capacity_line(tiers.capacity.limits)])
    return 0


@app.command()
def show(
    name: Name,
    env: Env,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show one tier."""
    _, tiers = _open(env, project, control_plane, token)
    found = tiers.show(name)
    _print(format, _tier(found), [_tier_line(found)])
    return 0


@app.command("set")
def set_(
    name: Name,
    env: Env,
    tpm: Tpm = None,
    rps: Rps = None,
    quota: Quota = None,
    lasting: For = None,
    reason: Reason = None,
    yes: Yes = False,
    force: Force = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Lay limits over those of a tier, for a time. The policy itself stops honouring them at their end.

    \b
    Examples:
      apim-ai tier set gold --tpm 2000 --for 30m --env prod --reason 'the model is slow'
      apim-ai tier set silver --rps 2 --env local --yes
    """  # noqa: D301 - typer's marker for text that keeps its lines
    bundle, tiers = _open(env, project, control_plane, token)
    given = {"tpm": tpm, "rps": rps, "quota": quota}
    limits = {limit: value for limit, value in given.items() if value is not None}
    rules, duration = operator(bundle, reason, force=force), _lasting(lasting)
    tiers.check({name: limits}, rules)
    confirm(bundle, f"switch the tier {name} to {_value(limits)}", yes=yes)
    switch = tiers.set(name, limits, duration, rules)
    _warn(switch.warnings)
    _print(format, _switch(switch), [_switch_line(switch)])
    return 0


@app.command()
def reset(
    name: Name,
    env: Env,
    reason: Reason = None,
    yes: Yes = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """End the override of a tier before its time."""
    bundle, tiers = _open(env, project, control_plane, token)
    confirm(bundle, f"end the override of the tier {name}", yes=yes)
    switch = tiers.reset([name], operator(bundle, reason))[0]
    _print(format, _switch(switch), [_switch_line(switch)])
    return 0


@app.command()
def profile(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A profile of tiers.yaml, or normal.")],
    env: Env,
    lasting: For = None,
    reason: Reason = None,
    yes: Yes = False,
    force: Force = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Switch several tiers at once; `normal` ends all overrides."""
    bundle, tiers = _open(env, project, control_plane, token)
    limits, rules, duration = _profile(bundle, name), operator(bundle, reason, force=force), _lasting(lasting)
    tiers.check(limits, rules)
    confirm(bundle, f"switch to the profile {name}", yes=yes)
    switches = tiers.profile(limits, duration, rules)
    _warn(switches[0].warnings if switches else ())
    _print(format, [_switch(switch) for switch in switches], [_switch_line(switch) for switch in switches])
    return 0


@app.command()
def assign(
    subscription: Subscription,
    name: Name,
    env: Env,
    reason: Reason = None,
    yes: Yes = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Move a caller to another tier."""
    bundle, tiers = _open(env, project, control_plane, token)
    confirm(bundle, f"move {subscription} to the tier {name}", yes=yes)
    assignment = tiers.assign(subscription, name, operator(bundle, reason))
    _warn(assignment.warnings)
    _print_assignment(format, assignment)
    return 0


@app.command()
def block(
    subscription: Subscription,
    env: Env,
    reason: Reason = None,
    yes: Yes = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Shut one caller out at once."""
    bundle, tiers = _open(env, project, control_plane, token)
    confirm(bundle, f"shut {subscription} out", yes=yes)
    _print_assignment(format, tiers.block(subscription, operator(bundle, reason)))
    return 0


@app.command()
def unblock(
    subscription: Subscription,
    env: Env,
    reason: Reason = None,
    yes: Yes = False,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Let a caller in again."""
    bundle, tiers = _open(env, project, control_plane, token)
    confirm(bundle, f"let {subscription} in again", yes=yes)
    _print_assignment(format, tiers.block(subscription, operator(bundle, reason), blocked=False))
    return 0


@app.command()
def history(
    env: Env,
    project: ProjectFolder = ".",
    format: Output = Format.text,  # noqa: A002 - the option's name
    control_plane: ControlPlane = None,
    token: Token = None,
) -> int:
    """Show who changed what, newest first."""
    from dataclasses import asdict

    _, tiers = _open(env, project, control_plane, token)
    notes = [asdict(note) for note in tiers.audit.notes]
    lines = [
        f"{note['at']}  {note['by']}  {note['what']}: {_value(note['before'])} → {_value(note['after'])}"
        f"{'  until ' + note['until'] if note['until'] else ''}{'  ' + note['reason'] if note['reason'] else ''}"
        for note in notes
    ]
    _print(format, {"changes": notes}, lines or ["nothing was changed yet"])
    return 0


def _open(env: str, project: str, control_plane: str | None, token: str | None) -> tuple[Bundle, Tiers]:
    from apim_ai.cli.service import connect, load
    from apim_ai.ops.tier.seen import GatewayState
    from apim_ai.ops.tier.switch import Tiers
    from apim_ai.project.capacity import ceiling_of

    _, bundle = load(project, env)
    connection = connect(bundle, control_plane, token)
    products = {tier.name: tier.products for tier in bundle.tiers}
    state = GatewayState(connection.target.url, lambda: connection.gateway)
    return bundle, Tiers(
        connection.client,
        bundle.stack,
        products,
        state.is_current,
        ceiling=lambda backends: ceiling_of(bundle, backends),
    )


def _lasting(text: str | None) -> timedelta | None:
    from apim_ai.ops.tier.duration import parse_duration

    return None if text is None else parse_duration(text)


def _profile(bundle: Bundle, name: str) -> Mapping[str, Mapping[str, int]]:
    from difflib import get_close_matches

    found = bundle.profiles.get(name)
    if found is not None:
        return {tier: {str(limit): value for limit, value in limits.items()} for tier, limits in found.items()}
    if name == "normal":
        return {}
    close = get_close_matches(name, [*bundle.profiles, "normal"], 1)
    known = ", ".join(("normal", *bundle.profiles))
    raise UsageError(
        f'there is no profile "{name}"', help=f'did you mean "{close[0]}"?' if close else f"known: {known}"
    )


def _print(format_: Format, document: object, lines: Sequence[str]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2) if format_ is Format.json else "\n".join(lines))


def _warn(warnings: Sequence[str]) -> None:
    for warning in warnings:
        typer.echo(f"warning: {warning}", err=True)


def _print_assignment(format_: Format, assignment: Assignment) -> None:
    from dataclasses import asdict

    line = (
        f"{assignment.subscription}: {assignment.before} → {assignment.after}{seen_words(assignment.seen_by_gateway)}"
    )
    _print(format_, asdict(assignment), [line])


def _tier(tier: TierState) -> dict[str, Any]:
    return {
        "name": tier.name,
        "limits": dict(tier.limits),
        "override": None if tier.override is None else dict(tier.override),
        "until": _iso(tier.until),
        "callers": tier.callers,
    }


def _switch(switch: Switch) -> dict[str, Any]:
    return {
        "tier": switch.tier,
        "before": dict(switch.before),
        "after": dict(switch.after),
        "until": _iso(switch.until),
        "by": switch.by,
        "reason": switch.reason,
        "seen_by_gateway": switch.seen_by_gateway,
        "seconds": round(switch.seconds, 3),
        "warnings": list(switch.warnings),
    }


def _tier_line(tier: TierState) -> str:
    line = f"{tier.name}: {_value(tier.limits)}; {tier.callers} callers"
    if tier.override is None:
        return line
    return f"{line}; overridden {'until ' + str(_iso(tier.until)) if tier.until else 'until reset'}: {_value(tier.override)}"


def _capacity_line(limits: Mapping[str, int | None]) -> str:
    known = {limit: value for limit, value in limits.items() if value is not None}
    return (
        f"the backends take {_value(known)}"
        if known
        else "what the backends take is not known: see capacity in apim.yaml"
    )


def _switch_line(switch: Switch) -> str:
    until = f" until {_iso(switch.until)}" if switch.until else ""
    return f"{switch.tier}: {_value(switch.before)} → {_value(switch.after)}{until}{seen_words(switch.seen_by_gateway)}"


def _value(value: object) -> str:
    from apim_ai.resource.shape import is_object

    return ", ".join(f"{key} {item}" for key, item in value.items()) if is_object(value) else str(value)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds").replace("+00:00", "Z")
