"""Finds the running local instance: written by `apim-ai up`, read by everything that talks to its control plane.

A record is a small JSON file that only its owner may read, for the token is in it. There are two: one in the state
directory of the project, one in the user's own state directory.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from apim_ai.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "DEFAULT_STATE",
    "LOCAL_SERVICE",
    "Instance",
    "find_instance",
    "forget_instance",
    "record_instance",
    "user_directory",
]

DEFAULT_STATE = Path(".apim-ai/state")
"""The state directory of a project, relative to the current folder."""

LOCAL_SERVICE = (
    "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/local"
    "/providers/Microsoft.ApiManagement/service/local"
)
"""The id of the service that a local control plane has."""

_FILE = "instance.json"
_HELP = "start one with 'apim-ai up', or say where it is with --control-plane and --token"


@dataclass(frozen=True, slots=True)
class Instance:
    """A local gateway and control plane.

    Args:
        control_plane: URL of the control plane.
        token: what it wants as bearer token.
        service: ARM id of its service.
        gateway: URL of the gateway, where it is known.
        inspector: URL of the inspector, where it is known.
        process: id of the process that serves it, where it is known.
    """

    control_plane: str
    token: str = field(repr=False)
    service: str = LOCAL_SERVICE
    gateway: str | None = None
    inspector: str | None = None
    process: int | None = None


def find_instance(
    control_plane: str | None = None,
    token: str | None = None,
    *,
    environ: Mapping[str, str] | None = None,
    state: Path = DEFAULT_STATE,
    user: Path | None = None,
) -> Instance:
    """Return the instance to talk to.

    Args:
        control_plane: the URL that the user gave, which comes first; with it goes `token`.
        token: the token that the user gave.
        environ: the environment, read for `APIM_AI_CONTROL_PLANE` and `APIM_AI_TOKEN` next.
        state: the state directory of the project, whose record comes next.
        user: the user's state directory, whose record comes last; by default the system's place for it.

    Raises:
        UsageError: an address without a token, or a token without an address.
        OutsideError: there is no instance anywhere.
    """
    records = [record for record in (_read(state), _read(user or user_directory())) if record is not None]
    if control_plane or token:
        return _given(control_plane, token, records, "--control-plane", "--token")
    found = environ or {}
    url, secret = found.get("APIM_AI_CONTROL_PLANE"), found.get("APIM_AI_TOKEN")
    if url or secret:
        return _given(url, secret, records, "APIM_AI_CONTROL_PLANE", "APIM_AI_TOKEN")
    alive = next((record for record in records if _is_alive(record)), None)
    if alive is None:
        raise OutsideError("no local control plane is running", help=_HELP)
    return alive


def record_instance(instance: Instance, *directories: Path) -> None:
    """Write the record of a running instance, readable by its owner alone.

    Raises:
        OutsideError: a directory cannot be written.
    """
    content = {
        "control_plane": instance.control_plane,
        "token": instance.token,
        "service": instance.service,
        "gateway": instance.gateway,
        "inspector": instance.inspector,
        "process": instance.process,
    }
    for directory in directories:
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            _write_private(directory / _FILE, json.dumps(content))
        except OSError as error:
            raise OutsideError(f"cannot write to '{directory}': {error.strerror or error}") from error


def forget_instance(instance: Instance, *directories: Path) -> None:
    """Remove the records of an instance that ends; another instance's record stays."""
    for directory in directories:
        record = _read(directory)
        if record is not None and record.process == instance.process:
            with contextlib.suppress(OSError):
                (directory / _FILE).unlink()


def user_directory() -> Path:
    """Return the directory in which the system keeps the state of a user's programs."""
    return Path(platformdirs.user_state_dir("apim-ai", appauthor=False))


def _given(url: str | None, token: str | None, records: list[Instance], url_name: str, token_name: str) -> Instance:
    if not url:
        raise UsageError(f"{token_name} is given without {url_name}", help=f"give {url_name} too")
    base = url.rstrip("/")
    known = next((record for record in records if record.control_plane == base), None)
    if not token and known is None:
        raise UsageError(f"{url_name} is given without {token_name}", help="the ready line of 'apim-ai up' has both")
    if known is not None and token in {None, "", known.token}:
        return known
    return Instance(base, token or "")


def _read(directory: Path) -> Instance | None:
    """Return the record in a directory; one that cannot be read is none."""
    try:
        content: Any = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        return Instance(
            control_plane=str(content["control_plane"]),
            token=str(content["token"]),
            service=str(content.get("service") or LOCAL_SERVICE),
            gateway=content.get("gateway"),
            inspector=content.get("inspector"),
            process=content.get("process"),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _is_alive(instance: Instance) -> bool:
    """Tell whether the process of a record still runs: a killed one leaves its record behind."""
    if instance.process is None or os.name == "nt":  # on Windows signal 0 would end the process
        return True
    try:
        os.kill(instance.process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def _write_private(path: Path, text: str) -> None:
    temporary = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        temporary.unlink()
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
    temporary.replace(path)
