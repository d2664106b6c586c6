"""The files of a project: found, read, and named in messages as the user named the project."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from apim_ai.config.validation import validated
from apim_ai.config.yaml import load_located
from apim_ai.errors import ConfigError
from apim_ai.source import Span

if TYPE_CHECKING:
    from apim_ai.config.yaml import Located

__all__ = ["Files"]

Model = TypeVar("Model", bound=BaseModel)
_MAX_BYTES = 4_000_000


@dataclass(frozen=True, slots=True)
class Files:
    """The project's folder.

    Args:
        root: the folder.
        given: the folder as the user gave it, which begins the names in messages.
    """

    root: Path
    given: str
    _read: dict[str, tuple[str, Located]] = field(
        default_factory=dict[str, "tuple[str, Located]"], repr=False, compare=False
    )

    def shown(self, name: str) -> str:
        """Return a file's name for messages."""
        return str(PurePosixPath(self.given) / name) if self.given not in {"", "."} else name

    def has(self, name: str) -> bool:
        """Say whether there is such a file."""
        return (self.root / name).is_file()

    def text(self, name: str) -> str:
        """Return a file's text.

        Raises:
            ConfigError: it cannot be read, is no UTF-8, or is too large.
        """
        span = Span.at(self.shown(name))
        try:
            content = (self.root / name).read_bytes()
        except FileNotFoundError as error:
            raise ConfigError(f'there is no file "{self.shown(name)}"', span=span) from error
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", span=span) from error
        if len(content) > _MAX_BYTES:
            raise ConfigError(f"larger than {_MAX_BYTES} bytes", span=span)
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            raise ConfigError("not UTF-8", span=Span.at(self.shown(name), line)) from error

    def yaml(self, name: str) -> Located:
        """Return a YAML file's values with their places; one that did not change since is not parsed again.

        Raises:
            ConfigError: it cannot be read or is no YAML.
        """
        text = self.text(name)
        known = self._read.get(name)
        if known is None or known[0] != text:
            known = self._read[name] = (text, load_located(text, self.shown(name)))
        return known[1]

    def model(self, name: str, model: type[Model], *, what: str) -> tuple[Model, Located]:
        """Return a YAML file as a model, and its places.

        Raises:
            ConfigError: it cannot be read, is no YAML or does not validate; all problems at once.
        """
        located = self.yaml(name)
        return validated(model, located.value, located, what=what), located

    def first_of(self, *names: str) -> str | None:
        """Return the first of some files that exists."""
        return next((name for name in names if self.has(name)), None)
