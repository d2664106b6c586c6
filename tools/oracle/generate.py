"""Writes random C# expressions over a typed grammar, one a line, for `oracle.py`: a development tool.

```text
python -m tools.oracle.generate COUNT [--seed N] > expressions.txt
```

Each rule of the grammar is a hypothesis strategy for expressions of one type, so that nearly everything it makes
compiles; what does not, both sides must refuse.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["EXPRESSIONS", "generate"]

Text = st.SearchStrategy[str]


def _form(shape: str, *parts: Text) -> Text:
    """Return a strategy that fills `{0}`, `{1}` … of a shape."""
    return st.tuples(*parts).map(lambda given_: _fill(shape, given_))


def _fill(shape: str, parts: tuple[str, ...]) -> str:
    for number, part in enumerate(parts):
        shape = shape.replace("{" + str(number) + "}", part)
    return shape


def _any_of(shapes: Iterable[str], *parts: Text) -> Text:
    return st.one_of([_form(shape, *parts) for shape in shapes])


_INTS = st.sampled_from(
    [
        "0",
        "1",
        "2",
        "3",
        "-1",
        "5",
        "7",
        "10",
        "-13",
        "100",
        "255",
        "256",
        "65535",
        "int.MaxValue",
        "int.MinValue",
        "2147483647",
        "0x7f",
        "'\\u0041'",
        "(short)9",
        "(byte)200",
    ]
)
_LONGS = st.sampled_from(
    ["0L", "1L", "-1L", "5L", "4294967296L", "long.MaxValue", "long.MinValue", "123456789012L", "7u", "uint.MaxValue"]
)
_DOUBLES = st.sampled_from(
    [
        "0.0",
        "1.0",
        "-1.5",
        "0.1",
        "2.5",
        "3.5",
        "1e10",
        "1e-7",
        "1e300",
        "123456.789",
        "double.NaN",
        "double.PositiveInfinity",
        "-0.0",
        "0.5",
        "1.5f",
        "0.1f",
    ]
)
_DECIMALS = st.sampled_from(
    ["0m", "1m", "-1.5m", "0.1m", "2.50m", "3.5m", "100m", "1e3m", "0.001m", "79228162514264337593543950335m"]
)
_STRINGS = st.sampled_from(
    [
        '""', '"a"', '"abc"', '"Hello World"', '"12"', '"-5"', '"1.5"', '"true"', '" x "', '"a,b,,c"', '"aXbXc"', "null",
        '"é"', '@"a\\b"', '"a\\tb"', '"ABC"', '$"{1}-{2}"', '"0x1F"', '"1e3"', '"2020-01-02"', '"z"',
    ]
)  # fmt: skip
_CHARS = st.sampled_from(["'a'", "'Z'", "'5'", "' '", "'\\n'", "'é'", "(char)66"])
_BOOLS = st.sampled_from(["true", "false"])


def _integers(inner: Text) -> Text:
    return st.one_of(
        _any_of(["({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} % {1})"], inner, inner),
        _any_of(["({0} & {1})", "({0} | {1})", "({0} ^ {1})", "({0} << {1})", "({0} >> {1})"], inner, inner),
        _any_of(
            ["(-{0})", "(~{0})", "(int)({0})", "Math.Abs({0})", "Math.Sign({0})", "(byte)({0})", "(short)({0})"], inner
        ),
        _any_of(["Math.Max({0}, {1})", "Math.Min({0}, {1})", "({0}).CompareTo({1})"], inner, inner),
        _any_of(["unchecked({0} * {1})", "checked({0} + {1})", "(true ? {0} : {1})"], inner, inner),
    )


INTEGERS: Text = st.recursive(_INTS, _integers, max_leaves=4)
LONGS: Text = st.recursive(_LONGS | INTEGERS, _integers, max_leaves=3)


def _reals(inner: Text) -> Text:
    return st.one_of(
        _any_of(["({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} % {1})"], inner, inner),
        _any_of(["(-{0})", "Math.Round({0})", "Math.Floor({0})", "Math.Ceiling({0})", "Math.Abs({0})"], inner),
        _any_of(["Math.Truncate({0})", "(float)({0})", "(double)({0})", "(long)({0})", "(int)({0})"], inner),
        _any_of(["Math.Max({0}, {1})", "Math.Min({0}, {1})", "Math.Pow({0}, {1})"], inner, inner),
    )


REALS: Text = st.recursive(_DOUBLES | INTEGERS, _reals, max_leaves=3)
DECIMALS: Text = st.recursive(
    _DECIMALS | INTEGERS,
    lambda inner: st.one_of(
        _any_of(["({0} + {1})", "({0} - {1})", "({0} * {1})", "({0} / {1})", "({0} % {1})"], inner, inner),
        _any_of(["(-{0})", "decimal.Round({0})", "Math.Floor({0})", "Math.Round({0}, 1)", "(int)({0})"], inner),
    ),
    max_leaves=3,
)
_SMALL = st.sampled_from(["0", "1", "2", "3", "-1", "5", "20"])
_FORMATS = st.sampled_from(
    [
        "N",
        "N2",
        "F0",
        "F1",
        "E2",
        "G",
        "G3",
        "P1",
        "C2",
        "0.00",
        "#,##0.##",
        "000",
        "0%",
        "R",
        "X",
        "D4",
        "e",
        "#;(#);z",
    ]
).map(lambda text: f'"{text}"')


def _texts(inner: Text) -> Text:
    return st.one_of(
        _any_of(["({0} + {1})", "string.Concat({0}, {1})", "({0} ?? {1})"], inner, inner),
        _any_of(["({0}).ToUpper()", "({0}).Trim()", "({0})?.ToLower()", "({0}).TrimStart('a')"], inner),
        _any_of(
            ["({0}).Substring({1})", "({0}).PadLeft({1}, '*')", "({0}).Remove({1})", "({0}).PadRight({1})"],
            inner,
            _SMALL,
        ),
        _any_of(["({0}).Substring({1}, {2})", "({0}).Remove({1}, {2})"], inner, _SMALL, _SMALL),
        _any_of(["({0}).Replace({1}, {2})", "string.Join({0}, {1}, {2})"], inner, inner, inner),
        _any_of(["({0}).Insert({1}, {2})"], inner, _SMALL, inner),
        _any_of(["({0}).Split(',')[{1}]", "({0})[{1}].ToString()", "({0}).Split('X').ElementAt({1})"], inner, _SMALL),
        _any_of(["string.Format({0}, {1})"], inner, inner),
        _form("({0} + {1})", inner, INTEGERS),
        _form("({0} + {1})", inner, REALS),
        _form("({0} + {1})", _CHARS, inner),
    )


NUMBER_TEXTS: Text = st.one_of(
    _any_of(
        ["({0}).ToString()", "Convert.ToString({0})", '$"{{0}}"', '$"{{0},8}|"', '("" + {0})'],
        INTEGERS | REALS | DECIMALS,
    ),
    _form("({0}).ToString({1})", INTEGERS | REALS | DECIMALS, _FORMATS),
    _form('string.Format("{0:" + {1} + "}", {0})'.replace("{0:", "{{zero}:"), INTEGERS | REALS, _FORMATS).map(
        lambda text: text.replace("{zero}", "0")
    ),
)
STRINGS: Text = st.recursive(_STRINGS | NUMBER_TEXTS, _texts, max_leaves=3)
PARSED: Text = _any_of(
    [
        "int.Parse({0})", "long.Parse({0})", "double.Parse({0})", "decimal.Parse({0})", "bool.Parse({0})", "byte.Parse({0})",
        "Convert.ToInt32({0})", "Convert.ToDouble({0})", "Convert.ToBoolean({0})", "Convert.ToByte({0})", "({0}).Length",
        "Guid.Parse({0})", "TimeSpan.Parse({0})", "char.Parse({0})", "({0})?.Length", '({0}).IndexOf("b")', "({0}).IndexOf('X')",
        "Encoding.UTF8.GetBytes({0}).Length", "Uri.EscapeDataString({0})", "WebUtility.UrlEncode({0})", "({0}).GetType().Name",
        "string.IsNullOrEmpty({0})", '({0}).Contains("a")', '({0}).StartsWith("a")', "({0}).ToCharArray().Length",
    ],
    STRINGS,
)  # fmt: skip
_COMPARES = ["({0} == {1})", "({0} != {1})", "({0} < {1})", "({0} >= {1})", "({0}).Equals({1})"]
BOOLEANS: Text = st.recursive(
    st.one_of(
        _BOOLS,
        _any_of(_COMPARES, INTEGERS, LONGS),
        _any_of(_COMPARES, REALS, REALS),
        _any_of(_COMPARES, DECIMALS, INTEGERS),
        _any_of(
            ["({0} == {1})", "({0} != {1})", "string.Equals({0}, {1}, StringComparison.OrdinalIgnoreCase)"],
            STRINGS,
            STRINGS,
        ),
        _any_of(["char.IsDigit({0})", "char.IsLetter({0})", "char.IsUpper({0})", "({0} > 'M')"], _CHARS),
    ),
    lambda inner: st.one_of(
        _any_of(["({0} && {1})", "({0} || {1})", "({0} ^ {1})", "({0} & {1})", "({0} == {1})"], inner, inner),
        _form("(!{0})", inner),
        _form("({0} ? {1} : {2})", inner, inner, inner),
    ),
    max_leaves=3,
)
_NULLABLES = st.sampled_from(
    ["(int?)null", "(int?)5", "(int?)-1", "(long?)7L", "(double?)1.5", "(double?)null", "(bool?)null"]
)
NULLABLES: Text = st.one_of(
    _any_of(
        ["({0} + {1})", "({0} * {1})", "({0} > {1})", "({0} == {1})", "({0} ?? {1})", "({0} != null)"],
        _NULLABLES,
        _NULLABLES,
    ),
    _any_of(["({0} + {1})", "({0} <= {1})", "({0} ?? {1})", "({0} - {1})"], _NULLABLES, INTEGERS),
    _any_of(["({0}).HasValue", "({0}).Value", "({0}).ToString()", "({0}).GetValueOrDefault()"], _NULLABLES),
)
_LISTS = st.sampled_from(
    ["new[]{3,1,2}", "new List<int>{5,5,1}", "Enumerable.Range(1, 5)", "new int[0]", "new[]{1,2,3,4}.Where(x => x > 2)"]
)
LISTS: Text = st.recursive(
    _LISTS,
    lambda inner: st.one_of(
        _any_of(
            ["{0}.Where(x => x > {1})", "{0}.Select(x => x * {1})", "{0}.Skip({1})", "{0}.Take({1})"], inner, _SMALL
        ),
        _any_of(["{0}.OrderBy(x => -x)", "{0}.Distinct()", "{0}.Reverse()", "{0}.ToList()", "{0}.ToArray()"], inner),
        _any_of(["{0}.Concat({1})", "{0}.Union({1})", "{0}.Except({1})", "{0}.Intersect({1})"], inner, inner),
        _form("{0}.Zip({1}, (a, b) => a - b)", inner, inner),
    ),
    max_leaves=3,
)
FOLDED: Text = st.one_of(
    _any_of(
        [
            "{0}.Sum()", "{0}.Max()", "{0}.Min()", "{0}.Average()", "{0}.Count()", "{0}.First()", "{0}.LastOrDefault()",
            "{0}.Any()", 'string.Join(",", {0})', "{0}.Aggregate((a, b) => a * 2 + b)", "{0}.Single()", "{0}.ToList().Count",
            '{0}.GroupBy(x => x % 2).Select(g => g.Key + ":" + g.Sum()).Aggregate("", (a, b) => a + b)',
            '{0}.Aggregate("", (a, b) => a + b)', "{0}.Select((x, i) => x * i).Sum()", "{0}.All(x => x > 0)",
        ],
        LISTS,
    ),
    _any_of(["{0}.ElementAt({1})", "{0}.Contains({1})", "{0}.ToDictionary(x => x)[{1}]", "{0}.IndexOf({1})"], LISTS, _SMALL),
)  # fmt: skip
_BLOCKS = [
    "@{ var x = {0}; var y = {1}; x += y; return x; }",
    "@{ var x = {0}; x++; return x + {1}; }",
    "@{ long t = 0; foreach (var x in {2}) { if (x == {1}) continue; t = t * 3 + x; } return t; }",
    '@{ try { return {3}; } catch (FormatException e) { return "F" + e.Message; } catch (OverflowException) { return "O"; } }',
    '@{ var s = ""; for (int i = 0; i < 4; i++) { if (i == {1}) break; s += i + {3}; } return s; }',
    "@{ int? x = {0}; object o = x; return o is int n && n > {1} ? n : -1; }",
    "@{ object o = {3}; return o is string s ? s.Length : 0; }",
    "@{ int i = {1}; int[] a = {1,2,3}; a[i] = {0}; return a.Sum(); }",
    "@{ Func<int,int> f = x => x * {0} + {1}; return f(f(2)); }",
    '@{ var d = new Dictionary<string,int>{{"a",{0}}}; d["b"] = {1}; return d[{3} ?? "a"]; }',
]
BLOCKS: Text = _any_of(_BLOCKS, _INTS.filter(lambda text: "short" not in text), _SMALL, LISTS, _STRINGS)
_SINGLE: Text = st.one_of(INTEGERS, LONGS, REALS, DECIMALS, STRINGS, PARSED, BOOLEANS, NULLABLES, FOLDED)
EXPRESSIONS: Text = st.one_of(_SINGLE.map(lambda text: f"@({text})"), _SINGLE.map(lambda text: f"@({text})"), BLOCKS)


def generate(count: int, number: int) -> list[str]:
    """Return different random expressions.

    Args:
        count: how many to draw.
        number: the seed.
    """
    found: dict[str, None] = {}

    @seed(number)
    @settings(
        max_examples=count,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.large_base_example],
    )
    @given(EXPRESSIONS)
    def draw(text: str) -> None:
        found[text] = None

    draw()
    return list(found)


def main() -> None:
    """Write expressions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    print("\n".join(generate(options.count, options.seed)))  # noqa: T201 - a tool prints


if __name__ == "__main__":
    main()
