"""What of an expression decides the host of a URL."""

from __future__ import annotations

import pytest

from apim_ai.lint.csharp import tree_of
from apim_ai.lint.hosts import host_nodes


def hosts(text: str) -> list[str]:
    tree = tree_of(text)
    assert tree is not None
    return [text[node.start : node.end] for node in host_nodes(tree)]


@pytest.mark.parametrize(
    "text",
    [
        '@("https://a.example.com/" + x)',
        '@("https://a.example.com?q=" + x)',
        '@($"https://a.example.com/{x}")',
        '@("https://" + "a.example.com/" + x)',
        '@(string.Format("https://a.example.com/{0}", x))',
        '@("{{base-url}}/v1/" + x)',
        '@("https://{{host}}/v1/" + x)',
        '@("/relative/" + x)',
        '@(b ? "https://a.example.com/" : "https://b.example.com/" + x)',
        '@{ if (x == "") { return "https://a.example.com/"; } return "https://b.example.com/" + x; }',
        '@{ var base_ = "https://a.example.com/"; return base_ + x; }',
        '@("https://a.example.com")',
    ],
)
def test_constants_name_it(text: str):
    assert hosts(text) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("@(x)", ["x"]),
        ('@(x + "/path" + y)', ["x"]),
        ('@("https://" + x + "/" + y)', ["x"]),
        ('@($"https://{x}.example.com/{y}")', ["x"]),
        ('@($"https://a.{x}.{y}/{z}")', ["x", "y"]),
        ('@(string.Format("https://{1}/{0}", x, y))', ["y"]),
        ('@(string.Concat("https://", x, "/", y))', ["x"]),
        ('@("https://a.example.com" + x)', ["x"]),
        ("@((string)f(x))", ["f(x)"]),
        ("@{ var u = g(x); return u + y; }", ["g(x)"]),
        ("@{ string u; u = x; return u; }", ["x"]),
        ('@(b ? x : "https://a.example.com/")', ["x"]),
    ],
)
def test_what_else_decides_it(text: str, found: list[str]):
    assert hosts(text) == found


def test_a_variable_made_of_itself_ends():
    assert hosts("@{ var u = x; u = u + y; return u; }")
