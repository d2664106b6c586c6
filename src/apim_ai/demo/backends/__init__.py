"""The outside world of the demo, simulated on loopback sockets with the real services' shapes.

`simulation` puts all together: Azure OpenAI resources (`openai`), `content_safety`, the `prompt_flow` orchestrator and
an OpenID Connect `issuer`, each on an address of its own (`server`). In front of each backend stands an `endpoint` that
records what came (`received`) and plays the faults that are set (`fault`); `controls` serves both, and mints tokens.
Start with `simulation`.
"""

from apim_ai.demo.backends.access import COGNITIVE_SERVICES, IdentityCheck
from apim_ai.demo.backends.fault import Fault
from apim_ai.demo.backends.issuer import Issuer, TokenRequest
from apim_ai.demo.backends.received import Received, ReceivedLog
from apim_ai.demo.backends.simulation import ORCHESTRATOR_RESOURCE, Simulation

__all__ = [
    "COGNITIVE_SERVICES",
    "ORCHESTRATOR_RESOURCE",
    "Fault",
    "IdentityCheck",
    "Issuer",
    "Received",
    "ReceivedLog",
    "Simulation",
    "TokenRequest",
]
