"""The rule AIM709."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule
from apim_ai.lint.words import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["CertificateUndefined"]


class CertificateUndefined(FlowRule):
    """A certificate is named that does not exist.

    The PUT fails, or the expression throws.

    Look at the suggestion, or upload it.
    """

    code, name, severity = "AIM709", "certificate-undefined", "error"
    good = (
        Case('<authentication-certificate certificate-id="client-cert" />', resources={"certificates/client-cert": {}}),
    )
    bad = (
        Case(
            '<authentication-certificate certificate-id="client-cret" />',
            resources={"certificates/client-cert": {}},
            at=1,
        ),
        Case(
            '<set-variable name="a" value="@(context.Deployment.Certificates["client-cret"].Thumbprint)" />',
            resources={"certificates/client-cert": {}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look at each use."""
        if subject.estate is None or not subject.estate.certificates:
            return
        for site in subject.sites:
            name, attribute = site.literal("certificate-id"), site.element.attribute("certificate-id")
            if name is not None and attribute is not None and name not in subject.estate.certificates:
                help_ = did_you_mean(name, subject.estate.certificates, otherwise="upload it")
                yield self.found(attribute.span, f"there is no certificate '{name}'", help=help_, policy=site.name)
        for expression in subject.expressions if "Certificates" in subject.document.source.text else ():
            tree = expression.tree
            for chain in tree.chains if tree is not None else ():
                name = chain.argument_text()
                is_certificate = chain.path == "context.Deployment.Certificates[]"
                if is_certificate and name is not None and name not in subject.estate.certificates:
                    help_ = did_you_mean(name, subject.estate.certificates, otherwise="upload it")
                    span = expression.span(chain.node.start, chain.node.end)
                    yield self.found(span, f"there is no certificate '{name}'", help=help_, policy=expression.policy)
