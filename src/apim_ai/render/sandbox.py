"""The Jinja environment of templates: sandboxed, strict, bounded, and marking what it puts out.

Every value that a template puts out becomes a mark (see `marks`), unless it is template text itself: what a macro, a
`{% set %}` block or `| code` gives. Loops, powers and repetitions are bounded, so that no template runs away.
"""

from __future__ import annotations

import ipaddress
import json
import re
import sys
from typing import TYPE_CHECKING, Any, cast

from jinja2 import TemplateSyntaxError, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.filters import do_indent
from jinja2.lexer import Token, TokenStream
from jinja2.runtime import Context, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from apim_ai.render.marks import FORBIDDEN, Opaque, line_mark, value_mark, without_marks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from jinja2 import BaseLoader

__all__ = ["MAX_STEPS", "OpaqueUndefined", "Sandbox"]

MAX_STEPS = 100_000
_MAX_REPEAT = 1_000_000
_MAX_BITS = 4_096
_MAX_INDENT = 80
_BOUNDED = "_bounded"
_SIZED = "_sized"
_GROWING = {str, Markup, list, tuple}
# Filters that make long texts of short ones, or text that would land without being escaped for its place.
_LEFT_OUT = (
    "center",
    "escape",
    "e",
    "forceescape",
    "format",
    "pprint",
    "random",
    "urlize",
    "wordwrap",
    "xmlattr",
)
_WIDTH = re.compile(r"%[^a-zA-Z%]*(\*|[0-9]{4})")
_RUNAWAY_METHODS = frozenset({"center", "ljust", "rjust", "zfill", "expandtabs"})


class _Strict(StrictUndefined):
    """An undefined variable is an error, whatever is done with it."""

    __slots__ = ()


class OpaqueUndefined(Undefined):
    """An undefined variable of a template outside of a project: unknown, but not an error.

    It is true, has one element and any attribute, and is put out as an opaque mark.
    """

    __slots__ = ()

    @property
    def opaque_name(self) -> str:
        """The dotted name as the template writes it."""
        return self._undefined_name or "unknown"

    def _child(self, name: object) -> OpaqueUndefined:
        return type(self)(name=f"{self.opaque_name}.{name}")

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - as in the base class
        if name.startswith("__") or name in {"unsafe_callable", "alters_data"}:
            raise AttributeError(name)
        return self._child(name)

    def __getitem__(self, key: object) -> OpaqueUndefined:
        return self._child(key)

    def __call__(self, *_args: object, **_keywords: object) -> OpaqueUndefined:
        """Return an unknown value, for a call of one is unknown too."""
        return self

    def __iter__(self) -> Iterator[Any]:
        yield self._child("item")

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        return True

    def __str__(self) -> str:
        return value_mark(Opaque(self.opaque_name))

    def __html__(self) -> str:
        return str(self)

    def _same(self, _other: object) -> OpaqueUndefined:
        return self

    def _claim(self, _other: object) -> bool:
        return False

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = _same
    __floordiv__ = __rfloordiv__ = __mod__ = __rmod__ = __pow__ = __rpow__ = _same
    __lt__ = __le__ = __gt__ = __ge__ = _claim

    def __neg__(self) -> OpaqueUndefined:
        return self

    def __int__(self) -> int:
        return 1

    def __float__(self) -> float:
        return 1.0

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return hash(self.opaque_name)


@pass_context
def _finalize(_context: Context, value: object) -> object:
    """Turn a value that is put out into a mark; `pass_context` keeps Jinja from doing it ahead of time."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, OpaqueUndefined):
        return _landed(str(value))
    if isinstance(value, Undefined):
        return str(value)  # raises, naming the variable
    if value is None or isinstance(value, str | int | float | bool):
        if isinstance(value, str) and FORBIDDEN.search(value):
            raise SecurityError("a value holds a private-use character that rendering needs for itself")
        return _landed(value_mark(value))
    raise TypeError(f"a {type(value).__name__} cannot be put out; choose one of its parts, or use a loop")


class _LineMarks(Extension):
    """Puts a mark of template and line before each piece of template text and after each line end in it."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """Mark the text of a token stream."""
        sandbox = cast("Sandbox", self.environment)
        number = sandbox.number_of(stream.name or "", stream.filename)
        for token in stream:
            if token.type != "data":
                yield token
                continue
            lines = token.value.split("\n")
            marked = "\n".join(line_mark(number, token.lineno + i) + line for i, line in enumerate(lines))
            yield Token(token.lineno, "data", marked)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja as policies use it; one for each renderer, for it keeps compiled templates and counts steps.

    Attributes:
        files: the names of the templates that were read, by the number in their marks.
        names: the same names by the file that Jinja's tracebacks give.
    """

    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: BaseLoader, *, undefined: type[Undefined] = _Strict) -> None:
        super().__init__(
            variable_start_string="[[",
            variable_end_string="]]",
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            undefined=undefined,
            autoescape=True,
            finalize=_finalize,
            loader=loader,
            extensions=[_LineMarks, "jinja2.ext.do", "jinja2.ext.loopcontrols"],
            cache_size=400,
        )
        self.files: list[str] = []
        self.names: dict[str, str] = {}
        self._steps = 0
        filters = cast("dict[str, Callable[..., object]]", self.filters)
        filters[_BOUNDED] = self._bounded
        filters[_SIZED] = _sized
        filters["code"] = _code
        filters["tojson"] = _tojson
        filters["indent"] = _indented
        filters["first_address"] = _first_address
        filters["last_address"] = _last_address
        for name in _LEFT_OUT:
            del filters[name]
        for name in ("lipsum", "cycler", "joiner"):
            del self.globals[name]

    def begin(self) -> None:
        """Give the next rendering its own budget of steps."""
        self._steps = 0

    def number_of(self, name: str, filename: str | None = None) -> int:
        """Return the number that stands for a template in marks."""
        if name not in self.files:
            self.files.append(name)
            self.names[filename or name] = name
        return self.files.index(name)

    def lines_of(self, number: int) -> list[str]:
        """Return the lines of a template that was read."""
        if self.loader is None or number >= len(self.files):
            return []
        return self.loader.get_source(self, self.files[number])[0].splitlines()

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:  # noqa: ANN401 - as in the base class
        """Refuse, besides what Jinja's sandbox refuses, methods that make long texts of short ones."""
        if isinstance(obj, str) and attr in _RUNAWAY_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:  # noqa: ANN401 - Jinja's signature
        """Add, multiply, format and raise to powers within bounds."""
        if operator == "+":
            _sized(left)
            _sized(right)
        if operator == "%" and isinstance(left, str) and _WIDTH.search(left):
            raise SecurityError("a format makes too long a value")
        if operator == "*" and _repeats(left, right) > _MAX_REPEAT:
            raise SecurityError("a repetition makes too long a value")
        if operator == "**" and _power_bits(left, right) > _MAX_BITS:
            raise SecurityError("a power makes too large a number")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Parse a template and make each of its loops count its steps."""
        found = FORBIDDEN.search(source)
        if found:
            line = source.count("\n", 0, found.start()) + 1
            raise TemplateSyntaxError("a private-use character that rendering needs for itself", line, name, filename)
        template = super()._parse(source, name, filename)
        for loop in template.find_all(nodes.For):
            loop.iter = nodes.Filter(loop.iter, _BOUNDED, [], [], None, None, lineno=loop.lineno)
        for joined in template.find_all(nodes.Concat):
            joined.nodes = [nodes.Filter(each, _SIZED, [], [], None, None, lineno=each.lineno) for each in joined.nodes]
        for assigned in template.find_all(nodes.Assign):
            assigned.node = nodes.Filter(assigned.node, _SIZED, [], [], None, None, lineno=assigned.lineno)
        return template

    def _bounded(self, items: Iterable[object]) -> Iterator[object]:
        """Pass items on until the rendering has used up its steps."""
        for item in items:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise SecurityError(f"the loops of a template take more than {MAX_STEPS} steps")
            yield item


def _sized(value: Any) -> Any:  # noqa: ANN401 - whatever a template computes
    """Return a value that is joined or kept, unless it has grown beyond bounds."""
    if type(value) in _GROWING and len(value) > _MAX_REPEAT:
        raise SecurityError("the template makes too long a value")
    return value


def _landed(text: str) -> Markup:
    """Return template text, which Jinja passes on as it is."""
    return Markup(text)  # noqa: S704 - marks are escaped where they land, and `| code` is the author's own word


def _indented(text: str, width: int = 4) -> str:
    """Return text, such as what a macro gave, with all its lines but the first moved to the right."""
    if not 0 <= width <= _MAX_INDENT:
        raise SecurityError(f"an indentation is between 0 and {_MAX_INDENT}")
    return do_indent(text, width)


def _first_address(cidr: str) -> str:
    """Return the first address of a network such as `10.0.0.0/8`, for `ip-filter`."""
    return str(ipaddress.ip_network(cidr)[0])


def _last_address(cidr: str) -> str:
    """Return the last address of a network."""
    return str(ipaddress.ip_network(cidr)[-1])


def _code(text: object) -> Markup:
    """Pass a text through as it is: C# or XML that the project itself wrote."""
    if isinstance(text, OpaqueUndefined):
        return _landed(str(text))
    if isinstance(text, Markup):
        return text
    return _landed(without_marks(str(text)))


def _power_bits(base: object, exponent: object) -> int:
    """Return about how many bits a power has, or 0 where it is none of whole numbers."""
    if isinstance(base, int) and isinstance(exponent, int):
        return abs(exponent) * base.bit_length()
    return 0


def _tojson(value: object) -> str:
    """Return a value as JSON text, to be escaped for its place like any other."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _repeats(left: object, right: object) -> int:
    """Return how many items a product of a sequence and a number has, or 0 for a product of numbers."""
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, str | list | tuple) and isinstance(count, int):
            return len(cast("str", sequence)) * count
    bits = left.bit_length() + right.bit_length() if isinstance(left, int) and isinstance(right, int) else 0
    return sys.maxsize if bits > _MAX_BITS else 0
