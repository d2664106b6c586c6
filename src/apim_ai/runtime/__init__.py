"""What a running policy sees: the exchange, the services it may use, the trace it writes, and `run_all`.

Below the policies, so that they can be typed against it; the gateway above implements the services.
"""

from apim_ai.runtime.errors import PolicyError, UnsupportedPolicyError
from apim_ai.runtime.exchange import (
    BODY_LIMIT,
    Backends,
    Exchange,
    Fragments,
    Respond,
    Runnable,
    Section,
    Services,
    Target,
)
from apim_ai.runtime.run import expression_failure, run_all
from apim_ai.runtime.services import (
    Callout,
    Catalog,
    Charge,
    Endpoint,
    Event,
    ForwardOptions,
    IdentityError,
    Jwk,
    KeySet,
    LiquidError,
    Metric,
    QuotaPeriod,
    RateCounter,
    StoredResponse,
    Token,
    TokenError,
    Verdict,
    Wire,
    WireError,
)
from apim_ai.runtime.trace import Change, Step, Trace, TraceEntry

__all__ = [
    "BODY_LIMIT",
    "Backends",
    "Callout",
    "Catalog",
    "Change",
    "Charge",
    "Endpoint",
    "Event",
    "Exchange",
    "ForwardOptions",
    "Fragments",
    "IdentityError",
    "Jwk",
    "KeySet",
    "LiquidError",
    "Metric",
    "PolicyError",
    "QuotaPeriod",
    "RateCounter",
    "Respond",
    "Runnable",
    "Section",
    "Services",
    "Step",
    "StoredResponse",
    "Target",
    "Token",
    "TokenError",
    "Trace",
    "TraceEntry",
    "UnsupportedPolicyError",
    "Verdict",
    "Wire",
    "WireError",
    "expression_failure",
    "run_all",
]
