"""ARM-shaped resources and what is known about their kinds.

`resources` holds the values (`Resource`, `Resources`). `kind` says what a kind declares; `kinds/` has one file for each
kind of API Management entity and finds them by name or id; `references` finds what a resource needs before it can be
put. `fields` says what properties must be, `shape` walks wire JSON by patterns; `policy_text` and `diagnostics` are what
kinds of a sort share.
"""

from apim_ai.resource.kind import Kind, Reference
from apim_ai.resource.references import References
from apim_ai.resource.resources import Resource, Resources

__all__ = ["Kind", "Reference", "References", "Resource", "Resources"]
