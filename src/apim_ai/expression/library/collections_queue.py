"""Queue<T> and Stack<T>."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import ClrException, argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.collections_list import ClrList, closed
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.list_search import list_contains

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.types import ClrType

__all__ = ["Queue", "Stack"]

_PLACE = "Index was out of range. Must be non-negative and less than the size of the collection."


class _Named(ClrList):
    """A list under another name."""

    __slots__ = ()
    name = ""

    def clr_items(self) -> Iterator[object]:
        """Yield the elements in their order; a change meanwhile throws."""
        before = len(self)
        for item in self.in_order():
            yield item
            if len(self) != before:
                invalid_operation("Collection was modified after the enumerator was instantiated.")

    def in_order(self) -> list[object]:
        """Return the elements, the first to be taken first."""
        return list(self)

    def clr_type(self) -> ClrType:
        """The closed type."""
        return closed(self.name, self.element)


class Queue(_Named):
    """A Queue<T>."""

    __slots__ = ()
    name = "Queue"


class Stack(_Named):
    """A Stack<T>; enumerated from the top."""

    __slots__ = ()
    name = "Stack"

    def in_order(self) -> list[object]:
        """Return the elements, the last added first."""
        return self[::-1]


QUEUE = clr_class(
    "System.Collections.Generic.Queue`1",
    parameters=("T",),
    interfaces=("IReadOnlyCollection<T>", "System.Collections.ICollection"),
    python=(Queue,),
)
STACK = clr_class(
    "System.Collections.Generic.Stack`1",
    parameters=("T",),
    interfaces=("IReadOnlyCollection<T>", "System.Collections.ICollection"),
    python=(Stack,),
)


def _check_capacity(capacity: int) -> None:
    if capacity < 0:
        raise ClrException(
            "System.ArgumentOutOfRangeException", "Non-negative number required.", parameter="capacity",
            actual=str(capacity),
        )  # fmt: skip


@QUEUE.member("()", "(IEnumerable<T> collection)", typed=True)
def make_queue(element: ClrType, items: object = ()) -> Queue:
    """Return a queue."""
    if items is None:
        argument_null("collection")
    return Queue(element, iterate(items))


@QUEUE.member("(int capacity)", typed=True)
def make_queue_capacity(element: ClrType, capacity: int) -> Queue:
    """Return an empty queue."""
    _check_capacity(capacity)
    return Queue(element)


@STACK.member("(int capacity)", typed=True)
def make_stack_capacity(element: ClrType, capacity: int) -> Stack:
    """Return an empty stack."""
    _check_capacity(capacity)
    return Stack(element)


@STACK.member("()", "(IEnumerable<T> collection)", typed=True)
def make_stack(element: ClrType, items: object = ()) -> Stack:
    """Return a stack."""
    if items is None:
        argument_null("collection")
    return Stack(element, iterate(items))


def _not_empty(items: list[object], what: str) -> None:
    if not items:
        invalid_operation(f"{what} empty.")


@QUEUE.member("T Dequeue()")
def dequeue(items: Queue) -> object:
    """Take the first element."""
    _not_empty(items, "Queue")
    return items.pop(0)


@QUEUE.member("T Peek()")
def peek_first(items: Queue) -> object:
    """Return the first element."""
    _not_empty(items, "Queue")
    return items[0]


@STACK.member("T Pop()")
def pop(items: Stack) -> object:
    """Take the last element."""
    _not_empty(items, "Stack")
    return items.pop()


@STACK.member("T Peek()")
def peek_last(items: Stack) -> object:
    """Return the last element."""
    _not_empty(items, "Stack")
    return items[-1]


QUEUE.member("void Enqueue(T item)")(ClrList.clr_add)
STACK.member("void Push(T item)")(ClrList.clr_add)
for _type in (QUEUE, STACK):
    _type.inline("int Count", "len({0})")
    _type.inline("void Clear()", "{0}.clear()")
    _type.member("bool Contains(T item)")(list_contains)


@QUEUE.member("T[] ToArray()")
@STACK.member("T[] ToArray()")
def to_array(items: ClrList) -> Array:
    """Return an array of the elements in their order."""
    return Array(items.element, items.clr_items())


def _default(items: ClrList) -> object:
    from apim_ai.expression.bind.defaults import default_of  # noqa: PLC0415 - rare

    return default_of(items.element)


@QUEUE.member("bool TryDequeue(out T result)")
def try_dequeue(items: Queue) -> tuple[bool, object]:
    """Take the first element, if there is one."""
    return (True, items.pop(0)) if items else (False, _default(items))


@QUEUE.member("bool TryPeek(out T result)")
def try_peek_first(items: Queue) -> tuple[bool, object]:
    """Return the first element, if there is one."""
    return (True, items[0]) if items else (False, _default(items))


@STACK.member("bool TryPop(out T result)")
def try_pop(items: Stack) -> tuple[bool, object]:
    """Take the last element, if there is one."""
    return (True, items.pop()) if items else (False, _default(items))


@STACK.member("bool TryPeek(out T result)")
def try_peek_last(items: Stack) -> tuple[bool, object]:
    """Return the last element, if there is one."""
    return (True, items[-1]) if items else (False, _default(items))


@QUEUE.member("void CopyTo(T[] array, int arrayIndex)")
@STACK.member("void CopyTo(T[] array, int arrayIndex)")
def copy_to(items: ClrList, target: list[object] | None, place: int) -> None:
    """Copy the elements into an array in their order."""
    if target is None:
        argument_null("array")
    if not 0 <= place <= len(target):
        out_of_range("arrayIndex", _PLACE)
    if len(target) - place < len(items):
        argument(
            "Offset and length were out of bounds for the array or count is greater than the number of elements "
            "from index to the end of the source collection."
        )
    target[place : place + len(items)] = list(items.clr_items())


for _type in (QUEUE, STACK):
    _type.inline("void TrimExcess()", "None")
