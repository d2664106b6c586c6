"""What can be known to fail before the first write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import LIMIT, is_own
from apim_ai.errors import ConfigError, Refused
from apim_ai.resource import References
from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.resource import Resource, Resources

__all__ = ["check_references", "check_resources", "check_service", "check_target"]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-._;=]{0,254}[A-Za-z0-9_])?\Z")
_DISPLAY_NAME = re.compile(r"[A-Za-z0-9\-._]{1,256}\Z")


def check_resources(desired: Resources) -> None:
    """Check what the service would refuse, without asking it.

    Raises:
        ConfigError: names that the service does not take, values that are too long; all of them at once.
    """
    problems = [problem for resource in desired.values() for problem in _problems(resource)]
    _raise([*problems, *_twice(desired)])


def check_references(desired: Resources, actual: Resources) -> None:
    """Check that every named value in use is declared or exists.

    Raises:
        ConfigError: some are neither; all of them at once.
    """
    references = References(actual.with_changes(desired.values()))
    _raise(
        [
            ConfigError(
                f'"{resource.id}" uses the named value "{name}", which neither the project declares nor the service has',
                span=resource.span,
                help=f'declare "{name}" under `named_values` in apim.yaml',
            )
            for resource in desired.values()
            for name in references.unresolved(resource)
        ]
    )


def check_target(service: Mapping[str, Any], target: str) -> None:
    """Check that the service which answers is the one that was meant.

    Args:
        service: its own entity.
        target: the ARM id that the environment names.

    Raises:
        Refused: it is another one.
    """
    found = str(service.get("id") or target)
    if found.strip("/").lower() != target.strip("/").lower():
        raise Refused(
            f'the service that answers is "{found}", not "{target}"',
            help="check subscription, resource group and service of the environment",
        )


def check_service(service: Mapping[str, Any], desired: Resources) -> None:
    """Check that a service is able to take a deployment.

    Args:
        service: its own entity.
        desired: what the project declares.

    Raises:
        Refused: the service is being changed, or its tier lacks what the project needs.
    """
    state = next(map(str, find(service, "properties.provisioningState")), "Succeeded")
    if state.lower() != "succeeded":
        raise Refused(
            f'the service is not ready: its provisioning state is "{state}"', help="wait until it is, then deploy again"
        )
    sku = next(map(str, find(service, "sku.name")), "")
    if sku.lower() != "consumption":
        return
    for backend in desired.of("backend"):
        for feature, words in (("circuitBreaker", "a circuit breaker"), ("pool", "a pool")):
            if backend.properties.get(feature):
                raise Refused(
                    f'"{backend.id}" has {words}, which the Consumption tier of this service lacks',
                    help="leave it out for this environment, or use another tier",
                )


def _raise(problems: list[ConfigError]) -> None:
    if problems:
        raise ConfigError(problems[0].message, span=problems[0].span, help=problems[0].help, also=tuple(problems[1:]))


def _problems(resource: Resource) -> Iterator[ConfigError]:
    if not _NAME.match(resource.name):
        yield ConfigError(
            f'the service does not take "{resource.name}" as a name',
            span=resource.span,
            help="use letters, digits, hyphens, dots and underscores, at most 256, and begin with a letter or digit",
        )
    if is_own(resource.id):
        yield ConfigError(f'names that begin with "apimai-" are apim-ai\'s own: "{resource.name}"', span=resource.span)
    if resource.kind == "named_value":
        yield from _named_value_problems(resource)


def _named_value_problems(resource: Resource) -> Iterator[ConfigError]:
    name = str(resource.properties.get("displayName", resource.name))
    if not _DISPLAY_NAME.match(name):
        yield ConfigError(
            f'the service does not take "{name}" as the display name of a named value',
            span=resource.span,
            help="use letters, digits, hyphens, dots and underscores, at most 256",
        )
    value = resource.properties.get("value")
    if isinstance(value, str) and len(value) > LIMIT:
        yield ConfigError(f'the named value "{name}" is longer than {LIMIT} characters', span=resource.span)
    if value == "" or (value is None and not resource.properties.get("keyVault")):
        yield ConfigError(
            f'the named value "{name}" has no value, which the service refuses',
            span=resource.span,
            help="give it a value, or a Key Vault secret",
        )


def _twice(desired: Resources) -> Iterator[ConfigError]:
    """Find display names of named values, which are unique, and paths of APIs that are used twice."""
    seen: dict[str, str] = {}
    for resource in desired.of("named_value"):
        name = str(resource.properties.get("displayName", resource.name)).lower()
        if name in seen:
            yield ConfigError(f'"{seen[name]}" and "{resource.id}" have the same display name', span=resource.span)
        seen[name] = resource.id
