from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from apim_ai.cli import main

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType


def test_a_closed_output_is_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(SystemExit) as ended:
        main(["lint", "no-such-file.xml"])
    assert ended.value.code == 2


def test_an_interruption_while_loading_ends_with_130(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted:
        """Is interrupted when the command line is loaded."""

        def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> None:
            del path, target
            if name == "apim_ai.cli.group":
                raise KeyboardInterrupt

    monkeypatch.delitem(sys.modules, "apim_ai.cli.group", raising=False)
    monkeypatch.setattr(sys, "meta_path", [Interrupted(), *sys.meta_path])
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 130
