"""Reads policy documents from files, whatever is in them."""

from __future__ import annotations

import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.errors import InputError, RenderError, UsageError
from apim_ai.finding import Finding
from apim_ai.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["PROJECT_FILE", "documents_below", "error_findings", "is_document", "project_of", "read_document"]

PROJECT_FILE = "apim.yaml"

_SYNTAX = "template syntax"
_MAX_BYTES = 8 * 1024 * 1024
_SUFFIXES = (".xml", ".xml.j2")
_SKIPPED = frozenset({"node_modules", "__pycache__", "build", "dist"})


def is_document(path: Path) -> bool:
    """Whether a file's name is that of a policy document or template."""
    return path.name.endswith(_SUFFIXES)


def documents_below(folder: Path) -> Iterator[Path]:
    """Yield the policy documents and templates of a folder, in order; hidden and built folders are left out."""
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir():
            if entry.name not in _SKIPPED:
                yield from documents_below(folder / entry.name)
        elif entry.name.endswith(_SUFFIXES) and entry.is_file():
            yield folder / entry.name


def project_of(path: Path) -> Path | None:
    """Return the folder of the project that a path is or lies in, written as the path is."""
    if path.name == PROJECT_FILE:
        return path.parent
    if path.is_dir() and (path / PROJECT_FILE).is_file():
        return path
    if not path.is_dir() and not is_document(path):
        return None
    lexical = [parent for parent in path.parents if (parent / PROJECT_FILE).is_file()]
    if lexical:
        return lexical[0]
    outside = [parent for parent in path.absolute().parents if (parent / PROJECT_FILE).is_file()]
    return Path(os.path.relpath(outside[0])) if outside else None


def read_document(path: str) -> tuple[Source | None, tuple[Finding, ...]]:
    """Return a file's document, a template rendered with its variables opaque; and what is wrong with the file.

    Raises:
        UsageError: there is no such file.
    """
    text = _text(path)
    if isinstance(text, Finding):
        return None, (text,)
    source = Source(path, text)
    if not path.endswith(".j2"):
        return source, ()
    from apim_ai.render import render_opaque  # noqa: PLC0415 - Jinja is not needed for plain documents

    try:
        return render_opaque(source).source, ()
    except RenderError as error:
        if error.message.startswith(_SYNTAX):
            return None, tuple(error_findings(error))
        message = f"the template could not be rendered alone ({error.message}), so it was not checked"
        finding = Finding("AIM907", "not-checked", "info", message, error.span or Span.at(path), help=error.help)
        return None, (finding,)


def error_findings(error: InputError) -> list[Finding]:
    """Return a finding for an error about a document and for each error that came with it."""
    return [_of_error(each) for each in (error, *error.also)]


def _of_error(error: BaseException) -> Finding:
    message = getattr(error, "message", str(error))
    span = getattr(error, "span", None) or Span.at(".")
    help_ = getattr(error, "help", None)
    if isinstance(error, RenderError) and "not defined" in message:
        return Finding("AIM801", "template-undefined", "error", message, span, help=help_)
    return _unreadable(message, span, help_)


def _unreadable(message: str, span: Span, help_: str | None) -> Finding:
    return Finding("AIM001", "unreadable-document", "error", message, span, help=help_)


def _text(path: str) -> str | Finding:
    file, span = Path(path), Span.at(path)
    try:
        size = file.stat().st_size
        content = file.read_bytes() if size <= _MAX_BYTES else b""
    except (FileNotFoundError, NotADirectoryError) as error:
        raise UsageError(f"there is no file or folder '{path}'") from error
    except (OSError, ValueError) as error:
        return _unreadable(f"the file cannot be read: {getattr(error, 'strerror', None) or error}", span, None)
    if size > _MAX_BYTES:
        return _unreadable(f"the file has {size} bytes, more than {_MAX_BYTES}", span, "policies are at most 256 KiB")
    encoding = "utf-16" if content.startswith((BOM_UTF16_BE, BOM_UTF16_LE)) else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        return _unreadable(
            f"the file is not {encoding.removesuffix('-sig').upper()} text", Span.at(path, line), "save it as UTF-8"
        )
