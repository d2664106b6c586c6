from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

import pytest

from apim_ai.config.instance import LOCAL_SERVICE, Instance, find_instance, forget_instance, record_instance
from apim_ai.errors import OutsideError, UsageError

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "t" * 32


def running(port: int = 1, process: int | None = None) -> Instance:
    url = f"http://127.0.0.1:{port}"
    return Instance(url, TOKEN, gateway="http://127.0.0.1:9", process=process or os.getpid())


def test_the_order_is_options_environment_project_user(tmp_path: Path) -> None:
    state, user = tmp_path / "state", tmp_path / "user"
    record_instance(running(1), state)
    record_instance(running(2), user)
    environ = {"APIM_AI_CONTROL_PLANE": "http://127.0.0.1:3", "APIM_AI_TOKEN": "e"}
    given = find_instance("http://127.0.0.1:4/", "g", environ=environ, state=state, user=user)
    assert (given.control_plane, given.token, given.service) == ("http://127.0.0.1:4", "g", LOCAL_SERVICE)
    found = find_instance(environ=environ, state=state, user=user)
    assert (found.control_plane, found.token) == ("http://127.0.0.1:3", "e")
    assert find_instance(environ={}, state=state, user=user) == running(1)
    assert find_instance(environ={}, state=tmp_path / "none", user=user) == running(2)
    with pytest.raises(OutsideError) as caught:
        find_instance(environ={}, state=tmp_path / "none", user=tmp_path / "none")
    assert "apim-ai up" in str(caught.value.help)


def test_an_address_that_is_on_record_brings_its_token_and_gateway(tmp_path: Path) -> None:
    record_instance(running(1), tmp_path)
    assert find_instance("http://127.0.0.1:1", state=tmp_path, user=tmp_path) == running(1)
    assert find_instance("http://127.0.0.1:1", TOKEN, state=tmp_path, user=tmp_path).gateway == "http://127.0.0.1:9"


@pytest.mark.parametrize(
    ("url", "token", "environ", "named"),
    [
        ("http://127.0.0.1:7", None, {}, "--token"),
        (None, "t", {}, "--control-plane"),
        (None, None, {"APIM_AI_TOKEN": "t"}, "APIM_AI_CONTROL_PLANE"),
        (None, None, {"APIM_AI_CONTROL_PLANE": "http://127.0.0.1:7"}, "APIM_AI_TOKEN"),
    ],
)
def test_half_an_answer_is_a_usage_error(
    tmp_path: Path, url: str | None, token: str | None, environ: dict[str, str], named: str
) -> None:
    with pytest.raises(UsageError, match=named):
        find_instance(url, token, environ=environ, state=tmp_path, user=tmp_path)


def test_the_record_of_a_killed_process_is_passed_over(tmp_path: Path) -> None:
    record_instance(running(1, process=2**22 + 1), tmp_path / "state")
    record_instance(running(2), tmp_path / "user")
    assert find_instance(environ={}, state=tmp_path / "state", user=tmp_path / "user") == running(2)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"control_plane": "x"}'])
def test_a_record_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "instance.json").write_text(text)
    with pytest.raises(OutsideError):
        find_instance(environ={}, state=tmp_path, user=tmp_path)


def test_records_are_private_and_removed_only_by_their_own_process(tmp_path: Path) -> None:
    record_instance(running(1), tmp_path)
    assert (tmp_path / "instance.json").stat().st_mode & 0o077 == 0
    forget_instance(running(1, process=1), tmp_path)
    assert json.loads((tmp_path / "instance.json").read_text())["token"] == TOKEN
    forget_instance(running(1), tmp_path)
    assert not (tmp_path / "instance.json").exists()
    forget_instance(running(1), tmp_path)


def test_the_token_is_not_in_the_repr() -> None:
    assert TOKEN not in repr(running())


def test_a_place_that_cannot_be_written_is_an_error_outside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError):
        record_instance(running(), tmp_path / "file" / "x")
