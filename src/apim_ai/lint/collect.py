"""Finds what a path means, a project, a folder or a document, and lints it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.errors import DocumentError, InputError, RenderError, UsageError
from apim_ai.lint.engine import Linter
from apim_ai.lint.estate import Estate
from apim_ai.lint.files import PROJECT_FILE, documents_below, error_findings, project_of, read_document
from apim_ai.lint.report import Report
from apim_ai.lint.selection import Selection
from apim_ai.lint.subject import Subject
from apim_ai.lint.undeclared import read_undeclared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from apim_ai.finding import Finding, Severity
    from apim_ai.project import Bundle, Project
    from apim_ai.source import Source

__all__ = ["collect"]

_ROOTS = ("<policies", "<fragment")


def collect(paths: Sequence[str], linter: Linter, *, env: str | None = None, scope: str | None = None) -> Report:
    """Lint projects, folders and documents.

    Args:
        paths: as the user gave them; findings name files below them.
        linter: looks at lone documents; each project gets one like it.
        env: the environment; all of a project's by default.
        scope: the scope of documents; by default their place in the project decides.

    Raises:
        UsageError: there is no such path or environment.
        InputError: a project's configuration cannot be used.
    """
    collector = _Collector(linter, env, scope)
    for path in paths:
        collector.path(path)
    return collector.report()


class _Collector:
    """Sorts paths into projects and lone documents."""

    def __init__(self, linter: Linter, env: str | None, scope: str | None) -> None:
        self._linter = linter
        self._env = env
        self._scope = scope
        self._projects: dict[Path, Linter] = {}
        self._reports: list[Report] = []

    def report(self) -> Report:
        """Return one report of all that was looked at."""
        reports = [self._linter.report(), *self._reports]
        findings = dict.fromkeys(finding for report in reports for finding in report.findings)
        return Report(tuple(findings), sum(report.files for report in reports))

    def path(self, given: str) -> None:
        """Lint what a path means."""
        path = Path(given)
        if not path.exists():
            raise UsageError(f"there is no file or folder '{given}'")
        project = project_of(path)
        if self._scope is not None and path.is_file() and path.name != PROJECT_FILE:
            self._document(given)
        elif project is not None:
            self._project(project, path)
        elif path.is_dir():
            self._folder(path)
        else:
            self._document(given)

    def _folder(self, folder: Path) -> None:
        """Lint the projects below a folder, and the documents that belong to none."""
        roots = sorted(file.parent for file in folder.rglob(PROJECT_FILE) if not _is_hidden(file, folder))
        for root in roots:
            self._project(root, root)
        for document in documents_below(folder):
            if not any(root in document.parents for root in roots):
                self._document(str(document))

    def _document(self, given: str) -> None:
        source, findings = read_document(given)
        self._linter.problems(findings)
        self._lone(self._linter, source, given)

    def _lone(self, linter: Linter, source: Source | None, given: str) -> None:
        if source is not None:
            linter.document(Subject(read_undeclared(source), self._scope))
        linter.saw(given)

    def _project(self, root: Path, wanted: Path) -> None:
        """Lint a project; report what lies below the wanted path."""
        from apim_ai.project import Project  # noqa: PLC0415 - lone documents need no configuration

        linter = self._projects.get(root)
        if linter is None:
            project = Project.load(str(root))
            linter = self._projects[root] = Linter(self._linter.today, cache=self._linter.cache)
            seen = self._environments(project, linter)
            self._unused(root, seen, linter)
        report = linter.report()
        self._reports.append(report if wanted in (root, root / PROJECT_FILE) else _below(report, wanted))

    def _environments(self, project: Project, linter: Linter) -> set[str]:
        seen: set[str] = set()
        for env in (self._env,) if self._env is not None else project.environments:
            try:
                bundle = project.bundle(env)
            except InputError as error:
                linter.problems(_of_documents(error))
                continue
            linter.estate(_estate(bundle), _selection(bundle))
            linter.problems(bundle.findings)
            seen |= _files_of(bundle)
        return seen

    def _unused(self, root: Path, seen: set[str], linter: Linter) -> None:
        """Lint the documents of a project's folder that no environment uses, alone."""
        for path in documents_below(root):
            if str(path) in seen:
                continue
            source, findings = read_document(str(path))
            linter.problems(finding for finding in findings if finding.severity == "error")
            if source is not None and any(tag in source.text for tag in _ROOTS):
                self._lone(linter, source, str(path))


def _is_hidden(file: Path, folder: Path) -> bool:
    return any(part.startswith(".") for part in file.relative_to(folder).parts)


def _below(report: Report, wanted: Path) -> Report:
    """Return the findings of one file or folder, its name as it was given."""
    whole = wanted.absolute()
    found = [
        replace(f, span=replace(f.span, file=str(wanted))) if Path(f.span.file).absolute() == whole else f
        for f in report.findings
        if Path(f.span.file).absolute() == whole or whole in Path(f.span.file).absolute().parents
    ]
    return Report(tuple(found), 1 if wanted.is_file() else sum(1 for _ in documents_below(wanted)))


def _of_documents(error: InputError) -> list[Finding]:
    """Return findings for errors about documents.

    Raises:
        InputError: something else is wrong too, which no finding can say.
    """
    if not all(isinstance(each, RenderError | DocumentError) for each in (error, *error.also)):
        raise error
    return error_findings(error)


def _estate(bundle: Bundle) -> Estate:
    gateway = "consumption" if bundle.target.sku.lower() == "consumption" else bundle.flavor
    return Estate(bundle.resources, gateway=gateway)


def _selection(bundle: Bundle) -> Selection:
    lint = bundle.lint
    off = [word for word, severity in lint.severity.items() if severity == "off"]
    weights: dict[str, Severity] = {word: each for word, each in lint.severity.items() if each != "off"}
    return Selection(tuple(lint.select), (*lint.ignore, *off), weights)


def _files_of(bundle: Bundle) -> set[str]:
    found: set[str] = set()
    for resource in bundle.resources.values():
        if resource.source is not None:
            found.add(resource.source.path)
            if resource.source.line_map is not None:
                found |= {file for file, _ in resource.source.line_map.lines}
    return found
