"""Everything that one `Resources` says, ready to serve: routes, keys, backends, compiled documents, programs.

Immutable once made; `Gateway.reload` makes another and lets go of this one. What did not change is taken over.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.errors import DocumentError
from apim_ai.finding import Finding
from apim_ai.gateway.backend_entity import BackendEntity, read_backend
from apim_ai.gateway.redaction import Redactor
from apim_ai.gateway.routing import ApiRoute, Routes
from apim_ai.gateway.subscriptions import Subscriptions
from apim_ai.project.effective import SECTIONS, Layer, effective
from apim_ai.resource import Resource
from apim_ai.resource.shape import find, is_list, relative_id
from apim_ai.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from typing import Any

    from apim_ai.clock import Clock
    from apim_ai.config import GatewaySettings
    from apim_ai.definition import Policy
    from apim_ai.gateway.documents import CompiledDocument, Compiler, Use
    from apim_ai.gateway.routing import OperationRoute
    from apim_ai.project.effective import SectionName
    from apim_ai.resource import Resources

__all__ = ["Configuration", "Program"]

_RUNS_ALL_THE_SAME = {  # errors of the linter and of the control plane that are no reason not to run a document
    "AIM110": None,  # Azure takes it: the mixed value is a literal
    "AIM209": None,  # what the condition gives is converted when it runs, and fails there
    "AIM009": frozenset({"cors"}),  # only the first statement that applies counts
    # sections that are unconfirmed; vendor samples ask for a token in outbound
    "AIM007": frozenset({"set-method", "set-status", "set-query-parameter", "authentication-managed-identity"}),
}
"""Rules, and the policies for which they hold; None: for all."""
DEFAULT_GLOBAL = "the default global policy"
"""What places in the global policy that a new service comes with are named after."""

_DEFAULT_GLOBAL = """<policies>
    <inbound />
    <backend>
        <forward-request />
    </backend>
    <outbound />
    <on-error />
</policies>"""
"""The global policy that a new service comes with."""


def _runs_all_the_same(finding: Finding) -> bool:
    if finding.rule not in _RUNS_ALL_THE_SAME:
        return False
    policies = _RUNS_ALL_THE_SAME[finding.rule]
    return policies is None or finding.policy in policies


@dataclass(frozen=True, slots=True)
class Program:
    """The effective policy of an operation: for each section, (scope, policies) in order."""

    inbound: tuple[tuple[str, tuple[Policy, ...]], ...]
    backend: tuple[tuple[str, tuple[Policy, ...]], ...]
    outbound: tuple[tuple[str, tuple[Policy, ...]], ...]
    on_error: tuple[tuple[str, tuple[Policy, ...]], ...]


class _Index:
    """The resources by kind, and operations by their API: found in one pass, for there may be many thousands."""

    def __init__(self, resources: Resources) -> None:
        self.by_kind: dict[str, list[Resource]] = {}
        self.operations: dict[str, list[Resource]] = {}
        self.documents: dict[str, Resource] = {}
        for resource in resources.values():
            self.by_kind.setdefault(resource.kind, []).append(resource)
            if resource.kind == "operation":
                self.operations.setdefault(resource.parent.lower(), []).append(resource)
            elif resource.id.lower().endswith("policies/policy"):
                self.documents[resource.id[: -len("/policies/policy")].lower()] = resource

    def of(self, kind: str) -> list[Resource]:
        return self.by_kind.get(kind, [])

    def named(self, kind: str) -> dict[str, Resource]:
        return {resource.name.lower(): resource for resource in self.of(kind)}


class Configuration:
    """One state of the service, as the gateway serves it.

    Args:
        resources: all of them.
        settings: the named settings.
        compiler: keeps compiled documents over reloads.
        clock: for the ends of subscriptions.
        previous: the configuration before, whose unchanged parts are taken over.
        checks_backends: whether documents may name only backends that are there.

    Raises:
        DocumentError: documents that cannot run, all of them together in `also`.
    """

    def __init__(
        self,
        resources: Resources,
        settings: GatewaySettings,
        compiler: Compiler,
        clock: Clock,
        previous: Configuration | None = None,
        *,
        checks_backends: bool = True,
    ) -> None:
        self._settings = settings
        self._checks_backends = checks_backends
        self._resources = resources
        index = _Index(resources)
        self.named_values = {
            str(resource.properties.get("displayName") or resource.name): str(resource.properties["value"])
            for resource in index.of("named_value")
            if resource.properties.get("value") is not None
        }
        self.redactor = Redactor(_secrets(index))
        self._problems: list[Finding] = []
        self.backends = self._read_backends(index)
        self._fragments: dict[tuple[str, str], tuple[Policy, ...]] = {}
        self._layers = self._compile(index, compiler)
        self._raise_problems()
        compiler.forget_unused()
        self.parts = Parts.of(index, clock, previous.parts if previous else None)
        self.routes = self.parts.routes
        self.subscriptions = self.parts.subscriptions
        self._programs: dict[tuple[str, str, str], Program] = {}

    @property
    def counts_tokens(self) -> bool:
        """Whether a policy needs a tokenizer, which is worth loading before the first request waits for it."""
        documents = (*self._resources.of("policy"), *self._resources.of("fragment"))
        texts = (str(document.properties.get("value", "")) for document in documents)
        return any("-token-limit" in text or "-token-metric" in text for text in texts)

    # --- what policies ask for ------------------------------------------------------------------------------------

    def policies(self, fragment_id: str, section: SectionName) -> Sequence[Policy]:
        """Return the policies of a fragment; fits `runtime.services.Fragments`.

        Raises:
            KeyError: there is none of that name.
        """
        return self._fragments[fragment_id.lower(), section]

    def properties(self, resource_id: str) -> Mapping[str, Any] | None:
        """Return the properties of a resource; fits `runtime.services.Catalog`."""
        found = self._resources.get(resource_id)
        return None if found is None else found.properties

    def of_kind(self, kind: str) -> Sequence[Mapping[str, Any]]:
        """Return the properties of all resources of a kind."""
        return [resource.properties for resource in self._resources.of(kind)]

    def program(self, api: ApiRoute | None, operation: OperationRoute | None, product_id: str | None) -> Program:
        """Return the effective policy of an operation in the context of a product; made on first use."""
        key = (api.id if api else "", operation.id if operation else "", product_id or "")
        found = self._programs.get(key)
        if found is None:
            layers = [self._layers[scope] for scope in _scopes(api, operation, product_id) if scope in self._layers]
            sections = (self._section(section, layers) for section in SECTIONS)
            found = self._programs[key] = Program(*sections)
        return found

    def _section(
        self, section: SectionName, layers: Sequence[Layer[Policy]]
    ) -> tuple[tuple[str, tuple[Policy, ...]], ...]:
        segments = effective(section, layers, self._settings.compose_missing_section)
        return tuple((segment.scope, segment.items) for segment in segments)

    # --- loading --------------------------------------------------------------------------------------------------

    def _read_backends(self, index: _Index) -> dict[str, BackendEntity]:
        found: dict[str, BackendEntity] = {}
        for resource in index.of("backend"):
            try:
                entity = read_backend(resource.name, resource.properties, self.named_values, self._settings)
            except (ValueError, KeyError) as error:
                self._object(f"the backend '{resource.name}' cannot be used: {error}", _place(resource))
                continue
            found[resource.name.lower()] = entity
        for entity in found.values():
            for member in entity.members:
                if member.backend_id.lower() not in found:
                    resource = self._resources[f"backends/{entity.id}"]
                    message = f"the pool '{entity.id}' names the backend '{member.backend_id}', which does not exist"
                    self._object(message, _place(resource))
        return found

    def _compile(self, index: _Index, compiler: Compiler) -> dict[str, Layer[Policy]]:
        """Compile all documents; return their layers by the id of what they belong to (empty: the service)."""
        fragments = index.named("fragment")
        documents = dict(index.documents)
        service = self._resources.get("policies/policy") or Resource(
            "global_policy",
            "policies/policy",
            {"format": "rawxml", "value": _DEFAULT_GLOBAL},
            source=Source(DEFAULT_GLOBAL, _DEFAULT_GLOBAL),
        )
        documents.pop("", None)
        layers: dict[str, Layer[Policy]] = {}
        for owner, resource in [("", service), *documents.items()]:
            compiled = compiler.document(resource, _scope_of(owner), self.named_values)
            layers[owner] = compiled.layer
            self._problems += compiled.findings
            self._check_uses(compiled.uses, fragments, compiler)
        return layers

    def _check_uses(self, uses: Iterable[Use], fragments: Mapping[str, Resource], compiler: Compiler) -> None:
        for use in uses:
            name = use.name.lower()
            if use.kind == "backend":
                self._check_backend(use)
            elif name not in fragments:
                self._object(f"there is no fragment '{use.name}'", use.span, "AIM704", "fragment-undefined")
            elif (name, use.section) not in self._fragments:
                self._include(compiler.fragment(fragments[name], use.section, self.named_values), name, use)

    def _include(self, compiled: CompiledDocument, name: str, use: Use) -> None:
        parts = compiled.layer.sections.get(use.section)
        self._fragments[name, use.section] = parts.before if parts else ()
        self._problems += compiled.findings
        for each in compiled.uses:
            self._check_backend(each)

    def _check_backend(self, use: Use) -> None:
        if self._checks_backends and use.name.lower() not in self.backends:
            self._object(f"there is no backend '{use.name}'", use.span, "AIM706", "backend-undefined")

    def _object(self, message: str, span: Span, rule: str = "AIM001", name: str = "unreadable-document") -> None:
        self._problems.append(Finding(rule, name, "error", message, span))

    def _raise_problems(self) -> None:
        errors = {
            (finding.span, finding.message): DocumentError(
                self.redactor.redact(f"{finding.message} ({finding.rule})"),
                span=finding.span,
                help=finding.help,
            )
            for finding in self._problems
            if finding.severity == "error" and not _runs_all_the_same(finding)
        }
        if errors:
            first, *rest = errors.values()
            first.also = tuple(rest)
            raise first


@dataclass(frozen=True, slots=True)
class Parts:
    """Routes and subscriptions, and the resources they were made of."""

    routes: Routes
    subscriptions: Subscriptions
    apis: dict[str, ApiRoute]
    routed: tuple[list[Resource], ...]
    subscribed: tuple[list[Resource], ...]

    @classmethod
    def of(cls, index: _Index, clock: Clock, previous: Parts | None) -> Parts:
        """Return the parts for some resources, taking over what is made of the very same ones."""
        routed = tuple(index.of(kind) for kind in ("api", "operation", "version_set"))
        subscribed = tuple(index.of(kind) for kind in ("subscription", "product", "product_api", "user"))
        if previous is not None and _same(previous.subscribed, subscribed):
            subscriptions = previous.subscriptions
        else:
            subscriptions = Subscriptions(
                subscribed[0], index.named("product"), subscribed[2], index.named("user"), clock.now
            )
        if previous is not None and _same(previous.routed, routed):
            return cls(previous.routes, subscriptions, previous.apis, routed, subscribed)
        known = previous.apis if previous else {}
        sets = index.named("version_set")
        apis = {resource.id.lower(): _api_route(resource, index, sets, known) for resource in routed[0]}
        return cls(Routes(apis.values()), subscriptions, apis, routed, subscribed)


def _api_route(
    resource: Resource, index: _Index, version_sets: Mapping[str, Resource], known: Mapping[str, ApiRoute]
) -> ApiRoute:
    operations = index.operations.get(resource.id.lower(), [])
    set_id = relative_id(str(resource.properties.get("apiVersionSetId") or ""))
    version_set = version_sets.get(set_id.rsplit("/", 1)[-1].lower())
    before = known.get(resource.id.lower())
    if (
        before is not None
        and before.resource is resource
        and before.version_set is version_set
        and _same((before.operation_resources,), (operations,))
    ):
        return before
    return ApiRoute(resource, operations, version_set)


def _same(before: Sequence[Sequence[Resource]], now: Sequence[Sequence[Resource]]) -> bool:
    """Return whether these are the very same resources."""
    return all(len(old) == len(new) and all(map(operator.is_, old, new)) for old, new in zip(before, now, strict=True))


def _scopes(api: ApiRoute | None, operation: OperationRoute | None, product_id: str | None) -> list[str]:
    """Return the owners of the documents that apply, broadest first, as keys of the layers."""
    owners = [""]
    if api is not None:
        if api.workspace:
            owners.append(f"workspaces/{api.workspace}".lower())
        if product_id:
            owners.append(f"products/{product_id}".lower())
        owners.append(api.id.lower())
        if operation is not None:
            owners.append(operation.id.lower())
    return owners


def _scope_of(owner: str) -> str:
    """Return the scope of a document by what it belongs to."""
    kinds = owner.split("/")[::2]
    if not owner:
        return "global"
    return {"workspaces": "workspace", "products": "product", "apis": "api", "operations": "operation"}[kinds[-1]]


def _place(resource: Resource) -> Span:
    return resource.span or Span.at(resource.id)


def _secrets(index: _Index) -> list[str]:
    """Return the texts that must stand in no trace: secret named values, keys, credentials of backends."""
    found = [
        str(resource.properties.get("value") or "")
        for resource in index.of("named_value")
        if resource.properties.get("secret") or resource.properties.get("keyVault")
    ]
    patterns = ("credentials.authorization.parameter", "credentials.header.*", "credentials.query.*")
    for resource in index.of("backend"):
        for value in (value for pattern in patterns for value in find(resource.properties, pattern)):
            found += [str(each) for each in value] if is_list(value) else [str(value)]
    return [text for text in found if "{{" not in text]
