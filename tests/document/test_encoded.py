"""Raw documents whose C# is written with XML entities all the same."""

from __future__ import annotations

import pytest

from apim_ai.document import with_plain_expressions
from apim_ai.source import Source


@pytest.mark.parametrize(
    ("given", "plain"),
    [
        ('<a b="@(x &lt; 5 &amp;&amp; y)" />', '<a b="@(x < 5 && y)" />'),
        ('<a b="@(x == &quot;y&quot;)">@(1 &gt; 0)</a>', '<a b="@(x == "y")">@(1 > 0)</a>'),
        ('<a b="@(x == "y" &amp;&amp; {{flag}})" />', '<a b="@(x == "y" && {{flag}})" />'),
        ('<a b="@(&quot;https://&quot; + x)" c="@(y)" />', '<a b="@("https://" + x)" c="@(y)" />'),
        ('<a b="@(&quot;//&quot; + x)">@(y && z < "//")</a>', '<a b="@("//" + x)">@(y && z < "//")</a>'),
        ('<a b="@(x != &apos;(&apos;)">@(z)</a>', "<a b=\"@(x != '(')\">@(z)</a>"),
    ],
)
def test_expressions_that_are_only_csharp_decoded_are_decoded(given: str, plain: str) -> None:
    assert with_plain_expressions(Source("p.xml", given)).text == plain


@pytest.mark.parametrize(
    "given",
    [
        '<a b="@("&lt;br&gt;")" />',
        "<a b='text &amp; more'>x &lt; y</a>",
        '<a b="@(x &lt; )" />',
        '<a b="@(x && y)" />',
    ],
)
def test_everything_else_stays_as_it_is(given: str) -> None:
    assert with_plain_expressions(Source("p.xml", given)).text == given
