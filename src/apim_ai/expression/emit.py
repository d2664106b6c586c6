"""From the bound tree to Python source: one function `run(context)`, compiled once.

The source holds nothing of the user's but constants in `repr` form; every other name is one of ours (`v1`, `g2`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar, cast

from apim_ai.expression.bind.bound import (
    Bound,
    Call,
    Const,
    DefaultLiteral,
    Lambda,
    Local,
    Op,
    Root,
    Safe,
    SBlock,
    SBreak,
    SContinue,
    SExpression,
    SForEach,
    SFunction,
    SGoto,
    SIf,
    SLoop,
    SReturn,
    SSwitch,
    Statement,
    SThrow,
    Store,
    STry,
    Symbol,
)
from apim_ai.expression.exceptions import ClrException, foreign
from apim_ai.expression.fuse import Fuser
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.utf16 import length
from apim_ai.expression.survey import children
from apim_ai.expression.types import NULL, VOID

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.expression.bind.bound import Function
    from apim_ai.expression.context import Context
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["compile_bound"]

_NULL_TESTS = {"({0} is None)": True, "({0} is not None)": False}
_TEMPORARIES = "tuw"
_DEEP = 25
_WRAPPED = re.compile(r"\(\(\((.+) \+ (\d+)\) & (\d+)\) - \2\)")
_STORED = re.compile(r"\((v\d+) :=")
_PLAIN = (str, int, float, bool, type(None))
_GUARD = "    except {clr}:\n        raise\n    except Exception as error:\n        raise {foreign}(error) from None\n"


def compile_bound(
    body: Bound | SBlock, *, is_metered: bool, settings: ExpressionSettings, result: Callable[[object], object] | None
) -> Callable[[Context], object]:
    """Return the compiled expression.

    Args:
        body: what to run.
        is_metered: whether to count steps.
        settings: how many there may be, and how texts are ordered.
        result: what puts the value into its box.
    """
    emitter = _Emitter(Fuser(body), is_metered=is_metered)
    try:
        source = emitter.whole(body, settings, result)
        code = compile(source, "<policy expression>", "exec", dont_inherit=True)
    except (RecursionError, SyntaxError, MemoryError):  # deeper than Python nests expressions or blocks
        return _too_deep
    scope = emitter.names
    exec(code, scope)  # noqa: S102 - the source is ours: templates, generated names and constants
    return cast("Callable[[Context], object]", scope["run"])


def _too_deep(_context: Context) -> object:
    raise foreign(RecursionError())


def _bare(node: Bound) -> Bound:
    while isinstance(node, Op) and node.template == "{0}":
        node = node.operands[0]
    return node


class _Emitter:
    """Writes Python. `lines` belong to the function being written; `pending` must stand before the next statement."""

    def __init__(self, fuser: Fuser, *, is_metered: bool) -> None:
        self._fuser = fuser
        self._level = 0  # how many expressions are entered
        self._apart: dict[int, str] = {}  # calls of what was put apart, by the identity of the node
        self.names: dict[str, object] = {"__builtins__": _BUILTINS}
        self._known: dict[int, str] = {}
        self.lines: list[str] = []
        self.depth = 1
        self._count = 0
        self.is_metered = is_metered
        self.loops: list[_Loop] = []
        self.result: str | None = None
        self.caught: list[str] = []
        self._declared: set[str] = set()  # the cells that were made

    # --- the whole ----------------------------------------------------------------------------------------------

    def whole(
        self, body: Bound | SBlock, settings: ExpressionSettings, result: Callable[[object], object] | None
    ) -> str:
        """Return the source of the module that defines `run`."""
        self.result = None if result is None else self.name_of(result)
        self.depth = 2
        if self.is_metered:
            meter = self.name_of(METER)
            self.line(f"{meter}.limit = {meter}.left = {settings.steps}")
            self.line(f"{meter}.orders_by_culture = {settings.is_cultured}")
        if isinstance(body, Bound):
            code = self.code(body)
            self.line(f"return {self.result}({code})" if self.result else f"return {code}")
        else:
            self.block(body)
        guard = _GUARD.format(clr=self.name_of(ClrException), foreign=self.name_of(foreign))
        return "def run(context):\n    try:\n" + "\n".join(self.lines) + "\n" + guard

    def line(self, text: str) -> None:
        """Write a line."""
        self.lines.append("    " * self.depth + text)

    def name_of(self, thing: object) -> str:
        """Return the global name of a function or object of ours."""
        key = id(thing)
        name = self._known.get(key)
        if name is None:
            name = self._known[key] = f"g{len(self._known)}"
            self.names[name] = thing
        return name

    def step(self) -> None:
        """Write the counting of a step: in place, for a call costs more than most turns of a loop."""
        meter = self.name_of(METER)
        self.line(f"{meter}.left -= 1")
        self.line(f"if {meter}.left < 0: {meter}.end()")

    def fresh(self) -> str:
        """Return a new name for a temporary."""
        self._count += 1
        return f"t{self._count}"

    # --- expressions --------------------------------------------------------------------------------------------

    def code(self, node: Bound) -> str:
        """Return the Python expression of a bound node."""
        ready = self._apart.pop(id(node), None)
        if ready is not None:
            return ready
        if self._level >= _DEEP:
            return self._put_apart(node)
        if self._level == 0:
            self._shorten(node)
        self._level += 1
        node = self._fuser.fuse(node) or node
        code = self._CODE[type(node)](self, node)
        self._level -= 1
        return code

    def _shorten(self, node: Bound) -> None:
        """Put parts of a long chain such as `a + b + c …` apart, the innermost first, so that none is entered too deeply."""
        chain: list[Bound] = []
        while isinstance(node, (Op, Call)) and node.operands:
            chain.append(node)
            node = next((each for each in node.operands if not isinstance(each, Const)), node.operands[0])
        for part in reversed(chain[_DEEP::_DEEP]):
            if id(part) not in self._apart:
                self._apart[id(part)] = self._put_apart(part)

    def _put_apart(self, node: Bound) -> str:
        """Write a function in front of the statement for a part of an expression: Python nests brackets only so deep."""
        name, level, self._level = self.fresh(), self._level, 0
        code = self.code(node)
        self._level = level
        stored = ", ".join(dict.fromkeys(_STORED.findall(code)))
        if stored:
            self.line(f"if False: {stored.replace(',', ' =')} = None")  # they are variables of the function around it
        self.line(f"def {name}():")
        if stored:
            self.line(f"    nonlocal {stored}")
        self.line(f"    return {code}")
        return f"{name}()"

    def const(self, node: Const) -> str:
        """Write a constant."""
        value = node.value
        if type(value) in _PLAIN and (type(value) is not float or abs(value) < _LARGE):
            return f"({value!r})" if isinstance(value, (int, float)) and value < 0 else repr(value)
        return self.name_of(value)

    def root(self, _node: Root) -> str:
        """Write `context`."""
        return "context"

    def local(self, node: Local) -> str:
        """Write a variable read."""
        return f"{node.symbol.code}[0]" if node.symbol.is_cell else node.symbol.code

    def op(self, node: Op) -> str:
        """Write a template over its operands."""
        template = node.template
        if template == "{0}":
            return self.code(node.operands[0])
        if template in _NULL_TESTS:
            tested = _bare(node.operands[0])
            if isinstance(tested, Const):  # Python warns of `5 is not None`
                return str((tested.value is None) == _NULL_TESTS[template])
        names = {name: self.name_of(thing) for name, thing in (node.names or {}).items()}
        names.update((mark, self.fresh()) for mark in _TEMPORARIES if f"{{{mark}}}" in template)
        wrapped = _WRAPPED.fullmatch(template)
        if wrapped is not None:  # numbers that need no wrapping are the rule
            inner, low, mask = wrapped.groups()
            number = self.fresh()
            is_fitting = f"-{low} <= ({number} := {inner}) < {low}"
            template = f"({number} if {is_fitting} else (({number} + {low}) & {mask}) - {low})"
        return template.format(*[self.code(operand) for operand in node.operands], **names)

    def call(self, node: Call) -> str:
        """Write a call."""
        name = self.name_of(node.function)
        if node.function is length:
            text = self.fresh()
            return f"(len({text}) if ({text} := {self.code(node.operands[0])}).isascii() else {name}({text}))"
        return f"{name}({', '.join(self.code(operand) for operand in node.operands)})"

    def safe(self, node: Safe) -> str:
        """Write `target?.access`."""
        return f"(None if ({node.symbol.code} := {self.code(node.target)}) is None else {self.code(node.access)})"

    def store(self, node: Store) -> str:
        """Write an assignment that is an expression."""
        value = self._stored(node)
        if node.symbol.is_cell:
            return f"{self.name_of(_set_cell)}({node.symbol.code}, {value})"
        return f"({node.symbol.code} := {value})"

    def _stored(self, node: Store) -> str:
        return self.code(self._fuser.stored(node) or node.value)

    def lambda_(self, node: Lambda) -> str:
        """Write a lambda: in place where Python can, else as a function in front of the statement."""
        if isinstance(node.body, Bound) and not node.function.stored:
            header = ", ".join([symbol.code for symbol in node.parameters] + self._cells(node))
            kept, apart = self.lines, dict(self._apart)
            self.lines = []
            body = self.code(node.body)
            hoisted, self.lines = self.lines, kept
            if not hoisted:
                return f"(lambda {header}: {body})"
            self._apart = apart
        name = self.fresh()
        self.define(name, node)
        return name

    def _cells(self, node: Lambda) -> list[str]:
        """Bind the loop variables that a lambda keeps to the turn in which it is made."""
        kept: dict[str, None] = {}
        _collect_cells(node.body, node.function, kept)
        return [f"{code}={code}" for code in kept]

    def define(self, name: str, node: Lambda) -> None:
        """Write a function in front of the statement at hand."""
        header = ", ".join([symbol.code for symbol in node.parameters] + self._cells(node))
        self.line(f"def {name}({header}):")
        outer = self.loops, self.result
        self.loops, self.result = [], None
        self.depth += 1
        self._prologue(node)
        if isinstance(node.body, Bound):
            self.line(f"return {self.code(node.body)}")
        else:
            self.block(node.body)
        self.depth -= 1
        self.loops, self.result = outer

    def _prologue(self, node: Lambda) -> None:
        stored = sorted(symbol.code for symbol in node.function.stored if not symbol.is_cell)
        if stored:
            self.line(f"nonlocal {', '.join(stored)}")
        for symbol in node.parameters:
            if symbol.is_cell:
                self.line(f"{symbol.code} = [{symbol.code}]")
        if self.is_metered:
            self.step()

    # --- statements ---------------------------------------------------------------------------------------------

    def statement(self, node: Statement) -> None:
        """Write a statement."""
        self._WRITE[type(node)](self, node)

    def block(self, node: SBlock) -> None:
        """Write statements, or `pass` where there are none."""
        before = len(self.lines)
        for each in node.statements:
            self.statement(each)
        if len(self.lines) == before:
            self.line("pass")

    def nested(self, node: Statement) -> None:
        """Write a statement one level deeper."""
        self.depth += 1
        self.block(node if isinstance(node, SBlock) else SBlock([node]))
        self.depth -= 1

    def expression(self, node: SExpression) -> None:
        """Write an expression for its effect; an assignment as a statement."""
        value = node.value
        if isinstance(value, Store):
            code = self._stored(value)
            declared = f"[{code}]" if value.symbol.is_cell else code
            if value.symbol.is_cell and value.symbol.is_assigned is not True:
                self.line(f"{value.symbol.code}[0] = {code}")
            else:
                self._write_store(value.symbol, code, declared)
            return
        self.line(self.code(value))

    def _write_store(self, symbol: Symbol, code: str, declared: str) -> None:
        if symbol.is_cell and symbol.code in self._declared:
            self.line(f"{symbol.code}[0] = {code}")
            return
        if symbol.is_cell:
            self._declared.add(symbol.code)
        self.line(f"{symbol.code} = {declared}")

    def if_(self, node: SIf) -> None:
        """Write a branch; a chain of them is no deeper than one, where nothing has to stand in front of a condition."""
        word, condition = "if", self.code(node.condition)
        while True:
            self.line(f"{word} {condition}:")
            self.nested(node.yes)
            following = node.no
            if following is None:
                return
            if not isinstance(following, SIf):
                break
            kept, apart = self.lines, dict(self._apart)
            self.lines = []
            condition = self.code(following.condition)
            hoisted, self.lines = self.lines, kept
            if hoisted:
                self._apart = apart
                break
            word, node = "elif", following
        self.line("else:")
        self.nested(following)

    def loop(self, node: SLoop) -> None:
        """Write a loop with its steps."""
        loop = _Loop(node)
        self.line("while True:")
        self.depth += 1
        self.step()
        if not node.is_do:
            self._leave_unless(node.condition)
        self.loops.append(loop)
        self.block(node.body if isinstance(node.body, SBlock) else SBlock([node.body]))
        self.loops.pop()
        self._turn(node)
        self.depth -= 1

    def _leave_unless(self, condition: Bound | None) -> None:
        if condition is not None and not (isinstance(condition, Const) and condition.value is True):
            self.line(f"if not {self.code(condition)}: break")

    def _turn(self, node: SLoop) -> None:
        for step in node.steps:
            self.expression(SExpression(step))
        if node.is_do:
            self._leave_unless(node.condition)

    def foreach(self, node: SForEach) -> None:
        """Write a loop over an iterable."""
        source, held = self._fuser.turns(node) or (node.source, node.convert)
        self.line(f"for {node.item.code} in {self.code(source)}:")
        self.depth += 1
        self.step()
        value = self.code(held)
        self.line(f"{node.symbol.code} = [{value}]" if node.symbol.is_cell else f"{node.symbol.code} = {value}")
        if node.symbol.is_cell:
            self._declared.add(node.symbol.code)
        self.loops.append(_Loop(None))
        self.block(node.body if isinstance(node.body, SBlock) else SBlock([node.body]))
        self.loops.pop()
        self.depth -= 1

    def switch(self, node: SSwitch) -> None:
        """Write a switch as a loop of one turn, so that `break` leaves it; `continue` goes on by a flag."""
        self.expression(SExpression(node.value))
        loop = _Loop(None, is_switch=True)
        flag = self.fresh()
        loop.flag = flag
        jumps = node.jumps
        if jumps.is_used:
            self.line(f"{jumps.default_flag.code} = False")
        at = len(self.lines)
        self.line("while True:")
        self.depth += 1
        if jumps.is_used:
            self.line(f"{self.name_of(METER.tick)}()")
        self.loops.append(loop)
        default = None
        for test, body in node.sections:
            if test is None:
                default = body
                continue
            unless = f"not {jumps.default_flag.code} and " if jumps.is_used else ""
            self.line(f"if {unless}{self.code(test)}:")
            self.nested(body)
        if default is not None:
            self.block(default)
        self.loops.pop()
        self.line("break")
        self.depth -= 1
        if loop.is_continued:
            self.lines.insert(at, "    " * self.depth + f"{flag} = False")
            self.line(f"if {flag}:")
            self.depth += 1
            self.continue_(SContinue())
            self.depth -= 1

    def try_(self, node: STry) -> None:
        """Write `try` with its catches; Python's own errors are caught as .NET's."""
        self.line("try:")
        self.nested(node.body)
        if node.catches:
            error = self.fresh()
            self.line(f"except Exception as {error}:")
            self.depth += 1
            self.line(f"{error} = {error}x = {self.name_of(foreign)}({error})")
            self.caught.append(f"{error}x")
            self._catches(node, f"{error}x")
            self.caught.pop()
            self.depth -= 1
        if node.final is not None:
            self.line("finally:")
            self.nested(node.final)

    def _catches(self, node: STry, error: str) -> None:
        word = "if"
        is_total = False
        for symbol, test, body in node.catches:
            declared = f"[{error}]" if symbol.is_cell else error
            if symbol.is_cell:
                self._declared.add(symbol.code)
            condition = f"({symbol.code} := {declared}, {self.code(test) if test is not None else 'True'})[1]"
            self.line(f"{word} {condition}:")
            self.nested(body)
            word = "elif"
            is_total = is_total or test is None
        if not is_total:
            self.line(f"else: raise {error}")

    def throw(self, node: SThrow) -> None:
        """Write a throw."""
        if node.value is None:
            self.line(f"raise {self.caught[-1]}" if self.caught else "raise")
        else:
            self.line(f"raise {self.code(node.value)}")

    def return_(self, node: SReturn) -> None:
        """Write a return; that of the whole expression puts its value into its box."""
        if node.value is None:
            self.line("return None")
            return
        code = self.code(node.value)
        self.line(f"return {self.result}({code})" if self.result else f"return {code}")

    def break_(self, _node: SBreak) -> None:
        """Write a break."""
        self.line("break")

    def continue_(self, _node: SContinue) -> None:
        """Write a continue: the steps of a `for` first, and out of a switch by its flag."""
        loop = self.loops[-1]
        if loop.is_switch:
            loop.is_continued = True
            self.line(f"{loop.flag} = True")
            self.line("break")
            return
        if loop.node is not None:
            self._turn(loop.node)
        self.line("continue")

    def goto(self, node: SGoto) -> None:
        """Write `goto case`: the value it goes by, and the next turn of the switch."""
        self.expression(SExpression(node.store))
        self.line("continue")

    def function(self, node: SFunction) -> None:
        """Write a local function."""
        self.define(node.symbol.code, node.lambda_)

    _CODE: ClassVar[dict[type, Callable[..., str]]] = {
        Const: const,
        DefaultLiteral: const,
        Root: root,
        Local: local,
        Op: op,
        Call: call,
        Safe: safe,
        Store: store,
        Lambda: lambda_,
    }

    _WRITE: ClassVar[dict[type, Callable[..., None]]] = {
        SExpression: expression,
        SBlock: block,
        SIf: if_,
        SLoop: loop,
        SForEach: foreach,
        SSwitch: switch,
        SGoto: goto,
        STry: try_,
        SThrow: throw,
        SReturn: return_,
        SBreak: break_,
        SContinue: continue_,
        SFunction: function,
    }


class _Loop:
    """A loop or switch being written."""

    def __init__(self, node: SLoop | None, *, is_switch: bool = False) -> None:
        self.node = node
        self.is_switch = is_switch
        self.is_continued = False
        self.flag = ""


def _set_cell(cell: list[object], value: object) -> object:
    cell[0] = value
    return value


def _collect_cells(node: object, function: Function, found: dict[str, None]) -> None:
    """Find the cells of outer functions that a body reads."""
    if isinstance(node, (Local, Store)) and node.symbol.is_cell and node.symbol.function is not function:
        found[node.symbol.code] = None
    for each in children(node):
        _collect_cells(each, function, found)


_LARGE = 1e300
_BUILTINS = {
    "str": str, "dict": dict, "list": list, "int": int, "bool": bool, "ord": ord, "chr": chr, "float": float, "bytearray": bytearray, "len": len, "Exception": Exception,
}  # fmt: skip
__all__ += ["NULL", "VOID"]
