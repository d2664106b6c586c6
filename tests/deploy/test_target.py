from __future__ import annotations

import pytest

from apim_ai.deploy.target import Target
from apim_ai.errors import ConfigError

SERVICE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/n"


def test_an_id_there_and_back() -> None:
    target = Target.of_service(f"{SERVICE}/", "http://127.0.0.1:1", "t")
    assert target.id == SERVICE
    assert target.is_local


@pytest.mark.parametrize("identifier", ["", "/subscriptions/s", SERVICE + "/apis/a", SERVICE.replace("service/", "x/")])
def test_what_is_no_service(identifier: str) -> None:
    with pytest.raises(ConfigError, match="not the id"):
        Target.of_service(identifier, "http://127.0.0.1:1", "t")


@pytest.mark.parametrize("url", ["http://example.test", "http://10.0.0.1", "ftp://127.0.0.1", "127.0.0.1:80", ""])
def test_no_token_goes_in_the_clear_to_another_machine(url: str) -> None:
    with pytest.raises(ConfigError, match="neither https nor on this machine"):
        Target("s", "g", "n", url=url, token="t")


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1"])
def test_a_local_control_plane_needs_its_token(url: str) -> None:
    assert Target("s", "g", "n", url=url, token="t").poll < 1
    with pytest.raises(ConfigError, match="token"):
        Target("s", "g", "n", url=url)


def test_azure_is_asked_less_often_and_the_token_is_not_shown() -> None:
    assert Target("s", "g", "n").poll > 1
    assert "hush" not in repr(Target("s", "g", "n", url="http://127.0.0.1:1", token="hush"))
