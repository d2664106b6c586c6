"""The resources of a lone policy, as a case with nothing else would have them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.cases.build import resources_of
from apim_ai.cases.model import Case
from apim_ai.config import Located

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.resource import Resources

__all__ = ["resources_of_policy"]


def resources_of_policy(
    policy: str | Path,
    named_values: Mapping[str, str] | None = None,
    fragments: Mapping[str, str] | None = None,
    backends: Mapping[str, Mapping[str, Any]] | None = None,
) -> Resources:
    """Return one API at the root whose policy this is.

    Args:
        policy: the document as text, or the path of one.
        named_values: values by name.
        fragments: documents by name.
        backends: the properties of backend entities by name, as in ARM.

    Raises:
        CaseError: the document cannot be read.
    """
    content: dict[str, Any] = {"policy": {"document": str(policy)} if isinstance(policy, Path) else policy}
    given = {"named_values": named_values, "fragments": fragments, "backends": backends}
    content |= {name: dict(values) for name, values in given.items() if values}
    return resources_of(Case("policy", 0, "policy", content, Path(), Located(content, "policy")))
