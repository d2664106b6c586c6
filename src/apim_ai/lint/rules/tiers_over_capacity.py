"""The rule AIM744."""

from __future__ import annotations

from apim_ai.lint.rule import Case, DeclaredRule

__all__ = ["TiersOverCapacity"]


class TiersOverCapacity(DeclaredRule):
    """The limits of callers are above what the models behind the gateway take.

    Whoever comes first uses it up, and the others get 429 although they are within their limits.

    Lower the tiers, raise the quota of the backends, or say in `tiers.yaml` how much oversubscription is fine.
    """

    code, name, severity = "AIM744", "tiers-over-capacity", "warning"
    good = (
        Case(
            """\
routes:
  big: {deployment: gpt-4o, backend: next}
backends:
  next: {url: "https://next.example.test", region: westeurope, capacity: {tpm: 100000000}}""",
            is_project=True,
        ),
    )
    bad = (
        Case(
            """\
routes:
  big: {deployment: gpt-4o, backend: next}
backends:
  next: {url: "https://next.example.test", region: westeurope, capacity: {tpm: 10}}""",
            is_project=True,
        ),
    )
