"""System.Xml: XmlDocument and its nodes, over the tree of LINQ to XML.

Whether API Management takes them is not documented; the binder warns, and names XElement and XDocument instead.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument_null, null_reference
from apim_ai.expression.library.declare import clr_class
from apim_ai.expression.library.xml_paths import Found, select
from apim_ai.expression.library.xml_tree import (
    XAttribute,
    XComment,
    XContainer,
    XDocument,
    XElement,
    XName,
    XNode,
    XText,
    read,
    write,
)
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = ["XmlNode"]

_NS = "System.Xml"
_KINDS: dict[type, tuple[str, str, int]] = {
    XDocument: ("XmlDocument", "#document", 9), XElement: ("XmlElement", "", 1), XAttribute: ("XmlAttribute", "", 2),
    XComment: ("XmlComment", "#comment", 8), XText: ("XmlText", "#text", 3),
}  # fmt: skip


class XmlNode:
    """A node of an XmlDocument: a node of the tree, seen as System.Xml sees it."""

    __slots__ = ("node",)

    def __init__(self, node: XNode | XAttribute) -> None:
        self.node = node

    def clr_type(self) -> ClrType:
        """XmlDocument, XmlElement and so on."""
        return resolve(f"{_NS}.{_KINDS[type(self.node)][0]}")

    def clr_items(self) -> Iterator[XmlNode]:
        """Yield the children."""
        return iter(self.children())

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the name of its type, as .NET does."""
        return self.clr_type().name

    def children(self) -> list[XmlNode]:
        """Return the child nodes."""
        nodes = self.node.nodes if isinstance(self.node, XContainer) else []
        return [XmlNode(each) for each in nodes if not (isinstance(each, XText) and not each.value)]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XmlNode) and other.node is self.node

    def __hash__(self) -> int:
        return id(self.node)


class XmlNodeList:
    """What a query or a property finds."""

    __slots__ = ("nodes",)
    clr = f"{_NS}.XmlNodeList"

    def __init__(self, nodes: list[XmlNode]) -> None:
        self.nodes = nodes

    def clr_items(self) -> Iterator[XmlNode]:
        """Yield the nodes."""
        return iter(self.nodes)

    def item(self, index: int) -> XmlNode | None:
        """Return a node, or null."""
        return self.nodes[index] if 0 <= index < len(self.nodes) else None


class XmlAttributes(XmlNodeList):
    """The attributes of an element."""

    __slots__ = ()
    clr = f"{_NS}.XmlAttributeCollection"

    def named(self, name: str | None) -> XmlNode | None:
        """Return an attribute, or null."""
        return next((each for each in self.nodes if node_name(each) == name), None)


class XmlNamespaces:
    """An XmlNamespaceManager."""

    __slots__ = ("prefixes",)
    clr = f"{_NS}.XmlNamespaceManager"

    def __init__(self, _names: object = None) -> None:
        self.prefixes: dict[str, str] = {}

    def add(self, prefix: str | None, uri: str | None) -> None:
        """Say what a prefix in a path stands for."""
        if prefix is None or uri is None:
            argument_null("prefix" if prefix is None else "uri")
        self.prefixes[prefix] = uri


NODE = clr_class(f"{_NS}.XmlNode", interfaces=("System.Collections.IEnumerable",), python=(XmlNode,), allowed=None)
_DOCUMENT = clr_class(f"{_NS}.XmlDocument", base=f"{_NS}.XmlNode", allowed=None)
_ELEMENT = clr_class(f"{_NS}.XmlElement", base=f"{_NS}.XmlNode", allowed=None)
for _name in ("XmlAttribute", "XmlText", "XmlComment"):
    clr_class(f"{_NS}.{_name}", base=f"{_NS}.XmlNode", allowed=None)
LIST = clr_class(
    f"{_NS}.XmlNodeList", interfaces=("System.Collections.IEnumerable",), python=(XmlNodeList,), allowed=None
)
ATTRIBUTES = clr_class(
    f"{_NS}.XmlAttributeCollection",
    interfaces=("System.Collections.IEnumerable",),
    python=(XmlAttributes,),
    allowed=None,
)
NAMES = clr_class(f"{_NS}.XmlNameTable", allowed=None)
MANAGER = clr_class(f"{_NS}.XmlNamespaceManager", python=(XmlNamespaces,), allowed=None)

# --- documents -------------------------------------------------------------------------------------------------------

_DOCUMENT.member("()")(lambda: XmlNode(XDocument()))


@_DOCUMENT.member("void LoadXml(string xml)")
def load(document: XmlNode, text: str | None) -> None:
    """Read a text; what was there before is gone."""
    if text is None:
        argument_null("xml")
    found = read(text)
    document.node = found


@_DOCUMENT.member("System.Xml.XmlElement DocumentElement")
def document_element(document: XmlNode) -> XmlNode | None:
    """Return the outermost element, or null."""
    root = cast("XDocument", document.node).root
    return None if root is None else XmlNode(root)


_NAME_TABLE = object()


@_DOCUMENT.member("System.Xml.XmlNameTable NameTable")
def name_table(_document: XmlNode) -> object:
    """Return what a namespace manager is made with."""
    return _NAME_TABLE


MANAGER.member("(System.Xml.XmlNameTable nameTable)")(XmlNamespaces)
MANAGER.member("void AddNamespace(string prefix, string uri)")(XmlNamespaces.add)

# --- names and texts -------------------------------------------------------------------------------------------------


def _prefix(element: XElement | None, namespace: str, *, is_attribute: bool = False) -> str:
    """Return the prefix that stands for a namespace where an element is."""
    while element is not None:
        for each in element.attributes:
            if each.is_declaration and each.value == namespace and (each.name.namespace or not is_attribute):
                return each.name.local if each.name.namespace else ""
        element = element.parent if isinstance(element.parent, XElement) else None
    return ""


def _expanded(name: XName, element: XElement | None, *, is_attribute: bool = False) -> str:
    prefix = _prefix(element, name.namespace, is_attribute=is_attribute) if name.namespace else ""
    return f"{prefix}:{name.local}" if prefix else name.local


@NODE.member("string Name")
def node_name(node: XmlNode) -> str:
    """Return the name with its prefix, or `#text` and the like."""
    inner = node.node
    if isinstance(inner, XElement):
        return _expanded(inner.name, inner)
    if isinstance(inner, XAttribute):
        if inner.is_declaration:
            return f"xmlns:{inner.name.local}" if inner.name.namespace else "xmlns"
        return _expanded(inner.name, inner.parent, is_attribute=True)
    return "#cdata-section" if isinstance(inner, XText) and inner.is_cdata else _KINDS[type(inner)][1]


@NODE.member("string LocalName")
def local_name(node: XmlNode) -> str:
    """Return the name without its prefix."""
    return node.node.name.local if isinstance(node.node, (XElement, XAttribute)) else node_name(node)


@NODE.member("string Prefix")
def node_prefix(node: XmlNode) -> str:
    """Return the prefix of the name."""
    head, colon, _ = node_name(node).partition(":")
    return head if colon else ""


@NODE.member("string NamespaceURI")
def namespace_uri(node: XmlNode) -> str:
    """Return the namespace of the name."""
    return node.node.name.namespace if isinstance(node.node, (XElement, XAttribute)) else ""


@NODE.member("System.Xml.XmlNodeType NodeType")
def node_type(node: XmlNode) -> int:
    """Return the kind of node."""
    is_cdata = isinstance(node.node, XText) and node.node.is_cdata
    return 4 if is_cdata else _KINDS[type(node.node)][2]


@NODE.member("string InnerText")
def inner_text(node: XmlNode) -> str:
    """Return all text within."""
    return cast("XElement", node.node).value


@NODE.member("string Value")
def node_value(node: XmlNode) -> str | None:
    """Return the text of an attribute, text or comment; null for an element."""
    return None if isinstance(node.node, XContainer) else inner_text(node)


@NODE.member("set string InnerText", "set string Value")
def set_inner_text(node: XmlNode, value: str | None) -> str | None:
    """Set the text."""
    inner = node.node
    if isinstance(inner, XDocument):
        raise ClrException("System.InvalidOperationException", "The 'InnerText' of a 'Document' node is read-only.")
    if isinstance(inner, XElement):
        inner.nodes = []
        inner.append(XText(value or ""))
    else:
        cast("XText", inner).value = value or ""
    return value


@NODE.member("string OuterXml")
def outer_xml(node: XmlNode) -> str:
    """Return it as XML."""
    inner = node.node
    if isinstance(inner, XAttribute):
        return f'{node_name(node)}="{inner.value}"'
    declaration = inner.declaration or "" if isinstance(inner, XDocument) else ""
    return declaration + write(inner, indented=False)


@NODE.member("string InnerXml")
def inner_xml(node: XmlNode) -> str:
    """Return what is within as XML."""
    if isinstance(node.node, XContainer):
        return "".join(outer_xml(each) for each in node.children())
    return inner_text(node)


# --- going around ----------------------------------------------------------------------------------------------------


@NODE.member("System.Xml.XmlAttributeCollection Attributes")
def attributes(node: XmlNode) -> XmlAttributes | None:
    """Return the attributes; null for what is no element."""
    return XmlAttributes([XmlNode(each) for each in node.node.attributes]) if isinstance(node.node, XElement) else None


@NODE.member("System.Xml.XmlNodeList ChildNodes")
def child_nodes(node: XmlNode) -> XmlNodeList:
    """Return the children."""
    return XmlNodeList(node.children())


@NODE.member("bool HasChildNodes")
def has_child_nodes(node: XmlNode) -> bool:
    """Whether there are children."""
    return bool(node.children())


@NODE.member("System.Xml.XmlNode FirstChild")
def first_child(node: XmlNode) -> XmlNode | None:
    """Return the first child, or null."""
    return child_nodes(node).item(0)


@NODE.member("System.Xml.XmlNode LastChild")
def last_child(node: XmlNode) -> XmlNode | None:
    """Return the last child, or null."""
    return next(reversed(node.children()), None)


@NODE.member("System.Xml.XmlNode ParentNode")
def parent_node(node: XmlNode) -> XmlNode | None:
    """Return what it stands in, or null."""
    around = None if isinstance(node.node, XAttribute) else node.node.parent
    return None if around is None else XmlNode(around)


def _beside(step: int) -> Callable[[XmlNode], XmlNode | None]:
    def find(node: XmlNode) -> XmlNode | None:
        others = node.node.siblings(step) if isinstance(node.node, XNode) else []
        return XmlNode(others[0 if step > 0 else -1]) if others else None

    return find


NODE.member("System.Xml.XmlNode NextSibling")(_beside(1))
NODE.member("System.Xml.XmlNode PreviousSibling")(_beside(-1))


@NODE.member("System.Xml.XmlElement this[string name]")
def child_named(node: XmlNode, name: str | None) -> XmlNode | None:
    """Return the first child element of a name, or null."""
    found = (each for each in node.children() if isinstance(each.node, XElement) and node_name(each) == name)
    return next(found, None)


@_ELEMENT.member("bool IsEmpty")
def is_empty(node: XmlNode) -> bool:
    """Whether it is written without an end tag."""
    return not cast("XElement", node.node).nodes


@_ELEMENT.member("string GetAttribute(string name)")
def get_attribute(node: XmlNode, name: str | None) -> str:
    """Return an attribute's value, or the empty text."""
    found = cast("XmlAttributes", attributes(node)).named(name)
    return "" if found is None else inner_text(found)


@_ELEMENT.member("bool HasAttribute(string name)")
def has_attribute(node: XmlNode, name: str | None) -> bool:
    """Whether an attribute is there."""
    return cast("XmlAttributes", attributes(node)).named(name) is not None


@_ELEMENT.member("System.Xml.XmlNodeList GetElementsByTagName(string name)")
@_DOCUMENT.member("System.Xml.XmlNodeList GetElementsByTagName(string name)")
def by_tag_name(node: XmlNode, name: str | None) -> XmlNodeList:
    """Return the elements of a name within, or all for `*`."""
    within = [XmlNode(each) for each in cast("XContainer", node.node).descendants()]
    return XmlNodeList([each for each in within if name == "*" or node_name(each) == name])


@NODE.member(
    "System.Xml.XmlNodeList SelectNodes(string xpath)",
    "System.Xml.XmlNodeList SelectNodes(string xpath, System.Xml.XmlNamespaceManager nsmgr)",
)
def select_nodes(node: XmlNode, path: str | None, names: XmlNamespaces | None = None) -> XmlNodeList:
    """Return the nodes that an XPath leads to."""
    if path is None:
        null_reference()
    found: list[Found] = select(node.node, path, {} if names is None else names.prefixes)
    return XmlNodeList([XmlNode(each) for each in found])


@NODE.member(
    "System.Xml.XmlNode SelectSingleNode(string xpath)",
    "System.Xml.XmlNode SelectSingleNode(string xpath, System.Xml.XmlNamespaceManager nsmgr)",
)
def select_single(node: XmlNode, path: str | None, names: XmlNamespaces | None = None) -> XmlNode | None:
    """Return the first node that an XPath leads to, or null."""
    return select_nodes(node, path, names).item(0)


@LIST.member("int Count")
@ATTRIBUTES.member("int Count")
def count(nodes: XmlNodeList) -> int:
    """Return the number of nodes."""
    return len(nodes.nodes)


LIST.member("System.Xml.XmlNode this[int i]", "System.Xml.XmlNode Item(int index)")(XmlNodeList.item)
ATTRIBUTES.member("System.Xml.XmlAttribute this[string name]")(XmlAttributes.named)
ATTRIBUTES.member("System.Xml.XmlAttribute this[int i]")(XmlAttributes.item)
ATTRIBUTES.member("System.Xml.XmlNode GetNamedItem(string name)")(XmlAttributes.named)
