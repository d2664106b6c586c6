"""What a service remembers of a project's releases: read once, for `history`, `rollback` and `drift`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.deploy.bundle import bundles
from apim_ai.deploy.release import History, Release, history_id
from apim_ai.errors import Refused, UsageError
from apim_ai.resource import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.service import Service
    from apim_ai.resource import Resources

__all__ = ["Records", "read_records"]


@dataclass(frozen=True, slots=True)
class Records:
    """The releases of a stack and what they consisted of.

    Args:
        history: the releases, newest first.
        bundles: the resources of those that are kept whole, newest first.
    """

    history: History
    bundles: Mapping[str, Resources]

    def find(self, release: str | None) -> Release:
        """Return a release that can be restored: the one named, else the last whole one before the present one.

        Raises:
            UsageError: there is none of that id.
            Refused: there is none to go back to, or it is not kept any more.
        """
        known = self.history.releases
        if release is None:
            return self._former()
        found = [each for each in known if each.id == release] or [
            each for each in known if each.id.startswith(release)
        ]
        if not found:
            raise UsageError(f'there is no release "{release}"', help="see apim-ai history")
        if len(found) > 1:
            raise UsageError(f'"{release}" stands for {len(found)} releases', help="give more of the id")
        if found[0].id not in self.bundles:
            raise Refused(
                f'the content of the release "{found[0].id}" is no longer kept in the service',
                help="deploy its commit again" if found[0].commit else None,
            )
        return found[0]

    def _former(self) -> Release:
        releases = self.history.releases
        present = next((each.digest for each in releases), None)
        for each in releases[1:]:
            if each.state == "done" and each.digest != present and each.id in self.bundles:
                return each
        raise Refused("there is no former release to go back to", help="see apim-ai history")


def read_records(service: Service, stack: str) -> Records:
    """Return what a service remembers of a stack's releases."""
    named_values = service.list(kinds.find("named_value"))
    wanted = history_id(stack).lower()
    text = next((str(e.properties.get("value", "")) for e in named_values if e.id.lower() == wanted), None)
    return Records(History.read(text), bundles(stack, named_values))
