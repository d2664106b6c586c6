"""The manifest of a release, as a file for a pipeline's artefacts: what exactly was deployed, by whom, from what.

It names every resource with the digest of what it means, policies among them, and the versions of models and prompts that
the configuration says. It holds no body and no secret; the bundle in the service has the bodies.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from apim_ai.deploy.difference import digest_of
from apim_ai.errors import OutsideError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.deploy.deployment import Deployed, Request
    from apim_ai.deploy.plan import Plan

__all__ = ["manifest", "write_manifest"]

_SCHEMA = 1


def manifest(request: Request, plan: Plan, deployed: Deployed, versions: Mapping[str, object]) -> dict[str, Any]:
    """Return the manifest of a deployment.

    Args:
        request: what was to be deployed.
        plan: what was executed.
        deployed: what came of it.
        versions: what else the release consists of, such as models by route.
    """
    states = {outcome.id.lower(): outcome.state for outcome in deployed.outcomes}
    return {
        "schema": _SCHEMA,
        "release": deployed.release,
        "env": request.env,
        "stack": request.stack,
        "target": request.target,
        "plan_id": plan.id,
        "at": plan.at.isoformat(timespec="seconds"),
        **asdict(request.provenance),
        "complete": deployed.is_complete,
        "digest": digest_of({key: entry.digest for key, entry in plan.entries.items()}),
        "versions": dict(versions),
        "resources": [
            {"id": entry.id, "type": entry.kind, "digest": entry.digest, "state": states.get(key, "unchanged")}
            for key, entry in sorted(plan.entries.items())
        ],
    }


def write_manifest(path: str, content: Mapping[str, Any]) -> None:
    """Write a manifest into a file, with its folder.

    Raises:
        OutsideError: it cannot be written; what was deployed stays deployed.
    """
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise OutsideError(f'cannot write "{path}": {(error.strerror or str(error)).lower()}') from error
