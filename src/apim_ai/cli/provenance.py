"""Who deploys and from which commit, as the machine and the pipeline tell it."""

from __future__ import annotations

import getpass
import os
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.deploy.release import Provenance

__all__ = ["provenance", "who"]

_PEOPLE = ("GITHUB_ACTOR", "BUILD_REQUESTEDFOREMAIL", "BUILD_REQUESTEDFOR", "GITLAB_USER_LOGIN", "USER", "USERNAME")


def provenance(root: str) -> Provenance:
    """Return where a deployment of a project comes from.

    Args:
        root: the project's folder.
    """
    from apim_ai import __version__
    from apim_ai.deploy.release import Provenance

    return Provenance(who(), _commit(root), _run(), __version__)


def who() -> str:
    """Return the name of the person or pipeline that runs this process."""
    named = next((os.environ[name] for name in _PEOPLE if os.environ.get(name)), None)
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # no such user, as in some containers
        return "unknown"


def _commit(root: str) -> str | None:
    commit = _git(root, "rev-parse", "HEAD")
    if not commit:
        return None
    return f"{commit}+" if _git(root, "status", "--porcelain", "--", ".") else commit


def _git(root: str, *arguments: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 - fixed arguments
            ["git", "-C", root, *arguments],  # noqa: S607 - the user's own git
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _run() -> str | None:
    server, repository, run = (os.environ.get(f"GITHUB_{name}") for name in ("SERVER_URL", "REPOSITORY", "RUN_ID"))
    if server and repository and run:
        return f"{server}/{repository}/actions/runs/{run}"
    collection, project, build = (
        os.environ.get(name) for name in ("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "BUILD_BUILDID")
    )
    return f"{collection}{project}/_build/results?buildId={build}" if collection and project and build else None
