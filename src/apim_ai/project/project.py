"""`Project`: a folder with `apim.yaml`, and what it means in each of its environments."""

from __future__ import annotations

import difflib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from apim_ai.config import Located, raise_all
from apim_ai.config.models import ApiFile, ProductFile
from apim_ai.config.validation import collect
from apim_ai.errors import ConfigError, InputError, UsageError
from apim_ai.project.apis import apis
from apim_ai.project.bundle import AccessHop, BackendFacts, Bundle, Caller, Route, ServiceTarget, Tier
from apim_ai.project.environment import compose
from apim_ai.project.files import Files
from apim_ai.project.findings import project_findings
from apim_ai.project.policies import Documents, fragments, global_policy
from apim_ai.project.products import product_files, products, subscriptions
from apim_ai.project.references import reference_problems
from apim_ai.project.services import services
from apim_ai.render import Renderer
from apim_ai.resource import Resources

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.config.models import BackendSpec, TierSpec
    from apim_ai.project.environment import Environment
    from apim_ai.resource import Resource

__all__ = ["PROJECT_FILE", "Project"]

PROJECT_FILE = "apim.yaml"
_TIERS_FILE = "tiers.yaml"
_MAX_EXTENDS = 10


class Project:
    """A project whose files have been read and validated; `bundle` renders an environment.

    Attributes:
        name: the stack's name.
        environments: the names of its environments.
        root: its folder.
    """

    def __init__(self, files: Files, project: Located, tiers: Located, environments: Mapping[str, Located]) -> None:
        self._files = files
        self._project = project
        self._tiers = tiers
        self._environments = environments
        self._renderer = Renderer(files.root, shown=files.shown)
        self._bundles: dict[str, Bundle] = {}
        self.name = str(cast("dict[str, object]", project.value).get("name", ""))
        self.environments = tuple(environments)
        self.root = files.root

    @classmethod
    def load(cls, path: str | Path = ".") -> Project:
        """Read a project.

        Args:
            path: its folder, or its `apim.yaml`.

        Raises:
            UsageError: there is no project.
            InputError: what cannot be read or does not validate in any of its files, all of it at once.
        """
        given = Path(path)
        folder = given.parent if given.name == PROJECT_FILE else given
        files = Files(folder, str(folder))
        if not files.has(PROJECT_FILE):
            message = f'there is no {PROJECT_FILE} in "{path}"'
            raise UsageError(message, help="give the folder of a project, or write one with apim-ai init DIR")
        problems: list[InputError] = []
        project = _read(files, PROJECT_FILE, problems)
        tiers = _read(files, _TIERS_FILE, problems)
        environments = {
            found.stem: _read(files, f"environments/{found.name}", problems)
            for found in sorted((folder / "environments").glob("*.yaml"))
        }
        _check_folders(files, project, problems)
        raise_all(problems)
        return cls(files, project, tiers, environments)

    def bundle(self, env: str, *, overrides: Mapping[str, object] | None = None) -> Bundle:
        """Render an environment.

        Args:
            env: its name.
            overrides: values of variables by dotted name, such as `{"hosts.orchestrator": "http://127.0.0.1:9"}`.

        Raises:
            UsageError: there is no such environment.
            InputError: what does not validate or render, all of it at once.
        """
        if not overrides and env in self._bundles:
            return self._bundles[env]
        bundle = self._bundle(env, overrides or {})
        if not overrides:
            self._bundles[env] = bundle
        return bundle

    def _bundle(self, env: str, overrides: Mapping[str, object]) -> Bundle:
        environment = compose(env, self._chain(env), self._project, self._tiers, overrides)
        problems: list[InputError] = list(reference_problems(environment))
        variables = {**environment.variables, **_template_facts(environment)}
        documents = Documents(self._files, self._renderer, variables, problems)
        specs = product_files(documents, environment)
        resources: list[Resource] = [
            *services(environment),
            *fragments(documents, environment.project.policies.fragments),
            *global_policy(documents, environment),
            *apis(documents, environment),
            *products(documents, specs),
            *subscriptions(environment),
        ]
        raise_all(problems)
        bundle = _bundle(environment, specs, Resources(resources), variables, self._files.given)
        return replace(bundle, findings=tuple(project_findings(bundle)))

    def _chain(self, env: str) -> tuple[Located, ...]:
        """Return an environment's file behind those that it extends.

        Raises:
            UsageError: there is no such environment.
            ConfigError: environments extend each other in a circle.
        """
        if env not in self._environments:
            close = difflib.get_close_matches(env, self.environments, n=1)
            known = ", ".join(self.environments) or "none"
            hint = f'did you mean "{close[0]}"?' if close else f"environments of this project: {known}"
            raise UsageError(f'there is no environment "{env}"', help=hint)
        chain: list[Located] = []
        name: object = env
        while isinstance(name, str):
            located = self._environments.get(name)
            if located is None:
                raise chain[0].error(f'there is no environment "{name}"', ("extends",))
            chain.insert(0, located)
            if len(chain) > _MAX_EXTENDS:
                raise located.error("environments extend each other in a circle", ("extends",))
            name = cast("dict[str, object]", located.value).get("extends")
        return tuple(chain)


def _read(files: Files, name: str, problems: list[InputError]) -> Located:
    """Read a file that holds a mapping and collect what is wrong with it; an environment's values come later."""
    try:
        located = files.yaml(name)
        if not isinstance(located.value, dict):
            what = "is empty" if located.value is None else "holds no mapping"
            raise ConfigError(f"the file {what}", span=located.span(), help="see schemas/ for what it may say")
    except InputError as error:
        collect(problems, error)
        return Located({}, files.shown(name))
    return located


def _check_folders(files: Files, project: Located, problems: list[InputError]) -> None:
    """Collect what is wrong with the files of APIs and products."""
    content = cast("dict[str, object]", project.value)
    for key, file, model in (("apis", "api.yaml", ApiFile), ("products", "product.yaml", ProductFile)):
        names = content.get(key)
        for index, name in enumerate(cast("list[object]", names) if isinstance(names, list) else ()):
            path = f"{key}/{name}/{file}"
            if not files.has(path):
                message = f'there is no file "{files.shown(path)}"'
                problems.append(ConfigError(message, span=project.span((key, index))))
                continue
            try:
                files.model(path, model, what=file.removesuffix(".yaml"))
            except InputError as error:
                collect(problems, error)


def _template_facts(environment: Environment) -> dict[str, object]:
    """Return what templates may name beside the variables."""
    project = environment.project
    return {
        "tiers": {name: {"name": name, **tier.model_dump()} for name, tier in environment.tiers.items()},
        "default_tier": environment.tiers_file.default,
        "callers": [
            {"name": name, **caller.model_dump(), "subscriptions": list(_subscriptions(name, caller.subscriptions))}
            for name, caller in project.callers.items()
        ],
        "routes": {name: {"name": name, **route.model_dump()} for name, route in project.routes.items()},
        "backends": {name: backend.model_dump() for name, backend in project.backends.items()},
    }


def _subscriptions(name: str, given: list[str] | None) -> tuple[str, ...]:
    return tuple(given) if given is not None else (name,)


def _bundle(
    environment: Environment,
    specs: Mapping[str, ProductFile],
    resources: Resources,
    variables: Mapping[str, object],
    root: str,
) -> Bundle:
    """Put a bundle together."""
    file, project = environment.file, environment.project
    return Bundle(
        env=environment.name,
        stack=project.name,
        target=ServiceTarget(file.subscription, file.resource_group, file.service, file.tenant, file.region, file.sku),
        flavor=environment.flavor,
        settings=environment.settings,
        resources=resources,
        findings=(),
        production=file.production,
        local=file.local,
        identities=tuple(file.identities),
        tiers=tuple(_tiers(environment, specs)),
        profiles={name: {**limits} for name, limits in environment.tiers_file.profiles.items()},
        routes=tuple(Route(name, r.deployment, r.backend, r.cache) for name, r in project.routes.items()),
        callers=tuple(_callers(environment)),
        access_chain=tuple(_hops(environment)),
        backends={name: _facts(environment, name, spec) for name, spec in project.backends.items()},
        waivers=file.waivers,
        variables=variables,
        lint=project.lint,
        root=root,
        oversubscription=environment.tiers_file.oversubscription,
    )


def _tiers(environment: Environment, specs: Mapping[str, ProductFile]) -> Iterator[Tier]:
    for name, tier in environment.tiers.items():
        own = tuple(product for product, spec in specs.items() if spec.tier == name)
        span = environment.tier_places.span(("tiers", name))
        yield Tier(name, _limits(tier), tier.quota_period, own, tier.description, span)


def _limits(tier: TierSpec) -> dict[str, int]:
    return {"tpm": tier.tpm, "rps": tier.rps, "quota": tier.quota}


def _callers(environment: Environment) -> Iterator[Caller]:
    for name, c in environment.project.callers.items():
        subscriptions_ = _subscriptions(name, c.subscriptions)
        yield Caller(name, c.application, c.product, tuple(c.apis), subscriptions_, c.on_behalf_of_users)


def _hops(environment: Environment) -> Iterator[AccessHop]:
    for index, hop in enumerate(environment.project.access_chain):
        span = environment.places.span(("access_chain", index))
        yield AccessHop(hop.caller, hop.callee, hop.by, hop.role, hop.fragment, span)


def _facts(environment: Environment, name: str, spec: BackendSpec) -> BackendFacts:
    span = environment.places.span(("backends", name))
    capacity = spec.capacity.model_dump(exclude_none=True) if spec.capacity else {}
    return BackendFacts(spec.region, spec.residency_note, spec.preview, span, capacity)
