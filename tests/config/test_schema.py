from __future__ import annotations

import json
from pathlib import Path

import jsonschema_rs
import pytest

from apim_ai.config import load_located
from apim_ai.config.schema import schemas

ROOT = Path(__file__).parents[2]
FILES = {
    "apim": ["apim.yaml"],
    "tiers": ["tiers.yaml"],
    "environment": [f"environments/{p.name}" for p in (ROOT / "environments").glob("*.yaml")],
    "api": [f"apis/{p.parent.name}/api.yaml" for p in ROOT.glob("apis/*/api.yaml")],
    "product": [f"products/{p.parent.name}/product.yaml" for p in ROOT.glob("products/*/product.yaml")],
}


@pytest.mark.parametrize("name", list(schemas()))
def test_published_schemas_are_current(name: str):
    assert (ROOT / "schemas" / name).read_text(encoding="utf-8") == schemas()[name], "run make docs"


@pytest.mark.parametrize(("kind", "file"), [(kind, file) for kind, files in FILES.items() for file in files])
def test_the_repository_fits_its_schemas(kind: str, file: str):
    schema = json.loads(schemas()[f"{kind}.schema.json"])
    value = load_located((ROOT / file).read_text(encoding="utf-8"), file).value
    assert [error.message for error in jsonschema_rs.validator_for(schema).iter_errors(value)] == []


def test_schemas_refuse_unknown_keys_and_offer_variables():
    schema = json.loads(schemas()["tiers.schema.json"])
    check = jsonschema_rs.validator_for(schema)
    tier = {"tpm": "[[ x ]]", "rps": 1, "quota": 1}
    assert check.is_valid({"default": "a", "tiers": {"a": tier}})
    assert not check.is_valid({"default": "a", "tiers": {"a": {**tier, "tmp": 1}}})
