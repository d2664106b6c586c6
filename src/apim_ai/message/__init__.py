"""HTTP messages as the gateway sees them: headers, URLs, bodies that stream, requests and responses.

Nothing here knows a server, a client or a policy. Start with `messages`.
"""

from apim_ai.message.body import Body, BodyTooLargeError, Tap
from apim_ai.message.headers import Headers, is_token
from apim_ai.message.messages import REASONS, Certificate, Request, Response
from apim_ai.message.url import Url, sendable

__all__ = [
    "REASONS",
    "Body",
    "BodyTooLargeError",
    "Certificate",
    "Headers",
    "Request",
    "Response",
    "Tap",
    "Url",
    "is_token",
    "sendable",
]
