"""JUnit XML of a test run, for CI systems."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from apim_ai.cases.reporters.text import failure_lines

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.cases.model import CaseResult

__all__ = ["render"]

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # no XML 1.0 document may hold these


def render(results: Sequence[CaseResult], seconds: float) -> str:
    """Return the document."""
    errors = sum(result.error is not None for result in results)
    failed = sum(not result.passed for result in results) - errors
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<testsuites tests="{len(results)}" failures="{failed}" errors="{errors}" time="{seconds:.3f}">',
        f'<testsuite name="apim-ai" tests="{len(results)}" failures="{failed}" errors="{errors}" time="{seconds:.3f}">',
    ]
    for result in results:
        lines += _case(result)
    return "\n".join([*lines, "</testsuite>", "</testsuites>"])


def _case(result: CaseResult) -> list[str]:
    place = f"classname={_attribute(result.file)} file={_attribute(result.file)}"
    head = f'<testcase {place} name={_attribute(result.name)} time="{result.seconds:.3f}"'
    if result.passed:
        return [f"{head}/>"]
    kind = "error" if result.error is not None else "failure"
    text = "\n".join(failure_lines(result))
    message = next(iter(text.splitlines()), "failed").strip()
    return [f"{head}>", f"<{kind} message={_attribute(message)}>{escape(_clean(text))}</{kind}>", "</testcase>"]


def _attribute(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)
