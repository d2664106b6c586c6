"""XML as JSON, as Newtonsoft's XmlNodeConverter writes it: `{"a":{"@id":"1","b":["x","y"],"#text":"t"}}`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.expression.library.json_token import JArray, JObject
from apim_ai.expression.library.json_value import JValue
from apim_ai.expression.library.system_xml import XmlNode, node_name
from apim_ai.expression.library.xml_tree import XDocument, XElement, XText

if TYPE_CHECKING:
    from apim_ai.expression.library.json_value import JToken
    from apim_ai.expression.library.xml_tree import XNode

__all__ = ["of_xml"]

_DECLARED = re.compile(r"(version|encoding|standalone)\s*=\s*[\"']([^\"']*)[\"']")


def of_xml(node: XDocument | XElement) -> JObject:
    """Return a document or element as an object of its name."""
    result = JObject()
    if isinstance(node, XDocument) and node.declaration:
        declared = JObject()
        for name, value in _DECLARED.findall(node.declaration):
            declared.set_child(f"@{name}", JValue(value))
        result.set_child("?xml", declared)
    root = node.root if isinstance(node, XDocument) else node
    if root is not None:
        result.set_child(node_name(XmlNode(root)), _element(root))
    return result


def _element(element: XElement) -> JToken:
    nodes = [each for each in element.nodes if not (isinstance(each, XText) and not each.value)]
    plain = None if element.attributes else _plain(element, nodes)
    if plain is not None:
        return plain
    result = JObject()
    for attribute in element.attributes:
        result.set_child(f"@{node_name(XmlNode(attribute))}", JValue(attribute.value))
    groups: dict[str, list[JToken]] = {}
    for each in nodes:
        name, token = _named(each)
        if token is not None:
            groups.setdefault(name, []).append(token)
    for name, tokens in groups.items():
        result.set_child(name, tokens[0] if len(tokens) == 1 else JArray(tokens))
    return result


def _plain(element: XElement, nodes: list[XNode]) -> JValue | None:
    """Return the text of an element that has nothing else; None for all others."""
    if not nodes:
        return JValue("" if element.nodes else None)
    only = nodes[0]
    return JValue(only.value) if len(nodes) == 1 and isinstance(only, XText) and not only.is_cdata else None


def _named(node: XNode) -> tuple[str, JToken | None]:
    if isinstance(node, XElement):
        return node_name(XmlNode(node)), _element(node)
    if isinstance(node, XText):
        return ("#cdata-section" if node.is_cdata else "#text"), JValue(node.value)
    return "", None  # comments are left out
