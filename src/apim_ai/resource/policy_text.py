"""What the policy kinds share: references found in a document, and the form in which documents are compared."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.document import canonical_text
from apim_ai.resource.fields import Field
from apim_ai.resource.kind import Properties, Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.resource.resources import Resource

__all__ = [
    "POLICY_FIELDS",
    "REFERRING_ATTRIBUTES",
    "compared_global_policy",
    "compared_policy",
    "is_default_policy",
    "policy_references",
]

POLICY_FIELDS = (
    Field("value", required=True),
    Field("format", choices=("xml", "rawxml", "xml-link", "rawxml-link")),
)

REFERRING_ATTRIBUTES = {
    "fragment-id": "policyFragments",
    "backend-id": "backends",
    "embeddings-backend-id": "backends",
    "logger-id": "loggers",
    "certificate-id": "certificates",
}
"""Attributes that name another resource, and where those resources live."""

_ATTRIBUTE = re.compile(rf"\b({'|'.join(REFERRING_ATTRIBUTES)})\s*=\s*[\"']([^\"'@<>]+)[\"']")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_CACHE = re.compile(r"<(?:cache|\w+-semantic-cache|azure-openai-semantic-cache)-\w+[\s>/]")
_EMPTY = re.compile(
    r"<(/?)(policies|inbound|outbound|backend|on-error|base)\s*(/?)>|<forward-request\s*(/?)>|</forward-request>|\s+"
)


def policy_references(resource: Resource) -> Iterator[Reference]:
    """Return the fragments, backends, loggers, certificates and caches that a document names.

    A value that is an expression cannot be followed and is left out. Named values are found by `references` for every
    kind alike.
    """
    text = _COMMENT.sub("", str(resource.properties.get("value", "")))
    for name, value in _ATTRIBUTE.findall(text):
        yield Reference("id", f"{REFERRING_ATTRIBUTES[name]}/{value}")
    if _CACHE.search(text):
        yield Reference("kind", "cache")


def compared_policy(properties: Properties) -> Properties:
    """Return a policy or fragment with its document in canonical form, whatever format it was written in."""
    return _compared(properties, is_global=False)


def compared_global_policy(properties: Properties) -> Properties:
    """Return the policy of the whole service in canonical form; a section that it lacks is empty there."""
    return _compared(properties, is_global=True)


def is_default_policy(properties: Properties) -> bool:
    """Tell whether a document is one that the service itself put there: nothing but `<base />` and `<forward-request />`."""
    return _EMPTY.sub("", _COMMENT.sub("", str(properties.get("value", "")))) == ""


def _compared(properties: Properties, *, is_global: bool) -> Properties:
    text = canonical_text(
        str(properties.get("value", "")), str(properties.get("format", "rawxml")), is_global=is_global
    )
    rest = {key: item for key, item in properties.items() if key not in {"format", "value"}}
    return {**rest, "value": text}
