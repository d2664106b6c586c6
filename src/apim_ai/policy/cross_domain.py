"""`cross-domain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal
from xml.sax.saxutils import quoteattr

from apim_ai.definition import BOOLEAN, TEXT, Item, Policy, child, children, choice, item, literal, policy
from apim_ai.message import Body, Headers, Response
from apim_ai.runtime import Respond

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["AllowAccessFrom", "AllowHttpRequestHeadersFrom", "CrossDomain", "CrossDomainPolicy", "SiteControl"]

PATH = "/crossdomain.xml"


@item("site-control")
class SiteControl(Item):
    """Which policy files count."""

    permitted_cross_domain_policies: Literal["all", "by-content-type", "master-only", "none"] = literal(
        choice("all", "by-content-type", "master-only", "none")
    )


@item("allow-access-from")
class AllowAccessFrom(Item):
    """A domain that may read."""

    domain: str = literal(TEXT)
    secure: bool = literal(BOOLEAN, default=True)


@item("allow-http-request-headers-from")
class AllowHttpRequestHeadersFrom(Item):
    """A domain that may send headers."""

    domain: str = literal(TEXT)
    headers: str = literal(TEXT)
    secure: bool = literal(BOOLEAN, default=True)


@item("cross-domain-policy")
class CrossDomainPolicy(Item):
    """The content of the file."""

    site_control: SiteControl | None = child(SiteControl)
    allow_access_from: tuple[AllowAccessFrom, ...] = children(AllowAccessFrom)
    allow_http_request_headers_from: tuple[AllowHttpRequestHeadersFrom, ...] = children(AllowHttpRequestHeadersFrom)

    def file(self) -> str:
        """Return the policy file."""
        lines = ['<?xml version="1.0"?>', "<cross-domain-policy>"]
        if self.site_control is not None:
            policies = quoteattr(self.site_control.permitted_cross_domain_policies)
            lines.append(f"  <site-control permitted-cross-domain-policies={policies}/>")
        lines += [
            f"  <allow-access-from domain={quoteattr(access.domain)}{_secure(is_secure=access.secure)}/>"
            for access in self.allow_access_from
        ]
        for sent in self.allow_http_request_headers_from:
            where = f"domain={quoteattr(sent.domain)} headers={quoteattr(sent.headers)}"
            lines.append(f"  <allow-http-request-headers-from {where}{_secure(is_secure=sent.secure)}/>")
        return "\n".join([*lines, "</cross-domain-policy>"])


@policy(
    "cross-domain",
    sections=("inbound",),
    scopes=("global",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="cross-domain-policy",
)
class CrossDomain(Policy):
    """Serve the cross-domain policy file of Flash and Silverlight clients."""

    cross_domain_policy: CrossDomainPolicy | None = child(CrossDomainPolicy)

    def run(self, exchange: Exchange, /) -> Respond | None:
        """Answer where the file is asked for."""
        if exchange.context.original_url.path != PATH or self.cross_domain_policy is None:
            return None
        headers = Headers([("Content-Type", "text/x-cross-domain-policy")])
        return Respond(Response(200, "", headers, Body(self.cross_domain_policy.file().encode())))


def _secure(*, is_secure: bool) -> str:
    return "" if is_secure else ' secure="false"'
