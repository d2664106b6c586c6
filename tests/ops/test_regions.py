from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from apim_ai.ops.regions import region_hops
from apim_ai.project import BackendFacts, Bundle, Project
from apim_ai.project.capacity import members

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def bundle() -> Bundle:
    return Project.load(ROOT).bundle("prod")


def test_what_crosses_comes_first_with_its_reason(bundle: Bundle):
    first, *others = region_hops(bundle)
    assert (first.backend, first.region, first.service_region) == ("aoai-payg", "swedencentral", "westeurope")
    assert (first.crosses, first.pools) == (True, ("aoai-pool",))
    assert first.note == "inside the EU data boundary; used when the provisioned deployment is full"
    assert [hop.crosses for hop in others] == [False] * len(others)


def test_pools_are_their_members(bundle: Bundle):
    assert members(bundle.resources, "aoai-pool") == ("aoai-ptu", "aoai-payg")
    assert members(bundle.resources, "aoai-ptu") == members(bundle.resources, "none") == ()
    assert {hop.backend for hop in region_hops(bundle)} == set(bundle.backends) - {"aoai-pool"}


@pytest.mark.parametrize(
    ("region", "own", "crosses"),
    [
        ("West Europe", "westeurope", False),
        ("eastus", "westeurope", True),
        (None, "westeurope", None),
        ("eastus", None, None),
    ],
)
def test_regions_are_compared_as_azure_writes_them(
    bundle: Bundle, region: str | None, own: str | None, crosses: bool | None
):
    backends = {"slm": BackendFacts(region)}
    target = replace(bundle.target, region=own)
    assert region_hops(replace(bundle, backends=backends, target=target))[0].crosses is crosses
