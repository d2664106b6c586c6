"""The package gives its names when they are asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

from apim_ai import expression


@pytest.mark.parametrize("name", expression.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(expression, name) is getattr(expression, name)


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = expression.nothing


def test_parsing_loads_no_library() -> None:
    program = "import sys, apim_ai.expression.syntax.parser; print('apim_ai.expression.bind.binder' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    assert done.stdout.strip() == "False"
