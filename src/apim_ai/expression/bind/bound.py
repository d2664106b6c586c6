"""The bound tree: what the C# means, with the type of everything. Few kinds of nodes, for most meaning is a call.

An `Op` is a Python template over its operands; `{0}` is the first operand and `{t}`, `{u}` are fresh temporaries. Only
templates and functions of this package ever reach the compiled code; text of the user's appears in it as constants.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.signatures import Signature
    from apim_ai.expression.syntax.tree import Node
    from apim_ai.expression.types import ClrType

__all__ = [
    "ALWAYS",
    "Bound",
    "Call",
    "Const",
    "DefaultLiteral",
    "Function",
    "Jumps",
    "Lambda",
    "Local",
    "LocalCallable",
    "Op",
    "Root",
    "SBlock",
    "SBreak",
    "SContinue",
    "SExpression",
    "SForEach",
    "SFunction",
    "SGoto",
    "SIf",
    "SLoop",
    "SReturn",
    "SSwitch",
    "SThrow",
    "STry",
    "Safe",
    "Statement",
    "Store",
    "Symbol",
]


class Function:
    """One C# function body: the expression itself, a lambda or a local function. Owns symbols."""

    __slots__ = ("depth", "outer", "returns", "stored")

    def __init__(self, outer: Function | None) -> None:
        self.outer = outer
        self.depth: int = 0 if outer is None else outer.depth + 1
        self.stored: set[Symbol] = set()  # symbols of outer functions that this one assigns to
        self.returns: list[SReturn] = []


class Symbol:
    """A local variable, parameter, constant or local function."""

    __slots__ = (
        "callable",
        "captured",
        "code",
        "constant",
        "function",
        "in_loop",
        "is_assigned",
        "is_read_only",
        "name",
        "type",
    )

    def __init__(self, name: str, type_: ClrType, function: Function, code: str, *, in_loop: bool = False) -> None:
        self.name = name
        self.type = type_
        self.function = function
        self.code = code
        self.in_loop = in_loop
        self.captured = False
        self.is_assigned = True
        self.is_read_only = False  # the variable of a foreach
        self.constant: Const | None = None
        self.callable: LocalCallable | None = None  # of a local function

    @property
    def is_cell(self) -> bool:
        """Whether each turn of a loop needs a variable of its own, because a lambda keeps it."""
        return self.captured and self.in_loop


class LocalCallable:
    """What a call of a local function must know: its signature, and the variables of its parameters."""

    __slots__ = ("is_bound", "is_called", "parameters", "signature")

    def __init__(self, signature: Signature, parameters: tuple[Symbol, ...]) -> None:
        self.signature = signature
        self.parameters = parameters
        self.is_bound = False
        self.is_called = False  # before its place in the block, so that Python must know it from the start

    @property
    def inputs(self) -> tuple[Symbol, ...]:
        """The parameters that a call gives a value to."""
        pairs = zip(self.signature.params, self.parameters, strict=True)
        return tuple(symbol for param, symbol in pairs if not param.is_out or param.is_ref)

    @property
    def outputs(self) -> tuple[Symbol, ...]:
        """The parameters whose value a call gives back."""
        pairs = zip(self.signature.params, self.parameters, strict=True)
        return tuple(symbol for param, symbol in pairs if param.is_out)


class Bound:
    """An expression with a type. `may_be_null` is false where null is impossible."""

    __slots__ = ("may_be_null", "type")

    def __init__(self, type_: ClrType, *, may_be_null: bool = True) -> None:
        self.type = type_
        self.may_be_null = may_be_null and type_.accepts_null


class Const(Bound):
    """A constant in its unboxed form."""

    __slots__ = ("value",)

    def __init__(self, type_: ClrType, value: object) -> None:
        super().__init__(type_, may_be_null=value is None)
        self.value = value


class DefaultLiteral(Const):
    """`default` without a type, which takes the type that is wanted of it."""

    __slots__ = ()


class Root(Bound):
    """The implicit variable `context`."""

    __slots__ = ()


class Local(Bound):
    """A variable read."""

    __slots__ = ("symbol",)

    def __init__(self, symbol: Symbol, *, may_be_null: bool = True) -> None:
        super().__init__(symbol.type, may_be_null=may_be_null)
        self.symbol = symbol


class Op(Bound):
    """A Python template over operands; `names` are further functions it calls, as `{name}`."""

    __slots__ = ("names", "operands", "template")

    def __init__(
        self,
        type_: ClrType,
        template: str,
        *operands: Bound,
        may_be_null: bool = True,
        names: dict[str, object] | None = None,
    ) -> None:
        super().__init__(type_, may_be_null=may_be_null)
        self.template = template
        self.operands = operands
        self.names = names


class Call(Bound):
    """A call of a library function, or with `method` a description of the C# member for those who read the tree."""

    __slots__ = ("function", "member", "operands")

    def __init__(
        self,
        type_: ClrType,
        function: Callable[..., object],
        *operands: Bound,
        member: str = "",
        may_be_null: bool = True,
    ) -> None:
        super().__init__(type_, may_be_null=may_be_null)
        self.function = function
        self.operands = operands
        self.member = member


class Safe(Bound):
    """`target?.access`: evaluates `access` with `symbol` holding the target unless that is null."""

    __slots__ = ("access", "symbol", "target")

    def __init__(self, type_: ClrType, target: Bound, symbol: Symbol, access: Bound) -> None:
        super().__init__(type_)
        self.target = target
        self.symbol = symbol
        self.access = access


class Store(Bound):
    """An assignment to a variable; its value is the value assigned."""

    __slots__ = ("symbol", "value")

    def __init__(self, symbol: Symbol, value: Bound) -> None:
        super().__init__(symbol.type, may_be_null=value.may_be_null)
        self.symbol = symbol
        self.value = value


class Lambda(Bound):
    """A lambda: its parameters and its body, an expression or a block."""

    __slots__ = ("body", "function", "parameters")

    def __init__(
        self, type_: ClrType, parameters: tuple[Symbol, ...], body: Bound | SBlock, function: Function
    ) -> None:
        super().__init__(type_, may_be_null=False)
        self.parameters = parameters
        self.body = body
        self.function = function


# --- statements ------------------------------------------------------------------------------------------------------


class SExpression:
    """An expression for its effect."""

    __slots__ = ("value",)

    def __init__(self, value: Bound) -> None:
        self.value = value


class SBlock:
    """Statements in order."""

    __slots__ = ("statements",)

    def __init__(self, statements: list[Statement]) -> None:
        self.statements = statements


class SIf:
    """A branch."""

    __slots__ = ("condition", "no", "yes")

    def __init__(self, condition: Bound, yes: Statement, no: Statement | None) -> None:
        self.condition = condition
        self.yes = yes
        self.no = no


class SLoop:
    """`while`, `do` and `for`: `steps` run after the body and after `continue`."""

    __slots__ = ("body", "condition", "is_do", "steps")

    def __init__(self, condition: Bound | None, body: Statement, steps: tuple[Bound, ...], *, is_do: bool) -> None:
        self.condition = condition
        self.body = body
        self.steps = steps
        self.is_do = is_do


class SForEach:
    """A loop over an iterable of unboxed values."""

    __slots__ = ("body", "convert", "item", "source", "symbol")

    def __init__(self, symbol: Symbol, item: Symbol, convert: Bound, source: Bound, body: Statement) -> None:
        self.symbol = symbol
        self.item = item  # what the iterable yields
        self.convert = convert  # the loop variable's value, in terms of `item`
        self.source = source
        self.body = body


class SSwitch:
    """A switch: each section has one test (None for `default`) over the stored value.

    Where `jumps` are used, a section may go to another.
    """

    __slots__ = ("jumps", "sections", "value")

    def __init__(self, value: Store, sections: list[tuple[Bound | None, SBlock]], jumps: Jumps) -> None:
        self.value = value
        self.sections = sections
        self.jumps = jumps


class Jumps:
    """What `goto case` and `goto default` must know of the switch around them: its value, and how deep it stands."""

    __slots__ = ("constants", "default_flag", "function", "handled", "is_used", "loops", "takes_all", "value", "wanted")

    def __init__(self, default_flag: Symbol, value: Symbol, loops: int, function: Function) -> None:
        self.default_flag = default_flag  # the variable that says "to `default`"
        self.value = value
        self.loops = loops
        self.function = function
        self.is_used = False
        self.wanted: list[tuple[object, Node]] = []
        self.handled: list[ClrType] = []  # what labels before take whole
        self.constants: set[tuple[str, object]] = set()
        self.takes_all = False  # as `case var x` does, null included


class STry:
    """`try`: catches are (symbol of the exception, its test, body)."""

    __slots__ = ("body", "catches", "final")

    def __init__(self, body: SBlock, catches: list[tuple[Symbol, Bound | None, SBlock]], final: SBlock | None) -> None:
        self.body = body
        self.catches = catches
        self.final = final


class SThrow:
    """`throw x`; None throws the caught one again."""

    __slots__ = ("value",)

    def __init__(self, value: Bound | None) -> None:
        self.value = value


class SReturn:
    """`return`; the value is converted when the function's return type is known."""

    __slots__ = ("end", "start", "value")

    def __init__(self, value: Bound | None, start: int, end: int) -> None:
        self.value = value
        self.start = start
        self.end = end


class SGoto:
    """`goto case` or `goto default`: an assignment, then the next turn of the switch."""

    __slots__ = ("store",)

    def __init__(self, store: Store) -> None:
        self.store = store


class SBreak:
    """`break`."""

    __slots__ = ()


class SContinue:
    """`continue`."""

    __slots__ = ()


class SFunction:
    """A local function."""

    __slots__ = ("lambda_", "symbol")

    def __init__(self, symbol: Symbol, lambda_: Lambda) -> None:
        self.symbol = symbol
        self.lambda_ = lambda_


Statement = (
    SExpression
    | SBlock
    | SIf
    | SLoop
    | SForEach
    | SSwitch
    | SGoto
    | STry
    | SThrow
    | SReturn
    | SBreak
    | SContinue
    | SFunction
)
MISSING: Final = object()
ALWAYS: Final = "({0}, True)[1]"
"""The template of a pattern that fits every value: the value is looked at, or kept, and that is all."""
