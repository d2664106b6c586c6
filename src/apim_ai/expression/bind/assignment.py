"""Definite assignment: whether each variable has a value wherever it is read, as C# wants to know.

The walk goes over the syntax tree. A state is the set of names that surely have a value, or None where control never
comes. Names are enough, for C# lets no variable hide another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from apim_ai.expression.bind.walk import children, nodes
from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.problem import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["unassigned_uses"]

State = frozenset[str] | None
Both = tuple[State, State]


def unassigned_uses(root: tree.Block | tree.Expression, known: Mapping[int, bool]) -> list[Problem]:
    """Return a problem for each read of a variable that may not have a value.

    Args:
        root: the whole expression.
        known: what conditions always are, by the identity of their nodes.
    """
    tracked = _tracked(root)
    if not tracked:
        return []
    walk = _Walk(tracked, known)
    if isinstance(root, tree.Block):
        walk.block(root, frozenset())
    else:
        walk.value(root, frozenset())
    return walk.problems


def _tracked(root: tree.Node) -> frozenset[str]:
    """Return the names of variables to follow: those declared without a value, and all that local functions may read."""
    found: set[str] = set()
    everything = list(nodes(root))
    has_functions = any(isinstance(node, tree.LocalFunction) for node in everything)
    for node in everything:
        if isinstance(node, (tree.Declarator, tree.Pattern)):
            has_value = isinstance(node, tree.Declarator) and node.value is not None and not has_functions
            if node.name is not None and not has_value:
                found.add(node.name)
        elif isinstance(node, tree.OutVariable):
            found.update([node.name] if node.name is not None else [])
        elif isinstance(node, tree.Parameter) and node.modifier == "out":
            found.add(node.name)
    return frozenset(found)


def _join(left: State, right: State) -> State:
    if left is None or right is None:
        return right if left is None else left
    return left & right


def _with(state: State, *names: str | None) -> State:
    return None if state is None else state | {name for name in names if name is not None}


_DECLARING = (tree.Declarator, tree.Pattern, tree.OutVariable, tree.Parameter)


class _Effect(NamedTuple):
    """What a local function reads, and what it assigns on every way to its end, of the variables around it."""

    needs: frozenset[str] = frozenset()
    gives: frozenset[str] = frozenset()


class _Loop:
    """The states in which control leaves a loop or switch, or begins the next turn."""

    def __init__(self) -> None:
        self.exits: State = None
        self.turns: State = None


class _Walk:
    """Walks statements and expressions with the state before, and returns the state behind."""

    def __init__(self, tracked: frozenset[str], known: Mapping[int, bool]) -> None:
        self.tracked = tracked
        self.known = known
        self.problems: list[Problem] = []
        self.loops: list[_Loop] = []
        self.turning: list[_Loop] = []
        self.outs: tuple[str, ...] = ()  # the `out` parameters of the local function
        self.missing: set[str] = set()  # what is read without a value
        self.leaving: State = None  # what has one at each return
        self.functions: dict[str, _Effect] = {}

    # --- expressions --------------------------------------------------------------------------------------------

    def value(self, node: tree.Node | None, state: State) -> State:
        """Walk an expression."""
        if node is None:
            return state
        if self._splits(node):
            return _join(*self.condition(node, state))
        walk = self._VALUES.get(type(node))
        if walk is not None:
            return walk(self, node, state)
        for child in children(node):
            state = self.value(child, state)
        return state

    def _splits(self, node: tree.Node) -> bool:
        if isinstance(node, tree.Binary):
            return node.operator in ("&&", "||")
        return isinstance(node, (tree.Is, tree.Conditional)) or (isinstance(node, tree.Unary) and node.operator == "!")

    def condition(self, node: tree.Node, state: State) -> Both:
        """Walk a condition; return the states where it holds and where it does not."""
        always = self.known.get(id(node))
        if isinstance(node, tree.Literal) and isinstance(node.value, bool):
            always = node.value
        if always is not None:
            return (state, None) if always else (None, state)
        if isinstance(node, tree.Unary) and node.operator == "!":
            yes, no = self.condition(node.operand, state)
            return no, yes
        if isinstance(node, tree.Binary) and node.operator in ("&&", "||"):
            return self._logical(node, state)
        if isinstance(node, tree.Conditional):
            yes, no = self.condition(node.condition, state)
            first, second = self.condition(node.yes, yes), self.condition(node.no, no)
            return _join(first[0], second[0]), _join(first[1], second[1])
        if isinstance(node, tree.Is):
            state = self.value(node.pattern.value, self.value(node.operand, state))
            return _with(state, node.pattern.name), state
        state = self.value(node, state)
        return state, state

    def _logical(self, node: tree.Binary, state: State) -> Both:
        yes, no = self.condition(node.left, state)
        if node.operator == "&&":
            right = self.condition(node.right, yes)
            return right[0], _join(no, right[1])
        right = self.condition(node.right, no)
        return _join(yes, right[0]), right[1]

    def _name(self, node: tree.Name, state: State) -> State:
        if state is not None and node.name in self.tracked and node.name not in state:
            message = f"use of unassigned local variable '{node.name}'"
            self.problems.append(Problem("AIM201", message, node.start, node.end))
            self.missing.add(node.name)
            return _with(state, node.name)
        effect = self.functions.get(node.name)
        for name in () if effect is None or state is None else sorted(effect.needs - state):
            message = f"use of unassigned local variable '{name}', which '{node.name}' reads"
            self.problems.append(Problem("AIM201", message, node.start, node.end))
            self.missing.add(name)
        return state

    def _assign(self, node: tree.Assign, state: State) -> State:
        target = node.target
        if not isinstance(target, tree.Name):
            return self.value(node.value, self.value(target, state))
        if node.operator != "=":
            state = self.value(target, state)
        return _with(self.value(node.value, state), target.name)

    def _coalesce(self, node: tree.Binary, state: State) -> State:
        state = self.value(node.left, state)
        behind = self.value(node.right, state)
        return state if node.operator == "??" else behind

    def _safe(self, node: tree.SafeAccess, state: State) -> State:
        state = self.value(node.target, state)
        self.value(node.access, state)
        return state

    def _call(self, node: tree.Call | tree.Index | tree.New, state: State) -> State:
        if not isinstance(node, tree.New):
            state = self.value(node.target, state)
        set_: list[str | None] = []
        for argument in node.arguments:
            if argument.modifier == "out" and isinstance(argument.value, (tree.Name, tree.OutVariable)):
                set_.append(argument.value.name)
            else:
                state = self.value(argument.value, state)
        state = _with(state, *set_)
        if isinstance(node, tree.Call) and isinstance(node.target, tree.Name) and node.target.name in self.functions:
            return _with(state, *self.functions[node.target.name].gives)
        return self.value(node.initializer, state) if isinstance(node, tree.New) else state

    def _throw_expression(self, node: tree.ThrowExpression, state: State) -> State:
        self.value(node.operand, state)
        return None

    def _lambda(self, node: tree.Lambda, state: State) -> State:
        self._function(node.parameters, node.body, state)
        return state

    def _function(
        self, parameters: tuple[tree.Parameter, ...], body: tree.Expression | tree.Block, state: State
    ) -> None:
        outer = self.loops, self.turning, self.outs
        self.loops, self.turning = [], []
        self.outs = tuple(each.name for each in parameters if each.modifier == "out")
        inside = _with(state, *(each.name for each in parameters if each.modifier != "out"))
        inside = None if inside is None else inside - set(self.outs)
        behind = self.block(body, inside) if isinstance(body, tree.Block) else self.value(body, inside)
        self._leave_function(behind, body)
        self.loops, self.turning, self.outs = outer

    def _leave_function(self, state: State, node: tree.Node) -> None:
        for name in self.outs:
            if state is not None and name not in state:
                message = f"the out parameter '{name}' must be assigned to before control leaves the current method"
                self.problems.append(Problem("AIM201", message, node.start, node.end))

    def _nothing(self, _node: tree.Node, state: State) -> State:
        return state

    # --- statements ---------------------------------------------------------------------------------------------

    def block(self, node: tree.Block, state: State) -> State:
        """Walk the statements of a block."""
        return self._statements(node.statements, state)

    def _statements(self, nodes: tuple[tree.Statement, ...], state: State) -> State:
        functions = [node for node in nodes if isinstance(node, tree.LocalFunction)]
        self.functions |= {node.name: _Effect() for node in functions}
        for node in functions:
            self.functions[node.name] = self._effect(node)
        for node in nodes:
            state = self.statement(node, state)
        return state

    def statement(self, node: tree.Statement, state: State) -> State:
        """Walk a statement."""
        walk = self._STATEMENTS.get(type(node))
        return self.value(node, state) if walk is None else walk(self, node, state)

    def _declaration(self, node: tree.Declaration, state: State) -> State:
        for each in node.declarators:
            state = self.value(each.value, state)
            if each.value is not None:
                state = _with(state, each.name)
            elif state is not None:
                state = state - {each.name}
        return state

    def _local_function(self, node: tree.LocalFunction, state: State) -> State:
        # what it reads of variables around it must have a value where it is called; that is not followed up
        self._function(node.parameters, node.body, self.tracked)
        return state

    def _effect(self, node: tree.LocalFunction) -> _Effect:
        """Return what a local function needs of the variables around it, and which of them it surely gives a value."""
        walk = _Walk(self.tracked, self.known)
        walk.functions = self.functions
        state: State = frozenset(each.name for each in node.parameters)
        body = node.body
        behind = walk.block(body, state) if isinstance(body, tree.Block) else walk.value(body, state)
        behind = _join(behind, walk.leaving)
        own = {each.name for each in (*nodes(body), *node.parameters) if isinstance(each, _DECLARING)}
        return _Effect(
            frozenset(walk.missing - own), frozenset(self.tracked if behind is None else behind & self.tracked) - own
        )

    def _if(self, node: tree.If, state: State) -> State:
        yes, no = self.condition(node.condition, state)
        behind = self.statement(node.yes, yes)
        return _join(behind, no if node.no is None else self.statement(node.no, no))

    def _using(self, node: tree.Using, state: State) -> State:
        resource = node.resource
        first = (
            self.statement(resource, state) if isinstance(resource, tree.Declaration) else self.value(resource, state)
        )
        return self.statement(node.body, first)

    def _lock(self, node: tree.Lock, state: State) -> State:
        return self.statement(node.body, self.value(node.value, state))

    def _checked(self, node: tree.CheckedBlock, state: State) -> State:
        return self.block(node.body, state)

    def _looped(self, body: Callable[[], State]) -> tuple[State, _Loop]:
        loop = _Loop()
        self.loops.append(loop)
        self.turning.append(loop)
        behind = body()
        self.loops.pop()
        self.turning.pop()
        return _join(behind, loop.turns), loop

    def _while(self, node: tree.While, state: State) -> State:
        if node.is_do:
            behind, loop = self._looped(lambda: self.statement(node.body, state))
            return _join(self.condition(node.condition, behind)[1], loop.exits)
        yes, no = self.condition(node.condition, state)
        _, loop = self._looped(lambda: self.statement(node.body, yes))
        return _join(no, loop.exits)

    def _for(self, node: tree.For, state: State) -> State:
        state = self._statements(node.first, state)
        yes, no = (state, None) if node.condition is None else self.condition(node.condition, state)
        behind, loop = self._looped(lambda: self.statement(node.body, yes))
        for step in node.steps:
            behind = self.value(step, behind)
        return _join(no, loop.exits)

    def _foreach(self, node: tree.ForEach, state: State) -> State:
        state = self.value(node.source, state)
        _, loop = self._looped(lambda: self.statement(node.body, _with(state, node.name)))
        return _join(state, loop.exits)

    def _switch(self, node: tree.Switch, state: State) -> State:
        state = self.value(node.value, state)
        loop = _Loop()
        self.loops.append(loop)
        has_default = False
        for case in node.cases:
            entry: State = None
            for pattern, when in case.labels:
                has_default = has_default or pattern is None or (pattern.is_var and when is None)
                inside = state if pattern is None else _with(self.value(pattern.value, state), pattern.name)
                entry = _join(entry, inside if when is None else self.condition(when, inside)[0])
            loop.exits = _join(loop.exits, self._statements(case.statements, entry))
        self.loops.pop()
        return loop.exits if has_default else _join(state, loop.exits)

    def _try(self, node: tree.Try, state: State) -> State:
        behind = self.block(node.body, state)
        for each in node.catches:
            inside = _with(state, each.name)
            inside = inside if each.condition is None else self.condition(each.condition, inside)[0]
            behind = _join(behind, self.block(each.body, inside))
        if node.final is None:
            return behind
        last = self.block(node.final, state)
        return None if behind is None or last is None else behind | last

    def _jump(self, node: tree.Return | tree.Throw, state: State) -> State:
        state = self.value(node.value, state)
        if isinstance(node, tree.Return):
            self.leaving = _join(self.leaving, state)
            self._leave_function(state, node)
        return None

    def _leave(self, _node: tree.Node, _state: State) -> State:
        return None

    def _break(self, _node: tree.Break, state: State) -> State:
        if self.loops:
            self.loops[-1].exits = _join(self.loops[-1].exits, state)
        return None

    def _continue(self, _node: tree.Continue, state: State) -> State:
        if self.turning:
            self.turning[-1].turns = _join(self.turning[-1].turns, state)
        return None

    _VALUES: ClassVar[dict[type, Callable[..., State]]] = {
        tree.Name: _name,
        tree.Assign: _assign,
        tree.Binary: _coalesce,
        tree.SafeAccess: _safe,
        tree.Call: _call,
        tree.Index: _call,
        tree.New: _call,
        tree.ThrowExpression: _throw_expression,
        tree.Lambda: _lambda,
        tree.NameOf: _nothing,
    }
    _STATEMENTS: ClassVar[dict[type, Callable[..., State]]] = {
        tree.Block: block,
        tree.Declaration: _declaration,
        tree.LocalFunction: _local_function,
        tree.If: _if,
        tree.Using: _using,
        tree.Lock: _lock,
        tree.CheckedBlock: _checked,
        tree.While: _while,
        tree.For: _for,
        tree.ForEach: _foreach,
        tree.Switch: _switch,
        tree.Try: _try,
        tree.Return: _jump,
        tree.Throw: _jump,
        tree.Goto: _leave,
        tree.Break: _break,
        tree.Continue: _continue,
    }
