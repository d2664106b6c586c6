from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import UsageError
from apim_ai.project import Project
from apim_ai.project.output import rendered_files, replace_files
from apim_ai.project.template import PARTS, template_root, write_template

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def test_files_are_equal_for_equal_input_and_hide_secrets(write: Callable[..., Path]):
    root = write()
    files = rendered_files(Project.load(root).bundle("dev"))
    assert files == rendered_files(Project.load(root).bundle("dev"))
    assert "s3cret" not in "".join(files.values())
    index = json.loads(files["resources.json"])
    assert index["policyFragments/team"]["properties"]["value"] == {"file": "policyFragments/team.xml"}
    assert set(files) == {
        "resources.json",
        "policyFragments/team.xml",
        "apis/shop.xml",
        "apis/shop/operations/item.xml",
        "products/gold.xml",
    }


def test_a_rendering_replaces_an_earlier_one_and_nothing_else(tmp_path: Path):
    folder = tmp_path / "build"
    assert replace_files(folder, {"resources.json": "{}", "a/b.xml": "1", "c.xml": "2"}) == 3
    replace_files(folder, {"resources.json": "{}", "c.xml": "3"})
    assert not (folder / "a" / "b.xml").exists()
    assert (folder / "c.xml").read_text() == "3"
    other = tmp_path / "mine"
    other.mkdir()
    (other / "thesis.xml").write_text("x")
    with pytest.raises(UsageError, match="did not write"):
        replace_files(other, {"resources.json": "{}"})
    assert (other / "thesis.xml").read_text() == "x"


def test_a_new_project_is_this_repository_and_works(tmp_path: Path):
    target = tmp_path / "new"
    written = write_template(target)
    assert {name.split("/")[0] for name in written} == {*PARTS, ".gitignore"}
    for name in written:
        if name != ".gitignore":
            assert (target / name).read_bytes() == (ROOT / name).read_bytes()
    assert Project.load(target).bundle("local").stack == Project.load(ROOT).bundle("local").stack


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path):
    (tmp_path / "x").write_text("mine")
    with pytest.raises(UsageError, match="not empty"):
        write_template(tmp_path)
    with pytest.raises(UsageError, match="no folder"):
        write_template(tmp_path / "x")
    assert [p.name for p in tmp_path.iterdir()] == ["x"]


def test_the_template_is_the_repository_in_a_checkout():
    assert template_root() == ROOT
