"""The fuzzing targets hold for what fuzzing starts from; atheris itself runs at night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tools.fuzz.__main__ import main
from tools.fuzz.corpus import words, write_seeds
from tools.fuzz.targets import TARGETS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("target", TARGETS)
def test_seeds_keep_every_promise(target: str, tmp_path: Path):
    count = write_seeds(tmp_path, target)
    assert count > 300
    for file in sorted(tmp_path.iterdir())[:: max(1, count // 40)]:
        TARGETS[target](file.read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", TARGETS)
def test_any_bytes_keep_every_promise(target: str):
    for data in (b"", b"\0\xff<", b"<policies>" * 50, b"@(" * 50, b'"' * 50, b"[[ {% <fragment>"):
        TARGETS[target](data.decode("utf-8", "replace"))


def test_words_are_names_and_punctuation():
    assert {"@(", "<set-header", "</choose>"} <= set(words("lint"))
    assert "<set-header" not in set(words("expression"))


def test_an_unknown_target_is_refused(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        main(["documents"])
    assert "there is no target 'documents'" in capsys.readouterr().err
