"""The rule AIM403."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.expression.syntax.tree import Call, New
from apim_ai.lint.csharp import literal_text, tree_of
from apim_ai.lint.rule import Case, PolicyRule
from apim_ai.lint.secrets import looks_secret, sounds_secret

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.document import Attribute, Text
    from apim_ai.expression.syntax.tree import Node
    from apim_ai.finding import Finding
    from apim_ai.lint.csharp import Tree
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["SecretLiteral"]


_PUBLIC = frozenset({"id", "thumbprint", "certificate-id", "backend-id", "client-id"})  # names, random as they may look


_SECRET_NAMES = frozenset({"authorization", "code", "sig"})
_HEXADECIMAL = "a key"


class SecretLiteral(PolicyRule):
    """A literal that looks like a key, password, connection string or token.

    Everybody who reads the repository, the portal, an export or a trace has it.

    Use a secret named value, better a managed identity.
    """

    code, name, severity = "AIM403", "secret-literal", "error"
    elements = (
        "value",
        "set-variable",
        "set-url",
        "set-body",
        "key",
        "authentication-certificate",
        "set-backend-service",
        "message",
        "set-query-parameter",
    )
    good = (
        Case(
            '<set-header name="x-functions-key" exists-action="override"><value>{{functions-key}}</value></set-header>'
        ),
        Case(
            '<set-header name="x-id" exists-action="override"><value>3f9c0a52-1111-4222-8333-944445555666</value></set-header>'
        ),
        Case(
            '<set-body>@(new JObject(new JProperty("assignment_group", "0123456789abcdef0123456789abcdef")).ToString())</set-body>'
        ),
        Case('<authentication-certificate thumbprint="0123456789ABCDEF0123456789ABCDEF01234567" />'),
        Case('<set-backend-service backend-id="logic-app-0123456789abcdef0123456789abcdef" />'),
    )
    bad = (
        Case(
            '<set-header name="x-functions-key" exists-action="override">\n<value>0123456789abcdef0123456789abcdef</value></set-header>',
            at=2,
        ),
        Case(
            '<set-variable name="c" value="Endpoint=sb://a.example.com/;SharedAccessKeyName=k;SharedAccessKey=c2VjcmV0c2VjcmV0" />',
            at=1,
        ),
        Case(
            '<set-body>@(new JObject(new JProperty("password", "0123456789abcdef0123456789abcdef")).ToString())</set-body>',
            at=1,
        ),
        Case('<set-variable name="c" value="@("Bearer 0123456789abcdef0123456789abcdef")" />', at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at literal values and at strings in expressions."""
        attributes = (each for each in site.element.attributes if each.name not in _PUBLIC)
        for piece in (*attributes, *site.element.texts):
            what = _looks(piece, is_named_so=_is_named_secret(site))
            if what is not None:
                message = f"this looks like {what}"
                yield self.found(
                    piece.span, message, help="use a secret named value, or a managed identity", policy=site.name
                )


def _looks(piece: Attribute | Text, *, is_named_so: bool) -> str | None:
    """Return what a value, or a string of its expression, looks like; in that a hexadecimal number may be any id."""
    if piece.code is None:
        return looks_secret(piece.value)
    tree = tree_of(piece.code.text)
    if tree is None:
        return None
    for node in tree.nodes:
        text = literal_text(node)
        what = looks_secret(text) if text else None
        if what is not None and (what != _HEXADECIMAL or (is_named_so and node is tree.root) or _is_given(node, tree)):
            return what
    return None


def _is_given(node: Node, tree: Tree) -> bool:
    """Whether a string is an argument behind a secret's name, as in `new JProperty("password", "…")`."""
    calls = [each for each in tree.nodes if isinstance(each, Call | New)]
    for call in calls:
        values = [argument.value for argument in call.arguments]
        if node in values[1:] and sounds_secret(literal_text(values[0]) or ""):
            return True
    return False


def _is_named_secret(site: Site) -> bool:
    """Whether the element, or the one around it, has a secret's name."""
    around = site.parents[-1:] if site.parents else ()
    names = [attribute.value for each in (site.element, *around) if (attribute := each.attribute("name"))]
    return site.name == "key" or any(sounds_secret(name) or name.lower() in _SECRET_NAMES for name in names)
