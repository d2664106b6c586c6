"""Pieces that the examples of several rules share. Each stands alone."""

from __future__ import annotations

__all__ = ["CALL", "JWT", "LIMIT", "LOOKUP", "cached"]

CALL = (
    '<send-request mode="new" response-variable-name="r" timeout="5" ignore-error="true">'
    "<set-url>https://kb.example.com</set-url><set-method>GET</set-method></send-request>"
)
"""A side call that may fail."""

JWT = (
    '<validate-jwt header-name="Authorization" require-scheme="Bearer" output-token-variable-name="jwt">'
    '<openid-config url="https://login.example.com/v2.0/.well-known/openid-configuration" />'
    "<audiences><audience>api://gateway</audience></audiences>"
    "</validate-jwt>"
)
"""A token is validated."""

LOOKUP = (
    '<llm-semantic-cache-lookup score-threshold="0.05" embeddings-backend-id="embeddings" '
    'embeddings-backend-auth="system-assigned" max-message-count="6">'
    '<vary-by>@(context.Subscription?.Id ?? "none")</vary-by></llm-semantic-cache-lookup>'
)
"""A semantic cache that is parted by caller."""

LIMIT = (
    '<llm-token-limit counter-key="@(context.Subscription?.Id ?? "none")" tokens-per-minute="1000" '
    'estimate-prompt-tokens="true" />'
)
"""A token limit by caller."""


def cached(*inbound: str, store: str = '<llm-semantic-cache-store duration="60" />') -> str:
    """Return a document with these policies in `inbound` and a semantic cache store in `outbound`."""
    return (
        f"<policies><inbound><base />{''.join(inbound)}</inbound><backend><base /></backend>"
        f"<outbound><base />{store}</outbound><on-error><base /></on-error></policies>"
    )
