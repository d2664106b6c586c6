from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apim_ai.cases.match import canonical_xml, deep_equal, matches, subset, url_matches

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=10,
)


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        ("a", "a", True),
        ("a", "A", False),
        (None, None, True),
        (None, "", False),
        ("", "", True),
        (30, "30", True),
        ("30", 30, True),
        (30, "thirty", False),
        (1.0, 1, True),
        (True, "true", True),
        (True, "True", True),
        ("True", "True", True),
        ({"matches": "^[0-9]+$"}, "12", True),
        ({"matches": "^[0-9]+$"}, "12a", False),
        ({"contains": "b"}, "abc", True),
        ({"contains": ["a", "d"]}, "abc", False),
        ({"between": [1, 60]}, "60", True),
        ({"between": [1, 60]}, "61", False),
        ({"between": [1, 60]}, "soon", False),
        ({"in": [1, 2]}, "2", True),
        ({"in": ["a"]}, "b", False),
        ({"in": ["a", None]}, None, True),
        ({"in": ["a"]}, None, False),
        ({"contains": "x"}, None, False),
        ({"contains": "a", "matches": "b$"}, "ab", True),
        ({"contains": "a", "matches": "b$"}, "ba", False),
    ],
)
def test_matches(expected: object, actual: object, *, holds: bool) -> None:
    assert matches(expected, actual) is holds


@pytest.mark.parametrize(
    ("expected", "actual", "holds"),
    [
        ({"a": 1}, {"a": 1, "b": 2}, True),
        ({"a": 1}, {"a": "1"}, False),
        ({"a": {"b": 1}}, {"a": {"b": 1.0, "c": 0}}, True),
        ([{"a": 1}], [{"a": 1, "b": 2}], True),
        ([1], [1, 2], False),
        ({"a": None}, {}, False),
        ({"a": None}, {"a": None}, True),
        ({"a": True}, {"a": 1}, False),
        ({"contains": "x"}, {"contains": "x"}, True),  # an object in JSON is data, never a matcher
        ({"contains": "x"}, "x", False),
    ],
)
def test_subset(expected: object, actual: object, *, holds: bool) -> None:
    assert subset(expected, actual) is holds


@given(JSON)
def test_everything_equals_itself(value: object) -> None:
    assert deep_equal(value, value)
    assert subset(value, value)


def test_deep_equality_sees_more() -> None:
    assert not deep_equal({"a": 1}, {"a": 1, "b": 2})
    assert deep_equal({"b": 2, "a": [1]}, {"a": [1.0], "b": 2})


@pytest.mark.parametrize(
    ("pattern", "url", "holds"),
    [
        ("https://ptu.test/*", "https://ptu.test/a/b?c=d", True),
        ("https://ptu*", "https://ptu.test/a", True),
        ("https://ptu.test/a", "https://ptu.test/a?b=c", False),
        ("https://ptu.test/a?b=*", "https://ptu.test/a?b=c", True),
        ("https://ptu.test/a?b=c", "https://ptu.test/axb=c", False),
        ("*", "anything", True),
        ({"contains": "ptu"}, "https://ptu.test/", True),
    ],
)
def test_url_patterns(pattern: object, url: str, *, holds: bool) -> None:
    assert url_matches(pattern, url) is holds


def test_xml_compares_without_white_space_between_elements() -> None:
    assert canonical_xml("<a  b='1'>\n <c/></a>") == canonical_xml('<a b="1"><c></c></a>')
    assert canonical_xml("<a/>") != canonical_xml("<b/>")
    assert canonical_xml("no xml") == "no xml"


@pytest.mark.parametrize(
    ("pattern", "url", "holds"),
    [
        ("https://PTU.test/*", "https://ptu.test/a", True),
        ("https://ptu.test:443/a", "https://ptu.test/a", True),
        ("http://ptu.test:80*", "http://ptu.test/a", True),
        ("http://ptu.test:443/a", "http://ptu.test/a", False),
        ("http://ptu.test:8080/a", "http://ptu.test:8080/a", True),
        ("https://ptu.test/A", "https://ptu.test/a", False),
        ("*.test/a?x=*", "https://ptu.test/a?x=1&y=/", True),
        ("https://ptu.test/a", "https://ptu.test/a?x=1", False),
        ("*", "https://ptu.test/", True),
        ("https://ptu.test/a.b", "https://ptu.test/aXb", False),
    ],
)
def test_patterns_of_urls(pattern: str, url: str, holds: bool) -> None:
    assert url_matches(pattern, url) is holds
