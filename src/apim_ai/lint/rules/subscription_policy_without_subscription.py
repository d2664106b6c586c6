"""The rule AIM714."""

from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["SubscriptionPolicyWithoutSubscription"]


class SubscriptionPolicyWithoutSubscription(FlowRule):
    """A limit by subscription on an API that needs none.

    `rate-limit` and `quota` apply only where a key is used.

    Use `rate-limit-by-key`.
    """

    code, name, severity = "AIM714", "subscription-policy-without-subscription", "error"
    good = (
        Case(
            '<rate-limit calls="10" renewal-period="60" />',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": True}},
        ),
    )
    bad = (
        Case(
            '<rate-limit calls="10" renewal-period="60" />',
            resources={"apis/chat": {"path": "chat", "subscriptionRequired": False}},
            at=1,
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Compare the API and its limits."""
        api = subject.estate.api_of(subject.place) if subject.estate is not None and subject.place is not None else None
        if api is None or api.properties.get("subscriptionRequired") is not False:
            return
        for site in subject.named("rate-limit", "quota"):
            message = f"'{site.name}' needs a subscription, and the API '{api.name}' does not"
            yield self.found(site.element.span, message, help=f"use {site.name}-by-key", policy=site.name)
