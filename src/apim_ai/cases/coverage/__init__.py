"""Coverage of policy cases: which policies, branches of `choose` and expressions no case reached.

A `Collector` watches a `Runner`; `report()` gives a `Coverage`, which `text` and `html` show. Places are those of the
templates that documents were rendered from, so what several rendered documents share counts once.
"""

from apim_ai.cases.coverage.collect import Collector
from apim_ai.cases.coverage.model import KINDS, Coverage, DocumentCoverage, Point

__all__ = ["KINDS", "Collector", "Coverage", "DocumentCoverage", "Point"]
