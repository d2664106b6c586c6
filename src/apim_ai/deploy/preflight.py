"""What can be known to fail before the first write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.ledger import is_own
from apim_ai.errors import ConfigError, Refused
from apim_ai.resource import References, kinds
from apim_ai.resource.diagnostics import DIAGNOSTIC_NAMES
from apim_ai.resource.fields import check
from apim_ai.resource.shape import find

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from apim_ai.resource import Resource, Resources

__all__ = [
    "check_links",
    "check_paths",
    "check_references",
    "check_resources",
    "check_service",
    "check_target",
]

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9\-._;=]{0,254}[A-Za-z0-9_])?\Z")


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


def check_links(desired: Resources, actual: Resources) -> None:
    """Check that every tag, group and API that something is linked to is declared or exists.

    The link alone would fail, when others have been written.

    Raises:
        ConfigError: some are neither; all of them at once.
    """
    links = [resource for resource in desired.values() if not kinds.find(resource.kind).has_body]
    needed = [(link, reference.name) for link in links for reference in kinds.find(link.kind).references(link)]
    _raise(
        [
            ConfigError(
                f'"{link.id}" needs "{name}", which neither the project declares nor the service has',
                span=link.span,
                help='declare "{1}" under `{0}` in apim.yaml'.format(*name.split("/", 1)),
            )
            for link, name in needed
            if name not in desired and name not in actual
        ]
    )


def check_paths(desired: Resources, actual: Resources, leaving: Collection[str]) -> None:
    """Check that no API of somebody else is reached where one of the project shall be.

    Args:
        desired: what the project declares.
        actual: what the service has.
        leaving: ids, in lower case, of what will be deleted.

    Raises:
        ConfigError: a path is taken; all of them at once.
    """
    declared = {_place_of(api): api for api in desired.of("api")}
    others = (api for api in actual.of("api") if api.id not in desired and api.id.lower() not in leaving)
    taken = [(declared[_place_of(other)], other) for other in others if _place_of(other) in declared]
    _raise(
        [
            ConfigError(
                f'the path "{api.properties.get("path", "")}" of "{api.id}" is that of "{other.id}" in the service',
                span=api.span,
                help="choose another path; if the other one is the project's own former API, --prune deletes it",
            )
            for api, other in taken
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
    # What one place gives to several resources, as a diagnostic does to all APIs, is said once.
    first, *rest = {str(problem): problem for problem in problems}.values() or (None,)
    if first is not None:
        raise ConfigError(first.message, span=first.span, help=first.help, also=tuple(rest))


def _problems(resource: Resource) -> Iterator[ConfigError]:
    if not _NAME.match(resource.name):
        yield ConfigError(
            f'the service does not take "{resource.name}" as a name',
            span=resource.span,
            help="use letters, digits, hyphens, dots and underscores, at most 256, and begin with a letter or digit",
        )
    if is_own(resource.id):
        yield ConfigError(f'names that begin with "apimai-" are apim-ai\'s own: "{resource.name}"', span=resource.span)
    yield from _refused(resource)
    if resource.kind in {"diagnostic", "api_diagnostic"} and resource.name.lower() not in DIAGNOSTIC_NAMES:
        yield ConfigError(
            f'the service knows no diagnostic "{resource.name}"',
            span=resource.span,
            help=f"name it {', '.join(DIAGNOSTIC_NAMES[:-1])} or {DIAGNOSTIC_NAMES[-1]}",
        )
    if resource.kind == "named_value":
        yield from _named_value_problems(resource)


def _named_value_problems(resource: Resource) -> Iterator[ConfigError]:
    name = str(resource.properties.get("displayName", resource.name))
    value = resource.properties.get("value")
    if value == "" or (value is None and not resource.properties.get("keyVault")):
        yield ConfigError(
            f'the named value "{name}" has no value, which the service refuses',
            span=resource.span,
            help="give it a value, or a Key Vault secret",
        )


def _refused(resource: Resource) -> Iterator[ConfigError]:
    """Find what the kind's own declaration does not allow: lengths, types, words, missing fields."""
    kind = kinds.find(resource.kind)
    if len(resource.name) > kind.longest_name:
        yield ConfigError(
            f'the name "{resource.name}" is longer than {kind.longest_name} characters', span=resource.span
        )
    for wrong in check(resource.properties, kind.fields):
        yield ConfigError(
            f'the service refuses "{wrong.at}" of "{resource.id}": {wrong.message.rstrip(".")}',
            span=resource.span,
            help=wrong.help,
        )


def _twice(desired: Resources) -> Iterator[ConfigError]:
    """Find display names of named values, which are unique, and paths of APIs that are used twice."""
    seen: dict[str, str] = {}
    for resource in desired.of("named_value"):
        name = str(resource.properties.get("displayName", resource.name)).lower()
        if name in seen:
            yield ConfigError(f'"{seen[name]}" and "{resource.id}" have the same display name', span=resource.span)
        seen[name] = resource.id
    paths: dict[tuple[str, str], str] = {}
    for api in desired.of("api"):
        place = _place_of(api)
        if place in paths:
            yield ConfigError(f'"{paths[place]}" and "{api.id}" have the same path "{place[0]}"', span=api.span)
        elif ";rev=" not in api.id:
            paths[place] = api.id


def _place_of(api: Resource) -> tuple[str, str]:
    """Return where an API is reached: its path and its version."""
    path = str(api.properties.get("path", "")).strip("/").lower()
    return ("", api.id) if ";rev=" in api.id else (path, str(api.properties.get("apiVersion") or ""))
