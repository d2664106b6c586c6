"""Coverage as one HTML page: a table of documents, then each with its source coloured. Needs nothing but a browser."""

from __future__ import annotations

from collections import defaultdict
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from apim_ai.cases.coverage.model import KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from apim_ai.cases.coverage.model import Coverage, DocumentCoverage, Point

__all__ = ["render"]

_STYLE = """
:root { color-scheme: light dark; --ok: #1a7f37; --ok-bg: #dafbe1; --no: #cf222e; --no-bg: #ffebe9; --half-bg: #fff8c5;
  --line: #d0d7de; --soft: #656d76; --back: #ffffff; --text: #1f2328; }
@media (prefers-color-scheme: dark) { :root { --ok: #3fb950; --ok-bg: #12261e; --no: #f85149; --no-bg: #311b1f;
  --half-bg: #2e2a1f; --line: #3d444d; --soft: #9198a1; --back: #0d1117; --text: #f0f6fc; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.4rem; margin: 0 0 1rem; } h2 { font-size: 1.05rem; margin: 2.2rem 0 .5rem; }
h2 small { color: var(--soft); font-weight: normal; margin-left: .6rem; }
table { border-collapse: collapse; width: 100%; } th, td { padding: .35rem .6rem; text-align: right; }
th:first-child, td:first-child { text-align: left; } tr { border-bottom: 1px solid var(--line); }
th { color: var(--soft); font-weight: 600; } a { color: inherit; } .full { color: var(--ok); } .some { color: var(--no); }
pre { border: 1px solid var(--line); border-radius: 6px; overflow-x: auto; padding: .4rem 0; margin: 0;
  font: 13px/1.55 ui-monospace, monospace; }
pre span { display: block; padding-right: 1rem; min-width: max-content; }
pre i { display: inline-block; width: 3.2rem; padding-right: .8rem; text-align: right; color: var(--soft);
  font-style: normal; user-select: none; }
pre em { color: var(--no); font-style: normal; padding-left: 1.5rem; }
.hit { background: var(--ok-bg); } .miss { background: var(--no-bg); } .part { background: var(--half-bg); }
.key span { padding: .1rem .5rem; border-radius: 4px; margin-right: .5rem; }
"""
_TITLES = {"policy": "policies", "branch": "branches", "expression": "expressions"}


def render(coverage: Coverage) -> str:
    """Return the page; sources are read from where the documents' names point."""
    head = "".join(f"<th>{_TITLES[kind]}</th>" for kind in KINDS)
    rows = "".join(_row(f'<a href="#d{number}">{escape(document.file)}</a>', document)
                   for number, document in enumerate(coverage.documents))  # fmt: skip
    sections = "".join(_section(number, document) for number, document in enumerate(coverage.documents))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Coverage of policy cases</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style></head><body>'
        '<h1>Coverage of policy cases</h1><p class="key"><span class="hit">reached</span>'
        '<span class="part">in part</span><span class="miss">by no case</span></p>'
        f"<table><tr><th>document</th>{head}</tr>{rows}{_row('total', coverage)}</table>{sections}</body></html>\n"
    )


def _row(name: str, counted: Coverage | DocumentCoverage) -> str:
    cells = "".join(_cell(*counted.count(kind)) for kind in KINDS)
    return f"<tr><td>{name}</td>{cells}</tr>"


def _cell(reached: int, of: int) -> str:
    if not of:
        return "<td>-</td>"
    return f'<td class="{"full" if reached == of else "some"}">{reached}/{of}</td>'


def _section(number: int, document: DocumentCoverage) -> str:
    left = len(document.missed)
    note = "all reached" if not left else f"{left} not reached"
    lines = "".join(_lines(_source(document.file), document.points))
    return f'<h2 id="d{number}">{escape(document.file)}<small>{note}</small></h2><pre>{lines}</pre>'


def _source(file: str) -> Sequence[str]:
    try:
        return Path(file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeError):
        return ()


def _lines(source: Sequence[str], points: Sequence[Point]) -> Iterator[str]:
    by_line: defaultdict[int, list[Point]] = defaultdict(list)
    for point in points:
        by_line[point.span.line].append(point)
    for number in range(1, max([len(source), *by_line]) + 1):
        text = source[number - 1] if number <= len(source) else ""
        found = by_line[number]
        missed = [point for point in found if not point.reached]
        style = "" if not found else "hit" if not missed else "miss" if len(missed) == len(found) else "part"
        what = f"<em>not reached: {escape(', '.join(point.label for point in missed))}</em>" if missed else ""
        yield f'<span class="{style}"><i>{number}</i>{escape(text)}{what}</span>'
