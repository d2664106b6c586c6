"""Rate-limit tiers in operation: show them, lay limits over the configured ones for a time, move callers.

`state` reads what is in force. `switch` changes it: a few named values, no policy deployment, and the policy itself
stops honouring an override at its end. `audit` keeps in the service who changed what and why; `seen` tells whether the
gateway serves a change already. Start with `switch.Tiers`.
"""
