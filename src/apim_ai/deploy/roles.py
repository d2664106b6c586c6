"""What a credential must be permitted to do with a service before a deployment begins."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Protocol

from apim_ai.errors import CredentialError, OutsideError
from apim_ai.resource.shape import is_list

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["CONTRIBUTOR", "Permitting", "is_permitted", "missing_actions", "require_roles"]

CONTRIBUTOR = "API Management Service Contributor"
"""The built-in role that is enough."""

_PROVIDER = "Microsoft.ApiManagement/service"
_NEEDED = ("read", "apis/write", "policies/write", "namedValues/write", "backends/write", "namedValues/delete")


class Permitting(Protocol):
    """Whoever knows what the credential may do."""

    def permissions(self) -> Sequence[Mapping[str, Any]] | None:
        """Return the credential's permissions as Azure lists them; None where nobody can tell."""
        ...


def require_roles(service: Permitting) -> None:
    """Make sure that a deployment will not be stopped half way by a missing role, where that can be known.

    Raises:
        CredentialError: the credential lacks what every deployment needs.
    """
    try:
        permissions = service.permissions()
    except OutsideError:  # not every credential may ask; the first write will tell
        return
    missing = [] if permissions is None else missing_actions(permissions)
    if missing:
        raise CredentialError(f"the credential lacks {', '.join(missing)}", help=f'grant it the role "{CONTRIBUTOR}"')


def missing_actions(permissions: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the actions that a deployment needs and a credential is not permitted."""
    return [action for action in _NEEDED if not is_permitted(permissions, f"{_PROVIDER}/{action}")]


def is_permitted(permissions: Sequence[Mapping[str, Any]], action: str) -> bool:
    """Tell whether Azure roles allow an action.

    Args:
        permissions: each with `actions` and `notActions`, in which `*` stands for any text.
        action: such as `Microsoft.ApiManagement/service/apis/write`.
    """
    return any(
        _matches(entry.get("actions"), action) and not _matches(entry.get("notActions"), action)
        for entry in permissions
    )


def _matches(patterns: object, action: str) -> bool:
    if not is_list(patterns):
        return False
    texts = (re.escape(str(pattern)).replace(r"\*", ".*") for pattern in patterns)
    return any(re.fullmatch(text, action, re.IGNORECASE) for text in texts)
