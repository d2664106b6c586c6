"""The rule AIM406."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["KeyAndTokenBoth"]


class KeyAndTokenBoth(FlowRule):
    """The gateway's token is sent together with the client's API key.

    Azure OpenAI may look at the key first, and answers 401 "invalid subscription key".

    Remove the key's header.
    """

    code, name, severity = "AIM406", "key-and-token-both", "error"
    good = (
        Case(
            '<set-header name="api-key" exists-action="delete" /><authentication-managed-identity resource="https://cognitiveservices.azure.com" />',
            resources={"apis/chat": {"path": "chat", "subscriptionKeyParameterNames": {"header": "api-key"}}},
        ),
    )
    bad = (
        Case(
            '<authentication-managed-identity resource="https://cognitiveservices.azure.com" />',
            resources={"apis/chat": {"path": "chat", "subscriptionKeyParameterNames": {"header": "api-key"}}},
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look for the key's header where the API calls it `api-key`."""
        api = subject.estate.api_of(subject.place) if subject.estate is not None and subject.place is not None else None
        given = api.properties.get("subscriptionKeyParameterNames") if api is not None else None
        names = cast("Mapping[str, object]", given or {})
        flow = subject.inbound
        if str(names.get("header", "")).lower() != "api-key" or not flow.is_complete:
            return
        if any((site.literal("name") or "").lower() == "api-key" for site in flow.named("set-header")):
            return
        for site in flow.named("authentication-managed-identity"):
            message = "the client's 'api-key' is sent beside the gateway's token"
            help_ = 'add <set-header name="api-key" exists-action="delete" />'
            yield self.found(site.element.span, message, help=help_, policy=site.name)
