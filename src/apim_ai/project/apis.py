"""APIs of an environment: the API, its operations from OpenAPI, its policies, diagnostics and tags."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from apim_ai.config.models import ApiFile
from apim_ai.config.validation import collect
from apim_ai.errors import ConfigError, InputError
from apim_ai.project.openapi import operations_of
from apim_ai.project.services import diagnostic_properties
from apim_ai.resource import Resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.config.yaml import Located
    from apim_ai.project.environment import Environment
    from apim_ai.project.policies import Documents
    from apim_ai.source import Span

__all__ = ["apis"]


def apis(documents: Documents, environment: Environment) -> Iterator[Resource]:
    """Yield every API of the project with all that belongs to it."""
    for name in environment.project.apis:
        folder = f"apis/{name}"
        try:
            spec, located = documents.files.model(f"{folder}/api.yaml", ApiFile, what="API")
            operations = list(operations_of(documents.files.yaml(f"{folder}/{spec.openapi}"), name))
        except InputError as error:
            collect(documents.problems, error)
            continue
        yield from _version_set(name, spec, located.span())
        yield Resource("api", f"apis/{name}", _properties(name, spec), located.span(), protect=spec.protect)
        yield from operations
        yield from _policies(documents, name, spec, located, operations)
        yield from _diagnostics(environment, name, spec)
        for tag in spec.tags:
            yield Resource("api_tag", f"apis/{name}/tags/{tag}", {}, located.span(("tags",)))


def _properties(name: str, spec: ApiFile) -> dict[str, Any]:
    properties: dict[str, Any] = {
        "displayName": spec.display_name,
        "path": spec.path.strip("/"),
        "protocols": list(spec.protocols),
        "subscriptionRequired": spec.subscription_required,
        "subscriptionKeyParameterNames": {"header": spec.key_header, "query": spec.key_query},
    }
    if spec.description:
        properties["description"] = spec.description
    if spec.service_url:
        properties["serviceUrl"] = spec.service_url.rstrip("/")
    if spec.version:
        properties["apiVersion"] = spec.version
        properties["apiVersionSetId"] = f"/apiVersionSets/{name}"
    return properties


def _version_set(name: str, spec: ApiFile, span: Span) -> Iterator[Resource]:
    if spec.version and spec.version_scheme:
        properties: dict[str, Any] = {"displayName": spec.display_name, "versioningScheme": spec.version_scheme}
        if spec.version_name and spec.version_scheme != "Segment":
            properties[f"version{spec.version_scheme}Name"] = spec.version_name
        yield Resource("version_set", f"apiVersionSets/{name}", properties, span)


def _policies(
    documents: Documents, name: str, spec: ApiFile, located: Located, operations: list[Resource]
) -> Iterator[Resource]:
    folder = f"apis/{name}"
    about = {"id": name, **spec.model_dump(exclude={"operations"})}
    own = documents.own_policy(folder, spec.policy)
    if own is not None:
        yield from documents.policy("api_policy", f"{folder}/policies/policy", own, api=about)
    known = {operation.name: operation for operation in operations}
    for operation_id, operation in spec.operations.items():
        if operation_id not in known:
            documents.problems.append(_unknown_operation(operation_id, known, located))
        elif operation.policy is not None:
            facts = {"id": operation_id, **_facts(known[operation_id])}
            id_ = f"{folder}/operations/{operation_id}/policies/policy"
            document = f"{folder}/{operation.policy}"
            yield from documents.policy("operation_policy", id_, document, api=about, operation=facts)


def _facts(operation: Resource) -> dict[str, object]:
    return {"method": operation.properties["method"], "url_template": operation.properties["urlTemplate"]}


def _unknown_operation(name: str, known: Mapping[str, Resource], located: Located) -> ConfigError:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f'did you mean "{close[0]}"?' if close else "it must be an operationId of the OpenAPI document"
    message = f'there is no operation "{name}" in the OpenAPI document'
    return ConfigError(message, span=located.key_span(("operations", name)), help=hint)


def _diagnostics(environment: Environment, name: str, spec: ApiFile) -> Iterator[Resource]:
    if spec.diagnostics:
        for diagnostic, what in environment.project.diagnostics.items():
            properties = diagnostic_properties(what)
            span = environment.places.span(("diagnostics", diagnostic))
            yield Resource("api_diagnostic", f"apis/{name}/diagnostics/{diagnostic}", properties, span)
