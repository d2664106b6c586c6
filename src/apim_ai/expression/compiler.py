"""The way in: from the code of a policy to a compiled expression and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol, cast

from apim_ai.expression.bind.binder import Binder
from apim_ai.expression.bind.scope import Read  # noqa: TC001 - needed at run time
from apim_ai.expression.emit import compile_bound
from apim_ai.expression.library.relations import boxer
from apim_ai.expression.settings import DEFAULT, ExpressionSettings
from apim_ai.expression.syntax import Problem, SyntaxFault, parse
from apim_ai.expression.syntax.problem import RULES, UNSUPPORTED
from apim_ai.expression.types import NULL, UNKNOWN, ClrType
from apim_ai.finding import Finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.bind.bound import Bound, SBlock
    from apim_ai.expression.context import Context
    from apim_ai.source import Span

__all__ = ["Code", "Compilation", "Compiled", "compile_expression", "compile_text"]


class Code(Protocol):
    """C# in a document: its text, from the `@` to its closer, and where each part of it stands."""

    @property
    def text(self) -> str:
        """The C#."""
        ...

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Return the place of characters `start` to `end`."""
        ...


@dataclass(frozen=True, slots=True)
class Compiled:
    """An expression that can run.

    Args:
        text: the C#, from the `@` to its closer.
        type: static type of the value; `unknown` where a named value is still to be substituted.
        reads: what it reads of the context.
        variable_reads: names of the context variables it reads, as far as they are constants.
        program: makes what runs it.
    """

    text: str
    type: ClrType
    reads: Read
    variable_reads: frozenset[str]
    program: _Program

    @property
    def run(self) -> Callable[[Context], object]:
        """What evaluates the expression; raises `ClrException` and nothing else."""
        return self.program.run()


class _Program:
    """Makes `run`, once: Python's own compiler takes longer than ours, and who only checks never needs it.

    The bound tree, several times as large as the program, is kept until then only.
    """

    __slots__ = ("_bound", "_is_metered", "_result", "_run", "_settings")

    def __init__(
        self,
        bound: Bound | SBlock,
        settings: ExpressionSettings,
        result: Callable[[object], object] | None,
        *,
        is_metered: bool,
    ) -> None:
        self._bound: Bound | SBlock | None = bound
        self._settings = settings
        self._result = result
        self._is_metered = is_metered
        self._run: Callable[[Context], object] | None = None

    def run(self) -> Callable[[Context], object]:
        """Return what evaluates the expression."""
        bound = self._bound
        if bound is not None:
            self._run = compile_bound(bound, is_metered=self._is_metered, settings=self._settings, result=self._result)
            self._bound = None
        return cast("Callable[[Context], object]", self._run)


@dataclass(frozen=True, slots=True)
class Compilation:
    """What compiling gave: an expression unless there are errors, and what is wrong or doubtful."""

    compiled: Compiled | None
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class TextCompilation:
    """A compilation before it has a place: problems have offsets in the text.

    Args:
        compiled: the expression, unless there are errors.
        problems: what is wrong or doubtful.
        clean: the compilation itself where nothing is, wherever the text stands.
    """

    compiled: Compiled | None
    problems: tuple[Problem, ...]
    clean: Compilation | None = None


def compile_expression(code: Code, *, settings: ExpressionSettings = DEFAULT) -> Compilation:
    """Compile the C# of a policy.

    Args:
        code: the C# and its place.
        settings: whose texts, which limits.
    """
    result = compile_text(code.text, settings)
    if result.clean is not None:
        return result.clean
    return Compilation(result.compiled, tuple(_finding(problem, code) for problem in result.problems))


def _finding(problem: Problem, code: Code) -> Finding:
    size = len(code.text)
    start, end = min(problem.start, size), min(max(problem.end, problem.start), size)
    name = RULES.get(problem.rule, "expression-not-supported")
    span = code.span(start, end)
    return Finding(problem.rule, name, problem.severity, problem.message, span, help=problem.help)


@lru_cache(maxsize=4096)
def compile_text(text: str, settings: ExpressionSettings = DEFAULT) -> TextCompilation:
    """Compile C# that stands nowhere; the same text is compiled once."""
    try:
        return _compile(text, settings)
    except RecursionError:
        problem = Problem("AIM201", "the expression is nested too deeply", 0, len(text))
        return TextCompilation(None, (problem,))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:  # a defect of ours
        message = f"the expression could not be compiled: {type(error).__name__}: {error}"
        return TextCompilation(None, (Problem("AIM201", message, 0, len(text)),))


def _compile(text: str, settings: ExpressionSettings) -> TextCompilation:
    binder = Binder(settings)
    try:
        tree = parse(text)
        bound, type_ = binder.root(tree)
    except SyntaxFault as fault:
        return TextCompilation(None, (*binder.problems, fault.problem))
    if binder.declares_late and not any(problem.severity == "error" for problem in binder.problems):
        from apim_ai.expression.bind.assignment import unassigned_uses  # noqa: PLC0415 - few expressions need it

        binder.problems.extend(unassigned_uses(tree, binder.known_conditions))
    problems = tuple(dict.fromkeys(binder.problems))
    if any(problem.severity == "error" for problem in problems):
        return TextCompilation(None, problems)
    result = _result(binder, type_)
    program = _Program(bound, settings, result, is_metered=binder.is_metered)
    reads = frozenset(binder.variable_reads)
    compiled = Compiled(text, type_, binder.reads, reads, program)
    return TextCompilation(compiled, problems, None if problems else Compilation(compiled, ()))


def _result(binder: Binder, type_: ClrType) -> Callable[[object], object] | None:
    """Convert the returns of a block to one type, and return what boxes the value."""
    from apim_ai.expression.bind.conversions import convert  # noqa: PLC0415 - next to its use

    for each in binder.function.returns:
        if each.value is not None and each.value.type is not type_ and UNKNOWN not in (each.value.type, type_):
            each.value = convert(each.value, type_) or each.value
    if type_.name == "System.Byte[]":
        return _frozen
    if type_.declaration.name.startswith("Apim"):
        return type_.declaration.members()["wrap"][0].function
    return boxer(type_)


def _frozen(value: object) -> object:
    return bytes(value) if isinstance(value, bytearray) else value


__all__ += ["NULL", "UNSUPPORTED"]
