"""The plot of ratios: bars as long as their values, and a mark where there is a target."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from bench.plot import bars

SVG = "{http://www.w3.org/2000/svg}"


def drawn(values: list[tuple[str, float]], targets: dict[str, float]) -> ET.Element:
    return ET.fromstring(bars("ratios <1 & more", values, targets))  # noqa: S314 - our own text


def widths(root: ET.Element) -> list[float]:
    return [float(each.attrib["width"]) for each in root.findall(f"{SVG}rect")[1:]]


def test_bars_are_as_long_as_their_values():
    one, two = widths(drawn([("bare", 1.0), ("full", 2.0)], {}))
    assert two == 2 * one


def test_a_target_beyond_the_bar_is_inside_the_picture():
    root = drawn([("full", 1.5)], {"full": 3.0})
    mark = root.find(f"{SVG}path")
    assert mark is not None
    assert float(mark.attrib["d"].split()[0][1:]) <= float(root.attrib["viewBox"].split()[2])


def test_a_missed_target_has_another_colour_than_one_that_is_met():
    met, missed = (drawn([("full", value)], {"full": 2.0}).findall(f"{SVG}rect")[1] for value in (1.9, 2.1))
    assert met.attrib["fill"] != missed.attrib["fill"]


def test_names_and_figures_are_written():
    texts = [each.text for each in drawn([("a<b", 1.234)], {}).findall(f"{SVG}text")]
    assert texts == ["ratios <1 & more", "a<b", "1.23"]


def test_nothing_measured_is_an_empty_picture():
    assert widths(drawn([], {})) == []
