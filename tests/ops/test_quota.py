from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from apim_ai.cli.group import run
from apim_ai.errors import InputError
from apim_ai.ops.quota import over_capacity, read_usages
from apim_ai.project import BackendFacts, Project

ROOT = Path(__file__).parents[2]


def usage(name: str, used: float, limit: float) -> dict[str, object]:
    return {"name": {"value": name, "localizedValue": name}, "currentValue": used, "limit": limit, "unit": "Count"}


def saved(folder: Path, content: object, name: str = "westeurope") -> str:
    path = folder / f"{name}.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


def test_the_fullest_come_first_from_both_shapes(tmp_path: Path) -> None:
    rest = saved(tmp_path, {"value": [usage("a", 10, 100), usage("none", 0, 0)]})
    command = saved(tmp_path, [usage("b", 7.5, 10)], "swedencentral")
    assert [(u.source, u.name, u.share) for u in read_usages([rest, command])] == [
        ("swedencentral", "b", 75.0),
        ("westeurope", "a", 10.0),
    ]


@pytest.mark.parametrize(
    "text", ["", "{}", '{"value": {}}', "[1]", '[{"name": "a"}]', '[{"name": {}, "currentValue": 1, "limit": 1}]']
)
def test_what_is_no_usage_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match=r"westeurope\.json"):
        read_usages([saved(tmp_path, text)])
    with pytest.raises(InputError, match="cannot read"):
        read_usages([str(tmp_path / "none.json")])


def test_tiers_that_promise_too_much() -> None:
    bundle = Project.load(ROOT).bundle("prod")
    assert over_capacity(bundle) == ()
    little = {name: BackendFacts(capacity={"tpm": 1}) for name in bundle.backends}
    problems = over_capacity(replace(bundle, backends=little))
    assert len(problems) == len(bundle.tiers) + 1
    assert "all callers together" in problems[-1]


@pytest.mark.parametrize(("used", "arguments", "code"), [(69, (), 0), (70, (), 1), (70, ("--warn-at", "71"), 0)])
def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], used: int, arguments: tuple[str, ...], code: int
) -> None:
    line = ["quota", saved(tmp_path, [usage("gpt", used, 100)]), "--env", "prod", "--project", str(ROOT), *arguments]
    assert run([*line, "--format", "json"]) == code
    (row,) = json.loads(capsys.readouterr().out)["quotas"]
    assert row == {
        "region": "westeurope", "name": "gpt", "used": used, "limit": 100, "percent": used, "is_full": code == 1
    }  # fmt: skip
    assert run(line) == code
    assert (f"{used} % !" in capsys.readouterr().out) == (code == 1)
    assert run([*line, "--format", "markdown"]) == code
    assert f"{code} of 1 are nearly full" in capsys.readouterr().out
