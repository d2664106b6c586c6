"""The inspector: the latest exchanges of the local gateway, step by step, as a page and as JSON.

The gateway keeps the exchanges; `application` serves them to those who have the control plane's token.
"""

from apim_ai.local.inspector.application import InspectorPage

__all__ = ["InspectorPage"]
