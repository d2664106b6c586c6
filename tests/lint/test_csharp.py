from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.lint.csharp import Tree, tree_of


def tree(text: str) -> Tree:
    found = tree_of(text)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "path", "is_safe"),
    [
        ("@(context.Request.Method)", "context.Request.Method", False),
        ('@(context.Request.Headers["a"][0])', "context.Request.Headers[][]", False),
        ("@(context.Subscription?.Id)", "context.Subscription.Id", True),
        ('@(context.Request.Body?.As<JObject>(true)["a"]?["b"])', "context.Request.Body.As()[][]", True),
        ('@(((Jwt)context.Variables["jwt"]).Subject)', "context.Variables[].Subject", False),
        ('@((context.Variables["r"] as IResponse)?.StatusCode)', "context.Variables[].StatusCode", True),
        ('@($"{context.User?.Id}")', "context.User.Id", True),
        ("@{ if (context.Tracing) { return 1; } return 2; }", "context.Tracing", False),
        ("@(items.Where(x => x.Id == context.Api.Id).Count())", "context.Api.Id", False),
        ("@{ switch (1) { case 1 when context.Tracing: return 1; default: return 2; } }", "context.Tracing", False),
    ],
)
def test_chains_are_found_wherever_they_stand(text: str, path: str, is_safe: bool) -> None:
    assert (path, is_safe) in {(chain.path, chain.is_safe) for chain in tree(text).chains}


def test_variables_are_those_with_constant_names() -> None:
    found = tree('@(context.Variables["a"] + context.Variables.GetValueOrDefault<string>("b") + context.Variables[c])')
    assert [name for name, _ in found.variables] == ["a", "b"]
    assert found.reads("context.Variables")
    assert not found.reads("context.Request")


def test_what_does_not_parse_has_no_tree() -> None:
    assert tree_of("@(a b)") is None


@given(st.text(alphabet="@({[]})\"'.?ax1 +=;<>,", max_size=30))
def test_any_text_has_a_tree_or_none(text: str) -> None:
    found = tree_of(f"@({text})")
    assert found is None or found.nodes[0] is found.root
