"""Pipelines for a project: workflow files of GitHub Actions and Azure DevOps, filled in for its environments.

In go the names of the environments, out come texts by file name. The parts that they are put together from lie beside this
module as YAML, a folder for each system; `@NAME@` in them is a place to fill.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from apim_ai import __version__
from apim_ai.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["System", "WorkflowFile", "workflows", "write_workflows"]

System = Literal["github", "azure-devops"]
"""The systems that pipelines are written for."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_STEPS, _DEPLOYMENT_STEPS = 10, 16  # columns at which Azure DevOps has steps of a job, and of a deployment
_WATCHING_STEPS = 6
_TITLES = {"drift": "Drift in", "quota": "Quotas of"}


@dataclass(frozen=True, slots=True)
class WorkflowFile:
    """One file of a pipeline.

    Args:
        path: below the repository's root, with slashes.
        text: its content.
    """

    path: str
    text: str


def workflows(system: System, environments: tuple[str, ...]) -> tuple[WorkflowFile, ...]:
    """Return the files of a project's pipelines: one that ships, one that looks for drift, one that looks at quotas.

    Args:
        system: where they are to run.
        environments: names, in the order in which a change goes through them.

    Raises:
        UsageError: there is no environment, one stands twice, or has a name that pipelines cannot have.
    """
    _check(environments)
    return _github(environments) if system == "github" else _azure_devops(environments)


def write_workflows(folder: Path, written: tuple[WorkflowFile, ...], *, force: bool) -> None:
    """Write the files of a pipeline below a folder: all of them, or none when one is in the way.

    Args:
        folder: the repository's root.
        written: the files.
        force: whether files that exist are written over.

    Raises:
        UsageError: a file exists and says something else.
        OutsideError: a file cannot be written.
    """
    try:
        for file in written:
            path = folder / file.path
            if not force and path.exists() and path.read_bytes() != file.text.encode():
                raise UsageError(f'"{path}" exists', help="look at it, then pass --force to write over it")
        for file in written:
            path = folder / file.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.text.encode())
    except OSError as error:
        raise OutsideError(f'"{error.filename}" cannot be written: {(error.strerror or str(error)).lower()}') from error


def _check(environments: tuple[str, ...]) -> None:
    if not environments:
        raise UsageError("there is no environment to deploy to", help="write environments/NAME.yaml")
    for name in environments:
        if not _NAME.fullmatch(name):
            message = f'"{name}" cannot be the name of an environment in a pipeline'
            raise UsageError(message, help="use letters, digits, - and _, with a letter first")
    stages = [_stage(name) for name in environments]
    double = next((name for name, stage in zip(environments, stages, strict=True) if stages.count(stage) > 1), None)
    if double:
        raise UsageError(f'"{double}" would be in the pipeline twice', help="name each environment once")


def _github(environments: tuple[str, ...]) -> tuple[WorkflowFile, ...]:
    common = {"PREPARE": _part("github", "prepare"), "LOGIN": _part("github", "login")}
    jobs: list[str] = []
    for index, name in enumerate(environments):
        needs = [f"plan-{name}", *(f"deploy-{former}" for former in environments[max(0, index - 1) : index])]
        jobs.append(_filled(_part("github", "environment"), common | {"ENV": name, "NEEDS": ", ".join(needs)}))
    ship = _filled(_part("github", "workflow"), common | {"ENVIRONMENTS": "\n".join(jobs)})
    names = common | {"NAMES": ", ".join(f'"{e}"' for e in environments)}
    return (
        WorkflowFile(".github/workflows/apim-ai.yml", _complete(ship)),
        *(
            WorkflowFile(f".github/workflows/apim-ai-{step}.yml", _complete(_filled(_watching("github", step), names)))
            for step in _TITLES
        ),
    )


def _azure_devops(environments: tuple[str, ...]) -> tuple[WorkflowFile, ...]:
    prepare = _part("azure_devops", "prepare")
    stages: list[str] = []
    watching: dict[str, list[str]] = {step: [] for step in _TITLES}
    for index, name in enumerate(environments):
        needs = [f"plan_{_stage(name)}", *(f"deploy_{_stage(e)}" for e in environments[max(0, index - 1) : index])]
        places = {"ENV": name, "STAGE": _stage(name), "NEEDS": ", ".join(needs), "PREPARE": prepare}
        places["DEPLOY_PREPARE"] = _moved(prepare, _DEPLOYMENT_STEPS - _STEPS)
        stages.append(_filled(_part("azure_devops", "environment"), places))
        places["PREPARE"] = _moved(prepare, _WATCHING_STEPS - _STEPS)
        for step, jobs in watching.items():
            jobs.append(_filled(_watching("azure_devops", step, "_environment"), places))
    ship = _filled(_part("azure_devops", "workflow"), {"PREPARE": prepare, "ENVIRONMENTS": "\n".join(stages)})
    return (
        WorkflowFile("azure-pipelines.yml", _complete(ship)),
        *(
            WorkflowFile(
                f"azure-pipelines-{step}.yml",
                _complete(_filled(_part("azure_devops", step), {"ENVIRONMENTS": "\n".join(jobs)})),
            )
            for step, jobs in watching.items()
        ),
    )


def _watching(folder: str, step: str, suffix: str = "") -> str:
    """Return a part that looks at something and keeps an issue or work item about it."""
    keeping = {"ISSUE": _part("github", "issue")} if folder == "github" else {"WORK_ITEM": _part(folder, "work_item")}
    return _filled(_part(folder, f"{step}{suffix}"), {**keeping, "STEP": step, "TITLE": _TITLES[step]})


def _stage(name: str) -> str:
    """Return a name as Azure DevOps wants the names of stages: without hyphens."""
    return name.replace("-", "_")


def _part(folder: str, name: str) -> str:
    return (files(__name__) / folder / f"{name}.yml").read_text(encoding="utf-8").rstrip("\n")


def _moved(text: str, columns: int) -> str:
    """Return a text so many columns further to the right, or to the left when negative."""
    return "\n".join(" " * columns + line if columns > 0 else line[-columns:] for line in text.split("\n"))


def _filled(text: str, places: dict[str, str]) -> str:
    for name, value in places.items():
        text = text.replace(f"@{name}@", value)
    return text


def _complete(text: str) -> str:
    return _filled(text, {"VERSION": __version__}).rstrip("\n") + "\n"
