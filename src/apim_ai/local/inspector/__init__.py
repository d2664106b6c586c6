"""The inspector: the latest exchanges of the local gateway, step by step, and its backends, as a page and as JSON.

The gateway keeps both; `application` serves them to those who have the control plane's token.
"""

from apim_ai.local.inspector.application import InspectorPage

__all__ = ["InspectorPage"]
