"""One thing that was looked at after or before a deployment, and the ways to print a list of them."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import quoteattr

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["Check", "as_json", "as_junit", "as_text", "failed", "ok", "unchecked"]

State = Literal["ok", "failed", "not checked"]
_SIGNS: Mapping[State, str] = {"ok": "ok", "failed": "FAILED", "not checked": "not checked"}
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML 1.0 document may hold these


@dataclass(frozen=True, slots=True)
class Check:
    """Something that was looked at.

    Args:
        name: what.
        state: `ok`, `failed`, or `not checked` when nobody could look.
        detail: what was seen, or why nobody could look.
        help: what to grant or to do.
    """

    name: str
    state: State
    detail: str
    help: str | None = None


def ok(name: str, detail: str) -> Check:
    """Return a check that found nothing wrong."""
    return Check(name, "ok", detail)


def failed(name: str, detail: str, help: str | None = None) -> Check:  # noqa: A002 - the errors' word
    """Return a check that found something wrong."""
    return Check(name, "failed", detail, help)


def unchecked(name: str, detail: str, help: str | None = None) -> Check:  # noqa: A002 - the errors' word
    """Return a check that could not be made."""
    return Check(name, "not checked", detail, help)


def as_text(checks: Sequence[Check]) -> str:
    """Return a line for each check, and one for what to do."""
    lines: list[str] = []
    for check in checks:
        lines.append(f"{_SIGNS[check.state]:<11}  {check.name}: {check.detail}")
        if check.help:
            lines.append(f"{'':<11}  help: {check.help}")
    return "\n".join([*lines, ", ".join(f"{count} {state}" for state, count in _counts(checks).items())])


def as_json(env: str, checks: Sequence[Check]) -> str:
    """Return the checks as a JSON document."""
    counts = {state.replace(" ", "_"): count for state, count in _counts(checks).items()}
    content = {"env": env, "checks": [asdict(check) for check in checks], **counts}
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_junit(suite: str, checks: Sequence[Check]) -> str:
    """Return the checks as JUnit XML; what could not be checked is skipped there."""
    counts = _counts(checks)
    totals = f'tests="{len(checks)}" failures="{counts["failed"]}" errors="0" skipped="{counts["not checked"]}"'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f"<testsuites {totals}>",
        f"<testsuite name={_attribute(suite)} {totals}>",
    ]
    elements = {"failed": "failure", "not checked": "skipped"}
    for check in checks:
        head = f"<testcase classname={_attribute(suite)} name={_attribute(check.name)}"
        message = f"{check.detail}; {check.help}" if check.help else check.detail
        element = elements.get(check.state)
        lines.append(f"{head}><{element} message={_attribute(message)}/></testcase>" if element else f"{head}/>")
    return "\n".join([*lines, "</testsuite>", "</testsuites>"])


def _counts(checks: Sequence[Check]) -> dict[State, int]:
    return {state: sum(check.state == state for check in checks) for state in _SIGNS}


def _attribute(text: str) -> str:
    return quoteattr(_FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text))
