"""What `apim-ai fmt` does with files: which of them it means, and what came of each."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.definition.formatter import format_document
from apim_ai.errors import DocumentError, UsageError
from apim_ai.lint.files import documents_below
from apim_ai.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Formatted", "files_of", "format_file", "format_text"]

_ROOTS = ("<policies", "<fragment")
_MAX_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Formatted:
    """What came of one file.

    Args:
        path: as the user gave it.
        before: its text.
        after: the text laid out; the same where nothing is to change.
        problem: why it was not formatted.
        is_left_alone: whether that is no error: a template that cannot be formatted is still a good template.
    """

    path: str
    before: str = ""
    after: str = ""
    problem: DocumentError | None = None
    is_left_alone: bool = False

    @property
    def is_changed(self) -> bool:
        """Whether the file is to be written."""
        return self.before != self.after

    def diff(self) -> str:
        """Return the change as a unified diff."""
        before, after = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        lines = difflib.unified_diff(before, after, self.path, self.path)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def files_of(paths: Sequence[str]) -> Iterator[str]:
    """Yield the documents that paths mean: files as they are, of folders those that look like policies.

    Raises:
        UsageError: there is no such path.
    """
    for given in paths:
        path = Path(given)
        if path.is_dir():
            yield from (str(file) for file in documents_below(path) if _looks_like_policy(file))
        elif path.exists():
            yield given
        else:
            raise UsageError(f"there is no file or folder '{given}'")


def format_file(path: str, *, indent: int) -> Formatted:
    """Return what came of a file, which is not written."""
    start = Source(path, "").span(0)
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_MAX_BYTES + 1)
    except OSError as error:
        return Formatted(path, problem=DocumentError(f"the file cannot be read: {error.strerror}", span=start))
    if len(content) > _MAX_BYTES:
        return Formatted(path, problem=DocumentError(f"the file has more than {_MAX_BYTES} bytes", span=start))
    try:
        return format_text(path, content.decode("utf-8"), indent=indent)
    except UnicodeDecodeError as error:
        span = Source(path, content[: error.start].decode("utf-8", "replace")).span(error.start)
        return Formatted(path, problem=DocumentError("this is not UTF-8 text", span=span, help="save it as UTF-8"))


def format_text(path: str, text: str, *, indent: int) -> Formatted:
    """Return what came of a text that stands for a file."""
    is_template = path.endswith(".j2")
    try:
        return Formatted(path, text, format_document(Source(path, text), is_template=is_template, indent=indent))
    except DocumentError as error:
        return Formatted(path, text, text, error, is_left_alone=is_template)


def _looks_like_policy(file: Path) -> bool:
    try:
        with file.open("rb") as stream:
            start = stream.read(_MAX_BYTES)
    except OSError:
        return True  # said with its name when it is read
    return any(root.encode() in start for root in _ROOTS)
