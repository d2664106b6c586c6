"""Finds case files and reads them into cases; what is wrong in one never hides another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.cases.content import mapping
from apim_ai.cases.format import read_case
from apim_ai.cases.model import Case, CaseResult
from apim_ai.config import load_located_documents
from apim_ai.errors import CaseError, ConfigError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from apim_ai.cases.shape import Problem
    from apim_ai.config import Located

__all__ = ["SUFFIXES", "Loaded", "find_files", "load_file"]

SUFFIXES = (".case.yaml", ".case.yml", ".case.json")
_SURROGATES = re.compile(r"\\\\|\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PASSED_OVER = frozenset({"node_modules", "build", "dist", "__pycache__"})


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a file holds: cases, and a result for each that could not be loaded."""

    cases: tuple[Case, ...]
    broken: tuple[CaseResult, ...]


def find_files(paths: Iterable[str]) -> tuple[Path, ...]:
    """Return the case files that paths name or hold, sorted within each folder.

    Raises:
        UsageError: a path does not exist.
    """
    found: dict[Path, None] = {}
    for text in paths:
        path = Path(text)
        if not path.exists():
            raise UsageError(f"'{text}' does not exist")
        found.update(dict.fromkeys([path] if path.is_file() else _below(path)))
    return tuple(found)


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if not path.name.startswith(".") and path.name not in _PASSED_OVER:
                yield from _below(path)
        elif path.name.endswith(SUFFIXES):
            yield path


def load_file(path: Path, shown: str | None = None) -> Loaded:
    """Read a case file.

    Args:
        path: the file.
        shown: its name in messages and results.
    """
    name = shown or str(path)
    stem = path.name
    for suffix in SUFFIXES:
        stem = stem.removesuffix(suffix)
    try:
        text = path.read_text(encoding="utf-8-sig")
        documents = load_located_documents(_as_yaml(text, path.suffix), name)
    except (ConfigError, OSError, UnicodeError) as error:
        return Loaded((), (CaseResult(name, stem, error=_text(error, name)),))
    documents = tuple(document for document in documents if document.value is not None)
    if not documents:
        return Loaded((), (CaseResult(name, stem, error=f"{name}:1:1: the file holds no case"),))
    cases: list[Case] = []
    broken: list[CaseResult] = []
    folder = path.resolve().parent
    for index, document in enumerate(documents):
        try:
            cases.append(_case(document, name, index, stem, folder))
        except CaseError as error:
            broken.append(CaseResult(name, _name(document, stem), error=_all(error)))
    return Loaded(tuple(cases), tuple(broken))


def _as_yaml(text: str, suffix: str) -> str:
    """Return JSON as YAML reads it, place for place: no tabs between values, no pairs of surrogates in texts."""
    if suffix == ".json":
        return _SURROGATES.sub(_joined, text.replace("\t", " "))
    return _SURROGATES.sub(_joined, text) if text.lstrip().startswith("{") else text


def _joined(match: re.Match[str]) -> str:
    if match[1] is None:
        return match[0]
    high, low = int(match[1], 16) - 0xD800, int(match[2], 16) - 0xDC00
    return f"\\U{0x10000 + (high << 10) + low:08X}"


def _case(document: Located, file: str, index: int, stem: str, folder: Path) -> Case:
    given = mapping(document.value)
    if not given:
        raise CaseError("a case is a mapping", span=document.span())
    content, found = read_case(given)
    if found:
        errors = [_error(problem, document) for problem in found]
        raise CaseError(errors[0].message, span=errors[0].span, help=errors[0].help, also=tuple(errors[1:]))
    return Case(file, index, _name(document, stem), content, folder, document)


def _error(problem: Problem, document: Located) -> CaseError:
    span = document.key_span(problem.path) if problem.at_key else document.span(problem.path)
    return CaseError(problem.message, span=span, help=problem.help)


def _name(document: Located, stem: str) -> str:
    name = mapping(document.value).get("name")
    return str(name) if isinstance(name, (str, int, float)) else stem


def _all(error: CaseError) -> str:
    return "\n".join(f"{each}" + (f" ({each.help})" if each.help else "") for each in (error, *error.also))


def _text(error: ConfigError | OSError | UnicodeError, name: str) -> str:
    return str(error) if isinstance(error, ConfigError) else f"{name}:1:1: cannot be read: {error}"
