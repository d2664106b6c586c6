"""Deployments that are killed, cut off and shaken, then run once more in peace: what must hold afterwards.

`Trial(seed).run(folder)` is one of them. In it a project is deployed through the command line, in processes of their own,
to a control plane in which other things stand; `test_killed` runs some, and as many as `APIM_AI_KILL_RUNS` says.
"""

from __future__ import annotations

import json
import lzma
import multiprocessing
import os
import signal
import zlib
from base64 import b64decode
from contextlib import suppress
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from tests.project.conftest import FILES

from apim_ai.arm import Options, Store, parse_failure
from apim_ai.cli.group import run
from apim_ai.deploy.client import Client
from apim_ai.resource import kinds
from apim_ai.resource.shape import remove

from .plane import TOKEN, Plane, running

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from multiprocessing.context import ForkServerProcess
    from pathlib import Path

SECRET = "hush-hush-secret"
STORMS: tuple[tuple[str, ...], ...] = (
    (),
    ("409:20%:PUT",),
    ("412:20%:PUT",),
    ("429:1%",),
    ("500:15%",),
    ("drop:15%",),
    ("lost:15%",),
    ("409:6%:PUT", "412:6%:PUT", "429:1%", "500:6%", "503:1%", "drop:6%", "lost:6%"),
)
ENDINGS = ("kill", "kill", "kill", "terminate", "plane", "none")
_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["apim_ai.deploy.client", "apim_ai.cli.commands.deploy", "apim_ai.deploy.deployment"])


def project(folder: Path, version: int) -> Path:
    """Write one of two versions of a project; from one to the other things come, change and go."""
    secret = f"{SECRET}-{version}"
    values = {f"n{i}": f"{i}-{version if i % 3 else 0}" for i in range(version, 12 + version)}
    backends = [f'  b{i}: {{url: "https://b{i}.test/{version if i % 2 else 0}"}}' for i in range(version, 8 + version)]
    text = FILES["apim.yaml"].replace("value: s3cret", f"value: {secret}").replace("plain: 1", f"plain: {version}")
    text = text.replace("  shop:\n", "\n".join([*backends, "  shop:\n"]), 1)
    text = text.replace("named_values: {", "named_values: {" + "".join(f"{k}: {v}, " for k, v in values.items()))
    files: dict[str, str] = {**FILES, "apim.yaml": text.replace("tags: {ai: AI}", f"tags: {{ai: AI, v{version}: V}}")}
    files["environments/local.yaml"] = (
        "local: true\nsubscription: s\nresource_group: local\nservice: local\nmanage: {global: true}\n"
    )
    files[f"policies/fragments/only{version}.xml"] = '<fragment><set-variable name="a" value="{{plain}}" /></fragment>'
    files["apis/shop/policy.xml.j2"] = files["apis/shop/policy.xml.j2"].replace(
        "</inbound>", f'<include-fragment fragment-id="only{version}" /></inbound>'
    )
    files["apis/shop/item.xml.j2"] = (
        f'<policies><inbound><base /><set-variable name="v" value="{version}" /></inbound></policies>'
    )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    (folder / f"policies/fragments/only{1 - version}.xml").unlink(missing_ok=True)
    return folder


def content(store: Store) -> dict[str, Any]:
    """Return everything that stands in a service but for apim-ai's books and what the service itself makes up."""
    made_up = ("primaryKey", "secondaryKey", "createdDate", "keyVault.lastStatus")
    found = {
        identifier: remove(resource.properties, made_up)
        for identifier, resource in store.resources().items()
        if "/apimai-" not in identifier and resource.kind != "user"
    }
    found.pop("namedValues/apim-ai-release", None)
    return found


def books(store: Store) -> Iterator[str]:
    """Yield what apim-ai's own named values hold, unpacked."""
    parts: dict[str, str] = {}
    for identifier, resource in store.resources().items():
        if "/apimai-" in identifier:
            value = str(resource.properties["value"])
            yield value
            bundle = identifier.rpartition("-")[0]
            parts[bundle] = parts.get(bundle, "") + value
            with suppress(ValueError, zlib.error):
                yield zlib.decompress(b64decode(value)).decode()
    for value in parts.values():
        with suppress(ValueError, lzma.LZMAError):
            yield lzma.decompress(b64decode(value)).decode()


def _deploy(arguments: list[str], environment: Mapping[str, str], output: str) -> None:
    """Run a command with its output in a file; the whole life of a child process."""
    os.environ.update(environment)
    descriptor = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    os._exit(run(arguments))


@dataclass
class Trial:
    """One project, deployed under trouble until it is whole.

    Args:
        seed: decides what happens, but for the moment at which a process is hit.
    """

    seed: int
    told: list[str] = field(default_factory=list[str])

    def run(self, folder: Path) -> None:
        """Deploy, kill, deploy again; raise `AssertionError` when something is not as it must be."""
        random = Random(self.seed)  # noqa: S311 - trouble, not secrets
        self._folder = folder
        with running() as calm:
            foreign = self._strangers(calm)
            first = random.random() < 0.6
            if first:
                self._whole(calm, project(folder / "project", 0))
            root = project(folder / "project", 1)
            for _ in range(random.randint(1, 3)):
                self._trouble(calm.store, root, random)
            self._whole(calm, root)
            self._judge(calm, root, foreign, first=first)

    def _strangers(self, plane: Plane) -> dict[str, str]:
        """Put things of others into the service; return their versions by id."""
        client = Client(plane.target)
        things: dict[str, tuple[str, dict[str, Any]]] = {
            "namedValues/theirs": ("named_value", {"displayName": "theirs", "value": "1"}),
            "backends/theirs": ("backend", {"url": "https://theirs.test", "protocol": "http"}),
            "tags/theirs": ("tag", {"displayName": "Theirs"}),
            "apis/theirs": ("api", {"displayName": "Theirs", "path": "theirs", "protocols": ["https"]}),
            "apis/theirs/operations/get": (
                "operation",
                {"displayName": "Get", "method": "GET", "urlTemplate": "/", "templateParameters": [], "responses": []},
            ),
        }
        for identifier, (kind, properties) in things.items():
            client.put(kinds.find(kind), identifier, properties)
        client.close()
        return {identifier: self._version(plane, identifier) for identifier in things}

    def _version(self, plane: Plane, identifier: str) -> str:
        entity = plane.store.get(identifier)
        return entity.etag if entity else "gone"

    def _trouble(self, store: Store, root: Path, random: Random) -> None:
        storm, ending = random.choice(STORMS), random.choice(ENDINGS)
        options = Options(
            latency_seconds=random.choice((0.0, 0.005, 0.02)),
            polls=random.choice((0, 0, 1, 2)),
            failures=tuple(parse_failure(text) for text in storm),
            is_busy=random.random() < 0.3,
        )
        moment = random.randint(0, 60)
        with running(options, store=store) as plane:
            child = self._start(plane, "deploy", "--prune", "--force", "--yes", "--skip-checks", root=root)
            if ending != "none":
                while plane.writes() < moment and child.is_alive():
                    child.join(0.002)
            match ending:
                case "kill":
                    child.kill()
                case "terminate":
                    with suppress(ProcessLookupError):
                        os.kill(child.pid or 0, signal.SIGTERM)
                case "plane":
                    plane.stop()
                case _:
                    pass
            child.join(120)
            self.told.append(f"{storm} {ending} at {moment}: exit {child.exitcode}")
            assert not child.is_alive(), "it hangs"

    def _whole(self, plane: Plane, root: Path) -> None:
        """Deploy in peace: it must be done at the first try."""
        child = self._start(plane, "deploy", "--prune", "--force", "--yes", "--skip-checks", root=root)
        child.join(120)
        assert child.exitcode == 0, self._output()[-3000:]

    def _judge(self, plane: Plane, root: Path, foreign: Mapping[str, str], *, first: bool) -> None:
        child = self._start(plane, "plan", "--detailed-exitcode", "--prune", root=root)
        child.join(120)
        assert child.exitcode == 0, self._output()[-3000:]
        now = {identifier: self._version(plane, identifier) for identifier in foreign}
        assert now == foreign, f"somebody else's things were touched: {now}"
        with running() as peaceful:
            self._strangers(peaceful)
            if first:
                self._whole(peaceful, project(self._folder / "undisturbed", 0))
            self._whole(peaceful, project(self._folder / "undisturbed", 1))
            ours, expected = content(plane.store), content(peaceful.store)
            wrong = [i for i in sorted({*ours, *expected}) if ours.get(i) != expected.get(i)]
            assert not wrong, [(i, ours.get(i), expected.get(i)) for i in wrong[:3]]
        assert [i for i in plane.store.resources() if "-run-" in i] == [], "an announcement is left"
        files = [path.read_text("utf-8", "replace") for path in root.rglob(".apim-ai/**/*") if path.is_file()]
        assert files, "no journal was written"
        assert SECRET not in "\n".join([*files, self._output(), *books(plane.store)]), "a secret is out"

    def _start(self, plane: Plane, command: str, *options: str, root: Path) -> ForkServerProcess:
        place = {"APIM_AI_CONTROL_PLANE": plane.target.url, "APIM_AI_TOKEN": TOKEN, "HOME": str(self._folder)}
        arguments = [command, "--env", "local", "--project", str(root), "--format", "json", *options]
        child = _CONTEXT.Process(target=_deploy, args=(arguments, place, str(self._folder / "output")))
        child.start()
        return child

    def _output(self) -> str:
        path = self._folder / "output"
        return path.read_text("utf-8", "replace") if path.exists() else ""


def report(trial: Trial, error: BaseException) -> str:
    """Return what led to a failure, for whoever reads it."""
    return json.dumps({"seed": trial.seed, "told": trial.told, "error": str(error)[:4000]}, indent=2)
