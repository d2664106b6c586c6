"""Rendering: a template and its variables become a document that knows where each of its lines comes from."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import (
    BaseLoader,
    ChoiceLoader,
    FileSystemLoader,
    FunctionLoader,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)

from apim_ai.errors import RenderError
from apim_ai.render.lines import assemble
from apim_ai.render.sandbox import OpaqueUndefined, Sandbox
from apim_ai.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import TracebackType

    from jinja2 import Template

__all__ = ["MAX_OUTPUT", "Rendered", "Renderer", "render_opaque", "render_text"]

MAX_OUTPUT = 4_000_000
_UNDEFINED = re.compile(r"'([^']+)' is undefined")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A rendered document; `source.span` answers with places in the template."""

    source: Source


class Renderer:
    """Renders the templates below a folder. Compiled templates are kept, so keep the renderer.

    Args:
        root: the folder; includes and imports are named by their path below it.
        shown: turns a template's path below the folder into the name that users see; unchanged by default.
    """

    def __init__(self, root: Path, *, shown: Callable[[str], str] = str) -> None:
        self._shown = shown
        self._sandbox = Sandbox(FileSystemLoader(root))
        self._assembled = lru_cache(maxsize=1024)(self._assemble)  # environments share most of their documents

    def render(self, name: str, variables: Mapping[str, object]) -> Rendered:
        """Render a template.

        Args:
            name: its path below the folder, with slashes.
            variables: what `[[ x ]]` may name: scalars, lists and mappings of them.

        Raises:
            RenderError: the template is missing, wrong, or puts out what cannot stand where it lands.
        """
        return _render(self._sandbox, name, variables, self._shown, self._assembled)

    def _assemble(self, marked: str, name: str) -> Source:
        return assemble(marked, name, self._sandbox, self._shown)


def render_text(source: Source, variables: Mapping[str, object]) -> Rendered:
    """Render a text that stands for itself; it may include files of the folder that its path names.

    Raises:
        RenderError: as for `Renderer.render`.
    """
    return _render_alone(source, variables, Sandbox(_alone(source)))


def render_opaque(source: Source) -> Rendered:
    """Render a template outside of a project: undefined variables are opaque, and stand as named values.

    An opaque variable is true, has one element and every attribute.

    Raises:
        RenderError: as for `Renderer.render`, but not for undefined variables.
    """
    return _render_alone(source, {}, Sandbox(_alone(source), undefined=OpaqueUndefined))


def _alone(source: Source) -> BaseLoader:
    """Return a loader for a text and for the files of its folder and the folders above, nearest first."""
    folder = Path(source.path).absolute().parent

    def own(name: str) -> tuple[str, str, Callable[[], bool]] | None:
        return (source.text, source.path, lambda: True) if name == source.path else None

    return ChoiceLoader([FunctionLoader(own), FileSystemLoader([folder, *list(folder.parents)[:4]])])


def _render_alone(source: Source, variables: Mapping[str, object], sandbox: Sandbox) -> Rendered:
    return _render(sandbox, source.path, variables, str, lambda marked, name: assemble(marked, name, sandbox, str))


def _render(
    sandbox: Sandbox,
    name: str,
    variables: Mapping[str, object],
    shown: Callable[[str], str],
    assembled: Callable[[str, str], Source],
) -> Rendered:
    """Render one template of a sandbox."""
    try:
        sandbox.begin()
        template = sandbox.get_template(name)
        marked = _output(template, variables, shown(name))
        return Rendered(assembled(marked, name))
    except RenderError:
        raise
    except TemplateSyntaxError as error:
        raise _syntax_error(error, shown) from error
    except TemplateNotFound as error:
        place = _place(error.__traceback__, sandbox, shown) or Span.at(shown(name))
        help_ = "paths of templates begin at the project's folder and use slashes"
        raise RenderError(f'there is no template "{error.name}"', span=place, help=help_) from error
    except RecursionError as error:
        message = "templates, includes or macros call each other without end"
        raise RenderError(message, span=Span.at(shown(name))) from error
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError, OSError) as error:
        place = _place(error.__traceback__, sandbox, shown) or Span.at(shown(name))
        raise RenderError(_message(error), span=place, help=_help(error, variables)) from error


def _output(template: Template, variables: Mapping[str, object], shown: str) -> str:
    """Run a template, and stop it when it writes without end."""
    pieces: list[str] = []
    size = 0
    for piece in template.generate(variables):
        size += len(piece)
        if size > MAX_OUTPUT:
            raise RenderError(f"the template puts out more than {MAX_OUTPUT} characters", span=Span.at(shown))
        pieces.append(piece)
    return "".join(pieces)


def _syntax_error(error: TemplateSyntaxError, shown: Callable[[str], str]) -> RenderError:
    message = (error.message or "error").rstrip(".")
    where = Span.at(shown(error.name or "template"), error.lineno)
    return RenderError(f"template syntax: {message[:1].lower()}{message[1:]}", span=where)


def _message(error: Exception) -> str:
    if isinstance(error, UndefinedError):
        undefined = _UNDEFINED.search(str(error))
        if undefined:
            return f'the variable "{undefined.group(1)}" is not defined'
    text = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
    return f"template: {text}"


def _help(error: Exception, variables: Mapping[str, object]) -> str | None:
    """Suggest a known variable for an undefined one."""
    if not isinstance(error, UndefinedError):
        return None
    undefined = _UNDEFINED.search(str(error))
    close = difflib.get_close_matches(undefined.group(1), list(variables), n=1) if undefined else []
    if close:
        return f'did you mean "{close[0]}"?'
    return "define it under variables in apim.yaml or in the environment's file, or give it a default"


def _place(trace: TracebackType | None, sandbox: Sandbox, shown: Callable[[str], str]) -> Span | None:
    """Return the innermost template line of a traceback; Jinja gives its frames the lines of the template."""
    found: Span | None = None
    while trace is not None:
        name = sandbox.names.get(trace.tb_frame.f_code.co_filename)
        if name is not None:
            found = Span.at(shown(name), trace.tb_lineno)
        trace = trace.tb_next
    return found
