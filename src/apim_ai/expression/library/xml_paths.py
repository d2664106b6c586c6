"""XPath over the tree of LINQ to XML: libxml2 evaluates it on a copy, whose nodes stand for ours."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn, cast

from apim_ai.expression.exceptions import ClrException
from apim_ai.expression.library.xml_tree import XAttribute, XContainer, XDocument, XElement, XName, XNode, XText, write

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage]  # lxml names its type so

__all__ = ["Found", "select"]

Found = XNode | XAttribute
_LONGEST = 2_000
_MOST_STEPS = 20_000_000
"""How many elements a path may look at: each axis, and each search within a predicate, multiplies them."""


def select(node: Found, path: str, names: dict[str, str]) -> list[Found]:
    """Return the nodes that a path leads to from a node.

    Raises:
        ClrException: XPathException for what is no path, or leads to no nodes; OutOfMemoryException for what takes too long.
    """
    from lxml import etree  # noqa: PLC0415 - 20 ms, and few expressions read XML so

    root = _root(node)
    ours = [root, *root.descendants()]
    _check_cost(path, len(ours))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    copy = etree.fromstring(write(root, indented=False).encode(), parser)
    theirs = list(cast("list[_Element]", copy.iter("*")))
    try:
        find = etree.XPath(path, namespaces={key: uri for key, uri in names.items() if key}, regexp=False)
        start = copy.getroottree() if isinstance(node, XDocument) else theirs[ours.index(cast("XElement", node))]
        found = find(start)
    except etree.XPathError as error:
        _fail(path, str(error), has_names=bool(names))
    if not isinstance(found, list):
        raise ClrException("System.Xml.XPath.XPathException", "Expression must evaluate to a node-set.")
    places = {id(each): place for place, each in enumerate(theirs)}
    nodes = [_ours(each, ours, places) for each in cast("list[object]", found)]
    return [each for each in nodes if each is not None]


def _root(node: Found) -> XElement:
    each: XNode | None = node.parent if isinstance(node, XAttribute) else node
    while each is not None and not isinstance(each, XDocument) and each.parent is not None:
        each = each.parent
    root = each.root if isinstance(each, XDocument) else each
    return root if isinstance(root, XElement) else XElement(XName("none"))


def _check_cost(path: str, elements: int) -> None:
    depth = walks = 0
    for place, character in enumerate(path):
        depth += (character == "[") - (character == "]")
        walks += path.startswith("::", place) or (depth > 0 and path.startswith("//", place))
    if len(path) > _LONGEST or elements ** min(walks + 1, 30) > _MOST_STEPS:
        raise ClrException("System.OutOfMemoryException", "Insufficient memory to continue: the XPath is too costly.")


def _fail(path: str, words: str, *, has_names: bool) -> NoReturn:
    kind = "System.Xml.XPath.XPathException"
    if "prefix" in words:
        if not has_names:
            needed = (
                "Namespace Manager or XsltContext needed. This query has a prefix, variable, or user-defined function."
            )
            raise ClrException(kind, needed)
        raise ClrException(kind, f"Namespace prefix in '{path}' is not defined.")
    raise ClrException(kind, f"'{path}' has an invalid token.")


def _ours(found: object, ours: list[XElement], places: dict[int, int]) -> Found | None:
    """Return our node for one of libxml2's: an element, or the text or value of one."""
    if id(found) in places:
        return ours[places[id(found)]]
    around = getattr(found, "getparent", lambda: None)()
    if around is None:
        return None
    element = ours[places[id(around)]]
    if getattr(found, "is_attribute", False):
        return element.attribute(XName.of(str(getattr(found, "attrname", ""))))
    is_tail = bool(getattr(found, "is_tail", False))
    container: XContainer | None = element.parent if is_tail else element
    nodes = [] if container is None else container.nodes
    start = next((place + 1 for place, each in enumerate(nodes) if each is element), 0) if is_tail else 0
    return next((each for each in nodes[start:] if isinstance(each, XText)), None)
