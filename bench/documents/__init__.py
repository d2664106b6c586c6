"""What a policy document costs to read, and what it holds in memory once it is compiled.

The documents are all `*.xml` below the folder that BENCH_DOCUMENTS names, by default this repository's own. Those that
cannot be read without an error are left out: public policies are often torn out of their surroundings. The time is the CPU
of parsing, typing and compiling everything in a document that nothing else shares, Python's own compiler included.
"""

from __future__ import annotations

import gc
import os
import tracemalloc
from pathlib import Path
from statistics import median
from time import process_time
from typing import TYPE_CHECKING, Any

from apim_ai.definition import Reader
from apim_ai.document import Document, parse
from apim_ai.expression.compiler import compile_text
from apim_ai.expression.settings import DEFAULT
from apim_ai.expression.syntax import parse as parse_code
from apim_ai.project.effective import sections_of
from apim_ai.source import Source

if TYPE_CHECKING:
    from apim_ai.document import Element

__all__ = ["run"]

ROUNDS = 3
LARGEST = 40
TARGET_KIB = 200


def run() -> list[dict[str, Any]]:
    """Measure reading all documents, and the largest of them."""
    folder = Path(os.environ.get("BENCH_DOCUMENTS", "."))
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(folder.rglob("*.xml"))]
    kept = [text for text in dict.fromkeys(texts) if _compiled(text) is not None]
    times = {text: min(_milliseconds(text) for _ in range(ROUNDS)) for text in kept}
    largest = sorted(kept, key=len)[-LARGEST:]
    memory = {text: _kibibytes(text) for text in kept}
    return [_row("all", kept, times, memory), _row(f"the {LARGEST} largest", largest, times, memory)]


def _row(name: str, texts: list[str], times: dict[str, float], memory: dict[str, float]) -> dict[str, Any]:
    sizes = [memory[text] for text in texts]
    return {
        "name": name,
        "documents": len(texts),
        "median_kib": median(map(len, texts)) / 1024,
        "most_kib": max(map(len, texts)) / 1024,
        "median_ms": median(times[text] for text in texts),
        "most_ms": max(times[text] for text in texts),
        "memory_median_kib": median(sizes),
        "memory_most_kib": max(sizes),
        "below_200_kib": sum(size < TARGET_KIB for size in sizes) / len(sizes),
    }


def _compiled(text: str) -> list[object] | None:
    """Return a document and its policies, or None where something is wrong with it."""
    document = parse(Source("policy.xml", text))
    if document.root is None or document.root.name != "policies" or document.findings:
        return None
    kept: list[object] = [document]
    for section, elements in sections_of(document.root).items():
        reader = Reader(section)
        kept.append(reader.policies((*elements.before, *elements.after)))
        if any(finding.severity == "error" for finding in reader.findings):
            return None
    return kept


def _make_ready(element: Element) -> None:
    """Make the expressions of an element ready to run, which a gateway does when each is called first."""
    for node in (*element.attributes, *element.texts):
        if node.code is not None and (compiled := compile_text(node.code.text, DEFAULT).compiled) is not None:
            _ = compiled.run
    for child in element.elements:
        _make_ready(child)


def _read(text: str) -> list[object] | None:
    """Read a document of which nothing is known, with everything in it ready to run."""
    compile_text.cache_clear()
    parse_code.cache_clear()
    kept = _compiled(text)
    if kept is not None and isinstance(kept[0], Document) and kept[0].root is not None:
        _make_ready(kept[0].root)
    return kept


def _milliseconds(text: str) -> float:
    began = process_time()
    _read(text)
    return (process_time() - began) * 1e3


def _kibibytes(text: str) -> float:
    """Return what a document holds, its expressions included, beyond what reading it once has loaded for good."""
    _read(text)
    gc.collect()
    tracemalloc.start()
    try:
        kept = _read(text)
        parse_code.cache_clear()  # trees are kept for a while only
        gc.collect()
        size = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    del kept
    return size / 1024
