"""The rule AIM421."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, PolicyRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.site import Site
    from apim_ai.lint.subject import Subject

__all__ = ["ManagedIdentityResource"]


class ManagedIdentityResource(PolicyRule):
    """The resource of a managed identity that is no audience.

    The backend answers 401: the token was issued for something else.

    For Azure AI services write `https://cognitiveservices.azure.com`, without `/.default` and without the host's name.
    """

    code, name, severity = "AIM421", "managed-identity-resource", "error"
    elements = ("authentication-managed-identity",)
    good = (Case('<authentication-managed-identity resource="https://cognitiveservices.azure.com" />'),)
    bad = (
        Case('<authentication-managed-identity resource="https://my-model.openai.azure.com" />', at=1),
        Case('<authentication-managed-identity resource="https://cognitiveservices.azure.com/.default" />', at=1),
    )

    def check(self, site: Site, subject: Subject) -> Iterator[Finding]:
        """Look at a literal resource."""
        resource, attribute = site.literal("resource"), site.element.attribute("resource")
        if resource is None or attribute is None:
            return
        if resource.rstrip("/").endswith("/.default") or _HOST.match(resource):
            message = f"'{resource}' is no resource that tokens are issued for"
            help_ = "write https://cognitiveservices.azure.com"
            yield self.found(attribute.span, message, help=help_, policy=site.name)


_HOST = re.compile(
    r"https://[^./]+\.(?:openai\.azure\.com|cognitiveservices\.azure\.com|services\.ai\.azure\.com)(?:/|$)",
    re.IGNORECASE,
)
