"""`apim-ai ci`: what it writes, that each command in it is one that apim-ai takes, and that the steps work.

The steps of the GitHub workflow run one after the other against the embedded control plane. Left out are, by name, the
installation, and what only GitHub can do: actions that sign in, comment and keep files. All jobs share a folder here, which
stands for the files that they hand on.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import typer
import yaml
from tests.ops.pipelines import azure_steps

from apim_ai.cli.group import app, run
from apim_ai.ops.ci import System, workflows
from apim_ai.project.template import write_template

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LEFT_OUT = {
    "Install apim-ai",
    "Sign in to Azure",
    "Show the plan on the pull request",
    "Keep the plan",
    "Fetch the plan",
    "Keep the results of the tests",
    "Keep what was done",
    "Open, update or close the issue",
}
SHIP, DRIFT, QUOTA = (f".github/workflows/apim-ai{name}.yml" for name in ("", "-drift", "-quota"))
AZURE_SHIP, AZURE_DRIFT, AZURE_QUOTA = (f"azure-pipelines{name}.yml" for name in ("", "-drift", "-quota"))
SERVICE = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local/providers/Microsoft.ApiManagement/service/local"
USAGES = """[{"name": {"value": "OpenAI.Standard.gpt-4o"}, "currentValue": 600, "limit": 1000}]"""
AZ = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  "cognitiveservices usage list --location"*) cat "$USAGES" ;;
  "boards query"*) cat "$FORMER_ITEM" 2> /dev/null || true ;;
esac
"""
CURL = """#!/bin/sh
echo "$*" >> "$CALLS"
case "$*" in
  *PATCH*|*POST*) cat >> "$CALLS" ;;
  *) cat "$THREADS" ;;
esac
"""


def project_in(folder: Path) -> Path:
    write_template(folder)
    return folder


def command_lines(system: System) -> list[list[str]]:
    """Return the arguments of each call of apim-ai in the files of a system."""
    lines = [line for file in workflows(system, ("dev", "prod")) for line in file.text.splitlines()]
    calls = [
        line.partition("apim-ai ")[2]
        for line in lines
        if re.match(r"\s*(- )?((run|bash|inlineScript): )?apim-ai ", line)
    ]
    return [shlex.split(re.split(r" (?:\|\| |> )", call)[0]) for call in calls]


@pytest.mark.parametrize(("system", "commands"), [("github", 15), ("azure-devops", 18)])
def test_each_command_is_one_that_apim_ai_takes(system: System, commands: int) -> None:
    lines = command_lines(system)
    root: Any = typer.main.get_command(app)
    assert len(lines) == commands
    for name, *arguments in lines:
        command = root.get_command(None, name)
        assert command is not None, name
        command.make_context(name, arguments)  # raises for what it does not know


@pytest.mark.parametrize(
    ("system", "options"),
    [
        ("github", ["--builtin-schema", "vendor.github-workflows"]),
        (
            "azure-devops",
            [
                "--builtin-schema",
                "vendor.azure-pipelines",
                "--data-transform",
                "azure-pipelines",
                "--regex-variant",
                "python",
            ],
        ),
    ],
)
def test_each_file_is_valid_by_its_system_s_schema(system: System, options: list[str], tmp_path: Path) -> None:
    def checked(*files: Path) -> int:
        command = [sys.executable, "-m", "check_jsonschema", *options, *map(str, files)]
        return subprocess.run(command, capture_output=True, check=False).returncode  # noqa: S603 - a tool of ours

    files = [tmp_path / Path(file.path).name for file in workflows(system, ("dev", "prod"))]
    for file, made in zip(files, workflows(system, ("dev", "prod")), strict=True):
        file.write_text(made.text, "utf-8")
    assert checked(*files) == 0
    wrong = tmp_path / "wrong.yml"
    wrong.write_text(files[0].read_text("utf-8").replace("jobs:", "jobbs:").replace("stages:", "stagges:"), "utf-8")
    assert checked(wrong) == 1


def test_a_misspelt_option_would_be_seen() -> None:
    root: Any = typer.main.get_command(app)
    with pytest.raises(Exception, match="No such option"):
        root.get_command(None, "deploy").make_context("deploy", ["--env", "dev", "--wiat"])


@pytest.mark.parametrize(
    ("system", "written"),
    [("github", [SHIP, DRIFT, QUOTA]), ("azure-devops", [AZURE_SHIP, AZURE_DRIFT, AZURE_QUOTA])],
)
def test_all_environments_but_the_local_with_production_last(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], system: System, written: list[str]
) -> None:
    project = project_in(tmp_path)
    assert run(["ci", "init", system, "--dir", str(project)]) == 0
    assert capsys.readouterr().out.split() == written
    for path, file in zip(written, workflows(system, ("dev", "test", "prod")), strict=True):
        assert (project / path).read_text() == file.text


def test_the_order_may_be_said_and_a_file_in_the_way_is_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = ["ci", "init", "github", "--dir", str(project_in(tmp_path)), "--env", "test", "--env", "dev"]
    (tmp_path / SHIP).parent.mkdir(parents=True)
    (tmp_path / SHIP).write_text("mine")
    assert run(line) == 2
    assert "--force" in capsys.readouterr().err
    assert (tmp_path / SHIP).read_text() == "mine"
    assert run([*line, "--force"]) == 0
    assert (tmp_path / SHIP).read_text() == workflows("github", ("test", "dev"))[0].text


@pytest.mark.parametrize("name", ["local", "nowhere"])
def test_environments_that_no_pipeline_reaches(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert run(["ci", "init", "github", "--dir", str(project_in(tmp_path)), "--env", name]) == 2
    assert "dev, test, prod" in capsys.readouterr().err


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["ci", "init", "--help"]) == 0
    assert "apim-ai ci init github" in capsys.readouterr().out


def change_description(project: Path) -> None:
    api = project / "apis" / "health" / "api.yaml"
    changed = api.read_text().replace("description: Whether", "description: Tells whether", 1)
    assert changed != api.read_text()
    api.write_text(changed)


@dataclass
class Pipeline:
    """Runs the jobs of a project's workflows in its folder, as GitHub would."""

    project: Path
    environment: Mapping[str, str]
    outputs: dict[str, str] = field(default_factory=dict[str, str])

    def job(self, path: str, name: str) -> dict[str, bool]:
        """Run a job; return its `run` steps that were executed, and whether each succeeded."""
        job = yaml.safe_load((self.project / path).read_text())["jobs"][name]
        matrix = {"env": job["strategy"]["matrix"]["env"][0]} if "strategy" in job else {}
        self.outputs = {f"matrix.{key}": value for key, value in matrix.items()}
        done: dict[str, bool] = {}
        for step in job["steps"]:
            if "run" not in step or step["name"] in LEFT_OUT:
                assert "uses" not in step or step.get("name", step["uses"].split("@")[0]) in {
                    *LEFT_OUT, "actions/checkout", "actions/setup-python"
                }  # fmt: skip
            elif self._holds(step.get("if"), failed=not all(done.values())):
                done[step["name"]] = self._run(step)
        return done

    def apim_ai(self, line: str) -> str:
        ended = self._shell(f"apim-ai {line}", {})
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def _holds(self, condition: str | None, *, failed: bool) -> bool:
        if condition is None:
            return not failed
        first, *others = condition.split(" && ")
        assert first == "failure()"
        return failed and all(self._is_so(other) for other in others)

    def _is_so(self, comparison: str) -> bool:
        found = re.fullmatch(r"([a-z.]+) (==|!=) '([a-z]*)'", comparison)
        assert found
        return (self.outputs.get(found[1], "") == found[3]) == (found[2] == "==")

    def _run(self, step: dict[str, Any]) -> bool:
        output = self.project / "build" / "github-output"
        output.unlink(missing_ok=True)
        given = {
            name: re.sub(r"\$\{\{ ([a-z.]+) \}\}", lambda found: self.outputs.get(found[1], ""), value)
            for name, value in step.get("env", {}).items()
        }
        ended = self._shell(step["run"], {**given, "GITHUB_OUTPUT": str(output)})
        sys.stdout.write(f"{step['name']}: {ended.returncode}\n{ended.stderr}")  # pytest shows it with a failure
        lines = output.read_text().splitlines() if output.exists() else []
        self.outputs |= {f"steps.{step['id']}.outputs.{n}": v for n, _, v in (line.partition("=") for line in lines)}
        return ended.returncode == 0

    def _shell(self, script: str, given: dict[str, str]) -> subprocess.CompletedProcess[str]:
        summary = self.project / "build" / "github-summary.md"
        return subprocess.run(  # noqa: S603 - our own program
            ["bash", "-e", "-c", script],  # noqa: S607 - what GitHub runs steps with
            cwd=self.project,
            env={**self.environment, "GITHUB_STEP_SUMMARY": str(summary), **given},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


@dataclass
class AzurePipeline:
    """Runs the jobs of a project's Azure pipelines in its folder: the scripts of `bash` steps and of `AzureCLI` tasks.

    Left out are tasks that only Azure DevOps has. `az` and `curl` are programs that note how they were called.
    """

    project: Path
    environment: Mapping[str, str]
    variables: dict[str, str] = field(default_factory=dict[str, str])

    def job(self, path: str, name: str) -> dict[str, bool]:
        """Run a stage or job by its name; return its scripts that were executed, and whether each succeeded."""
        document = yaml.safe_load((self.project / path).read_text())
        job = next(node for node in [*document.get("stages", ()), *document.get("jobs", ())] if name in node.values())
        self.variables = {}
        done: dict[str, bool] = {}
        for step in azure_steps(job):
            script = step.get("bash") or step.get("inputs", {}).get("inlineScript")
            if "publish" in step and (self.project / "build").exists():
                shutil.copytree(self.project / "build", self._workspace / step["artifact"], dirs_exist_ok=True)
            elif (
                script and step["displayName"] != "Install apim-ai" and self._holds(step, failed=not all(done.values()))
            ):
                done[step["displayName"]] = self._run(script, step.get("env", {}))
            elif not script:
                assert step.get("task", "") in {"", "UsePythonVersion@0", "PublishTestResults@2"}, step
        return done

    @property
    def _workspace(self) -> Path:
        return self.project.parent / "workspace"

    def _holds(self, step: Mapping[str, str], *, failed: bool) -> bool:
        condition = step.get("condition", "succeeded()")
        state, *others = re.findall(
            r"(?:succeeded|failed|always|succeededOrFailed)\(\)|(?:eq|ne)\(.*?\]?, '[^']*'\)", condition
        )
        if not {"succeeded()": not failed, "failed()": failed}.get(state, True):
            return False
        return all(self._is_so(other) for other in others)

    def _is_so(self, comparison: str) -> bool:
        found = re.fullmatch(r"(eq|ne)\(variables\['([A-Za-z._]+)'\], '(.*)'\)", comparison)
        assert found, comparison
        return (self.variables.get(found[2], self.environment.get(found[2], "")) == found[3]) == (found[1] == "eq")

    def _run(self, script: str, given: Mapping[str, str]) -> bool:
        variables = {name.replace(".", "_").upper(): value for name, value in self.variables.items()}
        ended = subprocess.run(  # noqa: S603 - our own program
            ["bash", "-c", script],  # noqa: S607 - what Azure DevOps runs scripts with
            cwd=self.project,
            env={**self.environment, **given, **variables, "PIPELINE_WORKSPACE": str(self._workspace)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        sys.stdout.write(f"{ended.returncode}\n{ended.stderr}")  # pytest shows it with a failure
        self.variables |= dict(re.findall(r"##vso\[task\.setvariable variable=([A-Za-z_.]+)\](.*)", ended.stdout))
        return ended.returncode == 0


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, str]:
    """Stand-ins for the programs that pipelines call, and the environment in which they are found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, text in (("az", AZ), ("curl", CURL)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (tmp_path / "usages.json").write_text(USAGES)
    (tmp_path / "threads.json").write_text('{"value": []}')
    path = f"{folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    files = {"CALLS": "calls", "USAGES": "usages.json", "THREADS": "threads.json", "FORMER_ITEM": "former"}
    return {"PATH": path, **{name: str(tmp_path / file) for name, file in files.items()}}


@pytest.fixture
def pipeline(tmp_path: Path, programs: dict[str, str]) -> Iterator[Pipeline]:
    """A project with its pipelines, which was deployed once to an embedded control plane."""
    project = project_in(tmp_path / "project")
    for system in ("github", "azure-devops"):
        assert run(["ci", "init", system, "--dir", str(project), "--env", "dev"]) == 0
    environment = {**os.environ, **programs, "XDG_STATE_HOME": str(tmp_path / "user"), "USER": "pipeline"}
    line = [sys.executable, "-m", "apim_ai", "up", "--gateway-port", "0", "--control-plane-port", "0"]
    with subprocess.Popen(  # noqa: S603 - our own program
        [*line, "--format", "json"], cwd=project, env=environment, stdout=subprocess.PIPE, text=True
    ) as up:
        try:
            assert up.stdout is not None
            ready = json.loads(up.stdout.readline())
            place = {"APIM_AI_CONTROL_PLANE": ready["control_plane"], "APIM_AI_TOKEN": ready["token"]}
            made = Pipeline(project, environment | place)
            made.apim_ai("deploy --env dev --yes --skip-checks")
            yield made
        finally:
            up.kill()


@pytest.fixture
def azure(pipeline: Pipeline) -> AzurePipeline:
    collection = {"SYSTEM_COLLECTIONURI": "https://ado.test/", "SYSTEM_TEAMPROJECT": "p", "SYSTEM_TEAMPROJECTID": "1"}
    return AzurePipeline(pipeline.project, {**pipeline.environment, **collection})


def test_a_change_is_shipped_by_azure_devops(azure: AzurePipeline) -> None:
    change_description(azure.project)
    assert azure.job(AZURE_SHIP, "check") == {"Lint": True, "Test": True}
    assert azure.job(AZURE_SHIP, "plan_dev") == {"Plan": True}
    assert azure.job(AZURE_SHIP, "deploy_dev") == {"Deploy": True, "Smoke": True}
    deployed = json.loads((azure.project / "build" / "deployed.json").read_text())
    assert {outcome["state"] for outcome in deployed["outcomes"]} == {"done"}
    assert json.loads((azure.project / "build" / "manifest.json").read_text())["release"] == deployed["release"]
    assert azure.variables["FORMER_RELEASE"] not in ("", deployed["release"])
    assert azure.job(AZURE_DRIFT, "drift_dev") == {"Look for drift": True}
    assert azure.variables["FOUND"] == "0"


def test_what_fails_is_taken_back_by_azure_devops(azure: AzurePipeline, pipeline: Pipeline) -> None:
    former = json.loads(pipeline.apim_ai("history --env dev --format json"))["releases"][0]["id"]
    (azure.project / "apis" / "health" / "health.case.yaml").unlink()  # it would stop the deployment before
    policy = azure.project / "apis" / "health" / "policy.xml.j2"
    policy.write_text(policy.read_text().replace('code="200" reason="OK"', 'code="500" reason="Broken"', 1))
    assert azure.job(AZURE_SHIP, "plan_dev") == {"Plan": True}
    steps = azure.job(AZURE_SHIP, "deploy_dev")
    assert (steps["Roll back"], all(steps.values())) == (True, False)
    releases = json.loads(pipeline.apim_ai("history --env dev --format json"))["releases"]
    assert releases[0]["rollback_to"] == former
    change_description(azure.project)  # since the plan was made
    assert azure.job(AZURE_SHIP, "deploy_dev") == {"Deploy": False}
    assert azure.variables == {}


@pytest.mark.skipif(shutil.which("jq") is None, reason="the step calls jq, which every agent has")
def test_the_plan_is_a_comment_on_the_pull_request_of_azure_devops(azure: AzurePipeline) -> None:
    change_description(azure.project)
    request = {"Build.Reason": "PullRequest", "BUILD_REPOSITORY_ID": "r", "SYSTEM_PULLREQUEST_PULLREQUESTID": "7"}
    asked = AzurePipeline(azure.project, {**azure.environment, **request})
    assert asked.job(AZURE_SHIP, "plan_dev") == {"Plan": True, "Show the plan on the pull request": True}
    calls = Path(azure.environment["CALLS"]).read_text()
    assert "https://ado.test/1/_apis/git/repositories/r/pullRequests/7/threads?api-version=7.1" in calls
    assert "apis/health" in calls
    assert "$(System.AccessToken)" not in calls  # the token is in no argument
    former = {"id": 5, "comments": [{"id": 1, "content": (azure.project / "build" / "plan.md").read_text()}]}
    Path(azure.environment["THREADS"]).write_text(json.dumps({"value": [{"id": 4, "comments": [{}]}, former]}))
    assert asked.job(AZURE_SHIP, "plan_dev")["Show the plan on the pull request"]
    assert "-X PATCH" in Path(azure.environment["CALLS"]).read_text()


def test_drift_becomes_one_work_item_of_azure_devops(azure: AzurePipeline, pipeline: Pipeline) -> None:
    base = f"{pipeline.environment['APIM_AI_CONTROL_PLANE']}{SERVICE}/namedValues/flag-cascade?api-version=2024-05-01"
    headers = {"Authorization": f"Bearer {pipeline.environment['APIM_AI_TOKEN']}"}
    changed = {"properties": {"displayName": "flag-cascade", "value": "off"}}
    httpx.put(base, json=changed, headers=headers).raise_for_status()
    both = {"Look for drift": True, "Open or update the work item": True}
    assert azure.job(AZURE_DRIFT, "drift_dev") == both
    calls = Path(azure.environment["CALLS"])
    assert "boards work-item create --type Task --title Drift in dev" in calls.read_text()
    assert "flag-cascade" in (azure.project / "build" / "drift.html").read_text()
    Path(azure.environment["FORMER_ITEM"]).write_text("42\n")
    assert azure.job(AZURE_DRIFT, "drift_dev") == both
    assert "boards work-item update --id 42" in calls.read_text()


@pytest.mark.parametrize("used", [600, 700])
def test_quotas_are_looked_at_every_week(pipeline: Pipeline, azure: AzurePipeline, used: int) -> None:
    Path(azure.environment["USAGES"]).write_text(USAGES.replace("600", str(used)))
    is_full = used >= 700
    assert pipeline.job(QUOTA, "quota") == {"Look at the quotas": True}
    assert pipeline.outputs["steps.quota.outputs.code"] == str(int(is_full))
    said = (pipeline.project / "build" / "quota.md").read_text()
    assert said.startswith("<!-- apim-ai quota ai-gateway dev -->\n")
    assert f"| swedencentral | OpenAI.Standard.gpt-4o | {used} | 1000 |" in said
    expected = {"Look at the quotas": True} | ({"Open or update the work item": True} if is_full else {})
    assert azure.job(AZURE_QUOTA, "quota_dev") == expected


def test_a_change_is_shipped(pipeline: Pipeline) -> None:
    change_description(pipeline.project)
    assert pipeline.job(SHIP, "check") == {"Lint": True, "Test": True}
    assert pipeline.job(SHIP, "plan-dev") == {"Plan": True}
    comment = (pipeline.project / "build" / "plan.md").read_text()
    assert comment.startswith("<!-- apim-ai plan ai-gateway dev -->\n")
    assert "`apis/health`" in comment
    steps = pipeline.job(SHIP, "deploy-dev")
    assert steps == {"Note the release that is live": True, "Deploy": True, "Smoke": True}
    assert pipeline.outputs["steps.deploy.outputs.wrote"] == "true"
    assert json.loads(pipeline.apim_ai("plan --env dev --format json"))["changes"] == []
    assert "<testsuite" in (pipeline.project / "build" / "smoke.xml").read_text()
    assert pipeline.job(DRIFT, "drift") == {"Look for drift": True}
    assert pipeline.outputs["steps.drift.outputs.code"] == "0"


def test_what_fails_is_taken_back_and_a_stale_plan_changes_nothing(pipeline: Pipeline) -> None:
    former = json.loads(pipeline.apim_ai("history --env dev --format json"))["releases"][0]["id"]
    (pipeline.project / "apis" / "health" / "health.case.yaml").unlink()  # it would stop the deployment before
    policy = pipeline.project / "apis" / "health" / "policy.xml.j2"
    policy.write_text(policy.read_text().replace('code="200" reason="OK"', 'code="500" reason="Broken"', 1))
    assert pipeline.job(SHIP, "plan-dev") == {"Plan": True}
    steps = pipeline.job(SHIP, "deploy-dev")
    assert steps["Roll back"] is True
    assert False in steps.values()
    releases = json.loads(pipeline.apim_ai("history --env dev --format json"))["releases"]
    assert releases[0]["rollback_to"] == former
    pipeline.apim_ai("smoke --env dev")

    change_description(pipeline.project)  # since the plan was made
    assert pipeline.job(SHIP, "deploy-dev") == {"Note the release that is live": True, "Deploy": False}
    assert json.loads(pipeline.apim_ai("history --env dev --format json"))["releases"] == releases
