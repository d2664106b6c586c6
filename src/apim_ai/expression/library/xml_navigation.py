"""System.Xml.Linq: finding one's way from node to node, comparing nodes, and replacing what an element holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument_null, invalid_operation
from apim_ai.expression.library.declare import clr_enum
from apim_ai.expression.library.enumeration import Sequence
from apim_ai.expression.library.system_xml_linq import (
    ATTRIBUTE,
    CDATA,
    COMMENT,
    CONTAINER,
    DECLARATION,
    ELEMENT,
    NAMESPACE,
    NODE,
    OBJECT,
    TEXT,
    Declaration,
    Namespace,
    add_content,
    ancestors,
    scalar_text,
)
from apim_ai.expression.library.xml_tree import (
    XAttribute,
    XComment,
    XContainer,
    XDocument,
    XElement,
    XName,
    XNode,
    XText,
)
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["deep_equals"]

clr_enum(
    "System.Xml.XmlNodeType",
    {
        "None": 0, "Element": 1, "Attribute": 2, "Text": 3, "CDATA": 4, "EntityReference": 5, "Entity": 6,
        "ProcessingInstruction": 7, "Comment": 8, "Document": 9, "DocumentType": 10, "DocumentFragment": 11,
        "Notation": 12, "Whitespace": 13, "SignificantWhitespace": 14, "EndElement": 15, "EndEntity": 16,
        "XmlDeclaration": 17,
    },
)  # fmt: skip


def _elements(make: Callable[[], Iterable[object]]) -> Sequence:
    return Sequence(resolve("XElement"), lambda: iter(make()))


def _nodes(make: Callable[[], Iterable[object]]) -> Sequence:
    return Sequence(resolve("XNode"), lambda: iter(make()))


# --- kinds -----------------------------------------------------------------------------------------------------------


@OBJECT.member("System.Xml.XmlNodeType NodeType")
def node_type(node: object) -> int:
    """Return the kind of node."""
    if isinstance(node, XText):
        return 4 if node.is_cdata else 3
    kinds: tuple[tuple[type, int], ...] = ((XElement, 1), (XAttribute, 2), (XComment, 8), (XDocument, 9))
    return next((number for class_, number in kinds if isinstance(node, class_)), 0)


@OBJECT.member("XDocument Document")
def document(node: XNode | XAttribute) -> XDocument | None:
    """Return the document around it, or null."""
    each: object = node
    while each is not None and not isinstance(each, XDocument):
        each = cast("XNode", each).parent
    return each


OBJECT.inline("string BaseUri", "({0}, '')[1]")

# --- neighbours ------------------------------------------------------------------------------------------------------


def _neighbour(node: XNode, step: int) -> XNode | None:
    found = node.siblings(step)
    return None if not found else found[0] if step > 0 else found[-1]


NODE.getter("XNode NextNode", lambda node: _neighbour(cast("XNode", node), 1))
NODE.getter("XNode PreviousNode", lambda node: _neighbour(cast("XNode", node), -1))
NODE.getter("IEnumerable<XNode> NodesAfterSelf()", lambda node: _nodes(lambda: cast("XNode", node).siblings(1)))
NODE.getter("IEnumerable<XNode> NodesBeforeSelf()", lambda node: _nodes(lambda: cast("XNode", node).siblings(-1)))


def _named(step: int) -> Callable[[XNode, XName | None], Sequence]:
    def find(node: XNode, name: XName | None) -> Sequence:
        return _elements(
            lambda: (each for each in node.siblings(step) if isinstance(each, XElement) and each.name == name)
        )

    return find


NODE.member("IEnumerable<XElement> ElementsAfterSelf(XName name)")(_named(1))
NODE.member("IEnumerable<XElement> ElementsBeforeSelf(XName name)")(_named(-1))


@NODE.member("IEnumerable<XElement> Ancestors(XName name)")
def ancestors_named(node: XNode, name: XName | None) -> Sequence:
    """Return the elements of a name around it."""
    return _elements(lambda: (each for each in ancestors(node).clr_items() if cast("XElement", each).name == name))


@ELEMENT.member("IEnumerable<XElement> AncestorsAndSelf()")
def ancestors_and_self(node: XElement) -> Sequence:
    """Return it and the elements around it."""
    return _elements(lambda: [node, *ancestors(node).clr_items()])


@ELEMENT.member("IEnumerable<XElement> AncestorsAndSelf(XName name)")
def ancestors_and_self_named(node: XElement, name: XName | None) -> Sequence:
    """Return those of a name among it and the elements around it."""
    found = [node, *ancestors(node).clr_items()]
    return _elements(lambda: (each for each in found if cast("XElement", each).name == name))


@ELEMENT.member("IEnumerable<XElement> DescendantsAndSelf(XName name)")
def descendants_and_self_named(node: XElement, name: XName | None) -> Sequence:
    """Return those of a name among it and the elements within."""
    return _elements(lambda: (each for each in [node, *node.descendants()] if each.name == name))


def _walk(container: XContainer) -> Iterator[XNode]:
    for node in list(container.nodes):
        yield node
        if isinstance(node, XContainer):
            yield from _walk(node)


@CONTAINER.member("IEnumerable<XNode> DescendantNodes()")
def descendant_nodes(container: XContainer) -> Sequence:
    """Return all nodes within."""
    return _nodes(lambda: _walk(container))


@ELEMENT.member("IEnumerable<XNode> DescendantNodesAndSelf()")
def descendant_nodes_and_self(container: XElement) -> Sequence:
    """Return it and all nodes within."""
    return _nodes(lambda: [container, *_walk(container)])


# --- attributes ------------------------------------------------------------------------------------------------------

ELEMENT.getter("XAttribute FirstAttribute", lambda node: next(iter(cast("XElement", node).attributes), None))
ELEMENT.getter("XAttribute LastAttribute", lambda node: next(reversed(cast("XElement", node).attributes), None))
ATTRIBUTE.inline("bool IsNamespaceDeclaration", "{0}.is_declaration")


@ELEMENT.member("IEnumerable<XAttribute> Attributes(XName name)")
def attributes_named(node: XElement, name: XName | None) -> Sequence:
    """Return the attributes of a name: one, or none."""
    return Sequence(resolve("XAttribute"), lambda: iter([each for each in node.attributes if each.name == name]))


def _beside(attribute: XAttribute, step: int) -> XAttribute | None:
    siblings = [] if attribute.parent is None else attribute.parent.attributes
    place = next((index for index, each in enumerate(siblings) if each is attribute), -1) + step
    return siblings[place] if attribute.parent is not None and 0 <= place < len(siblings) else None


ATTRIBUTE.getter("XAttribute NextAttribute", lambda each: _beside(cast("XAttribute", each), 1))
ATTRIBUTE.getter("XAttribute PreviousAttribute", lambda each: _beside(cast("XAttribute", each), -1))


@ATTRIBUTE.member("void SetValue(object value)")
def set_attribute(attribute: XAttribute, value: object) -> None:
    """Set the value."""
    if value is None:
        argument_null("value")
    attribute.value = scalar_text(value)


@ATTRIBUTE.member("(XAttribute other)")
def copy_attribute(other: XAttribute | None) -> XAttribute:
    """Make a copy."""
    if other is None:
        argument_null("other")
    return XAttribute(other.name, other.value)


# --- namespaces ------------------------------------------------------------------------------------------------------


def _declarations(node: XElement) -> Iterator[XAttribute]:
    for each in [node, *ancestors(node).clr_items()]:
        yield from (attribute for attribute in cast("XElement", each).attributes if attribute.is_declaration)


@ELEMENT.member("XNamespace GetNamespaceOfPrefix(string prefix)")
def namespace_of_prefix(node: XElement, prefix: str | None) -> Namespace | None:
    """Return the namespace that a prefix stands for, or null."""
    if prefix is None:
        argument_null("prefix")
    known = {"xml": "http://www.w3.org/XML/1998/namespace", "xmlns": "http://www.w3.org/2000/xmlns/"}
    if prefix in known:
        return Namespace(known[prefix])
    found = next((each.value for each in _declarations(node) if each.name.local == prefix), None)
    return None if found is None else Namespace(found)


@ELEMENT.member("string GetPrefixOfNamespace(XNamespace ns)")
def prefix_of_namespace(node: XElement, namespace: Namespace | None) -> str | None:
    """Return the prefix that stands for a namespace, or null."""
    if namespace is None:
        argument_null("ns")
    return next(
        (each.name.local for each in _declarations(node) if each.value == namespace.uri and each.name.namespace), None
    )


NAMESPACE.constant("XNamespace Xml", Namespace("http://www.w3.org/XML/1998/namespace"))


@NAMESPACE.member("bool operator ==(XNamespace left, XNamespace right)")
def same_namespace(left: Namespace | None, right: Namespace | None) -> bool:
    """Compare two namespaces."""
    return left is right or (left is not None and right is not None and left.uri == right.uri)


@NAMESPACE.member("bool operator !=(XNamespace left, XNamespace right)")
def other_namespace(left: Namespace | None, right: Namespace | None) -> bool:
    """Compare two namespaces for difference."""
    return not same_namespace(left, right)


# --- comparing -------------------------------------------------------------------------------------------------------


def _path(node: XNode) -> tuple[XNode, list[int]]:
    """Return the root of a node, and the places that lead from there to it."""
    places: list[int] = []
    while node.parent is not None:
        places.append(node.parent.place(node))
        node = node.parent
    return node, places[::-1]


@NODE.member("static int CompareDocumentOrder(XNode n1, XNode n2)")
def compare_order(left: XNode | None, right: XNode | None) -> int:
    """Order two nodes of a tree as they stand in it."""
    if left is None or right is None:
        return (left is not None) - (right is not None)
    (root, mine), (other_root, theirs) = _path(left), _path(right)
    if root is not other_root:
        invalid_operation("A common ancestor is missing.")
    return (mine > theirs) - (mine < theirs)


@NODE.member("bool IsBefore(XNode node)")
def is_before(node: XNode, other: XNode | None) -> bool:
    """Whether it stands before another node."""
    return compare_order(node, other) < 0


@NODE.member("bool IsAfter(XNode node)")
def is_after(node: XNode, other: XNode | None) -> bool:
    """Whether it stands behind another node."""
    return compare_order(node, other) > 0


@NODE.member("static bool DeepEquals(XNode n1, XNode n2)")
def deep_equals(left: XNode | None, right: XNode | None) -> bool:
    """Whether two nodes have the same content; comments and the order of attributes count."""
    if left is None or right is None or type(left) is not type(right):
        return left is right
    if isinstance(left, XText):
        other = cast("XText", right)
        return (left.value, left.is_cdata) == (other.value, other.is_cdata)
    if isinstance(left, XComment):
        return left.value == cast("XComment", right).value
    return _same_containers(cast("XContainer", left), cast("XContainer", right))


def _same_containers(left: XContainer, right: XContainer) -> bool:
    if isinstance(left, XElement):
        other = cast("XElement", right)
        mine = [(each.name, each.value) for each in left.attributes]
        if left.name != other.name or mine != [(each.name, each.value) for each in other.attributes]:
            return False
    if len(left.nodes) != len(right.nodes):
        return False
    return all(deep_equals(mine, theirs) for mine, theirs in zip(left.nodes, right.nodes, strict=True))


# --- replacing -------------------------------------------------------------------------------------------------------


@CONTAINER.member("void ReplaceNodes(object content)", "void ReplaceNodes(params object[] content)")
def replace_nodes(container: XContainer, content: object) -> None:
    """Put other nodes in."""
    for node in container.nodes:
        node.parent = None
    container.nodes = []
    add_content(container, content)


@ELEMENT.member("void ReplaceAttributes(object content)", "void ReplaceAttributes(params object[] content)")
def replace_attributes(node: XElement, content: object) -> None:
    """Put other attributes in."""
    node.attributes = []
    add_content(node, content)


@ELEMENT.member("void ReplaceAll(object content)", "void ReplaceAll(params object[] content)")
def replace_all(node: XElement, content: object) -> None:
    """Put other attributes and nodes in."""
    node.attributes = []
    replace_nodes(node, content)


def _set_text(node: XText | XComment, value: str | None) -> str:
    if value is None:
        argument_null("value")
    node.value = value
    return value


TEXT.member("set string Value")(_set_text)
COMMENT.member("set string Value")(_set_text)


@TEXT.member("(XText other)")
@CDATA.member("(XCData other)")
@COMMENT.member("(XComment other)")
def copy_node(other: XNode | None) -> XNode:
    """Make a copy."""
    if other is None:
        argument_null("other")
    return other.copy()


DECLARATION.getter("string Version", lambda each: cast("Declaration", each).version)
DECLARATION.getter("string Encoding", lambda each: cast("Declaration", each).encoding)
DECLARATION.getter("string Standalone", lambda each: cast("Declaration", each).standalone)
