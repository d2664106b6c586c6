"""The rule AIM743."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["AccessChainUnchecked"]


class AccessChainUnchecked(DeclaredRule):
    """A hop of the access chain that no policy checks, or a caller without a hop.

    What was agreed about who may call whom is not enforced.

    Include the fragment that checks it, or add the hop to `access_chain`.
    """

    code, name, severity = "AIM743", "access-chain-unchecked", "error"
    good = (
        Case(
            """\
access_chain:
- {caller: bot, callee: shop, by: validated-token, fragment: team}""",
            is_project=True,
        ),
    )
    bad = (
        Case(
            """\
access_chain:
- {caller: bot, callee: shop, by: validated-token, fragment: forgotten}""",
            at=2,
            is_project=True,
        ),
    )
