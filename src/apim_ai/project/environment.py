"""From layers to one environment: the project file, the environments it extends, its own file, and overrides."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from apim_ai.config import GatewaySettings, Located, raise_all
from apim_ai.config.layers import Layers, Place
from apim_ai.config.models import EnvironmentFile, ProjectFile, TiersFile
from apim_ai.config.validation import collect, validated
from apim_ai.errors import ConfigError, InputError
from apim_ai.render.values import fill_in, resolve_variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.config.models import TierSpec
    from apim_ai.project.bundle import Flavor

__all__ = ["OVERLAID", "Environment", "compose"]

OVERLAID = (
    "variables",
    "callers",
    "routes",
    "named_values",
    "backends",
    "caches",
    "loggers",
    "diagnostics",
    "settings",
)


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment with everything filled in.

    Args:
        name: its name.
        file: what its own file says.
        project: the project file with the environment laid over it.
        places: where the values of `project` stand.
        tiers: the tiers by name.
        tiers_file: the file of the tiers.
        tier_places: where the tiers stand.
        settings: the gateway settings.
        variables: what YAML values and templates may name.
    """

    name: str
    file: EnvironmentFile
    project: ProjectFile
    places: Layers
    tiers: Mapping[str, TierSpec]
    tiers_file: TiersFile
    tier_places: Layers
    settings: GatewaySettings
    variables: Mapping[str, object]

    @property
    def flavor(self) -> Flavor:
        """The flavor of the environment's gateway."""
        return self.settings.gateway_flavor


def compose(
    name: str,
    chain: tuple[Located, ...],
    project: Located,
    tiers: Located,
    overrides: Mapping[str, object],
) -> Environment:
    """Return an environment.

    Args:
        name: its name.
        chain: the environment files, the one that all others extend first.
        project: apim.yaml.
        tiers: tiers.yaml.
        overrides: values of variables by dotted name, on top of everything.

    Raises:
        InputError: what does not validate, all of it at once.
    """
    problems: list[InputError] = []
    own = Layers.of(*(Place(located) for located in chain))
    file = validated(EnvironmentFile, own.value, own, what="environment")
    layers = Layers.of(Place(project), *(Place(_overlay(located)) for located in chain))
    tier_layers = Layers.of(Place(tiers), *(Place(_only(located, "tiers")) for located in chain))
    facts = {"name": name, "production": file.production, "local": file.local, "region": file.region or ""}
    given = cast("dict[str, object]", layers.value.get("variables") or {})
    start = {**_overridden(given, overrides), "env": {**facts, "tenant": file.tenant or ""}}
    variables = resolve_variables(start, layers, ("variables",))
    # Variables were resolved on their own; they are not filled in once more with what they now hold.
    rest = {key: value for key, value in layers.value.items() if key != "variables"}
    filled = cast("dict[str, object]", fill_in(rest, variables, layers))
    merged: ProjectFile | None = None
    tiers_file: TiersFile | None = None
    try:
        merged = validated(ProjectFile, filled, layers, what="project")
    except InputError as error:
        collect(problems, error)
    try:
        tiers_file = validated(TiersFile, fill_in(tier_layers.value, variables, tier_layers), tier_layers, what="tiers")
    except InputError as error:
        collect(problems, error)
    raise_all(problems)
    if merged is None or tiers_file is None:  # raise_all has raised; this is for the type checker
        raise ConfigError("does not validate", span=layers.span())
    settings = _settings(merged, file, layers)
    return Environment(
        name,
        file,
        merged,
        layers,
        tiers_file.tiers,
        tiers_file,
        tier_layers,
        settings,
        {**variables, "env": {**facts, "tenant": file.tenant or "", "flavor": settings.gateway_flavor}},
    )


def _overlay(located: Located) -> Located:
    """Return an environment's file with nothing but what is laid over the project's."""
    return _only(located, *OVERLAID)


def _only(located: Located, *keys: str) -> Located:
    value = cast("dict[str, object]", located.value)
    return located.with_value({key: item for key, item in value.items() if key in keys and item is not None})


def _overridden(variables: Mapping[str, object], overrides: Mapping[str, object]) -> dict[str, object]:
    """Return variables with some of them replaced by dotted name.

    Raises:
        ConfigError: an override of a variable that is not there.
    """
    result = dict(variables)
    for dotted, value in overrides.items():
        result = _replaced(result, dotted.split("."), value, dotted)
    return result


def _replaced(mapping: Mapping[str, object], path: list[str], new: object, dotted: str) -> dict[str, object]:
    """Return a mapping with the value at a path replaced."""
    first, *rest = path
    if first not in mapping:
        close = difflib.get_close_matches(first, mapping, n=1)
        hint = f'did you mean "{dotted.replace(first, close[0], 1)}"?' if close else None
        raise ConfigError(f'there is no variable "{dotted}" to override', help=hint)
    inner = mapping[first]
    if not rest:
        return {**mapping, first: new}
    below = cast("dict[str, object]", inner) if isinstance(inner, dict) else {}
    return {**mapping, first: _replaced(below, rest, new, dotted)}


def _settings(project: ProjectFile, file: EnvironmentFile, places: Layers) -> GatewaySettings:
    """Return the gateway settings; a v2 tier of the service means the v2 flavor unless the setting is given."""
    values: dict[str, object] = dict(project.settings)
    settings = GatewaySettings.of(values, span_of=lambda name: places.span(("settings", name)))
    if "gateway.flavor" not in values and file.sku.endswith("V2"):
        return settings.with_values({"gateway.flavor": "v2"})
    return settings
