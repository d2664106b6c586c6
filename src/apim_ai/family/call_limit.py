"""Limits of calls by subscription: where `rate-limit` and `quota` count, and which of their inner limits apply."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.expression.context import Context
    from apim_ai.runtime import Exchange

__all__ = ["counting_place", "inner_place", "is_meant"]


def counting_place(exchange: Exchange) -> str:
    """Return what a limit without a key counts for, beside the subscription: its scope, or its fragment.

    Source: rate-limit page ("independently at product, API and operation"); that a fragment is one scope for all that
    include it was observed.
    """
    context = exchange.context
    if exchange.fragment is not None:
        return f"fragment {exchange.fragment}"
    match exchange.scope:
        case "product":
            return f"product {context.product.id if context.product else ''}"
        case "api":
            return f"api {context.api.id}"
        case "operation":
            return f"operation {context.api.id} {context.operation.id if context.operation else ''}"
        case scope:
            return scope


def is_meant(name: str | None, id_: str | None, found: object) -> bool:
    """Whether an inner limit is about an API or operation; `id` wins over `name`."""
    if found is None:
        return False
    if id_ is not None:
        return id_ == getattr(found, "id", None)
    return name is not None and name == getattr(found, "name", None)


def inner_place(context: Context, *, of_operation: bool) -> str:
    """Return what an inner limit counts for, beside the outer one."""
    operation = f" operation {context.operation.id}" if of_operation and context.operation else ""
    return f"api {context.api.id}{operation}"
