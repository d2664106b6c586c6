"""Lists about policies: the catalogue of all that exist, and where in the service there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.arm.documents import parsed
from apim_ai.arm.refusal import bad_request
from apim_ai.resource.shape import relative_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from apim_ai.arm.entity import Entity
    from apim_ai.arm.world import World

__all__ = ["all_policies", "policy_descriptions", "violations"]

_POLICIES = ("global_policy", "product_policy", "api_policy", "operation_policy")

_SCOPE_BITS = {"global": 1, "product": 2, "api": 4, "operation": 8}
"""The numbers of the specification's `scope`, a sum of those that a policy may be used at."""


def policy_descriptions(_: str, world: World, query: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what each policy is for, of those that may be used at the scope that is asked for."""
    from apim_ai.definition import POLICIES  # noqa: PLC0415 - imports every policy, and is hardly ever asked for

    wanted = _scope_bits(query.get("scope"))
    found = ((name, POLICIES.find(name)) for name in POLICIES.names)
    described = ((name, policy, _bits(policy.definition.scopes)) for name, policy in found if policy is not None)
    return [
        {
            "id": world.service.full(f"policyDescriptions/{name}"),
            "type": "Microsoft.ApiManagement/service/policyDescriptions",
            "name": name,
            "properties": {"description": _first_line(policy), "scope": bits},
        }
        for name, policy, bits in described
        if bits & wanted
    ]


def _scope_bits(scope: str | None) -> int:
    if scope is None:
        return sum(_SCOPE_BITS.values())
    names = {"tenant": "global", "all": None, "product": "product", "api": "api", "operation": "operation"}
    if scope.lower() not in names:
        raise bad_request("ValidationError", f"The scope '{scope}' is not one of Tenant, Product, Api, Operation, All.")
    name = names[scope.lower()]
    return _SCOPE_BITS[name] if name else sum(_SCOPE_BITS.values())


def _bits(scopes: Iterable[str]) -> int:
    return sum(_SCOPE_BITS.get(scope, 0) for scope in scopes)


def _first_line(policy: object) -> str:
    return str(policy.__doc__ or "").strip().partition("\n")[0]


def all_policies(_: str, world: World, __: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return where there are policies, of all scopes."""
    policies = _policies(world)
    broken = {entity.id for entity, _ in violations(world)}
    return [
        {
            "id": world.service.full(f"allPolicies/{entity.id.removesuffix('/policies/policy').replace('/', '-')}"),
            "type": "Microsoft.ApiManagement/service/allPolicies",
            "name": entity.id.removesuffix("/policies/policy").replace("/", "-"),
            "properties": {
                "referencePolicyId": world.service.full(entity.id),
                "complianceState": "NonCompliant" if entity.id in broken else "Compliant",
            },
        }
        for entity in policies
    ]


def violations(world: World) -> tuple[tuple[Entity, str], ...]:
    """Return the policies that lack a `base` which a restriction asks for, each with the restriction's id."""
    asked = [
        (found.id, relative_id(str(found.resource.properties.get("scope", ""))).lower())
        for found in world.store.of("policy_restriction")
        if str(found.resource.properties.get("requireBase", "")).lower() == "true"
    ]
    return tuple(
        (policy, restriction)
        for restriction, scope in asked
        for policy in _policies(world)
        if policy.id.lower() == scope or policy.id.lower().startswith(f"{scope}/" if scope else "")
        if not _takes_over(policy)
    )


def _policies(world: World) -> tuple[Entity, ...]:
    return tuple(entity for name in _POLICIES for entity in world.store.of(name))


def _takes_over(policy: Entity) -> bool:
    """Tell whether a policy has a `base` in each section; the policy of the whole service has nothing above it."""
    if policy.resource.kind == "global_policy":
        return True
    properties = policy.resource.properties
    root = parsed(str(properties["value"]), properties["format"]).root
    sections = root.elements if root else ()
    return all(section.find("base") is not None for section in sections)
