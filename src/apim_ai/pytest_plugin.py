"""The pytest plugin: collects `*.case.yaml` files, one test a case, and gives tests the fixture `gateway`.

Imports nothing heavy until a case is collected or the fixture is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from apim_ai.cases.model import Case, CaseResult
    from apim_ai.cases.run import Runner
    from apim_ai.project import Bundle
    from apim_ai.testing import Gateway

_SUFFIXES = (".case.yaml", ".case.yml", ".case.json")
_PROJECT_FILE = "apim.yaml"
_OPTIONS = frozenset({"project", "env", "overrides", "named_values", "identity", "clock"})
_RUNNER = pytest.StashKey["Runner"]()
_BUNDLES = pytest.StashKey["dict[tuple[str, str, str], Bundle]"]()
_MARKER = (
    "gateway(project=None, env=None, overrides=None, named_values=None, identity=None, clock=None): "
    "which project and environment the fixture `gateway` serves, and with what"
)


class CaseFailure(Exception):  # noqa: N818 - what pytest prints is the report, not the name
    """A case did not hold; carries its result."""

    def __init__(self, result: CaseResult) -> None:
        super().__init__(result.name)
        self.result = result


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options of the fixture `gateway`."""
    parser.addini("apim_ai_project", "folder of the project that the fixture `gateway` serves", default="")
    parser.addini("apim_ai_env", "environment that the fixture `gateway` serves", default="local")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker `gateway` known."""
    config.addinivalue_line("markers", _MARKER)


@pytest.fixture
def gateway(request: pytest.FixtureRequest) -> Iterator[Gateway]:
    """Return the gateway of the project, in process, its backends mocked with respx.

    The project is the folder of the option `apim_ai_project`, else the nearest one above the test that has an
    `apim.yaml`; the environment is the option `apim_ai_env`. The marker `gateway` decides otherwise for a test, class
    or module. An environment is rendered once for all tests.
    """
    import asyncio  # noqa: PLC0415 - pytest's start stays quick

    from apim_ai.testing import Gateway  # noqa: PLC0415 - pytest's start stays quick

    options = _options(request)
    project = str(options.pop("project", None) or _project(request))
    env = str(options.pop("env", None) or request.config.getini("apim_ai_env"))
    bundle = _bundle(request.config, project, env, options.pop("overrides", None))
    made = Gateway.from_bundle(bundle, **options)
    yield made
    asyncio.run(made.aclose())


def _options(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Return the keywords of all `gateway` markers of a test, those nearest to it last."""
    options: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("gateway"))):  # pyright: ignore[reportUnknownMemberType]  # pytest leaves nodes open
        options |= marker.kwargs
    unknown = options.keys() - _OPTIONS
    if unknown:
        pytest.fail(f"the marker 'gateway' does not know '{min(unknown)}'", pytrace=False)
    return options


def _project(request: pytest.FixtureRequest) -> Path:
    config = request.config
    given = str(config.getini("apim_ai_project"))
    if given:
        return config.rootpath / given
    folders = request.path.parents
    return next((folder for folder in folders if (folder / _PROJECT_FILE).is_file()), config.rootpath)


def _bundle(config: pytest.Config, project: str, env: str, overrides: Mapping[str, object] | None) -> Bundle:
    from apim_ai.errors import ApimAiError  # noqa: PLC0415 - pytest's start stays quick
    from apim_ai.project import Project  # noqa: PLC0415 - pytest's start stays quick

    bundles = config.stash.setdefault(_BUNDLES, {})
    key = (project, env, repr(sorted((overrides or {}).items())))
    if key not in bundles:
        try:
            bundles[key] = Project.load(project).bundle(env, overrides=overrides)
        except ApimAiError as error:
            pytest.fail("\n".join(map(str, (error, *error.also))), pytrace=False)
    return bundles[key]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a case file."""
    if file_path.name.endswith(_SUFFIXES):
        return CaseFile.from_parent(parent, path=file_path)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it open
    return None


class CaseFile(pytest.File):
    """A file of policy cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each case, and a failing one for each that cannot be loaded."""
        from apim_ai.cases.load import load_file  # noqa: PLC0415 - pytest's start stays quick

        loaded = load_file(self.path, self._shown())
        for broken in loaded.broken:
            yield self._item(broken.name, broken=broken)
        for case in loaded.cases:
            yield self._item(case.name, case=case)

    def _item(self, name: str, **content: object) -> CaseItem:
        return CaseItem.from_parent(self, name=name, **content)  # pyright: ignore[reportUnknownMemberType]  # pytest leaves it open

    def _shown(self) -> str:
        try:
            return str(self.path.relative_to(self.config.rootpath))
        except ValueError:
            return str(self.path)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case | None = None, broken: CaseResult | None = None, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]  # pytest's own keywords
        self.case = case
        self.broken = broken

    def runtest(self) -> None:
        """Run the case.

        Raises:
            CaseFailure: something did not hold.
        """
        result = self.broken if self.case is None else _runner(self.config).run(self.case)
        if result is not None and not result.passed:
            raise CaseFailure(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:  # type: ignore[override]  # noqa: ARG002 - pytest's signature
        """Show expected, actual and the trace instead of a traceback."""
        from apim_ai.cases.reporters.text import failure_lines  # noqa: PLC0415 - only failures need it

        if isinstance(excinfo.value, CaseFailure):
            return "\n".join(failure_lines(excinfo.value.result))
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Name the case and its place."""
        line = self.case.span().line - 1 if self.case is not None else 0
        return self.path, line, f"case: {self.name}"


def _runner(config: pytest.Config) -> Runner:
    from apim_ai.cases.run import Runner  # noqa: PLC0415 - pytest's start stays quick

    if _RUNNER not in config.stash:
        config.stash[_RUNNER] = Runner()
    return config.stash[_RUNNER]
