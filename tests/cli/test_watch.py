from __future__ import annotations

from typing import TYPE_CHECKING

from apim_ai.cli.watch import look, next_changes

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def doing(*actions: Callable[[], object]) -> Callable[[], None]:
    """Return what passes time by doing one thing after the other, then nothing."""
    left = iter(actions)

    def wait() -> None:
        next(left, lambda: None)()

    return wait


def test_a_change_an_addition_and_a_removal_come_together(tmp_path: Path) -> None:
    old, gone, new = (tmp_path / name for name in ("old.yaml", "gone.xml", "new.json"))
    old.write_text("1")
    gone.write_text("1")
    before = look([tmp_path])
    wait = doing(lambda: None, lambda: old.write_text("12"), gone.unlink, lambda: new.write_text("1"))
    assert next_changes([tmp_path], before, wait) == (gone, new, old)


def test_only_files_that_cases_are_made_of_count(tmp_path: Path) -> None:
    for name in ("a.case.yaml", "doc.xml", "t.xml.j2", "x.pyc", ".hidden.yaml", "build/made.yaml", "sub/b.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    assert {str(path.relative_to(tmp_path)) for path in look([tmp_path])} == {
        "a.case.yaml",
        "doc.xml",
        "t.xml.j2",
        "sub/b.yaml",
    }


def test_a_root_may_be_a_file_and_may_be_gone(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("1")
    assert set(look([file, tmp_path / "gone.yaml"])) == {file}
