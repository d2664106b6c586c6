from __future__ import annotations

from pathlib import Path

import pytest
from tools.generate import pages

ROOT = Path(__file__).parents[2]
PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_generated_pages_are_current(name: str) -> None:
    path = ROOT / name
    assert path.exists(), f"{name} is missing: run make docs"
    assert path.read_text(encoding="utf-8") == PAGES[name], f"{name} is stale: run make docs"
