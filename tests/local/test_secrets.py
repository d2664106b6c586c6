from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import OutsideError
from apim_ai.local.secrets import private_directory, secrets_of, token_in

if TYPE_CHECKING:
    from pathlib import Path


def test_the_token_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path) -> None:
    first = token_in(tmp_path)
    assert len(first) >= 32
    assert token_in(tmp_path) == first
    assert (tmp_path / "token").stat().st_mode & 0o077 == 0


def test_a_token_that_was_tampered_with_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("x")
    assert len(token_in(tmp_path)) >= 32


def test_the_state_stays_out_of_repositories(tmp_path: Path) -> None:
    directory = private_directory(tmp_path / "a" / "b")
    assert (directory / ".gitignore").read_text() == "*\n"
    assert private_directory(directory) == directory


def test_a_place_that_cannot_be_used_is_an_error_outside(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError) as caught:
        private_directory(tmp_path / "file" / "state")
    assert "--state" in str(caught.value.help)
    with pytest.raises(OutsideError):
        token_in(tmp_path / "nowhere")


def test_the_environment_stands_in_for_key_vault() -> None:
    secret_of = secrets_of({"APIM_AI_SECRET_OPENAI_KEY": "k"})
    assert secret_of("https://v.vault.azure.net/secrets/openai-key") == "k"
    assert secret_of("https://v.vault.azure.net/secrets/openai-key/0123") == "k"
    assert secret_of("https://v.vault.azure.net/secrets/other") == "local-other"
    assert secret_of("https://v.vault.azure.net/secrets") is None
    assert secret_of("") is None
