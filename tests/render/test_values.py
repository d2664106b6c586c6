from __future__ import annotations

import pytest

from apim_ai.config import load_located
from apim_ai.errors import RenderError
from apim_ai.render.values import fill_in, resolve_variables

DOCUMENT = load_located("a: {b: '[[ x ]]', c: 'n [[ x + 1 ]]', d: ['[[ nam ]]']}\n", "apim.yaml")


def test_a_value_that_is_a_variable_keeps_its_type():
    value = {"a": "[[ x ]]", "b": " [[ items ]] ", "c": "n [[ x + 1 ]]", "d": ["[[ x > 2 ]]"], "e": 5, "f": None}
    assert fill_in(value, {"x": 3, "items": [1]}, DOCUMENT) == {
        "a": 3,
        "b": [1],
        "c": "n 4",
        "d": [True],
        "e": 5,
        "f": None,
    }


def test_texts_with_two_variables_are_texts():
    assert fill_in("[[ x ]][[ x ]]", {"x": 3}, DOCUMENT) == "33"


def test_an_undefined_variable_has_its_place_and_a_suggestion():
    with pytest.raises(RenderError) as caught:
        fill_in(DOCUMENT.value, {"x": 3, "name": 1}, DOCUMENT)
    assert str(caught.value.span) == "apim.yaml:1:43"
    assert caught.value.help == 'did you mean "name"?'


@pytest.mark.parametrize("text", ["[[ x. ]]", "[[ x ", "a [[ 1/0 ]]", "[[ ''.__class__ ]] x", "[[ x.y ]]"])
def test_wrong_expressions_are_errors(text: str):
    if text == "[[ x ":
        with pytest.raises(RenderError):
            fill_in(text, {"x": 3}, DOCUMENT)
        return
    with pytest.raises(RenderError):
        fill_in(text, {"x": 3}, DOCUMENT)


def test_variables_may_name_each_other_but_not_in_a_circle():
    assert resolve_variables({"a": "[[ b ]]!", "b": "[[ c.d ]]", "c": {"d": "x"}}, DOCUMENT)["a"] == "x!"
    with pytest.raises(RenderError, match="in a circle"):
        resolve_variables({"a": "[[ b ]]x", "b": "[[ a ]]x"}, DOCUMENT)
