"""Policy documents as lossless trees: `text -> Document -> text`.

`parse` reads the formats `rawxml` (C# as it is, often not well-formed XML) and `xml` (C# encoded); `print_document`
writes back what was read, byte for byte. `substitute` puts named values in. `canonical` and `semantic_diff` compare
what two documents mean, `convert` turns one format into the other. Start with `tree`, then `parser`.
"""

from apim_ai.document.canonical import Canonical, canonical, canonical_text
from apim_ai.document.conversion import convert
from apim_ai.document.differ import semantic_diff
from apim_ai.document.encoded import with_plain_expressions
from apim_ai.document.parser import parse
from apim_ai.document.printer import print_document, print_node
from apim_ai.document.recent import parse_once
from apim_ai.document.substitution import named_value_spans, substitute
from apim_ai.document.tree import Attribute, Code, Comment, Document, Element, Format, Node, Other, Text

__all__ = [
    "Attribute",
    "Canonical",
    "Code",
    "Comment",
    "Document",
    "Element",
    "Format",
    "Node",
    "Other",
    "Text",
    "canonical",
    "canonical_text",
    "convert",
    "named_value_spans",
    "parse",
    "parse_once",
    "print_document",
    "print_node",
    "semantic_diff",
    "substitute",
    "with_plain_expressions",
]
