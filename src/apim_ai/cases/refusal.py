"""Cases that must be refused: what rendering, loading, linting and the control plane object to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from apim_ai.cases.content import mapping, texts
from apim_ai.cases.model import CaseResult, Failure
from apim_ai.cases.places import Places
from apim_ai.errors import ApimAiError, CaseError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.cases.model import Case
    from apim_ai.resource import Resources

__all__ = ["judge"]

_DOCUMENTS = ("global_policy", "workspace_policy", "product_policy", "api_policy", "operation_policy", "fragment")
_OF_WHOLE_APIS = frozenset({"AIM420"})  # rules that ask who may call an API
_OF_DECLARED = frozenset({"AIM515", "AIM519", "AIM520", "AIM703", "AIM722"})
"""Rules about what a case itself says under `backends` and `named_values`."""


def judge(case: Case, resources: Callable[[], Resources], load: Callable[[Resources], object]) -> CaseResult:
    """Return whether a case is refused as it says.

    Args:
        case: a case with `refused`.
        resources: renders and builds its resources.
        load: makes a gateway of them.

    Raises:
        CaseError: the case itself is wrong, such as a document that does not exist.
    """
    wanted = case.content["refused"]
    message = Places(case).in_text("\n".join(_objections(case, resources, load)))
    if wanted is False:
        failures = (Failure("refused", "accepted", message),) if message else ()
    else:
        pattern = wanted if isinstance(wanted, str) else str(mapping(wanted).get("matches", ""))
        parts = texts(mapping(wanted).get("contains"))
        holds = bool(message) and re.search(pattern, message) is not None and all(part in message for part in parts)
        expected = f"refused: {pattern or ', '.join(parts)}" if pattern or parts else "refused"
        failures = () if holds else (Failure("refused", expected, message or "accepted"),)
    return CaseResult(case.file, case.name, failures=failures)


def _objections(case: Case, resources: Callable[[], Resources], load: Callable[[Resources], object]) -> Iterator[str]:
    """Yield why rendering or loading fails, what deploying would be told, and what linting calls an error."""
    try:
        made = resources()
    except CaseError:
        raise
    except ApimAiError as error:
        yield from _messages(error)
        return
    try:
        load(made)
    except ApimAiError as error:
        yield from _messages(error)
    yield from _service_objections(made)
    if "project" not in case.content:  # a project's resources name secrets and files that only a deployment has
        yield from _refusals(made)
    yield from _findings(case, made)


def _messages(error: ApimAiError) -> Iterator[str]:
    yield from (f"{each} {each.help or ''}".strip() for each in (error, *error.also))


def _refusals(resources: Resources) -> Iterator[str]:
    from apim_ai.cases.admission import refusals  # noqa: PLC0415 - only refusals need the control plane

    yield from refusals(resources)


def _service_objections(resources: Resources) -> Iterator[str]:
    """Yield what the service would object to in the documents; what they refer to need not be declared in a case."""
    from apim_ai.arm import validate  # noqa: PLC0415 - only refusals need the control plane

    for kind in _DOCUMENTS:
        for resource in resources.of(kind):
            properties = resource.properties
            text, form = str(properties.get("value", "")), str(properties.get("format", "rawxml"))
            for finding in validate(kind, resource.id, text, form, resources):
                if finding.rule != "reference":
                    yield f"{finding.span}: {finding.message}"


def _findings(case: Case, resources: Resources) -> Iterator[str]:
    from apim_ai.lint import Estate, Linter, find_rule  # noqa: PLC0415 - only refusals need the linter
    from apim_ai.lint.rule import EstateRule  # noqa: PLC0415 - only refusals need the linter

    linter = Linter(datetime.now(UTC).date())
    linter.estate(Estate(resources))
    is_made_up = case.content.keys().isdisjoint({"project", "apis"})  # nobody answers for a lone document's API
    for finding in linter.report().findings:
        is_of_estate = finding.rule in _OF_WHOLE_APIS or isinstance(find_rule(finding.rule), EstateRule)
        concerns_estate = is_of_estate and finding.rule not in _OF_DECLARED
        if finding.severity == "error" and not (is_made_up and concerns_estate):
            yield f"{finding.span}: {finding.rule} {finding.name}: {finding.message} {finding.help or ''}".strip()
