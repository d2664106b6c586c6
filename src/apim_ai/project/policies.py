"""Policy documents and fragments of an environment, rendered."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.config.validation import collect
from apim_ai.errors import InputError
from apim_ai.resource import Resource
from apim_ai.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.project.environment import Environment
    from apim_ai.project.files import Files
    from apim_ai.render import Renderer

__all__ = ["Documents", "fragments", "global_policy"]

_SUFFIXES = (".xml.j2", ".xml")


@dataclass(frozen=True, slots=True)
class Documents:
    """Renders documents of one environment and collects what is wrong with them.

    Args:
        files: the project's folder.
        renderer: its templates.
        variables: what templates may name.
        problems: grows by each document that cannot be rendered.
    """

    files: Files
    renderer: Renderer
    variables: Mapping[str, object]
    problems: list[InputError]

    def policy(self, kind: str, id_: str, name: str, **further: object) -> Iterator[Resource]:
        """Yield a policy resource of a document, or nothing when it cannot be rendered."""
        source = self._source(name, further)
        if source is not None:
            yield self._resource(kind, id_, source)

    def own_policy(self, folder: str, given: str | None) -> str | None:
        """Return the document of a folder: the one that is named, else its `policy.xml.j2` or `policy.xml`."""
        if given is not None:
            return f"{folder}/{given}"
        return self.files.first_of(f"{folder}/policy.xml.j2", f"{folder}/policy.xml")

    def _resource(self, kind: str, id_: str, source: Source) -> Resource:
        properties = {"format": "rawxml", "value": source.text}
        return Resource(kind, id_, properties, span=Span.at(source.path), source=source)

    def _source(self, name: str, further: Mapping[str, object]) -> Source | None:
        try:
            text = self.files.text(name)
            if not name.endswith(".j2"):
                return Source(self.files.shown(name), text)
            return self.renderer.render(name, {**self.variables, **further}).source
        except InputError as error:
            collect(self.problems, error)
            return None


def fragments(documents: Documents, folder: str) -> Iterator[Resource]:
    """Yield the fragments of a folder; a file's name without its endings is the fragment's id."""
    root = documents.files.root / folder
    for path in sorted(root.iterdir()) if root.is_dir() else ():
        suffix = next((ending for ending in _SUFFIXES if path.name.endswith(ending)), None)
        if suffix is not None and path.is_file():
            name = path.name.removesuffix(suffix)
            document = (Path(folder) / path.name).as_posix()
            yield from documents.policy("fragment", f"policyFragments/{name}", document, fragment=name)


def global_policy(documents: Documents, environment: Environment) -> Iterator[Resource]:
    """Yield the service's policy where this environment manages it."""
    name = environment.project.policies.global_
    if name is not None and environment.file.manage.global_:
        yield from documents.policy("global_policy", "policies/policy", name)
