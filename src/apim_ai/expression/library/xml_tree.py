"""The node tree of System.Xml.Linq, its reader and its writer.

Reading goes through expat without DTDs: a document type, and with it every entity of its own, is refused.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn
from xml.parsers import expat

from apim_ai.expression.exceptions import ClrException, argument
from apim_ai.expression.library.meter import METER
from apim_ai.expression.library.xml_faults import complain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

__all__ = [
    "XAttribute",
    "XComment",
    "XContainer",
    "XDocument",
    "XElement",
    "XName",
    "XNode",
    "XText",
    "parse_as",
    "write",
]

_XMLNS = "http://www.w3.org/2000/xmlns/"
_XML = "http://www.w3.org/XML/1998/namespace"
_NCNAME = re.compile(r"(?:[^\W\d]|_)[\w.\-\u00b7]*")
_MAX_DEPTH = 500
_STEPS = 6
"""How many steps of a run a node that is added or copied counts for."""


class XName:
    """A name with its namespace."""

    __slots__ = ("local", "namespace")
    clr = "System.Xml.Linq.XName"

    def __init__(self, local: str, namespace: str = "") -> None:
        self.local = local
        self.namespace = namespace

    @classmethod
    def of(cls, text: str) -> XName:
        """Return the name of `{namespace}local` or `local`."""
        if text.startswith("{") and "}" in text:
            namespace, _, local = text[1:].partition("}")
            if not local:
                argument(f"'{text}' is an invalid expanded name.")
            return cls.made(local, namespace)
        if not text or text.startswith("{"):
            argument(f"'{text}' is an invalid expanded name.")
        return cls.made(text)

    @classmethod
    def made(cls, local: str, namespace: str = "") -> XName:
        """Return a name that C# makes, if it is one.

        Raises:
            ClrException: XmlException for characters that no name has, ArgumentNullException for no character at all.
        """
        if not local:
            raise ClrException(
                "System.ArgumentNullException", "The empty string '' is not a valid local name.", parameter="name"
            )
        valid = _NCNAME.match(local)
        if valid is None or valid.end() < len(local):
            character = local[0 if valid is None else valid.end()]
            said = f"'{character}' character, hexadecimal value 0x{ord(character):02X}"
            words = (
                f"Name cannot begin with the {said}." if valid is None else f"The {said}, cannot be included in a name."
            )
            raise ClrException("System.Xml.XmlException", words)
        return cls(local, namespace)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return `{namespace}local`."""
        return f"{{{self.namespace}}}{self.local}" if self.namespace else self.local

    def __eq__(self, other: object) -> bool:
        return isinstance(other, XName) and (other.local, other.namespace) == (self.local, self.namespace)

    def __hash__(self) -> int:
        return hash((self.local, self.namespace))


class XAttribute:
    """An attribute."""

    __slots__ = ("name", "parent", "value")
    clr = "System.Xml.Linq.XAttribute"

    def __init__(self, name: XName, value: str) -> None:
        self.name = name
        self.value = value
        self.parent: XElement | None = None

    @property
    def is_declaration(self) -> bool:
        """Whether it declares a namespace."""
        return self.name.namespace == _XMLNS or (self.name.local == "xmlns" and not self.name.namespace)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return `name="value"`."""
        prefix = "xmlns:" if self.name.namespace == _XMLNS else ""
        return f'{prefix}{self.name.local}="{_escape_attribute(self.value)}"'


class XNode:
    """Anything inside an element."""

    __slots__ = ("parent",)

    def __init__(self) -> None:
        self.parent: XContainer | None = None

    def copy(self) -> XNode:
        """Return a deep copy without parent."""
        raise NotImplementedError

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return indented XML."""
        return METER.written(write(self, indented=True))

    def siblings(self, step: int) -> list[XNode]:
        """Return the nodes before (-1) or behind (1) it."""
        if self.parent is None:
            return []
        place = self.parent.place(self)
        return self.parent.nodes[place + 1 :] if step > 0 else self.parent.nodes[:place]


class XText(XNode):
    """A text, or CDATA."""

    __slots__ = ("is_cdata", "value")

    def clr_type(self) -> ClrType:
        """XText, or XCData."""
        from apim_ai.expression.types import resolve  # noqa: PLC0415 - when first needed

        return resolve("System.Xml.Linq.XCData" if self.is_cdata else "System.Xml.Linq.XText")

    def __init__(self, value: str, *, is_cdata: bool = False) -> None:
        super().__init__()
        self.value = value
        self.is_cdata = is_cdata

    def copy(self) -> XNode:
        """Return a copy."""
        return XText(self.value, is_cdata=self.is_cdata)


class XComment(XNode):
    """A comment."""

    __slots__ = ("value",)
    clr = "System.Xml.Linq.XComment"

    def __init__(self, value: str) -> None:
        super().__init__()
        self.value = value

    def copy(self) -> XNode:
        """Return a copy."""
        return XComment(self.value)


class XContainer(XNode):
    """An element or document."""

    __slots__ = ("nodes",)

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[XNode] = []

    def holds(self, node: XNode) -> bool:
        """Whether a node is this one, or stands within the tree that this one is the root of."""
        each: XNode | None = node
        while each is not None and each is not self:
            each = each.parent
        return each is not None

    def place(self, node: XNode) -> int:
        """Return where a child stands."""
        return next(index for index, each in enumerate(self.nodes) if each is node)

    def append(self, node: XNode, place: int | None = None) -> None:
        """Add a child: itself, or a copy where it has a parent already."""
        is_free = node.parent is None and not (isinstance(node, XContainer) and node.holds(self))
        own = node if is_free else node.copy()
        own.parent = self
        METER.take(_STEPS)
        self.nodes.insert(len(self.nodes) if place is None else place, own)

    def elements(self) -> Iterator[XElement]:
        """Yield the child elements."""
        return (node for node in list(self.nodes) if isinstance(node, XElement))

    def first_element(self) -> XElement | None:
        """Return the first child element, or None."""
        return next(self.elements(), None)

    def descendants(self) -> Iterator[XElement]:
        """Yield all elements within, in document order."""
        for element in self.elements():
            yield element
            yield from element.descendants()

    @property
    def value(self) -> str:
        """All text within."""
        parts: list[str] = []
        for node in self.nodes:
            if isinstance(node, (XText, XElement)):
                parts.append(node.value)  # noqa: PERF401 - reads better
        return "".join(parts)


class XElement(XContainer):
    """An element."""

    __slots__ = ("attributes", "name")
    clr = "System.Xml.Linq.XElement"

    def __init__(self, name: XName) -> None:
        super().__init__()
        self.name = name
        self.attributes: list[XAttribute] = []

    def attribute(self, name: XName) -> XAttribute | None:
        """Return an attribute, or None."""
        return next((each for each in self.attributes if each.name == name), None)

    def set_attribute(self, name: XName, value: str | None) -> None:
        """Set or, with None, remove an attribute."""
        found = self.attribute(name)
        if value is None:
            self.attributes = [each for each in self.attributes if each is not found]
        elif found is not None:
            found.value = value
        else:
            self.add_attribute(XAttribute(name, value))

    def add_attribute(self, attribute: XAttribute) -> None:
        """Add an attribute: itself, or a copy where it has a parent already."""
        if self.attribute(attribute.name) is not None:
            raise ClrException("System.InvalidOperationException", "Duplicate attribute.")
        own = attribute if attribute.parent is None else XAttribute(attribute.name, attribute.value)
        own.parent = self
        self.attributes.append(own)

    def copy(self) -> XNode:
        """Return a deep copy."""
        other = XElement(self.name)
        METER.take(_STEPS * (1 + len(self.attributes)))
        for attribute in self.attributes:
            other.add_attribute(XAttribute(attribute.name, attribute.value))
        for node in self.nodes:
            other.append(node.copy())
        return other


class XDocument(XContainer):
    """A document; `declaration` is the text of its XML declaration, or None."""

    __slots__ = ("declaration",)
    clr = "System.Xml.Linq.XDocument"

    def __init__(self) -> None:
        super().__init__()
        self.declaration: str | None = None

    @property
    def root(self) -> XElement | None:
        """The outermost element."""
        return next(self.elements(), None)

    def copy(self) -> XNode:
        """Return a deep copy."""
        other = XDocument()
        other.declaration = self.declaration
        for node in self.nodes:
            other.append(node.copy())
        return other


# --- reading ---------------------------------------------------------------------------------------------------------


def _fail(text: str) -> NoReturn:
    raise ClrException("System.Xml.XmlException", text)


class _Builder:
    """Builds the tree from expat's events."""

    def __init__(self) -> None:
        self.document = XDocument()
        self.current: XContainer = self.document
        self.depth = 0
        self.is_cdata = False
        self.pending: list[tuple[str, str]] = []
        self.source = b""
        self.closed: set[int] = set()
        self.reader = self._parser()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.XmlDeclHandler = self.declaration
        parser.StartDoctypeDeclHandler = self.doctype
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = lambda data: self._put(XComment(data))
        parser.StartCdataSectionHandler = self.cdata
        parser.EndCdataSectionHandler = self.end_cdata
        parser.StartNamespaceDeclHandler = lambda prefix, uri: self.pending.append((prefix or "", uri or ""))
        return parser

    def declaration(self, version: str, encoding: str | None, standalone: int) -> None:
        text = f'<?xml version="{version}"' + (f' encoding="{encoding}"' if encoding else "")
        self.document.declaration = (
            text + ("" if standalone < 0 else f' standalone="{"yes" if standalone else "no"}"') + "?>"
        )

    def doctype(self, *_: object) -> None:
        _fail("For security reasons DTD is prohibited in this XML document.")

    def start(self, name: str, attributes: list[str]) -> None:
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            _fail("The document is nested too deeply.")
        element = XElement(_name(name))
        for prefix, uri in self.pending:
            declared = XName(prefix, _XMLNS) if prefix else XName("xmlns")
            element.attributes.append(XAttribute(declared, uri))
        self.pending.clear()
        for index in range(0, len(attributes), 2):  # the parser has looked for duplicates
            element.attributes.append(XAttribute(_name(attributes[index]), attributes[index + 1]))
        for attribute in element.attributes:
            attribute.parent = element
        self._put(element)
        self.current = element

    def _put(self, node: XNode) -> None:
        node.parent = self.current
        self.current.nodes.append(node)

    def end(self, _name: str) -> None:
        self.depth -= 1
        at = self.reader.CurrentByteIndex
        if not self.current.nodes and self.source[at - 2 : at] == b"/>":
            self.closed.add(id(self.current))
        self.current = self.current.parent or self.document

    def cdata(self) -> None:
        self.is_cdata = True
        self._put(XText("", is_cdata=True))

    def end_cdata(self) -> None:
        self.is_cdata = False

    def text(self, data: str) -> None:
        if self.current is self.document:
            return
        last = self.current.nodes[-1] if self.current.nodes else None
        if isinstance(last, XText) and last.is_cdata == self.is_cdata:
            last.value += data
        else:
            self._put(XText(data, is_cdata=self.is_cdata))


def _name(text: str) -> XName:
    namespace, brace, local = text.rpartition("}")
    return XName(local, namespace) if brace else XName(text)


def read(text: str, *, keeps_space: bool = False) -> XDocument:
    """Return the document of a text; white space between elements is left out unless it is to be kept.

    Raises:
        ClrException: XmlException.
    """
    builder = _Builder()
    if text.startswith("\ufeff"):
        complain(text)
    try:
        plain = re.sub(r'(<\?xml[^>]*?)\s+encoding\s*=\s*["\'][^"\']*["\']', r"\1", text, count=1)
        builder.source = plain.encode("utf-8", "surrogatepass")
        builder.reader.Parse(builder.source, True)  # noqa: FBT003 - expat's own
    except expat.ExpatError as error:
        complain(text)
        words = expat.errors.messages[error.code]
        _fail(f"The XML is not well-formed: {words}. Line {error.lineno}, position {error.offset + 1}.")
    declared = re.match(r"\s*(<\?xml[^>]*\?>)", text)
    if declared is not None:
        if 'version="1.0"' not in declared[1] and "version='1.0'" not in declared[1]:
            complain(text)
        builder.document.declaration = declared[1]
    _strip(builder.document, builder.closed, keeps_space=keeps_space)
    return builder.document


_SPACE = XName("space", _XML)


def _strip(container: XContainer, closed: set[int], *, keeps_space: bool) -> None:
    """Take white space out, and mark with an empty text what is written as `<a></a>`."""
    if isinstance(container, XElement):
        wish = container.attribute(_SPACE)
        keeps_space = keeps_space if wish is None else wish.value == "preserve"
    if not keeps_space:
        container.nodes = [
            node
            for node in container.nodes
            if not (isinstance(node, XText) and not node.is_cdata and not node.value.strip(" \t\r\n"))
        ]
    if not container.nodes and id(container) not in closed and isinstance(container, XElement):
        container.nodes = [XText("")]
        container.nodes[0].parent = container
    for element in container.elements():
        _strip(element, closed, keeps_space=keeps_space)


def parse_as(text: str, kind: str, _settings: ExpressionSettings, *, keeps_space: bool = False) -> XNode:
    """Return a text as an XDocument, XElement or XNode.

    Raises:
        ClrException: XmlException.
    """
    document = read(text, keeps_space=keeps_space)
    if kind == "XDocument":
        return document
    root = document.root
    if root is None:
        _fail("Root element is missing.")
    document.nodes.remove(root)
    root.parent = None
    return root


# --- writing ---------------------------------------------------------------------------------------------------------


def _escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "&#xD;")


def _apart(comment: str) -> str:
    """Return a comment's text without two hyphens in a row, or one at its end."""
    apart = re.sub("-(?=-)", "- ", comment)
    return apart + " " if apart.endswith("-") else apart


def _escape_attribute(text: str) -> str:
    plain = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return plain.replace("\r", "&#xD;").replace("\n", "&#xA;").replace("\t", "&#x9;")


def write(node: XNode, *, indented: bool) -> str:
    """Return XML: indented with two blanks unless an element has text, or as it is."""
    parts: list[str] = []
    if isinstance(node, XDocument):
        for number, each in enumerate(node.nodes):
            if number and indented:
                parts.append("\n")
            _write(each, parts, 0, {"": "", "xml": _XML}, indented=indented)
    else:
        _write(node, parts, 0, {"": "", "xml": _XML}, indented=indented)
    return "".join(parts)


def _write(node: XNode, parts: list[str], depth: int, scope: dict[str, str], *, indented: bool) -> None:
    if isinstance(node, XText):
        parts.append(f"<![CDATA[{node.value}]]>" if node.is_cdata else _escape_text(node.value))
    elif isinstance(node, XComment):
        parts.append(f"<!--{_apart(node.value)}-->")
    elif isinstance(node, XElement):
        _write_element(node, parts, depth, scope, indented=indented)
    else:
        argument(f"'{type(node).__name__}' cannot be written")


def _write_element(node: XElement, parts: list[str], depth: int, outer: dict[str, str], *, indented: bool) -> None:
    scope, head = _open(node, outer)
    tag = head[0]
    parts.append("<" + " ".join(head))
    if not node.nodes:
        parts.append(" />")
        return
    parts.append(">")
    breaks = indented
    for each in node.nodes:
        breaks = breaks and not isinstance(each, XText)  # no blanks are added once text has been written
        if breaks:
            parts.append("\n" + "  " * (depth + 1))
        _write(each, parts, depth + 1, scope, indented=breaks)
    if breaks:
        parts.append("\n" + "  " * depth)
    parts.append(f"</{tag}>")


def _open(node: XElement, outer: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    """Return the namespaces in sight inside an element, and the pieces of its start tag."""
    scope = dict(outer)
    declared: list[str] = []
    for attribute in node.attributes:
        if attribute.is_declaration:
            prefix = attribute.name.local if attribute.name.namespace else ""
            scope[prefix] = attribute.value
    tag = _qualified(node.name, scope, declared, is_attribute=False)
    pieces: list[str] = []
    for attribute in node.attributes:
        if attribute.is_declaration:
            name = f"xmlns:{attribute.name.local}" if attribute.name.namespace else "xmlns"
        else:
            name = _qualified(attribute.name, scope, declared, is_attribute=True)
        pieces.append(f'{name}="{_escape_attribute(attribute.value)}"')
    return scope, [tag, *pieces, *declared]


def _qualified(name: XName, scope: dict[str, str], declared: list[str], *, is_attribute: bool) -> str:
    if not name.namespace:
        if not is_attribute and scope.get(""):
            scope[""] = ""
            declared.append('xmlns=""')
        return name.local
    if not is_attribute and scope.get("") == name.namespace:
        return name.local
    for prefix, uri in scope.items():
        if prefix and uri == name.namespace:
            return f"{prefix}:{name.local}"
    if not is_attribute:
        scope[""] = name.namespace
        declared.append(f'xmlns="{_escape_attribute(name.namespace)}"')
        return name.local
    prefix = f"p{len(scope) - 1}"
    scope[prefix] = name.namespace
    declared.append(f'xmlns:{prefix}="{_escape_attribute(name.namespace)}"')
    return f"{prefix}:{name.local}"
