"""The nodes of the syntax tree. Each knows where it stands; none knows a type yet.

Nodes compare by identity and are made by the parser alone, so they are slotted but not frozen: making a frozen object
costs three times as much, and a document makes thousands.
"""

from __future__ import annotations

from dataclasses import dataclass, field

__all__ = [
    "Accessor",
    "AnonymousObject",
    "Argument",
    "ArrayInitializer",
    "As",
    "Assign",
    "Binary",
    "Block",
    "Break",
    "Call",
    "Case",
    "Cast",
    "Catch",
    "Checked",
    "CheckedBlock",
    "Conditional",
    "Continue",
    "Declaration",
    "Declarator",
    "Default",
    "Expression",
    "ExpressionStatement",
    "For",
    "ForEach",
    "Goto",
    "HolePart",
    "If",
    "Index",
    "Initializer",
    "Interpolated",
    "Is",
    "Lambda",
    "Literal",
    "LocalFunction",
    "Lock",
    "Member",
    "MemberValue",
    "Name",
    "NameOf",
    "NamedValue",
    "New",
    "NewArray",
    "Node",
    "OutVariable",
    "Parameter",
    "Pattern",
    "Postfix",
    "Return",
    "SafeAccess",
    "SafeTarget",
    "Statement",
    "Switch",
    "Throw",
    "ThrowExpression",
    "Try",
    "TypeExpression",
    "TypeName",
    "TypeOf",
    "Unary",
    "Using",
    "While",
]


@dataclass(slots=True, eq=False, repr=False)
class Node:
    """Anything in the tree; `start` and `end` are offsets in the expression's text."""

    start: int
    end: int


@dataclass(slots=True, eq=False, repr=False)
class TypeName(Node):
    """A type as written: dotted name, type arguments, then `?` and `[]` in order of appearance."""

    name: str
    arguments: tuple[TypeName, ...] = ()
    suffixes: tuple[str, ...] = ()
    outer: TypeName | None = None


# --- expressions -----------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False)
class Literal(Node):
    """A constant: its .NET type ("null" for null) and its value."""

    type_name: str
    value: object


@dataclass(slots=True, eq=False, repr=False)
class HolePart(Node):
    """One hole of an interpolated string."""

    value: Expression
    alignment: Expression | None
    format: str | None


@dataclass(slots=True, eq=False, repr=False)
class Interpolated(Node):
    """An interpolated string: texts and holes in turn."""

    parts: tuple[str | HolePart, ...]


@dataclass(slots=True, eq=False, repr=False)
class NamedValue(Node):
    """`{{name}}` outside of a string: code that is not there yet, of unknown type."""

    name: str


@dataclass(slots=True, eq=False, repr=False)
class Name(Node):
    """A simple name, perhaps with type arguments."""

    name: str
    arguments: tuple[TypeName, ...] = ()


@dataclass(slots=True, eq=False, repr=False)
class TypeExpression(Node):
    """A type where a value may stand: `int` in `int.Parse`, `List<string>` in `List<string>.Empty`."""

    type: TypeName


@dataclass(slots=True, eq=False, repr=False)
class Member(Node):
    """`target.name<arguments>`."""

    target: Expression
    name: str
    name_start: int
    arguments: tuple[TypeName, ...] = ()


@dataclass(slots=True, eq=False, repr=False)
class SafeTarget(Node):
    """Stands for the value of `a` in the part behind `a?`."""


@dataclass(slots=True, eq=False, repr=False)
class SafeAccess(Node):
    """`target?.x.y[z]`: `access` is the rest, with a `SafeTarget` at its left end."""

    target: Expression
    access: Expression


@dataclass(slots=True, eq=False, repr=False)
class Argument(Node):
    """One argument: perhaps named, perhaps `out` or `ref`."""

    value: Expression
    name: str | None = None
    modifier: str | None = None


@dataclass(slots=True, eq=False, repr=False)
class OutVariable(Node):
    """`out T name`, `out var name` or `out _`: `type` is None for `var`, `name` is None for the discard."""

    type: TypeName | None
    name: str | None


@dataclass(slots=True, eq=False, repr=False)
class Call(Node):
    """`target(arguments)`."""

    target: Expression
    arguments: tuple[Argument, ...]


@dataclass(slots=True, eq=False, repr=False)
class Index(Node):
    """`target[arguments]`."""

    target: Expression
    arguments: tuple[Argument, ...]


@dataclass(slots=True, eq=False, repr=False)
class Unary(Node):
    """A prefix operator: `+ - ! ~ ++ --`."""

    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Postfix(Node):
    """`operand++` or `operand--`."""

    operator: str
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Binary(Node):
    """A binary operator, `??` included."""

    operator: str
    left: Expression
    right: Expression


@dataclass(slots=True, eq=False, repr=False)
class Assign(Node):
    """`target operator value`, the operator being `=` or a compound one."""

    operator: str
    target: Expression
    value: Expression


@dataclass(slots=True, eq=False, repr=False)
class Conditional(Node):
    """`condition ? yes : no`."""

    condition: Expression
    yes: Expression
    no: Expression


@dataclass(slots=True, eq=False, repr=False)
class Cast(Node):
    """`(type)operand`."""

    type: TypeName
    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class As(Node):
    """`operand as type`."""

    operand: Expression
    type: TypeName


@dataclass(slots=True, eq=False, repr=False)
class Pattern(Node):
    """A pattern of C# 7: a constant (`value`), or a type with a name or none; `var x` has `is_var`.

    `is_named` holds for `T _` too, which names nothing.

    A bare name may be either: then `value` and `type` are both set and the binder decides.
    """

    value: Expression | None = None
    type: TypeName | None = None
    name: str | None = None
    is_var: bool = False
    is_named: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Is(Node):
    """`operand is pattern`."""

    operand: Expression
    pattern: Pattern


@dataclass(slots=True, eq=False, repr=False)
class Parameter(Node):
    """A parameter of a lambda or local function."""

    name: str
    type: TypeName | None = None
    default: Expression | None = None
    modifier: str = ""


@dataclass(slots=True, eq=False, repr=False)
class Lambda(Node):
    """`(parameters) => body`, or `delegate (parameters) { … }`.

    `takes_any` is for `delegate { … }`, which has whatever parameters are wanted of it.
    """

    parameters: tuple[Parameter, ...]
    body: Expression | Block
    takes_any: bool = False

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return self.takes_any or len(self.parameters) == count


@dataclass(slots=True, eq=False, repr=False)
class MemberValue(Node):
    """`Name = value`, `[key] = value`, or a bare element or element list of a collection initialiser."""

    name: str | None
    keys: tuple[Argument, ...]
    values: tuple[Expression | Initializer, ...]


@dataclass(slots=True, eq=False, repr=False)
class Initializer(Node):
    """`{ … }` behind a constructor: of an object (`is_object`) or of a collection."""

    members: tuple[MemberValue, ...]
    is_object: bool


@dataclass(slots=True, eq=False, repr=False)
class New(Node):
    """`new type(arguments) { … }`."""

    type: TypeName
    arguments: tuple[Argument, ...]
    initializer: Initializer | None = None


@dataclass(slots=True, eq=False, repr=False)
class ArrayInitializer(Node):
    """`{ a, b }` of an array."""

    values: tuple[Expression, ...]


@dataclass(slots=True, eq=False, repr=False)
class NewArray(Node):
    """`new T[size] { … }` or, with `type` None, `new[] { … }`."""

    type: TypeName | None
    sizes: tuple[Expression, ...]
    initializer: ArrayInitializer | None


@dataclass(slots=True, eq=False, repr=False)
class AnonymousObject(Node):
    """`new { a = 1, b.C }`."""

    members: tuple[tuple[str, Expression], ...]


@dataclass(slots=True, eq=False, repr=False)
class TypeOf(Node):
    """`typeof(type)`."""

    type: TypeName


@dataclass(slots=True, eq=False, repr=False)
class NameOf(Node):
    """`nameof(a.b)`."""

    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Default(Node):
    """`default(type)` or `default`."""

    type: TypeName | None


@dataclass(slots=True, eq=False, repr=False)
class ThrowExpression(Node):
    """`throw x` as an operand of `??` or `?:`."""

    operand: Expression


@dataclass(slots=True, eq=False, repr=False)
class Checked(Node):
    """`checked(x)` or `unchecked(x)`."""

    operand: Expression
    is_checked: bool


Expression = (
    Literal | Interpolated | NamedValue | Name | TypeExpression | Member | SafeTarget | SafeAccess | Call | Index | Unary
    | Postfix | Binary | Assign | Conditional | Cast | As | Is | Lambda | New | NewArray | ArrayInitializer
    | AnonymousObject | TypeOf | NameOf | Default | ThrowExpression | Checked | OutVariable
)  # fmt: skip
Accessor = Member | Index | Call


# --- statements ------------------------------------------------------------------------------------------------------


@dataclass(slots=True, eq=False, repr=False)
class Block(Node):
    """`{ … }`."""

    statements: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Declarator(Node):
    """`name = value` of a declaration."""

    name: str
    value: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Declaration(Node):
    """`type a = 1, b;`, `type` being None for `var`."""

    type: TypeName | None
    declarators: tuple[Declarator, ...]
    is_const: bool = False


@dataclass(slots=True, eq=False, repr=False)
class LocalFunction(Node):
    """A function inside the block; `type` is its return type."""

    type: TypeName
    name: str
    parameters: tuple[Parameter, ...]
    body: Expression | Block


@dataclass(slots=True, eq=False, repr=False)
class ExpressionStatement(Node):
    """An assignment, call, `new` or increment as a statement."""

    expression: Expression


@dataclass(slots=True, eq=False, repr=False)
class If(Node):
    """`if … else …`."""

    condition: Expression
    yes: Statement
    no: Statement | None


@dataclass(slots=True, eq=False, repr=False)
class While(Node):
    """`while`, or `do … while` with `is_do`."""

    condition: Expression
    body: Statement
    is_do: bool


@dataclass(slots=True, eq=False, repr=False)
class For(Node):
    """`for (first; condition; steps) body`."""

    first: tuple[Statement, ...]
    condition: Expression | None
    steps: tuple[Expression, ...]
    body: Statement


@dataclass(slots=True, eq=False, repr=False)
class ForEach(Node):
    """`foreach (type name in source) body`."""

    type: TypeName | None
    name: str
    source: Expression
    body: Statement


@dataclass(slots=True, eq=False, repr=False)
class Case(Node):
    """One section of a switch: its labels, each (pattern or None for `default`, `when` condition), and statements."""

    labels: tuple[tuple[Pattern | None, Expression | None], ...]
    statements: tuple[Statement, ...]


@dataclass(slots=True, eq=False, repr=False)
class Switch(Node):
    """`switch (value) { … }`."""

    value: Expression
    cases: tuple[Case, ...]


@dataclass(slots=True, eq=False, repr=False)
class Catch(Node):
    """`catch (type name) when (condition) { … }`."""

    type: TypeName | None
    name: str | None
    condition: Expression | None
    body: Block


@dataclass(slots=True, eq=False, repr=False)
class Try(Node):
    """`try … catch … finally`."""

    body: Block
    catches: tuple[Catch, ...] = ()
    final: Block | None = None


@dataclass(slots=True, eq=False, repr=False)
class Using(Node):
    """`using (…) body`."""

    resource: Declaration | Expression
    body: Statement


@dataclass(slots=True, eq=False, repr=False)
class Lock(Node):
    """`lock (value) body`."""

    value: Expression
    body: Statement


@dataclass(slots=True, eq=False, repr=False)
class Goto(Node):
    """`goto case value;`, or with None `goto default;`."""

    value: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class CheckedBlock(Node):
    """`checked { … }` or `unchecked { … }`."""

    body: Block
    is_checked: bool


@dataclass(slots=True, eq=False, repr=False)
class Return(Node):
    """`return value;`."""

    value: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Throw(Node):
    """`throw value;`, or `throw;` in a catch."""

    value: Expression | None


@dataclass(slots=True, eq=False, repr=False)
class Break(Node):
    """`break;`."""


@dataclass(slots=True, eq=False, repr=False)
class Continue(Node):
    """`continue;`."""


@dataclass(slots=True, eq=False, repr=False)
class Empty(Node):
    """`;`."""

    nothing: None = field(default=None)


Statement = (
    Block | Declaration | LocalFunction | ExpressionStatement | If | While | For | ForEach | Switch | Try | Using
    | Lock | Goto | CheckedBlock | Return | Throw | Break | Continue | Empty
)  # fmt: skip
