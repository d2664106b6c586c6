"""Products of an environment with their links, policies and the subscriptions of the callers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from apim_ai.config.models import ProductFile
from apim_ai.config.validation import collect
from apim_ai.errors import InputError
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.project.environment import Environment
    from apim_ai.project.policies import Documents

__all__ = ["product_files", "products", "subscriptions"]


def product_files(documents: Documents, environment: Environment) -> dict[str, ProductFile]:
    """Return the products of the project by id."""
    found: dict[str, ProductFile] = {}
    for name in environment.project.products:
        try:
            found[name], located = documents.files.model(f"products/{name}/product.yaml", ProductFile, what="product")
            tier = found[name].tier
            if tier is not None and tier not in environment.tiers:
                raise located.error(f'there is no tier "{tier}"', ("tier",), help="tiers stand in tiers.yaml")
            for index, api in enumerate(found[name].apis):
                if api not in environment.project.apis:
                    raise located.error(f'there is no API "{api}"', ("apis", index), help="APIs stand in apim.yaml")
        except InputError as error:
            collect(documents.problems, error)
    return found


def products(documents: Documents, specs: Mapping[str, ProductFile]) -> Iterator[Resource]:
    """Yield the products with all that belongs to them."""
    for name, spec in specs.items():
        folder = f"products/{name}"
        file = documents.files.yaml(f"{folder}/product.yaml")
        yield Resource("product", folder, _properties(spec), file.span())
        for index, api in enumerate(spec.apis):
            yield Resource("product_api", f"{folder}/apis/{api}", {}, file.span(("apis", index)))
        for index, group in enumerate(spec.groups):
            yield Resource("product_group", f"{folder}/groups/{group}", {}, file.span(("groups", index)))
        own = documents.own_policy(folder, spec.policy)
        if own is not None:
            about = {"id": name, **spec.model_dump()}
            yield from documents.policy("product_policy", f"{folder}/policies/policy", own, product=about)


def _properties(spec: ProductFile) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "displayName": spec.display_name,
        "subscriptionRequired": spec.subscription_required,
        "state": "published" if spec.published else "notPublished",
    }
    if spec.description:
        properties["description"] = spec.description
    if spec.terms:
        properties["terms"] = spec.terms
    if spec.subscription_required:
        properties["approvalRequired"] = spec.approval_required
    if spec.subscriptions_limit is not None:
        properties["subscriptionsLimit"] = spec.subscriptions_limit
    return properties


def subscriptions(environment: Environment) -> Iterator[Resource]:
    """Yield the subscriptions that are bound to the callers; the service makes their keys."""
    for name, caller in environment.project.callers.items():
        span = environment.places.span(("callers", name))
        for id_ in caller.subscriptions if caller.subscriptions is not None else [name]:
            properties: dict[str, Any] = {
                "displayName": caller.display_name or id_,
                "scope": f"/products/{caller.product}",
                "state": "active",
            }
            yield Resource("subscription", f"subscriptions/{id_}", properties, span)
