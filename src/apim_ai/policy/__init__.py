"""The policies: one file an element, named like it with `_` for `-`.

A file declares what the element may hold and what it does. `definition.POLICIES` finds a file by the element's name, so
adding a policy is adding a file. What siblings share lives in `apim_ai.family`.
"""
