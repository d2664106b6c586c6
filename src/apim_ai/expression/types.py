"""The .NET types that expressions know: declarations with their members, and the closed types made of them.

A `Declaration` is what a library module declares (`System.Collections.Generic.List`1`); a `ClrType` is a declaration
with its type arguments, made once and compared by identity. Library modules load when one of their types is named.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Literal

from apim_ai.expression.library.index import ALIASES, CONTINUED, MODULES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from apim_ai.expression.signatures import Signature

__all__ = [
    "NULL",
    "UNKNOWN",
    "VOID",
    "ClrType",
    "Declaration",
    "Kind",
    "array_of",
    "find",
    "make",
    "nullable_of",
    "parameter",
    "resolve",
    "substitute",
]

Kind = Literal[
    "class", "struct", "interface", "enum", "delegate", "array", "nullable", "parameter", "null", "void", "unknown",
    "lambda", "anonymous",
]  # fmt: skip
Allowed = frozenset[str] | Literal["all"] | None


class Declaration:
    """One declared type with its members.

    Args:
        name: .NET full name; generic ones end in a backtick and their arity.
        kind: what sort of type it is.
        parameters: names of the type parameters.
        base: the base class as C# text; may use the parameters.
        interfaces: implemented interfaces, likewise.
        python: the classes that stand for its values at run time.
        allowed: which members Azure's allow-list has; None when the type is not on it.
        shown: the name that values of the type report, where it differs.
    """

    __slots__ = (
        "_members", "_raw", "allowed", "base", "constants", "interfaces", "is_static", "kind", "name", "parameters",
        "python", "shown", "simple",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        kind: Kind = "class",
        *,
        parameters: tuple[str, ...] = (),
        base: str | None = None,
        interfaces: tuple[str, ...] = (),
        python: tuple[type, ...] = (),
        allowed: Allowed = "all",
        shown: str | None = None,
    ) -> None:
        self.name = name
        self.kind: Kind = kind
        self.parameters = parameters
        self.base = base
        self.interfaces = interfaces
        self.python = python
        self.allowed: Allowed = allowed
        self.shown = shown or name
        self.simple = name.rsplit(".", 1)[-1].rsplit("+", 1)[-1].split("`", maxsplit=1)[0]
        self.constants: dict[str, int] = {}  # of an enum
        self.is_static = False
        self._raw: list[RawMember] = []
        self._members: dict[str, list[Signature]] | None = None

    def add(self, member: RawMember) -> None:
        """Add a member; the signature is read when it is first looked up."""
        self._raw.append(member)
        self._members = None

    def members(self) -> dict[str, list[Signature]]:
        """Return the members by name; constructors are `.ctor`, indexers `this[]`, conversions `implicit`/`explicit`."""
        if self._members is None:
            from apim_ai.expression.signatures import read_members  # noqa: PLC0415 - the two need each other

            more = CONTINUED.get(_MODULE_OF.get(self.name, ""))
            if more is not None:
                import_module(f"apim_ai.expression.library.{more}")
            self._members = read_members(self, self._raw)
        return self._members

    def __repr__(self) -> str:
        return f"Declaration({self.name})"


class RawMember:
    """A member as declared: C# text, the Python function behind it, and how to call that."""

    __slots__ = ("constant", "flags", "function", "inline", "is_constant", "text")

    def __init__(
        self,
        text: str,
        function: Callable[..., object] | None,
        inline: str | None,
        flags: frozenset[str],
        constant: object = None,
        *,
        is_constant: bool = False,
    ) -> None:
        self.text = text
        self.function = function
        self.inline = inline
        self.flags = flags
        self.constant = constant
        self.is_constant = is_constant


class ClrType:
    """A closed type. Made by `make` alone, so that equal types are the same object."""

    __slots__ = ("_ancestors", "arguments", "declaration", "display", "fields", "kind", "name")

    def __init__(
        self,
        declaration: Declaration,
        arguments: tuple[ClrType, ...],
        name: str,
        display: str,
        fields: tuple[tuple[str, ClrType], ...] = (),
    ) -> None:
        self.declaration = declaration
        self.arguments = arguments
        self.kind: Kind = declaration.kind
        self.name = name
        self.display = display
        self.fields = fields  # of an anonymous type
        self._ancestors: tuple[ClrType, ...] | None = None

    @property
    def is_value(self) -> bool:
        """Whether it is a value type, nullable ones included."""
        return self.kind in ("struct", "enum", "nullable")

    @property
    def accepts_null(self) -> bool:
        """Whether null is one of its values."""
        return self.kind not in ("struct", "enum", "void")

    @property
    def element(self) -> ClrType:
        """The type of an array's elements, or the type under a nullable."""
        return self.arguments[0]

    @property
    def base(self) -> ClrType | None:
        """The base class."""
        text = self.declaration.base
        if text is None:
            return None
        return resolve(text, self.bindings())

    def bindings(self) -> dict[str, ClrType]:
        """Return the type arguments by the names of the parameters."""
        return dict(zip(self.declaration.parameters, self.arguments, strict=True))

    def ancestors(self) -> tuple[ClrType, ...]:
        """Return the type itself, its base classes from near to far, then all interfaces."""
        if self._ancestors is None:
            chain: list[ClrType] = [self]
            while (base := chain[-1].base) is not None:
                chain.append(base)
            interfaces: list[ClrType] = []
            for link in chain:
                _collect_interfaces(link, interfaces)
            self._ancestors = tuple(chain + interfaces)
        return self._ancestors

    def __repr__(self) -> str:
        return f"ClrType({self.name})"


def _collect_interfaces(type_: ClrType, found: list[ClrType]) -> None:
    bindings = type_.bindings()
    for text in type_.declaration.interfaces:
        interface = resolve(text, bindings)
        if interface not in found:
            found.append(interface)
            _collect_interfaces(interface, found)


# --- making types ----------------------------------------------------------------------------------------------------

_DECLARED: dict[str, Declaration] = {}
_MADE: dict[tuple[str, tuple[ClrType, ...]], ClrType] = {}
_CSHARP = {full: alias for alias, full in ALIASES.items()}
_SIMPLE: dict[str, str] = {}
_MODULE_OF: dict[str, str] = {}
for _module, _names in MODULES.items():
    for _name in _names.split():
        _MODULE_OF[_name] = _module
        _SIMPLE.setdefault(_name.rsplit(".", 1)[-1].rsplit("+", 1)[-1], _name)
_NAMESPACES = {_name.rpartition(".")[0] for _name in _MODULE_OF if "." in _name}
for _name in tuple(_NAMESPACES):
    while "." in _name:
        _name = _name.rpartition(".")[0]
        _NAMESPACES.add(_name)


def register(declaration: Declaration) -> None:
    """Make a declaration known under its name."""
    _DECLARED[declaration.name] = declaration


def find(name: str, arity: int = 0) -> Declaration | None:
    """Return a declaration by C# alias, simple name or full name, loading its module."""
    name = ALIASES.get(name, name)
    if arity:
        name = f"{name}`{arity}"
    declaration = _DECLARED.get(name)
    if declaration is not None:
        return declaration
    full = name if name in _MODULE_OF else _SIMPLE.get(name)
    if full is None and "." in name:
        full = _nested(name)
    if full is None:
        return None
    if full not in _DECLARED:
        import_module(f"apim_ai.expression.library.{_MODULE_OF[full]}")
    declaration = _DECLARED[full]
    _DECLARED.setdefault(name, declaration)
    return declaration


def _nested(name: str) -> str | None:
    outer, _, inner = name.rpartition(".")
    candidate = f"{_SIMPLE.get(outer, outer)}+{inner}"
    return candidate if candidate in _MODULE_OF else None


def is_namespace(name: str) -> bool:
    """Whether some known type lives in this namespace or below."""
    return name in _NAMESPACES


def simple_names() -> list[str]:
    """Return the simple names of all known types, for suggestions."""
    return [name.split("`")[0] for name in _SIMPLE]


def make(declaration: Declaration, arguments: tuple[ClrType, ...] = ()) -> ClrType:
    """Return the one closed type of a declaration with these arguments."""
    key = (declaration.name, arguments)
    type_ = _MADE.get(key)
    if type_ is None:
        type_ = ClrType(declaration, arguments, _full_name(declaration, arguments), _display(declaration, arguments))
        _MADE[key] = type_
    return type_


def _full_name(declaration: Declaration, arguments: tuple[ClrType, ...]) -> str:
    if declaration.kind == "array":
        return f"{arguments[0].name}[]"
    shown = declaration.shown
    if not arguments or "[" in shown:
        return shown
    return f"{shown}[{','.join(argument.name for argument in arguments)}]"


def _display(declaration: Declaration, arguments: tuple[ClrType, ...]) -> str:
    if declaration.kind == "array":
        return f"{arguments[0].display}[]"
    if declaration.kind == "nullable":
        return f"{arguments[0].display}?"
    if declaration.kind == "parameter":
        return declaration.simple
    name = _CSHARP.get(declaration.name, declaration.simple)
    return f"{name}<{', '.join(argument.display for argument in arguments)}>" if arguments else name


_ARRAY = Declaration(
    "System.Array[]", "array", parameters=("T",), base="System.Array", interfaces=("IList<T>", "IReadOnlyList<T>")
)
_NULLABLE_NAME = "System.Nullable`1"
NULL = make(Declaration("<null>", "null"))
VOID = make(Declaration("System.Void", "void"))
UNKNOWN = make(Declaration("unknown", "unknown"))
"""The type of what is not there yet: a named value that was not substituted. Everything goes with it."""


def array_of(element: ClrType) -> ClrType:
    """Return `element[]`."""
    return make(_ARRAY, (element,))


def nullable_of(element: ClrType) -> ClrType:
    """Return `element?`, for a value type."""
    declaration = find(_NULLABLE_NAME)
    if declaration is None or element.kind == "nullable":
        return element
    return make(declaration, (element,))


def parameter(name: str) -> ClrType:
    """Return the type parameter of this name."""
    key = f"<{name}>"
    if key not in _DECLARED:
        declaration = Declaration(key, "parameter")
        declaration.simple = name
        _DECLARED[key] = declaration
    return make(_DECLARED[key])


def anonymous(fields: tuple[tuple[str, ClrType], ...]) -> ClrType:
    """Return the anonymous type with these properties."""
    key = (f"<anonymous>{','.join(name for name, _ in fields)}", tuple(type_ for _, type_ in fields))
    if key not in _MADE:
        declaration = Declaration("<>f__AnonymousType0", "anonymous", base="object")
        shown = ", ".join(f"{type_.display} {name}" for name, type_ in fields)
        _MADE[key] = ClrType(declaration, (), declaration.name, f"<anonymous type: {shown}>", fields)
    return _MADE[key]


def substitute(type_: ClrType, bindings: Mapping[str, ClrType]) -> ClrType:
    """Return the type with its parameters replaced."""
    if type_.kind == "parameter":
        return bindings.get(type_.declaration.simple, type_)
    if not type_.arguments:
        return type_
    arguments = tuple(substitute(argument, bindings) for argument in type_.arguments)
    if type_.kind == "nullable" and not arguments[0].is_value and arguments[0].kind != "parameter":
        return arguments[0]
    return type_ if arguments == type_.arguments else make(type_.declaration, arguments)


# --- types as text ---------------------------------------------------------------------------------------------------

_RESOLVED: dict[str, ClrType] = {}


def resolve(text: str, bindings: Mapping[str, ClrType] | None = None) -> ClrType:
    """Return the type that C# text in a library declaration names.

    Args:
        text: such as `IEnumerable<KeyValuePair<string, T>>`, `int?` or `byte[]`.
        bindings: what the type parameters stand for; a parameter without binding stands for itself.

    Raises:
        LookupError: no such type is declared.
    """
    if not bindings:
        if text not in _RESOLVED:
            _RESOLVED[text] = _TypeText(text, {}).read()
        return _RESOLVED[text]
    return _TypeText(text, bindings).read()


class _TypeText:
    """Reads one type from C# text."""

    def __init__(self, text: str, bindings: Mapping[str, ClrType]) -> None:
        self.text = text.replace(" ", "")
        self.bindings = bindings
        self.position = 0

    def read(self) -> ClrType:
        start = self.position
        text = self.text
        while self.position < len(text) and text[self.position] not in "<>,[]?":
            self.position += 1
        name = text[start : self.position]
        arguments: list[ClrType] = []
        if self._take("<"):
            arguments.append(self.read())
            while self._take(","):
                arguments.append(self.read())
            self._take(">")
        return self._suffixes(self._named(name, tuple(arguments)))

    def _named(self, name: str, arguments: tuple[ClrType, ...]) -> ClrType:
        if not arguments:
            if name in self.bindings:
                return self.bindings[name]
            if name == "void":
                return VOID
        declaration = find(name, len(arguments))
        if declaration is None:
            if not arguments and name[:1] == "T":
                return parameter(name)
            raise LookupError(f"no type '{name}' is declared")
        return make(declaration, arguments)

    def _suffixes(self, type_: ClrType) -> ClrType:
        while True:
            if self._take("?"):
                type_ = nullable_of(type_)
            elif self._take("[]"):
                type_ = array_of(type_)
            else:
                return type_

    def _take(self, piece: str) -> bool:
        if self.text.startswith(piece, self.position):
            self.position += len(piece)
            return True
        return False
