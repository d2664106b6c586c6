from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from apim_ai.errors import ConfigError, InputError, RenderError, UsageError
from apim_ai.project import Project

if TYPE_CHECKING:
    from collections.abc import Callable

    from apim_ai.project import Bundle

    Write = Callable[..., Path]

ROOT = Path(__file__).parents[2]


def bundle_of(root: Path, env: str = "dev") -> Bundle:
    return Project.load(root).bundle(env)


def errors_of(root: Path, env: str = "dev") -> list[str]:
    with pytest.raises(InputError) as caught:
        Project.load(root).bundle(env)
    return [str(error).replace(f"{root}/", "") for error in (caught.value, *caught.value.also)]


def test_resources_are_what_arm_would_be_sent(write: Write):
    resources = bundle_of(write()).resources
    assert resources["backends/shop"].properties == {
        "type": "Single",
        "url": "https://shop.test/v1",
        "protocol": "http",
        "circuitBreaker": {
            "rules": [
                {
                    "name": "breaker",
                    "failureCondition": {
                        "count": 2,
                        "interval": "PT1M",
                        "statusCodeRanges": [{"min": 429, "max": 429}, {"min": 500, "max": 599}],
                    },
                    "tripDuration": "PT30S",
                    "acceptRetryAfter": True,
                }
            ]
        },
    }
    assert resources["backends/pool"].properties == {
        "type": "Pool",
        "pool": {"services": [{"id": "/backends/shop", "priority": 1, "weight": 3}]},
    }
    assert resources["namedValues/plain"].properties == {"displayName": "plain", "value": "1", "secret": False}
    assert resources["namedValues/secret"].properties["secret"] is True
    assert resources["namedValues/vault"].properties["keyVault"] == {"secretIdentifier": "https://v.test/secrets/x"}
    assert resources["subscriptions/app"].properties["scope"] == "/products/gold"
    assert resources["products/gold"].properties["state"] == "published"
    assert {r.id for r in resources.of("product_api")} == {"products/gold/apis/shop"}
    assert {r.id for r in resources.of("product_group")} == {"products/gold/groups/developers"}
    assert resources["apis/shop/diagnostics/applicationinsights"].properties["metrics"] is True
    assert "apis/shop/tags/ai" in resources


def test_an_api_has_its_operations_from_openapi(write: Write):
    resources = bundle_of(write()).resources
    api = resources["apis/shop"].properties
    assert (api["path"], api["subscriptionKeyParameterNames"]["header"]) == ("shop", "api-key")
    item = resources["apis/shop/operations/item"].properties
    assert (item["method"], item["urlTemplate"], item["displayName"]) == ("GET", "/items/{id}", "One item")
    assert item["templateParameters"] == [{"name": "id", "type": "integer", "required": True, "description": "which"}]
    assert item["request"]["queryParameters"] == [{"name": "full", "type": "boolean", "required": False}]
    assert item["responses"][0]["representations"][0]["examples"] == {"default": {"value": {"a": 1}}}
    assert resources["apis/shop/operations/add"].properties["displayName"] == "add"


def test_policies_are_rendered_with_a_source_that_points_at_the_template(write: Write):
    root = write()
    resources = bundle_of(root).resources
    fragment = resources["policyFragments/team"]
    assert fragment.properties["format"] == "rawxml"
    assert "<value>hello dev</value>" in fragment.properties["value"]
    assert fragment.source is not None
    assert fragment.source.text == fragment.properties["value"]
    assert (
        str(fragment.source.span(fragment.source.text.index("hello"))) == f"{root}/policies/fragments/team.xml.j2:2:1"
    )
    assert 'source="shop/item"' in resources["apis/shop/operations/item/policies/policy"].properties["value"]
    assert 'value="gold"' in resources["products/gold/policies/policy"].properties["value"]


def test_tiers_and_routes_become_named_values_that_operators_change(write: Write):
    resources = bundle_of(write()).resources
    names = {r.name: r.properties.get("value") for r in resources.of("named_value")}
    assert {name: value for name, value in names.items() if name.startswith(("tier-", "route-", "apim-ai"))} == {
        "tier-gold-tpm": "100",
        "tier-gold-override-tpm": "100",
        "tier-gold-rps": "2",
        "tier-gold-override-rps": "2",
        "tier-gold-quota": "5000",
        "tier-gold-override-quota": "5000",
        "tier-gold-until": "0",
        "route-big-backend": "shop",
        "apim-ai-release": "unreleased",
    }


def test_an_environment_is_laid_over_the_project_and_over_what_it_extends(write: Write):
    bundle = bundle_of(write(), "prod")
    assert bundle.resources["backends/shop"].properties["url"] == "https://shop.prod.test/v1"
    assert bundle.resources["namedValues/plain"].properties["value"] == "2"
    assert bundle.resources["namedValues/tier-gold-tpm"].properties["value"] == "900"
    assert (bundle.target.service, bundle.target.resource_group) == ("apim-prod", "r")
    assert bundle.production
    assert bundle.tiers[0].limits == {"tpm": 900, "rps": 2, "quota": 5000}
    assert bundle.tiers[0].products == ("gold",)


def test_the_global_policy_belongs_to_those_who_say_so(write: Write):
    root = write()
    assert "policies/policy" in bundle_of(root, "prod").resources
    assert "policies/policy" not in bundle_of(root, "dev").resources


def test_a_v2_service_has_the_v2_flavor_unless_the_setting_is_given(write: Write):
    root = write()
    assert (bundle_of(root, "dev").flavor, bundle_of(root, "prod").flavor) == ("classic", "v2")
    (root / "environments" / "prod.yaml").write_text(
        "extends: dev\nsku: PremiumV2\nsettings: {gateway.flavor: classic, token_limit.tokenizer: chars4}\n"
    )
    bundle = bundle_of(root, "prod")
    assert (bundle.flavor, bundle.settings.token_limit_tokenizer) == ("classic", "chars4")


def test_overrides_replace_variables(write: Write):
    project = Project.load(write())
    bundle = project.bundle("dev", overrides={"hosts.shop": "http://127.0.0.1:9", "greeting": "hi"})
    assert bundle.resources["backends/shop"].properties["url"] == "http://127.0.0.1:9/v1"
    assert "<value>hi</value>" in bundle.resources["policyFragments/team"].properties["value"]
    assert project.bundle("dev").resources["backends/shop"].properties["url"] == "https://shop.test/v1"
    with pytest.raises(ConfigError) as caught:
        project.bundle("dev", overrides={"hosts.shp": "x"})
    assert caught.value.help == 'did you mean "hosts.shop"?'


def test_a_bundle_is_equal_to_one_made_again(write: Write):
    root = write()
    assert dict(bundle_of(root).resources) == dict(bundle_of(root).resources)


@pytest.mark.parametrize(
    ("file", "text", "expected"),
    [
        ("apim_yaml", "", "apim.yaml:1:1: the file is empty"),
        ("apim_yaml", "- a\n", "apim.yaml:1:1: the file holds no mapping"),
        ("apim_yaml", "name: [\n", "apim.yaml:2:1: not valid YAML"),
        ("tiers_yaml", "default: gold\ntiers: {gold: {tpm: 0, rps: 1, quota: 1}}\n", "tiers.yaml:2:21: "),
        ("tiers_yaml", "default: glod\ntiers: {gold: {tpm: 1, rps: 1, quota: 1}}\n", 'there is no tier "glod"'),
        ("environments__dev_yaml", "subscription: s\nresource_grup: r\nservice: x\n", "environments/dev.yaml:2:1: "),
        ("environments__dev_yaml", "subscription: s\nresource_group: r\nservice: x\nsku: Free\n", "dev.yaml:4:6: "),
        ("apis__shop__api_yaml", "display_name: Shop\npth: x\n", "apis/shop/api.yaml:2:1: "),
        ("apis__shop__api_yaml", None, 'there is no file "apis/shop/api.yaml"'),
        ("apis__shop__openapi_yaml", "swagger: '2.0'\n", "apis/shop/openapi.yaml:1:1: not an OpenAPI 3 document"),
        ("apis__shop__openapi_yaml", "openapi: 3.0.3\npaths: {'/a/{b}': {get: {operationId: item}}}\n", 'parameter "b"'),
        ("apis__shop__openapi_yaml", "openapi: 3.0.3\npaths: {/a: {get: {}}}\n", "needs an operationId"),
        ("apis__shop__openapi_yaml", "openapi: 3.0.3\npaths: {/a: {get: {operationId: itm}}}\n", 'no operation "item"'),
        ("apis__shop__policy_xml_j2", "a\n[[ greting ]]\n", "apis/shop/policy.xml.j2:2:1: "),
        ("apis__shop__item_xml_j2", None, 'there is no file "apis/shop/item.xml.j2"'),
        ("products__gold__product_yaml", "display_name: G\ntier: glod\napis: [shop]\n", "product.yaml:2:7: "),
        ("products__gold__product_yaml", "display_name: G\napis: [shp]\n", 'there is no API "shp"'),
    ],
)  # fmt: skip
def test_what_is_wrong_has_its_place(write: Write, file: str, text: str | None, expected: str):
    assert any(expected in error for error in errors_of(write(**{file: text})))


def test_problems_of_all_files_are_told_at_once(write: Write):
    root = write(apis__shop__api_yaml="display_name: Shop\npth: x\n", products__gold__product_yaml="tier: gold\n")
    found = errors_of(root)
    assert {error.split(":")[0] for error in found} == {"apis/shop/api.yaml", "products/gold/product.yaml"}
    root = write(apis__shop__policy_xml_j2="[[ a ]]", policies__fragments__team_xml_j2="\n[[ b ]]")
    assert {error.split(" ")[0] for error in errors_of(root)} == {
        "apis/shop/policy.xml.j2:1:1:",
        "policies/fragments/team.xml.j2:2:1:",
    }


def test_references_between_parts_are_checked_with_suggestions(write: Write):
    root = write()
    text = (root / "apim.yaml").read_text(encoding="utf-8")
    (root / "apim.yaml").write_text(text.replace("product: gold, apis: [shop]", "product: glod, apis: [shp]"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        bundle_of(root)
    found = [caught.value, *caught.value.also]
    assert [(error.message, error.help) for error in found] == [
        ('there is no product "glod"', 'did you mean "gold"?'),
        ('there is no API "shp"', 'did you mean "shop"?'),
    ]


def test_there_may_be_no_project_and_no_such_environment(tmp_path: Path, write: Write):
    with pytest.raises(UsageError, match=r"there is no apim\.yaml"):
        Project.load(tmp_path / "nowhere")
    project = Project.load(write())
    assert project.environments == ("dev", "prod")
    with pytest.raises(UsageError) as caught:
        project.bundle("prd")
    assert caught.value.help == 'did you mean "prod"?'


def test_environments_that_extend_each_other_are_an_error(write: Write):
    root = write(environments__dev_yaml="extends: prod\n")
    with pytest.raises(ConfigError, match="in a circle"):
        bundle_of(root)


def test_a_project_is_found_by_its_file_and_shown_as_given(write: Write, monkeypatch: pytest.MonkeyPatch):
    root = write(apis__shop__policy_xml_j2="[[ nothing ]]")
    monkeypatch.chdir(root)
    with pytest.raises(RenderError) as caught:
        Project.load("apim.yaml").bundle("dev")
    assert str(caught.value.span) == "apis/shop/policy.xml.j2:1:1"


@pytest.mark.parametrize("env", ["local", "dev", "test", "prod"])
def test_the_repository_makes_a_bundle_of_each_environment(env: str):
    bundle = bundle_of(ROOT, env)
    assert len(bundle.resources) > 100
    assert {tier.name for tier in bundle.tiers} == {"bronze", "silver", "gold", "bot", "bot-user"}
    assert all("[[" not in str(r.properties.get("value", "")) for r in bundle.resources.values())


def test_secrets_stand_in_no_representation():
    text = repr(bundle_of(ROOT, "local").variables) + repr(bundle_of(ROOT, "local").tiers)
    assert "salt-of-this-machine" not in text
