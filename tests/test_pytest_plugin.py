"""The plugin inside a pytest of its own: cases as tests, the fixture `gateway`, options and markers."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

CASE = """name: passes
mocks: [{responses: [{status: 200}]}]
steps: [{request: {url: /}, expect: {status: 200}}]
---
name: fails
mocks: [{responses: [{status: 200}]}]
steps: [{request: {url: /}, expect: {status: 201}}]
---
name: cannot be loaded
nope: 1
"""
FILES = {
    "apim.yaml": "name: shop\napis: [shop]\nvariables: {word: plain}\n",
    "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 100, rps: 2, quota: 5000}}\n",
    "environments/dev.yaml": "subscription: s\nresource_group: r\nservice: apim-dev\nsku: Developer\n",
    "environments/prod.yaml": "subscription: s\nresource_group: r\nservice: apim-prod\nsku: Developer\n",
    "apis/shop/api.yaml": "display_name: Shop\npath: shop\nsubscription_required: false\nservice_url: https://be.test\n",
    "apis/shop/openapi.yaml": (
        "openapi: 3.0.3\ninfo: {title: S, version: '1'}\n"
        "paths: {/a: {get: {operationId: a, responses: {'200': {description: x}}}}}\n"
    ),
    "apis/shop/policy.xml.j2": (
        '<policies><inbound><base /><set-header name="x" exists-action="override">'
        "<value>[[ word ]] [[ env.name ]]</value></set-header></inbound></policies>\n"
    ),
    "pytest.ini": "[pytest]\napim_ai_env = dev\naddopts = --strict-markers --strict-config\n",
}
TESTS = """
import pytest

pytestmark = pytest.mark.anyio

@pytest.fixture
def anyio_backend():
    return "asyncio"

async def sent(gateway):
    route = gateway.backends.get("https://be.test/a").respond(200)
    assert (await gateway.get("/shop/a")).status_code == 200
    return route.calls.last.request.headers["x"]

async def test_the_project_above(gateway):
    assert await sent(gateway) == "plain dev"

@pytest.mark.gateway(env="prod", overrides={"word": "other"})
async def test_a_marker_decides(gateway):
    assert await sent(gateway) == "other prod"

@pytest.mark.gateway(colour="red")
async def test_an_unknown_keyword(gateway):
    pass

@pytest.mark.gateway(env="nowhere")
async def test_no_such_environment(gateway):
    pass

async def test_no_real_host(gateway):
    assert (await gateway.get("/shop/a")).status_code == 500
    assert gateway.unanswered == ["GET https://be.test/a"]
"""


def pytest_of(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-q", *arguments]
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(  # noqa: S603 - our own tests
        command, cwd=folder, capture_output=True, text=True, check=False, env=environment, timeout=120
    )


def write(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")


def test_cases_are_tests(tmp_path: Path) -> None:
    write(tmp_path, {"x.case.yaml": CASE})
    result = pytest_of(tmp_path)
    assert result.returncode == 1
    assert "2 failed, 1 passed" in result.stdout
    assert "expected: 201" in result.stdout
    assert "actual:   200" in result.stdout
    assert "x.case.yaml:10:1: unknown key 'nope'" in result.stdout
    assert "Traceback" not in result.stdout


def test_cases_are_selected_by_name(tmp_path: Path) -> None:
    write(tmp_path, {"x.case.yaml": CASE})
    result = pytest_of(tmp_path, "-k", "passes")
    assert (result.returncode, "1 passed, 2 deselected" in result.stdout) == (0, True)


def test_the_fixture_serves_the_project_above(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "tests/below/test_it.py": TESTS})
    result = pytest_of(tmp_path)
    assert "3 passed, 2 errors" in result.stdout, result.stdout
    assert "the marker 'gateway' does not know 'colour'" in result.stdout
    assert 'there is no environment "nowhere"' in result.stdout


def test_the_project_may_be_named(tmp_path: Path) -> None:
    files = {f"gateway/{name}": content for name, content in FILES.items() if name != "pytest.ini"}
    ini = f"{FILES['pytest.ini']}apim_ai_project = gateway\n"
    write(tmp_path, {**files, "pytest.ini": ini, "test_it.py": TESTS})
    assert "1 passed" in pytest_of(tmp_path, "-k", "the_project_above").stdout


def test_nothing_heavy_is_imported_before_it_is_needed(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "test_it.py": (
                "import sys\n"
                "def test_it():\n"
                "    ours = {name for name in sys.modules if name.startswith('apim_ai')}\n"
                "    assert ours == {'apim_ai', 'apim_ai.pytest_plugin'}\n"
            )
        },
    )
    result = pytest_of(tmp_path)
    assert result.returncode == 0, result.stdout
