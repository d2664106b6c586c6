"""The report as one self-contained page: no scripts, no fonts, nothing fetched."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined

if TYPE_CHECKING:
    from apim_ai.demo.report import DemoReport

__all__ = ["render"]

_PIPELINE = (
    ("config", "apim.yaml, tiers"),
    ("render", "Jinja to policy XML"),
    ("lint", "what Azure refuses"),
    ("control plane", "ARM-compatible"),
    ("deploy", "plan, then apply"),
    ("gateway", "policies at work"),
    ("traffic", "openai client, httpx"),
    ("report", "expected and seen"),
)
"""What the picture shows, in the order in which things happen."""


def render(report: DemoReport) -> str:
    """Return the page."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["duration"] = _duration
    source = resources.files("apim_ai.demo").joinpath("reporters", "report.html.j2").read_text(encoding="utf-8")
    longest = max((stage.seconds for stage in report.stages), default=0.0) or 1.0
    return environment.from_string(source).render(report=report, pipeline=_PIPELINE, longest=longest)


def _duration(seconds: float) -> str:
    """Return a time as a person reads it."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} s"
