"""The pipelines' files: that they parse, and hold what the systems and the security of a pipeline ask for.

That their commands work is shown in tests/cli/test_ci.py.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from tests.ops.pipelines import azure_steps

from apim_ai import __version__
from apim_ai.errors import OutsideError, UsageError
from apim_ai.ops.ci import WorkflowFile, workflows, write_workflows

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ENVIRONMENTS = ("dev", "no", "prod")  # "no" is a Boolean where YAML is not careful

WORKFLOW_KEYS = {"name", "on", "permissions", "env", "jobs"}
JOB_KEYS = {"needs", "if", "runs-on", "environment", "concurrency", "permissions", "strategy", "steps"}
STEP_KEYS = {"id", "if", "name", "uses", "with", "run", "env"}
STAGE_KEYS = {"stage", "dependsOn", "condition", "jobs"}
ADO_JOB_KEYS = {"job", "deployment", "environment", "strategy", "steps"}
ADO_STEP_KEYS = {
    "checkout", "persistCredentials", "task", "bash", "publish", "download", "artifact", "displayName", "inputs",
    "condition", "env",
}  # fmt: skip


class _Strings(yaml.SafeLoader):
    """Reads `on` as a text, as GitHub does."""


_Strings.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def github() -> list[dict[str, Any]]:
    return [yaml.load(file.text, _Strings) for file in workflows("github", ENVIRONMENTS)]  # noqa: S506 - a safe loader


def github_jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for workflow in github():
        yield from workflow["jobs"].items()


def test_github_has_known_keys_and_jobs_that_exist() -> None:
    for workflow in github():
        assert set(workflow) == WORKFLOW_KEYS
        for job in workflow["jobs"].values():
            assert set(job) <= JOB_KEYS
            needs = job.get("needs", [])
            assert {needs} if isinstance(needs, str) else set(needs) <= set(workflow["jobs"])
            for step in job["steps"]:
                assert set(step) <= STEP_KEYS
                assert ("run" in step) != ("uses" in step)


def test_a_change_goes_through_the_environments_in_order() -> None:
    jobs = github()[0]["jobs"]
    assert list(jobs) == ["check", "plan-dev", "deploy-dev", "plan-no", "deploy-no", "plan-prod", "deploy-prod"]
    assert jobs["deploy-dev"]["needs"] == ["plan-dev"]
    assert jobs["deploy-prod"]["needs"] == ["plan-prod", "deploy-no"]
    assert jobs["deploy-no"]["environment"] == "no"
    for name, job in jobs.items():
        if name.startswith("deploy-"):
            assert "refs/heads/main" in job["if"]
            assert "github.event_name != 'pull_request'" in job["if"]
            assert job["concurrency"] == {"group": f"apim-ai-{job['environment']}", "cancel-in-progress": False}


def test_expressions_are_balanced_and_stand_in_no_script() -> None:
    for file in workflows("github", ENVIRONMENTS):
        assert file.text.count("${{") == len(re.findall(r"\$\{\{ [a-z][A-Za-z0-9_.]* \}\}", file.text))
    for _, job in github_jobs():
        for step in job["steps"]:
            assert "${{" not in step.get("run", "")  # what an expression holds would be run
            assert "${{" not in step.get("with", {}).get("script", "")


def test_outputs_that_steps_use_are_those_of_earlier_steps() -> None:
    for _, job in github_jobs():
        written: dict[str, str] = {}
        for step in job["steps"]:
            for name, output in re.findall(r"steps\.([a-z]+)\.outputs\.([a-z]+)", str(step)):
                assert f"{output}=" in written[name]
            if "id" in step:
                written[step["id"]] = step["run"]


def test_actions_are_pinned_to_a_commit() -> None:
    for file in workflows("github", ENVIRONMENTS):
        used = re.findall(r"uses: (.*)", file.text)
        assert used
        for action in used:
            assert re.fullmatch(r"[a-zA-Z]+/[a-z-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)


def test_jobs_may_do_only_what_they_need() -> None:
    for workflow in github():
        assert workflow["permissions"] == {}
    for name, job in github_jobs():
        expected = {"contents": "read"}
        if name != "check":
            expected["id-token"] = "write"
        if name.startswith("plan-"):
            expected["pull-requests"] = "write"
        if name in {"drift", "quota"}:
            expected["issues"] = "write"
        assert job["permissions"] == expected


@pytest.mark.parametrize("system", ["github", "azure-devops"])
def test_no_secret_and_no_open_place(system: Any) -> None:
    for file in workflows(system, ENVIRONMENTS):
        assert "secrets." not in file.text
        assert not re.search(r"@[A-Z_]+@", file.text)
        assert f'"apim-ai[gateway]=={__version__}"' in file.text


def test_azure_devops_has_known_keys_and_stages_that_exist() -> None:
    ship, drift, quota = (yaml.safe_load(file.text) for file in workflows("azure-devops", ("dev", "pre-prod", "prod")))
    stages = {stage["stage"]: stage for stage in ship["stages"]}
    assert list(stages)[-2:] == ["plan_prod", "deploy_prod"]
    assert stages["deploy_prod"]["dependsOn"] == ["plan_prod", "deploy_pre_prod"]
    for stage in stages.values():
        assert set(stage) <= STAGE_KEYS
        needs = stage.get("dependsOn", [])
        assert {needs} if isinstance(needs, str) else set(needs) <= set(stages)
        for job in stage["jobs"]:
            assert set(job) <= ADO_JOB_KEYS
    assert [job["job"] for job in drift["jobs"]] == ["drift_dev", "drift_pre_prod", "drift_prod"]
    assert [job["job"] for job in quota["jobs"]] == ["quota_dev", "quota_pre_prod", "quota_prod"]
    assert drift["schedules"][0]["always"] == quota["schedules"][0]["always"] == "true"
    for step in (*azure_steps(ship), *azure_steps(drift), *azure_steps(quota)):
        assert set(step) <= ADO_STEP_KEYS
        assert re.fullmatch(r"[A-Za-z]+@\d", step.get("task", "Bash@3"))


def test_azure_deploys_from_the_main_branch_alone() -> None:
    ship = yaml.safe_load(workflows("azure-devops", ENVIRONMENTS)[0].text)
    deploying = [stage for stage in ship["stages"] if stage["stage"].startswith("deploy_")]
    assert len(deploying) == 3
    for stage in deploying:
        assert "eq(variables['Build.SourceBranch'], 'refs/heads/main')" in stage["condition"]
        assert stage["condition"].startswith("and(succeeded(), ")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ((), "there is no environment"),
        (("a b",), '"a b" cannot be the name'),
        (("$(x)",), "cannot be the name"),
        (("dev\n",), "cannot be the name"),
        (("dev", "dev"), "twice"),
        (("pre-prod", "pre_prod"), "twice"),
    ],
)
def test_names_that_pipelines_cannot_have(names: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)):
        workflows("github", names)


def test_a_file_that_is_in_the_way_stops_all(tmp_path: Path) -> None:
    (tmp_path / "two").write_text("mine")
    files = (WorkflowFile("one", "1"), WorkflowFile("two", "2"))
    with pytest.raises(UsageError, match="exists"):
        write_workflows(tmp_path, files, force=False)
    assert not (tmp_path / "one").exists()
    write_workflows(tmp_path, files, force=True)
    assert (tmp_path / "two").read_text() == "2"
    write_workflows(tmp_path, files, force=False)  # the same text is in nobody's way


def test_a_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("")
    with pytest.raises(OutsideError, match="cannot be written"):
        write_workflows(tmp_path, (WorkflowFile("a/b", ""),), force=False)
