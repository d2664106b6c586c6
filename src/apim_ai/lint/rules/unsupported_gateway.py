"""The rule AIM026."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["UnsupportedGateway"]


class UnsupportedGateway(DeclaredRule):
    """A policy that the gateway of this tier does not have.

    It is refused when it is saved, or not enforced.

    `apim-ai explain` and the policy's page list the gateways.
    """

    code, name, severity = "AIM026", "unsupported-gateway", "error"
    good = (
        Case(
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" />',
            gateway="v2",
        ),
    )
    bad = (
        Case(
            '<rate-limit-by-key calls="10" renewal-period="60" counter-key="@(context.Request.IpAddress)" />',
            gateway="consumption",
            at=1,
        ),
    )
