from __future__ import annotations

from apim_ai.config import load_located
from apim_ai.config.layers import Layers, Place

BASE = load_located("a: {x: 1, y: [1, 2]}\nb: 2\n", "base.yaml")
TOP = load_located("over:\n  a: {y: [3], z: 4}\n  b: ~\n", "top.yaml")


def test_mappings_merge_other_values_replace_and_null_takes_away():
    layers = Layers.of(Place(BASE), Place(TOP, ("over",)))
    assert layers.value == {"a": {"x": 1, "y": [3], "z": 4}}


def test_a_value_stands_where_the_top_layer_that_has_it_says():
    layers = Layers.of(Place(BASE), Place(TOP, ("over",)))
    assert str(layers.span(("a", "y", 0))) == "top.yaml:2:11"
    assert str(layers.span(("a", "x"))) == "base.yaml:1:8"
    assert str(layers.key_span(("a", "z"))) == "top.yaml:2:15"
    assert layers.span(("a", "nothing")).file == "top.yaml"
    assert layers.error("m", ("b",)).where == "base.yaml:2:4"


def test_a_null_has_a_place_where_no_other_layer_has_the_value():
    top = load_located("over: {a: {z: 4, n: ~}}\n", "top.yaml")
    layers = Layers.of(Place(load_located("a:\n  n: ~\n  x: ~\n", "base.yaml")), Place(top, ("over",)))
    assert str(layers.span(("a", "x"))) == "base.yaml:3:6"
    assert layers.span(("a", "n")).file == "top.yaml"
    assert Layers.of(Place(BASE), Place(load_located("x: 1", "none.yaml"), ("over",))).span().file == "base.yaml"
