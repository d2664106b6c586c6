"""The rule AIM002."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.document import Element
from apim_ai.lint.rule import Case, DocumentRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["WrongRoot"]


class WrongRoot(DocumentRule):
    """The root is neither `policies` nor, in a fragment's file, `fragment`.

    A pasted section is refused with "Policy section is not allowed in the specified scope", once for every policy in it.

    Put the sections into `<policies>`, or the policies of a fragment into `<fragment>`.
    """

    code, name, severity = "AIM002", "wrong-root", "error"
    good = (
        Case(
            "<policies><inbound><base /></inbound><backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"
        ),
        Case('<fragment><set-variable name="a" value="1" /></fragment>', scope="fragment"),
    )
    bad = (
        Case("<inbound><base /></inbound>", scope=None, section=""),
        Case("<policies><inbound><base /></inbound></policies>", scope="fragment"),
        Case('<fragment><set-variable name="a" value="1" /></fragment>', scope="api"),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the root with what the scope wants."""
        root = subject.root
        if root is None:
            return
        wanted = "fragment" if subject.scope == "fragment" else "policies"
        is_either = subject.scope is None and root.name in ("policies", "fragment")
        if root.name != wanted and not is_either:
            message = f"the root element is '{root.name}', not '{wanted}'"
            yield self.found(root.span, message, help=f"write <{wanted}>…</{wanted}> around it")
        for other in (node for node in subject.document.nodes if isinstance(node, Element) and node is not root):
            yield self.found(other.span, f"a second root element '{other.name}'", help="a document has one root")
