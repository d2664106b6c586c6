"""Keeps what was found, so that what has not changed is not looked into again.

Kept are the findings that depend on one document alone, and the reports of whole runs. A key holds everything that they
depend on: a document's text, where its lines come from, its scope and gateway; for a run, what was asked and the state of
all files. The file as a whole belongs to one version of this program.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.finding import Finding, Related
from apim_ai.lint.inputs import states
from apim_ai.lint.report import Report
from apim_ai.source import Span

if TYPE_CHECKING:
    from apim_ai.lint.subject import Subject

__all__ = ["Cache"]

_MAX_ENTRIES = 2000
_MAX_RUNS = 50


class Cache:
    """A file of findings by key. One that cannot be read is empty; one that cannot be written is not.

    Args:
        file: where it lies.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stamp = _stamp()
        self._entries: dict[str, list[Any]] = {}
        self._used: dict[str, list[Any]] = {}
        self._runs: dict[str, list[Any]] = {}
        self._is_changed = False
        with suppress(OSError, ValueError, AttributeError, KeyError, RecursionError):
            stored = json.loads(file.read_bytes())
            if stored.get("stamp") == self._stamp:
                self._entries, self._runs = dict(stored["entries"]), dict(stored["runs"])

    def run_key(self, *parts: str) -> str:
        """Return the key of a run.

        Args:
            parts: all that its report depends on.
        """
        return _digest(parts)

    def report(self, key: str) -> Report | None:
        """Return the report of an earlier run, or None."""
        entry = self._runs.get(key)
        return None if entry is None else Report(tuple(_finding(*fields) for fields in entry[1]), entry[0])

    def remember(self, key: str, report: Report) -> None:
        """Keep the report of a run, unless a rule crashed in it."""
        if not any(finding.rule == "AIM906" for finding in report.findings):
            self._runs = {key: [report.files, [_fields(finding) for finding in report.findings]], **self._runs}
            self._is_changed = True

    def key(self, subject: Subject) -> str:
        """Return the key of a document."""
        source = subject.document.source
        lines = () if source.line_map is None else (source.line_map.lines, sorted(source.line_map.exact))
        parts = (source.path, source.text, lines, subject.document.format, subject.scope, subject.gateway)
        return _digest(parts)

    def get(self, key: str) -> list[Finding] | None:
        """Return the findings of a key, or None."""
        entry = self._entries.get(key)
        if entry is None:
            return None
        self._used[key] = entry
        return [_finding(*fields) for fields in entry]

    def put(self, key: str, findings: list[Finding]) -> None:
        """Keep the findings of a key."""
        self._used[key] = [_fields(finding) for finding in findings]
        self._is_changed = True

    def save(self) -> None:
        """Write the file, with what was used now before what was used earlier."""
        if not self._is_changed:
            return
        entries = {**self._used, **{key: value for key, value in self._entries.items() if key not in self._used}}
        kept = dict(list(entries.items())[:_MAX_ENTRIES])
        runs = dict(list(self._runs.items())[:_MAX_RUNS])
        text = json.dumps({"stamp": self._stamp, "entries": kept, "runs": runs}, ensure_ascii=False)
        temporary = self._file.with_name(f"{self._file.name}.{os.getpid()}")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(text, "utf-8", errors="surrogatepass")
            temporary.replace(self._file)


def _digest(parts: object) -> str:
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogatepass")).hexdigest()


def _stamp() -> str:
    """Return what tells this program from any other version of it: Python's version and each file's size and time."""
    try:
        return _digest((sys.version, *states(Path(__file__).resolve().parent.parent)))
    except OSError:
        return f"unknown to all but process {os.getpid()} at {time.time_ns()}"


def _fields(finding: Finding) -> list[Any]:
    related = [[*_place(each.span), each.message] for each in finding.related]
    head = [finding.rule, finding.name, finding.severity, finding.message]
    return [*head, _place(finding.span), finding.policy, finding.help, finding.fixable, related]


def _place(span: Span) -> list[Any]:
    return [span.file, span.line, span.column, span.end_line, span.end_column]


def _finding(*fields: Any) -> Finding:  # noqa: ANN401 - as they were written
    rule, name, severity, message, place, policy, help_, fixable, related = fields
    also = tuple(Related(Span(*each[:5]), each[5]) for each in related)
    return Finding(rule, name, severity, message, Span(*place), policy, help_, fixable, also)
