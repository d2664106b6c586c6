from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    Write = Callable[..., Path]

ROOT = Path(__file__).parents[2]
CHAIN = """\
access_chain:
- {caller: app, callee: shop, by: validated-token, fragment: team}
- {caller: gateway, callee: pool, by: managed-identity}
- {caller: user, callee: app, by: outside}
"""


def rules(root: Path, env: str = "prod") -> list[tuple[str, str]]:
    return [
        (f.rule, f"{f.severity} {Path(f.span.file).name}:{f.span.line}")
        for f in Project.load(root).bundle(env).findings
    ]


def changed(root: Path, old: str, new: str, file: str = "apim.yaml") -> Path:
    text = (root / file).read_text(encoding="utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), encoding="utf-8")
    return root


def test_a_preview_needs_a_waiver_in_production(write: Write):
    root = changed(write(), "  pool: {pool:", "  pool: {preview: true, pool:")
    assert rules(root, "dev") == []
    assert rules(root) == [("AIM741", "error apim.yaml:14")]
    with (root / "environments" / "prod.yaml").open("a", encoding="utf-8") as file:
        file.write('waivers: {"preview:pool": "risk assessed, way back written"}\n')
    assert rules(root) == []


@pytest.mark.parametrize(
    ("region", "note", "expected"),
    [
        ("westeurope", "", []),
        ("West Europe", "", []),
        ("eastus", "", [("AIM742", "warning apim.yaml:14")]),
        ("eastus", ", residency_note: agreed", []),
    ],
)
def test_another_region_needs_a_note(write: Write, region: str, note: str, expected: list[tuple[str, str]]):
    root = changed(write(), "  pool: {pool:", f"  pool: {{region: {region}{note}, pool:")
    changed(root, "production: true", "production: true\nregion: westeurope", "environments/prod.yaml")
    assert rules(root) == expected


def test_every_hop_needs_its_check(write: Write):
    root = write()
    with (root / "apim.yaml").open("a", encoding="utf-8") as file:
        file.write(CHAIN)
    messages = [f.message for f in Project.load(root).bundle("dev").findings]
    assert messages == ['nothing checks the hop from "gateway" to "pool": the backend has no managed identity']
    changed(root, "  pool: {pool:", "  pool: {managed_identity: https://r.test, pool:")
    changed(root, "callee: pool", "callee: shop-backend", "apim.yaml")
    assert "there is no API or backend" in Project.load(root).bundle("dev").findings[0].message


def test_removing_a_check_is_found(write: Write):
    root = write()
    with (root / "apim.yaml").open("a", encoding="utf-8") as file:
        file.write("\n".join(CHAIN.splitlines()[:2]) + "\n")
    assert rules(root, "dev") == []
    changed(root, '<include-fragment fragment-id="team" />', "", "apis/shop/policy.xml.j2")
    assert rules(root, "dev") == [("AIM743", "error apim.yaml:20")]


def test_every_api_that_may_be_called_is_in_the_chain(write: Write):
    root = write()
    with (root / "apim.yaml").open("a", encoding="utf-8") as file:
        file.write("access_chain: [{caller: user, callee: app, by: outside}]\n")
    assert rules(root, "dev") == [("AIM743", "error api.yaml:1")]


@pytest.mark.parametrize(
    ("capacity", "limits", "expected"),
    [
        ("tpm: 100", "", []),
        ("tpm: 99", "", ["warning tiers.yaml:2", "warning tiers.yaml:2"]),
        ("tpm: 99", "oversubscription: 1.1\n", ["warning tiers.yaml:2"]),
        ("rpm: 60", "", ["warning tiers.yaml:2", "warning tiers.yaml:2"]),
        ("rpm: 120", "", []),
    ],
)
def test_tiers_are_held_against_the_backends(write: Write, capacity: str, limits: str, expected: list[str]):
    root = changed(
        write(), '    url: "[[ hosts.shop ]]/v1"', f'    capacity: {{{capacity}}}\n    url: "[[ hosts.shop ]]/v1"'
    )
    changed(root, "default: gold\n", f"default: gold\n{limits}", "tiers.yaml")
    found = [(rule, where.replace(":3", ":2")) for rule, where in rules(root, "dev")]
    assert found == [("AIM744", where) for where in expected]


@pytest.mark.parametrize("env", ["local", "dev", "test", "prod"])
def test_the_repository_has_none(env: str):
    assert Project.load(ROOT).bundle(env).findings == ()
