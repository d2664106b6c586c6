"""Dimensions of metrics: the default names, and values without bounds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.site import literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Element

__all__ = ["DEFAULT_DIMENSIONS", "MAX_CUSTOM_DIMENSIONS", "custom_dimensions", "unbounded_dimensions"]

DEFAULT_DIMENSIONS = (
    "API ID", "Operation ID", "Product ID", "User ID", "Subscription ID", "Location", "Gateway ID", "Backend ID",
)  # fmt: skip
MAX_CUSTOM_DIMENSIONS = 5
_UNBOUNDED = {
    "context.RequestId": "the request's id",
    "context.Request.IpAddress": "the client's address",
    "context.Timestamp": "a point in time",
    "context.Request.Url": "a URL",
    "context.Request.OriginalUrl": "a URL",
    "context.User.Id": "a user's id",
    "context.Request.Headers": "a header of the client",
    "Guid.NewGuid": "a new identifier",
}
_BOUNDED = ("Host", "Scheme", "Port")


def custom_dimensions(element: Element) -> list[Element]:
    """Return the dimensions of a metric whose names are not default ones."""
    dimensions = (child for child in element.elements if child.name == "dimension")
    return [child for child in dimensions if literal(child, "name") not in DEFAULT_DIMENSIONS]


def unbounded_dimensions(element: Element) -> Iterator[tuple[Element, str]]:
    """Yield the dimensions that have a value for each request or user, with words for what that value is."""
    for dimension in element.elements:
        value = dimension.attribute("value")
        tree = tree_of(value.code.text) if value is not None and value.code is not None else None
        paths = [chain.path for chain in tree.chains] if tree is not None else []
        what = next((w for start, w in _UNBOUNDED.items() if any(p.startswith(start) for p in paths)), None)
        if what is not None and not any(path.endswith(_BOUNDED) for path in paths):
            yield dimension, what
