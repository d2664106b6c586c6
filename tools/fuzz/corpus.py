"""What fuzzing starts from: the examples of the rules, the repository's own documents, the words of the language."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.definition import POLICIES
from apim_ai.lint import all_rules

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["words", "write_seeds"]

ROOT = Path(__file__).parents[2]
_PUNCTUATION = (
    "@(",
    "@{",
    "{{",
    "}}",
    "[[",
    "]]",
    "{%",
    "%}",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    '$"',
    '@"',
    "?.",
    "=>",
    "&quot;",
)


def write_seeds(folder: Path, target: str) -> int:
    """Write one file a seed, unless it is there, and return how many seeds there are."""
    folder.mkdir(parents=True, exist_ok=True)
    seeds = list(_expressions() if target == "expression" else _documents())
    for number, seed in enumerate(seeds):
        file = folder / f"seed-{number:04}"
        if not file.exists():
            file.write_text(seed, encoding="utf-8", errors="replace")
    return len(seeds)


def words(target: str) -> Iterator[str]:
    """Yield what mutations are made of besides bytes."""
    yield from _PUNCTUATION
    if target != "expression":
        for name in POLICIES.names:
            yield f"<{name}"
            yield f"</{name}>"


def _documents() -> Iterator[str]:
    for rule in all_rules():
        yield from (case.text for case in (*rule.good, *rule.bad) if not case.is_project)
    for folder in ("policies", "apis", "products"):
        yield from (file.read_text(encoding="utf-8") for file in sorted((ROOT / folder).rglob("*.xml*")))


def _expressions() -> Iterator[str]:
    with (ROOT / "tests/expression/oracle.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            text = json.loads(line).get("expression", "")
            if text.startswith("@("):
                yield text[2:-1]
