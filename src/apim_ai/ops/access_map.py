"""Who calls whom, and what proves it: the access chain as rows, and as a picture in Mermaid's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.project.capacity import members

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.project import AccessHop, Bundle

__all__ = ["Hop", "access_map", "mermaid"]

Kind = Literal["api", "backend", "outside"]
_MECHANISMS = {
    "validated-token": "token of the caller",
    "managed-identity": "managed identity",
    "outside": "outside this gateway",
}
_RULE = "AIM743"
_SELF = "gateway"  # what the access chain calls the gateway itself


@dataclass(frozen=True, slots=True)
class Hop:
    """One hop.

    Args:
        caller: who calls.
        callee: what is called.
        kind: what the callee is: an API or a backend of this project, or something outside of it.
        mechanism: what proves the caller.
        fragment: the policy fragment that checks or makes the hop.
        role: the Azure role that the caller needs at the callee.
        checked: whether a policy checks or makes it; None outside of the gateway.
        declared: whether the access chain names it; else it follows from `callers`.
        region: where a backend runs.
    """

    caller: str
    callee: str
    kind: Kind
    mechanism: str
    fragment: str | None
    role: str | None
    checked: bool | None
    declared: bool
    region: str | None = None


def access_map(bundle: Bundle) -> tuple[Hop, ...]:
    """Return every hop of an environment: those of its access chain, then those that only `callers` name."""
    return (*(_declared(bundle, hop) for hop in bundle.access_chain), *_implied(bundle))


def _declared(bundle: Bundle, hop: AccessHop) -> Hop:
    unchecked = {finding.span for finding in bundle.findings if finding.rule == _RULE}
    checked = None if hop.by == "outside" else hop.span not in unchecked
    return _hop(bundle, hop.caller, hop, checked=checked, declared=True)


def _implied(bundle: Bundle) -> Iterator[Hop]:
    """Yield what applications may call beyond the chain: the fragment that stands at an API checks all its callers."""
    chain = {(hop.caller, hop.callee) for hop in bundle.access_chain}
    arriving = {hop.callee: hop for hop in bundle.access_chain if hop.by == "validated-token"}
    for caller in bundle.callers:
        for api in caller.apis:
            if (caller.name, api) in chain:
                continue
            if api in arriving:
                checked = _declared(bundle, arriving[api]).checked
                yield _hop(bundle, caller.name, arriving[api], checked=checked, declared=False)
            else:
                yield Hop(caller.name, api, "api", "nothing in the chain", None, None, checked=False, declared=False)


def _hop(bundle: Bundle, caller: str, hop: AccessHop, *, checked: bool | None, declared: bool) -> Hop:
    facts = bundle.backends.get(hop.callee)
    region = facts.region if facts is not None else None
    kind = _kind(bundle, hop)
    mechanism = _MECHANISMS[hop.by]
    return Hop(caller, hop.callee, kind, mechanism, hop.fragment, hop.role, checked, declared, region)


def _kind(bundle: Bundle, hop: AccessHop) -> Kind:
    if f"apis/{hop.callee}" in bundle.resources:
        return "api"
    return "backend" if f"backends/{hop.callee}" in bundle.resources else "outside"


def mermaid(bundle: Bundle) -> str:
    """Return the map as a Mermaid flowchart, which GitHub, GitLab and Azure DevOps draw.

    Dotted: outside of this gateway. Crossed and red: nothing checks it. Cylinders are backends, with their regions.
    """
    hops = access_map(bundle)
    names = list(dict.fromkeys(name for hop in hops for name in (hop.caller, hop.callee)))
    pools = {hop.callee: members(bundle.resources, hop.callee) for hop in hops if hop.kind == "backend"}
    names += [member for pool in pools.values() for member in pool if member not in names]
    ids = {name: f"n{number}" for number, name in enumerate(names)}
    kinds: dict[str, Kind] = {hop.callee: hop.kind for hop in hops}
    lines = ["flowchart LR"]
    inside = [name for name in names if name == _SELF or kinds.get(name) == "api"]
    lines += [f'  subgraph service["{_quoted(_service(bundle))}"]'] if inside else []
    lines += [f"    {ids[name]}{_shape(bundle, name, kinds.get(name))}" for name in inside]
    lines += ["  end"] if inside else []
    lines += [f"  {ids[name]}{_shape(bundle, name, kinds.get(name))}" for name in names if name not in inside]
    lines += [_edge(ids, hop) for hop in hops]
    lines += [f"  {ids[pool]} --- {ids[member]}" for pool, parts in pools.items() for member in parts]
    bad = [str(number) for number, hop in enumerate(hops) if hop.checked is False]
    return "\n".join([*lines, *([f"  linkStyle {','.join(bad)} stroke:#b3261e"] if bad else [])]) + "\n"


def _service(bundle: Bundle) -> str:
    target = bundle.target
    return f"{target.service}, {target.region}" if target.region else target.service


def _shape(bundle: Bundle, name: str, kind: Kind | None) -> str:
    facts = bundle.backends.get(name)
    if kind == "api":
        return f'["API {_quoted(name)}"]'
    if kind == "backend" or (kind is None and facts is not None):
        region = f"<br>{_quoted(facts.region)}" if facts is not None and facts.region else ""
        return f'[("{_quoted(name)}{region}")]'
    return f'(["{_quoted(name)}"])'


def _edge(ids: Mapping[str, str], hop: Hop) -> str:
    arrow = "-.->" if hop.checked is None else "-->" if hop.checked else "--x"
    words = [] if hop.checked is None else [hop.mechanism]
    words += [hop.role] if hop.role else []
    label = f'|"{"<br>".join(map(_quoted, words))}"|' if words else ""
    return f"  {ids[hop.caller]} {arrow}{label} {ids[hop.callee]}"


def _quoted(text: str) -> str:
    """Return a text for a label; Mermaid's own entities start with `#`."""
    return text.replace("#", "#35;").replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
