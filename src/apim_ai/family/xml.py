"""XML read safely: no document types, no entities of its own, no network. lxml behind it, imported when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element  # pyright: ignore[reportPrivateUsage]  # lxml names its type so

__all__ = ["parse_xml"]


def parse_xml(content: bytes | str) -> _Element:
    """Return the root element.

    Raises:
        ValueError: it is not well-formed XML, or has a document type.
    """
    from lxml import etree  # noqa: PLC0415 - 20 ms, and few documents read XML

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content.encode() if isinstance(content, str) else content, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError(str(error.msg or error)) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise ValueError("document types are not allowed")
    return root
