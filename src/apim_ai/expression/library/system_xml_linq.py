"""System.Xml.Linq: XElement, XDocument and their kin."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import argument, argument_null, invalid_operation
from apim_ai.expression.library.boxes import Array
from apim_ai.expression.library.declare import clr_class, clr_enum, clr_static
from apim_ai.expression.library.enumeration import Sequence, boxed_items, iterate
from apim_ai.expression.library.xml_names import Declaration, Namespace
from apim_ai.expression.library.xml_tree import (
    XAttribute,
    XComment,
    XContainer,
    XDocument,
    XElement,
    XName,
    XNode,
    XText,
    parse_as,
    write,
)
from apim_ai.expression.library.xml_values import convert_text, scalar_text
from apim_ai.expression.settings import DEFAULT
from apim_ai.expression.types import resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from apim_ai.expression.settings import ExpressionSettings

__all__ = [
    "ATTRIBUTE", "CDATA", "COMMENT", "CONTAINER", "DECLARATION", "ELEMENT", "NAMESPACE", "NODE", "OBJECT", "TEXT",
    "add_content", "ancestors", "scalar_text",
]  # fmt: skip

_NS = "System.Xml.Linq"
clr_enum("System.Xml.Linq.SaveOptions", {"None": 0, "DisableFormatting": 1, "OmitDuplicateNamespaces": 2})
clr_enum("System.Xml.Linq.LoadOptions", {"None": 0, "PreserveWhitespace": 1, "SetBaseUri": 2, "SetLineInfo": 4})
NAME = clr_class(f"{_NS}.XName", python=(XName,))
NAMESPACE = clr_class(f"{_NS}.XNamespace", python=())
OBJECT = clr_class(f"{_NS}.XObject")
NODE = clr_class(f"{_NS}.XNode", base=f"{_NS}.XObject", python=(XNode,))
CONTAINER = clr_class(f"{_NS}.XContainer", base=f"{_NS}.XNode", python=(XContainer,))
ELEMENT = clr_class(f"{_NS}.XElement", base=f"{_NS}.XContainer", python=(XElement,))
DOCUMENT = clr_class(f"{_NS}.XDocument", base=f"{_NS}.XContainer", python=(XDocument,))
ATTRIBUTE = clr_class(f"{_NS}.XAttribute", base=f"{_NS}.XObject", python=(XAttribute,))
TEXT = clr_class(f"{_NS}.XText", base=f"{_NS}.XNode", python=(XText,))
CDATA = clr_class(f"{_NS}.XCData", base=f"{_NS}.XText")
COMMENT = clr_class(f"{_NS}.XComment", base=f"{_NS}.XNode", python=(XComment,))
DECLARATION = clr_class(f"{_NS}.XDeclaration")
EXTENSIONS = clr_static(f"{_NS}.Extensions")
DECLARATION.member("(string version, string encoding, string standalone)")(Declaration)

# --- names -----------------------------------------------------------------------------------------------------------


@NAME.member("implicit operator XName(string expandedName)", "static XName Get(string expandedName)")
def name_of(text: str | None) -> XName | None:
    """Return the name of a text."""
    return None if text is None else XName.of(text)


@NAME.member("static XName Get(string localName, string namespaceName)")
def name_in(local: str | None, uri: str | None) -> XName:
    """Return a name in a namespace."""
    if local is None or uri is None:
        argument_null("localName" if local is None else "namespaceName")
    return XName.made(local, uri)


NAME.inline("string LocalName", "{0}.local")
NAME.inline("string NamespaceName", "{0}.namespace")


@NAME.member("XNamespace Namespace")
def namespace_of_name(name: XName) -> Namespace:
    """Return the name's namespace."""
    return Namespace(name.namespace)


@NAME.member("string ToString()", settings=True)
def name_text(settings: ExpressionSettings, name: XName) -> str:
    """Return `{namespace}local`."""
    return name.clr_text(settings)


@NAME.member("bool operator ==(XName left, XName right)")
def same_name(left: XName | None, right: XName | None) -> bool:
    """Compare names."""
    return left == right


@NAME.member("bool operator !=(XName left, XName right)")
def other_name(left: XName | None, right: XName | None) -> bool:
    """Compare names for difference."""
    return left != right


@NAMESPACE.member("implicit operator XNamespace(string namespaceName)", "static XNamespace Get(string namespaceName)")
def namespace(uri: str | None) -> Namespace | None:
    """Return a namespace."""
    return None if uri is None else Namespace(uri)


@NAMESPACE.member("XName operator +(XNamespace ns, string localName)", "XName GetName(string localName)")
def namespace_name(space: Namespace, local: str | None) -> XName:
    """Return a name in a namespace."""
    if local is None:
        argument_null("localName")
    return XName.made(local, space.uri)


NAMESPACE.inline("string NamespaceName", "{0}.uri")
NAMESPACE.inline("string ToString()", "{0}.uri")
NAMESPACE.constant("XNamespace None", Namespace(""))
NAMESPACE.constant("XNamespace Xmlns", Namespace("http://www.w3.org/2000/xmlns/"))

# --- making ----------------------------------------------------------------------------------------------------------


@ELEMENT.member(
    "static XElement Parse(string text)", "static XElement Parse(string text, System.Xml.Linq.LoadOptions options)"
)
def parse_element(text: str | None, options: int = 0) -> XNode:
    """Parse an element."""
    if text is None:
        argument_null("s")
    return parse_as(text, "XElement", DEFAULT, keeps_space=bool(options & 1))


@DOCUMENT.member(
    "static XDocument Parse(string text)", "static XDocument Parse(string text, System.Xml.Linq.LoadOptions options)"
)
def parse_document(text: str | None, options: int = 0) -> XNode:
    """Parse a document."""
    if text is None:
        argument_null("s")
    return parse_as(text, "XDocument", DEFAULT, keeps_space=bool(options & 1))


def add_content(container: XContainer, content: object, place: int | None = None) -> None:
    """Add what C# adds: nodes, attributes, texts, sequences of them."""
    if content is None:
        return
    if isinstance(container, XDocument):
        _check_document(container, content)
    if isinstance(content, XAttribute):
        if not isinstance(container, XElement):
            argument("An attribute cannot be added to content.")
        container.add_attribute(content)
    elif isinstance(content, XDocument):
        argument("A node of type Document cannot be added to content.")
    elif isinstance(content, XNode):
        container.append(content, place)
    elif _is_many(content):
        for item in list(boxed_items(content)):
            add_content(container, item, place)
            place = None if place is None else place + 1
    elif not isinstance(content, Declaration):
        _add_text(container, scalar_text(content), place)


def _is_many(content: object) -> bool:
    return isinstance(content, Array) or hasattr(content, "clr_items")


def _check_document(document: XDocument, content: object) -> None:
    """Refuse what would make a document incorrectly structured."""
    if isinstance(content, XElement) and document.root is not None:
        invalid_operation("This operation would create an incorrectly structured document.")
    is_text = isinstance(content, str) or not (
        isinstance(content, (XNode, XAttribute, Declaration)) or _is_many(content)
    )
    if is_text and scalar_text(content).strip():
        argument("Non-whitespace characters cannot be added to content.")


def _add_text(container: XContainer, text: str, place: int | None) -> None:
    last = container.nodes[-1] if container.nodes and place is None else None
    if isinstance(last, XText) and not last.is_cdata:
        last.value += text
    elif text or not container.nodes:
        container.append(XText(text), place)


@ELEMENT.member("(XName name)", "(XName name, object content)", "(XName name, params object[] content)")
def make_element(name: XName | None, content: object = None) -> XElement:
    """Make an element."""
    if name is None:
        argument_null("name")
    element = XElement(name)
    add_content(element, content)
    return element


@DOCUMENT.member("()", "(params object[] content)")
def make_document(content: object = None) -> XDocument:
    """Make a document."""
    document = XDocument()
    add_content(document, content)
    return document


@DOCUMENT.member("(XDeclaration declaration, params object[] content)")
def make_declared(declaration: Declaration | None, content: object) -> XDocument:
    """Make a document with a declaration."""
    document = make_document(content)
    document.declaration = None if declaration is None else declaration.text
    return document


@ELEMENT.member("(XElement other)")
@DOCUMENT.member("(XDocument other)")
def copy_of(other: XContainer | None) -> XNode:
    """Make a copy."""
    if other is None:
        argument_null("other")
    return other.copy()


@ATTRIBUTE.member("(XName name, object value)")
def make_attribute(name: XName | None, value: object) -> XAttribute:
    """Make an attribute."""
    if name is None or value is None:
        argument_null("name" if name is None else "value")
    return XAttribute(name, scalar_text(value))


TEXT.member("(string value)")(XText)
COMMENT.member("(string value)")(XComment)
CDATA.getter("(string value)", lambda value: XText(str(value), is_cdata=True))

# --- reading ---------------------------------------------------------------------------------------------------------


def _sequence(kind: str, make: Callable[[], Iterable[object]]) -> Sequence:
    return Sequence(resolve(kind), lambda: iter(make()))


@CONTAINER.member("XElement Element(XName name)")
def element(container: XContainer, name: XName | None) -> XElement | None:
    """Return the first child element of a name, or null."""
    return next((each for each in container.elements() if each.name == name), None)


@CONTAINER.member("IEnumerable<XElement> Elements()")
def elements(container: XContainer) -> Sequence:
    """Return the child elements."""
    return _sequence("XElement", container.elements)


@CONTAINER.member("IEnumerable<XElement> Elements(XName name)")
def elements_named(container: XContainer, name: XName | None) -> Sequence:
    """Return the child elements of a name."""
    return _sequence("XElement", lambda: (each for each in container.elements() if each.name == name))


@CONTAINER.member("IEnumerable<XElement> Descendants()")
def descendants(container: XContainer) -> Sequence:
    """Return all elements within."""
    return _sequence("XElement", container.descendants)


@CONTAINER.member("IEnumerable<XElement> Descendants(XName name)")
def descendants_named(container: XContainer, name: XName | None) -> Sequence:
    """Return all elements of a name within."""
    return _sequence("XElement", lambda: (each for each in container.descendants() if each.name == name))


@ELEMENT.member("IEnumerable<XElement> DescendantsAndSelf()")
def descendants_and_self(container: XElement) -> Sequence:
    """Return it and all elements within."""
    return _sequence("XElement", lambda: [container, *container.descendants()])


@CONTAINER.member("IEnumerable<XNode> Nodes()")
def nodes(container: XContainer) -> Sequence:
    """Return the child nodes."""
    return _sequence("XNode", lambda: list(container.nodes))


CONTAINER.getter("XNode FirstNode", lambda each: next(iter(cast("XContainer", each).nodes), None))
CONTAINER.getter("XNode LastNode", lambda each: next(reversed(cast("XContainer", each).nodes), None))


@ELEMENT.member("XAttribute Attribute(XName name)")
def attribute(each: XElement, name: XName | None) -> XAttribute | None:
    """Return an attribute, or null."""
    return None if name is None else each.attribute(name)


@ELEMENT.member("IEnumerable<XAttribute> Attributes()")
def attributes(each: XElement) -> Sequence:
    """Return the attributes."""
    return _sequence("XAttribute", lambda: list(each.attributes))


ELEMENT.inline("string Value", "{0}.value")
ELEMENT.inline("XName Name", "{0}.name")
ELEMENT.inline("bool HasElements", "({0}.first_element() is not None)")
ELEMENT.inline("bool HasAttributes", "(len({0}.attributes) > 0)")
ELEMENT.inline("bool IsEmpty", "(len({0}.nodes) == 0)")
ATTRIBUTE.inline("string Value", "{0}.value")
ATTRIBUTE.inline("XName Name", "{0}.name")
TEXT.inline("string Value", "{0}.value")
COMMENT.inline("string Value", "{0}.value")
DOCUMENT.inline("XElement Root", "{0}.root")


@DOCUMENT.member("XDeclaration Declaration")
def declaration(document: XDocument) -> Declaration | None:
    """Return the XML declaration, or null."""
    if document.declaration is None:
        return None
    made = Declaration(None, None, None)
    made.text = document.declaration
    return made


@OBJECT.member("XElement Parent")
def parent(each: XNode | XAttribute) -> XElement | None:
    """Return the element around it."""
    return each.parent if isinstance(each.parent, XElement) else None


@NODE.member("string ToString()")
def node_text(node: XNode) -> str:
    """Return indented XML."""
    return write(node, indented=True)


@NODE.member("string ToString(System.Xml.Linq.SaveOptions options)")
def node_text_options(node: XNode, options: int) -> str:
    """Return XML, perhaps without indentation."""
    return write(node, indented=not options & 1)


@NODE.member("IEnumerable<XElement> ElementsAfterSelf()")
def elements_after(node: XNode) -> Sequence:
    """Return the elements behind it."""
    return _sequence("XElement", lambda: [each for each in node.siblings(1) if isinstance(each, XElement)])


@NODE.member("IEnumerable<XElement> ElementsBeforeSelf()")
def elements_before(node: XNode) -> Sequence:
    """Return the elements in front of it."""
    return _sequence("XElement", lambda: [each for each in node.siblings(-1) if isinstance(each, XElement)])


@NODE.member("IEnumerable<XElement> Ancestors()")
def ancestors(node: XNode) -> Sequence:
    """Return the elements around it."""
    found: list[object] = []
    outer = node.parent
    while isinstance(outer, XElement):
        found.append(outer)
        outer = outer.parent
    return _sequence("XElement", lambda: found)


@ATTRIBUTE.member("string ToString()", settings=True)
def attribute_text(settings: ExpressionSettings, each: XAttribute) -> str:
    """Return `name="value"`."""
    return each.clr_text(settings)


@ELEMENT.member("XNamespace GetDefaultNamespace()")
def default_namespace(each: XElement) -> Namespace:
    """Return the namespace of names without prefix."""
    outer: XContainer | None = each
    while isinstance(outer, XElement):
        found = outer.attribute(XName("xmlns"))
        if found is not None:
            return Namespace(found.value)
        outer = outer.parent
    return Namespace("")


# --- changing --------------------------------------------------------------------------------------------------------


@CONTAINER.member("void Add(object content)", "void Add(params object[] content)")
def add(container: XContainer, content: object) -> None:
    """Add content."""
    add_content(container, content)


@CONTAINER.member("void AddFirst(object content)")
def add_first(container: XContainer, content: object) -> None:
    """Add content first."""
    add_content(container, content, 0)


@NODE.member("void Remove()")
def remove(node: XNode) -> None:
    """Take it out of what holds it."""
    if node.parent is None:
        invalid_operation("The parent is missing.")
    del node.parent.nodes[node.parent.place(node)]
    node.parent = None


@ATTRIBUTE.member("void Remove()")
def remove_attribute(each: XAttribute) -> None:
    """Take it out of its element."""
    if each.parent is None:
        invalid_operation("The parent is missing.")
    each.parent.attributes = [other for other in each.parent.attributes if other is not each]
    each.parent = None


def _beside(node: XNode, content: object, step: int) -> None:
    if node.parent is None:
        invalid_operation("The parent is missing.")
    add_content(node.parent, content, node.parent.place(node) + step)


@NODE.member("void AddAfterSelf(object content)")
def add_after(node: XNode, content: object) -> None:
    """Add content behind it."""
    _beside(node, content, 1)


@NODE.member("void AddBeforeSelf(object content)")
def add_before(node: XNode, content: object) -> None:
    """Add content in front of it."""
    _beside(node, content, 0)


@NODE.member("void ReplaceWith(object content)")
def replace_with(node: XNode, content: object) -> None:
    """Put content in its place."""
    _beside(node, content, 0)
    remove(node)


@CONTAINER.member("void RemoveNodes()")
def remove_nodes(container: XContainer) -> None:
    """Remove all children."""
    container.nodes = []


@ELEMENT.member("void RemoveAll()")
def remove_all(each: XElement) -> None:
    """Remove all children and attributes."""
    each.nodes = []
    each.attributes = []


@ELEMENT.member("void RemoveAttributes()")
def remove_attributes(each: XElement) -> None:
    """Remove all attributes."""
    each.attributes = []


@ELEMENT.member("void SetAttributeValue(XName name, object value)")
def set_attribute_value(each: XElement, name: XName, value: object) -> None:
    """Set or, with null, remove an attribute."""
    each.set_attribute(name, None if value is None else scalar_text(value))


@ELEMENT.member("void SetElementValue(XName name, object value)")
def set_element_value(each: XElement, name: XName, value: object) -> None:
    """Set or, with null, remove a child element."""
    found = element(each, name)
    if value is None:
        if found is not None:
            remove(found)
    elif found is None:
        add_content(each, make_element(name, value))
    else:
        set_value(found, scalar_text(value))


@ELEMENT.member("set string Value")
def set_value(each: XElement, value: str | None) -> str:
    """Set the text of an element."""
    if value is None:
        argument_null("value")
    each.nodes = []
    _add_text(each, value, None)
    return value


@ELEMENT.member("void SetValue(object value)")
def set_any_value(each: XElement, value: object) -> None:
    """Set the text of an element from a value."""
    if value is None:
        argument_null("value")
    set_value(each, scalar_text(value))


@ELEMENT.member("set XName Name")
def set_name(each: XElement, name: XName) -> XName:
    """Rename an element."""
    each.name = name
    return name


@ATTRIBUTE.member("set string Value")
def set_attribute_text(each: XAttribute, value: str | None) -> str:
    """Set the value of an attribute."""
    if value is None:
        argument_null("value")
    each.value = value
    return value


# --- casts -----------------------------------------------------------------------------------------------------------


def _caster(target: str, what: str, *, is_nullable: bool) -> Callable[[XElement | XAttribute | None], object]:
    def apply(node: XElement | XAttribute | None) -> object:
        if node is None:
            return None if is_nullable else argument_null(what)
        text = node.value.strip(" \t\r\n") if target != "String" else node.value
        return convert_text(text, target)

    return apply


_CASTS = {
    "bool": "Boolean",
    "int": "Int32",
    "long": "Int64",
    "double": "Double",
    "decimal": "Decimal",
    "float": "Single",
    "System.DateTime": "DateTime",
    "System.DateTimeOffset": "DateTimeOffset",
    "System.TimeSpan": "TimeSpan",
    "System.Guid": "Guid",
    "uint": "UInt32",
    "ulong": "UInt64",
}
for _type, _what, _simple in ((ELEMENT, "element", "XElement"), (ATTRIBUTE, "attribute", "XAttribute")):
    _type.member(f"explicit operator string({_simple} {_what})")(_caster("String", _what, is_nullable=True))
    for _alias, _target in _CASTS.items():
        _type.member(f"explicit operator {_alias}({_simple} {_what})")(_caster(_target, _what, is_nullable=False))
        _type.member(f"explicit operator {_alias}?({_simple} {_what})")(_caster(_target, _what, is_nullable=True))

# --- extensions ------------------------------------------------------------------------------------------------------


def _many(walk: Callable[[XContainer], Iterable[XElement]]) -> Callable[..., Sequence]:
    def apply(source: object, name: XName | None = None) -> Sequence:
        def found() -> Iterable[object]:
            for container in iterate(source):
                for each in walk(cast("XContainer", container)):
                    if name is None or each.name == name:
                        yield each

        return _sequence("XElement", found)

    return apply


for _method, _walk in (("Elements", XContainer.elements), ("Descendants", XContainer.descendants)):
    EXTENSIONS.member(
        f"static IEnumerable<XElement> {_method}<T>(this IEnumerable<T> source)",
        f"static IEnumerable<XElement> {_method}<T>(this IEnumerable<T> source, XName name)",
    )(_many(_walk))


@EXTENSIONS.member(
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source)",
    "static IEnumerable<XAttribute> Attributes(this IEnumerable<XElement> source, XName name)",
)
def all_attributes(source: object, name: XName | None = None) -> Sequence:
    """Return the attributes of all elements."""
    return _sequence(
        "XAttribute",
        lambda: [
            each
            for item in iterate(source)
            for each in cast("XElement", item).attributes
            if name is None or each.name == name
        ],
    )


@EXTENSIONS.member("static void Remove<T>(this IEnumerable<T> source)")
def remove_all_nodes(source: object) -> None:
    """Take all nodes out of what holds them."""
    for each in list(iterate(source)):
        if isinstance(each, XAttribute):
            remove_attribute(each)
        else:
            remove(cast("XNode", each))
