"""What a project says about its access chain, regions and previews, held against what it deploys.

These findings stand beside those of the linter's rules: they need the project file, not only its policies.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.finding import Finding
from apim_ai.project.capacity import ceiling_of, declared_callers
from apim_ai.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Severity
    from apim_ai.project.bundle import AccessHop, Bundle

__all__ = ["is_same_region", "project_findings"]


def project_findings(bundle: Bundle) -> Iterator[Finding]:
    """Yield what is wrong with an environment beyond what any single file shows."""
    yield from _previews(bundle)
    yield from _residency(bundle)
    yield from _access_chain(bundle)
    yield from _capacity(bundle)


def _previews(bundle: Bundle) -> Iterator[Finding]:
    """Find preview services in production without a waiver."""
    for name, backend in bundle.backends.items():
        if backend.preview and bundle.production and f"preview:{name}" not in bundle.waivers:
            message = f'the backend "{name}" is a preview and "{bundle.env}" is production'
            help_ = f'keep it out of production, or give a reason under waivers: "preview:{name}"'
            yield _finding("AIM741", "preview-in-production", "error", message, backend.span, help_)


def _residency(bundle: Bundle) -> Iterator[Finding]:
    """Find backends in another region than the service's whose data flow nobody has explained."""
    for name, backend in bundle.backends.items():
        own = bundle.target.region
        if backend.region and own and not is_same_region(backend.region, own) and not backend.residency_note:
            message = f'the backend "{name}" is in "{backend.region}", the service in "{own}"'
            help_ = "say under residency_note why prompts may go there and what it costs in latency"
            yield _finding("AIM742", "residency-unexplained", "warning", message, backend.span, help_)


def is_same_region(one: str, other: str) -> bool:
    """Compare regions as Azure writes them in two ways: `West Europe` and `westeurope`."""
    return one.replace(" ", "").lower() == other.replace(" ", "").lower()


def _access_chain(bundle: Bundle) -> Iterator[Finding]:
    """Find hops of the access chain that no policy checks."""
    for hop in bundle.access_chain:
        problem = _hop_problem(bundle, hop)
        if problem:
            message = f'nothing checks the hop from "{hop.caller}" to "{hop.callee}": {problem}'
            help_ = "include the fragment where the hop arrives, or take the hop out of access_chain"
            yield _finding("AIM743", "access-chain-unchecked", "error", message, hop.span, help_)
    for name in sorted(_open_apis(bundle)):
        message = f'no hop of the access chain leads to the API "{name}", but callers may call it'
        span = bundle.resources[f"apis/{name}"].span
        yield _finding("AIM743", "access-chain-unchecked", "error", message, span, "add the hop to access_chain")


def _hop_problem(bundle: Bundle, hop: AccessHop) -> str | None:
    """Return what is missing for a hop, or None."""
    if hop.by == "outside":
        return None
    api, backend = bundle.resources.get(f"apis/{hop.callee}"), bundle.resources.get(f"backends/{hop.callee}")
    if api is None and backend is None:
        return f'there is no API or backend "{hop.callee}"'
    if hop.by == "managed-identity" and hop.fragment is None:
        credentials: Mapping[str, object] = backend.properties.get("credentials", {}) if backend is not None else {}
        return None if "managedIdentity" in credentials else "the backend has no managed identity"
    return _fragment_problem(bundle, hop, f"apis/{hop.callee}/" if api is not None else "apis/")


def _fragment_problem(bundle: Bundle, hop: AccessHop, place: str) -> str | None:
    """Say whether a policy below a place includes the fragment of a hop."""
    if hop.fragment is None:
        return "it names no fragment"
    if f"policyFragments/{hop.fragment}" not in bundle.resources:
        return f'there is no fragment "{hop.fragment}"'
    mark = f'fragment-id="{hop.fragment}"'
    policies = [r for r in bundle.resources.values() if r.source is not None and r.id.startswith(place)]
    return None if any(mark in str(r.properties["value"]) for r in policies) else f'"{hop.fragment}" is not included'


def _open_apis(bundle: Bundle) -> set[str]:
    """Return the APIs that callers may call and to which no hop leads."""
    called = {api for caller in bundle.callers for api in caller.apis}
    return called - {hop.callee for hop in bundle.access_chain} if bundle.access_chain else set()


def _capacity(bundle: Bundle) -> Iterator[Finding]:
    """Find tiers above what the models take, and callers that together may use up more than that."""
    ceiling = ceiling_of(bundle)
    rule, name = "AIM744", "tiers-over-capacity"
    for tier in bundle.tiers:
        problem = ceiling.above(tier.limits)
        if problem:
            message = f'the tier "{tier.name}" promises what nobody can get: {problem}'
            yield _finding(rule, name, "warning", message, tier.span, "lower the tier, or raise the backends' quota")
    callers = declared_callers(bundle)
    for problem in ceiling.crowded((tier.limits, callers[tier.name]) for tier in bundle.tiers):
        help_ = "lower tiers, raise the backends' quota, or say in tiers.yaml how much oversubscription is fine"
        yield _finding(rule, name, "warning", problem, bundle.tiers[0].span, help_)


def _finding(rule: str, name: str, severity: Severity, message: str, span: Span | None, help_: str) -> Finding:
    return Finding(rule, name, severity, message, span or Span.at("apim.yaml"), help=help_)
