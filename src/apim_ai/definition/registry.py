"""Finds a policy's class by its element name, importing its module on first use."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cached_property

from apim_ai.definition.nodes import Policy

__all__ = ["POLICIES", "Registry"]


class Registry:
    """The policies of a package: one module an element, named like it with `_` for `-`.

    Never imports more than what is asked for: all modules together cost some 0.2 s, those of a document a few ms.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._found: dict[str, type[Policy]] = {}

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The element names, sorted."""
        package = importlib.import_module(self._package)
        modules = pkgutil.iter_modules(package.__path__)
        return tuple(sorted(module.name.strip("_").replace("_", "-") for module in modules if not module.ispkg))

    def find(self, name: str) -> type[Policy] | None:
        """Return the class of an element name, or None when there is no such policy."""
        if name not in self._found:
            if name not in self.names:
                return None
            module = importlib.import_module(f"{self._package}.{name.replace('-', '_')}")
            self._found[name] = next(
                member
                for member in vars(module).values()
                if isinstance(member, type)
                and issubclass(member, Policy)
                and "definition" in vars(member)
                and member.definition.name == name
            )
        return self._found[name]


POLICIES = Registry("apim_ai.policy")
"""The product's own policies."""
