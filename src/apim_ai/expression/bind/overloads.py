"""Overload resolution: which of several methods a call means, after C#'s rules, and the arguments converted for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from apim_ai.expression.bind.arguments import Arg, Candidate, delegate_shape
from apim_ai.expression.bind.conversions import has_implicit
from apim_ai.expression.bind.inference import Inference, mentions
from apim_ai.expression.syntax import tree
from apim_ai.expression.syntax.problem import SyntaxFault
from apim_ai.expression.types import UNKNOWN, VOID, ClrType, substitute

if TYPE_CHECKING:
    from apim_ai.expression.bind.arguments import MethodGroup
    from apim_ai.expression.bind.bound import Lambda
    from apim_ai.expression.signatures import Param, Signature

__all__ = ["Match", "best", "is_for_effect", "match"]


class LambdaBinder(Protocol):
    """What overload resolution asks of the binder."""

    def bind_lambda(
        self, node: tree.Lambda, parameters: tuple[ClrType, ...], wanted: ClrType | None = None
    ) -> tuple[Lambda, ClrType]:
        """Bind a lambda for parameter types; return it with its inferred return type."""
        ...

    def group_type(self, group: MethodGroup, parameters: tuple[ClrType, ...]) -> ClrType | None:
        """Return what a method group returns for parameter types, or None if it does not fit."""
        ...


class Match:
    """A candidate that fits: for each parameter its arguments, and whether `params` was expanded."""

    __slots__ = ("bindings", "defaulted", "expanded", "pairs", "signature", "slots")

    def __init__(
        self,
        signature: Signature,
        bindings: dict[str, ClrType],
        slots: list[list[Arg]],
        pairs: list[tuple[Arg, ClrType]],
        *,
        expanded: bool,
        defaulted: int,
    ) -> None:
        self.signature = signature
        self.bindings = bindings
        self.slots = slots
        self.pairs = pairs
        self.expanded = expanded
        self.defaulted = defaulted


def match(
    binder: LambdaBinder,
    candidate: Candidate,
    args: list[Arg],
    explicit: tuple[ClrType, ...],
    faults: list[SyntaxFault],
) -> Match | None:
    """Return how a candidate takes the arguments, or None if it does not."""
    signature = candidate.signature
    if explicit and len(explicit) != len(signature.generics):
        return None
    if not signature.least <= len(args) <= signature.most:
        return None
    if signature.is_plain and all([arg.is_plain for arg in args]):  # noqa: C419 - a list of two is quicker than a generator
        slots = [[arg] for arg in args] + [[] for _ in signature.params[len(args) :]]
        return _match_form(binder, candidate, slots, explicit, faults, expanded=False)
    forms = [False, True] if signature.params and signature.params[-1].is_params else [False]
    for expanded in forms:
        slots = _assign(signature.params, args, expanded=expanded)
        if slots is None:
            continue
        found = _match_form(binder, candidate, slots, explicit, faults, expanded=expanded)
        if found is not None:
            return found
    return None


def _assign(params: tuple[Param, ...], args: list[Arg], *, expanded: bool) -> list[list[Arg]] | None:
    """Give each parameter its arguments; None where the numbers or names do not fit."""
    slots: list[list[Arg]] = [[] for _ in params]
    for index, arg in enumerate(args):
        place = index if arg.name is None else _place(params, arg.name)
        if expanded and place >= len(params) - 1:
            place = len(params) - 1
        elif place < 0 or place >= len(params) or slots[place]:
            return None
        slots[place].append(arg)
    for param, slot in zip(params, slots, strict=True):
        if not slot and not param.is_optional and not (expanded and param.is_params):
            return None
        for arg in slot:
            if arg.is_out != param.is_out or arg.is_ref != param.is_ref:
                return None
    return slots


def _place(params: tuple[Param, ...], name: str) -> int:
    return next((index for index, param in enumerate(params) if param.name == name), -1)


def _match_form(
    binder: LambdaBinder,
    candidate: Candidate,
    slots: list[list[Arg]],
    explicit: tuple[ClrType, ...],
    faults: list[SyntaxFault],
    *,
    expanded: bool,
) -> Match | None:
    signature = candidate.signature
    pairs = [
        (arg, param.type.element if expanded and param.is_params else param.type)
        for param, slot in zip(signature.params, slots, strict=True)
        for arg in slot
    ]
    bindings = candidate.bindings
    if explicit:
        bindings = {**bindings, **dict(zip(signature.generics, explicit, strict=True))}
    elif signature.generics:
        inferred = _infer(binder, signature, bindings, pairs, faults)
        if inferred is None:
            return None
        bindings = inferred
    closed = [(arg, substitute(type_, bindings)) for arg, type_ in pairs] if bindings else pairs
    for arg, type_ in closed:
        if not _fits(binder, arg, type_, faults):
            return None
    defaulted = sum(1 for slot in slots if not slot)
    return Match(signature, bindings, slots, closed, expanded=expanded, defaulted=defaulted)


def _infer(
    binder: LambdaBinder,
    signature: Signature,
    bindings: dict[str, ClrType],
    pairs: list[tuple[Arg, ClrType]],
    faults: list[SyntaxFault],
) -> dict[str, ClrType] | None:
    inference = Inference(signature.generics, bindings)
    for arg, type_ in pairs:
        if arg.value is not None:
            inference.learn(type_, arg.value.type)
        elif arg.out_type is not None:
            inference.learn(type_, arg.out_type)
    delegates = [(arg, type_) for arg, type_ in pairs if arg.lambda_ is not None or arg.group is not None]
    if not delegates:
        inference.fix()
    for arg, type_ in delegates:
        inference.fix() if _needs_fixing(type_, inference) else None
        try:
            _learn_from_delegate(binder, inference, arg, type_)
        except SyntaxFault as fault:
            faults.append(fault)
            return None
    inference.fix()
    return None if inference.open else inference.bindings


def _needs_fixing(type_: ClrType, inference: Inference) -> bool:
    shape = delegate_shape(type_)
    return shape is not None and any(mentions(each, inference.open) for each in shape[0])


def _learn_from_delegate(binder: LambdaBinder, inference: Inference, arg: Arg, type_: ClrType) -> None:
    shape = delegate_shape(type_)
    if shape is None or not mentions(shape[1], inference.names):
        return
    parameters = tuple(inference.closed(each) for each in shape[0])
    if arg.lambda_ is not None:
        written = arg.lambda_.parameters
        if not arg.lambda_.takes(len(parameters)):
            return
        if any(mentions(each, inference.open) for each in parameters) and any(each.type is None for each in written):
            return
        _, returns = binder.bind_lambda(arg.lambda_, parameters)
        if returns is not VOID:
            inference.learn(shape[1], returns)
    elif arg.group is not None and not any(mentions(each, inference.open) for each in parameters):
        returns_ = binder.group_type(arg.group, parameters)
        if returns_ is not None:
            inference.learn(shape[1], returns_)


def _fits(binder: LambdaBinder, arg: Arg, type_: ClrType, faults: list[SyntaxFault]) -> bool:
    if arg.value is not None:
        return arg.value.type is type_ or has_implicit(arg.value.type, type_, arg.value)
    if arg.is_out:
        return arg.out_type in (None, type_, UNKNOWN) or type_ is UNKNOWN
    if type_ is UNKNOWN:
        return True
    shape = delegate_shape(type_)
    if shape is None:
        return False
    if arg.group is not None:
        returns = binder.group_type(arg.group, shape[0])
        return returns is not None and (shape[1] is VOID or has_implicit(returns, shape[1]))
    return arg.lambda_ is not None and _lambda_fits(binder, arg.lambda_, shape, faults)


def _lambda_fits(
    binder: LambdaBinder, node: tree.Lambda, shape: tuple[tuple[ClrType, ...], ClrType], faults: list[SyntaxFault]
) -> bool:
    parameters, wanted = shape
    if not node.takes(len(parameters)):
        return False
    try:
        bound, returns = binder.bind_lambda(node, parameters, wanted if wanted.kind == "delegate" else None)
    except SyntaxFault as fault:
        faults.append(fault)
        return False
    if wanted is VOID:
        return is_for_effect(node, returns)
    if returns is VOID:
        return False
    value = bound.body if not hasattr(bound.body, "statements") else None
    return has_implicit(returns, wanted, value)  # type: ignore[arg-type]  # a block has no value


def is_for_effect(node: tree.Lambda, returns: ClrType) -> bool:
    """Whether the body of a lambda may stand where no value is wanted."""
    if isinstance(node.body, tree.Block):
        return returns is VOID
    body = node.body
    if isinstance(body, tree.SafeAccess):
        body = body.access
    is_step = isinstance(body, tree.Unary) and body.operator in ("++", "--")
    return is_step or isinstance(body, (tree.Assign, tree.Call, tree.Postfix, tree.New))


# --- the better one --------------------------------------------------------------------------------------------------


def best(binder: LambdaBinder, matches: list[Match]) -> Match | None:
    """Return the one match that is better than all others, or None where the call is ambiguous."""
    for mine in matches:
        if all(mine is other or _is_better(binder, mine, other) for other in matches):
            return mine
    return None


def _is_better(binder: LambdaBinder, mine: Match, other: Match) -> bool:
    verdicts = [
        _compare(binder, arg, mine_type, other_type)
        for (arg, mine_type), (_, other_type) in zip(mine.pairs, other.pairs, strict=False)
    ]
    if any(verdict < 0 for verdict in verdicts):
        return False
    if any(verdict > 0 for verdict in verdicts):
        return True
    return _tie_break(mine, other)


def _tie_break(mine: Match, other: Match) -> bool:
    first, second = mine.signature, other.signature
    if bool(first.generics) != bool(second.generics):
        return not first.generics
    if mine.expanded != other.expanded:
        return not mine.expanded
    if mine.defaulted != other.defaulted:
        return mine.defaulted < other.defaulted
    if mine.expanded and len(first.params) != len(second.params):
        return len(first.params) > len(second.params)
    if len(first.params) != len(second.params):
        return False
    pairs = zip(first.params, second.params, strict=True)
    return _verdict([_specificity(mine_.type, other_.type) for mine_, other_ in pairs]) > 0


def _specificity(mine: ClrType, other: ClrType) -> int:
    """Return 1 where a type as declared says more than another, -1 where it says less."""
    if mine is other or mine.kind == other.kind == "parameter":
        return 0
    if "parameter" in (mine.kind, other.kind):
        return 1 if other.kind == "parameter" else -1
    if mine.declaration is not other.declaration:
        return 0
    return _verdict([_specificity(*pair) for pair in zip(mine.arguments, other.arguments, strict=True)])


def _verdict(each: list[int]) -> int:
    if min(each, default=0) < 0:
        return -1 if max(each) <= 0 else 0
    return max(each, default=0)


def _compare(binder: LambdaBinder, arg: Arg, mine: ClrType, other: ClrType) -> int:
    """Return 1 where the conversion to `mine` is better, -1 where that to `other` is."""
    if mine is other or arg.is_out:
        return 0
    if arg.lambda_ is not None or arg.group is not None:
        return _compare_delegates(binder, arg, mine, other)
    source = arg.value.type if arg.value is not None else UNKNOWN
    return _compare_types(source, mine, other)


def _compare_types(source: ClrType, mine: ClrType, other: ClrType) -> int:
    if mine is other:
        return 0
    if source is mine:
        return 1
    if source is other:
        return -1
    to_other, to_mine = has_implicit(mine, other), has_implicit(other, mine)
    if to_other != to_mine:
        return 1 if to_other else -1
    return _compare_signs(mine.name, other.name)


_SIGNED = ("System.SByte", "System.Int16", "System.Int32", "System.Int64")
_UNSIGNED = ("System.Byte", "System.UInt16", "System.UInt32", "System.UInt64")


def _compare_signs(mine: str, other: str) -> int:
    if mine in _SIGNED and other in _UNSIGNED:
        return 1
    return -1 if mine in _UNSIGNED and other in _SIGNED else 0


def _compare_delegates(binder: LambdaBinder, arg: Arg, mine: ClrType, other: ClrType) -> int:
    first, second = delegate_shape(mine), delegate_shape(other)
    if first is None or second is None:
        return 0
    if first[0] != second[0]:
        return 0
    if arg.lambda_ is None:
        source = binder.group_type(arg.group, first[0]) if arg.group is not None else None
    else:
        _, source = binder.bind_lambda(arg.lambda_, first[0])
    if source is None:
        return 0
    if VOID in (first[1], second[1]):
        if first[1] is second[1]:
            return 0
        return 1 if (first[1] is VOID) == (source is VOID) else -1
    return _compare_types(source, first[1], second[1])
