"""A small project that tests change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

FILES = {
    "apim.yaml": """\
name: shop
apis: [shop]
products: [gold]
variables: {hosts: {shop: https://shop.test}, names: {header: x-team}, greeting: "hello [[ env.name ]]"}
callers:
  app: {application: a-1, product: gold, apis: [shop]}
routes:
  big: {deployment: gpt-4o, backend: shop, cache: private}
named_values: {plain: 1, secret: {value: s3cret, secret: true}, vault: {key_vault: https://v.test/secrets/x}}
backends:
  shop:
    url: "[[ hosts.shop ]]/v1"
    circuit_breaker: {count: 2, statuses: ["429", 500-599]}
  pool: {pool: [{id: shop, priority: 1, weight: 3}]}
loggers: {insights: {type: applicationInsights, credentials: {connectionString: "{{secret}}"}}}
diagnostics: {applicationinsights: {logger: insights, metrics: true}}
tags: {ai: AI}
policies: {global: policies/global.xml}
""",
    "tiers.yaml": "default: gold\ntiers: {gold: {tpm: 100, rps: 2, quota: 5000}}\n",
    "environments/dev.yaml": """\
subscription: s
resource_group: r
service: apim-dev
sku: Developer
""",
    "environments/prod.yaml": """\
extends: dev
service: apim-prod
sku: PremiumV2
production: true
manage: {global: true}
variables: {hosts: {shop: https://shop.prod.test}}
named_values: {plain: 2}
tiers: {gold: {tpm: 900}}
""",
    "apis/shop/api.yaml": """\
display_name: Shop
path: /shop/
key_header: api-key
tags: [ai]
operations: {item: {policy: item.xml.j2}}
""",
    "apis/shop/openapi.yaml": """\
openapi: 3.0.3
info: {title: Shop, version: "1"}
components:
  parameters:
    id: {name: id, in: path, required: true, description: which, schema: {type: integer}}
paths:
  /items/{id}:
    parameters: [{$ref: "#/components/parameters/id"}]
    get:
      operationId: item
      summary: One item
      parameters: [{name: full, in: query, schema: {type: boolean}}]
      responses: {"200": {description: it, content: {application/json: {example: {a: 1}}}}}
  /items:
    post:
      operationId: add
      requestBody: {content: {application/json: {}}}
      responses: {"201": {description: done}}
""",
    "apis/shop/policy.xml.j2": """\
<policies>
  <inbound><base /><include-fragment fragment-id="team" /></inbound>
  <backend><base /></backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>
""",
    "apis/shop/item.xml.j2": '<policies>\n  <inbound><base /><trace source="[[ api.id ]]/[[ operation.id ]]"/></inbound>\n</policies>\n',
    "policies/global.xml": "<policies>\n  <inbound />\n</policies>\n",
    "policies/fragments/team.xml.j2": '<fragment>\n  <set-header name="[[ names.header ]]"><value>[[ greeting ]]</value></set-header>\n</fragment>\n',
    "products/gold/product.yaml": "display_name: Gold\ntier: gold\napis: [shop]\ngroups: [developers]\n",
    "products/gold/policy.xml.j2": '<policies>\n  <inbound><set-variable name="tier" value="[[ product.tier ]]"/></inbound>\n</policies>\n',
}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Return what writes the small project with some files changed.

    Keyword names stand for paths (`apis__shop__api_yaml`); a text replaces a file, None takes it away.
    """

    def write_files(**changes: str | None) -> Path:
        named = {_path(name): text for name, text in changes.items()}
        for name, text in {**FILES, **named}.items():
            if text is not None:
                path = tmp_path / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        return tmp_path

    return write_files


def _path(name: str) -> str:
    for file in FILES:
        if file.replace("/", "__").replace(".", "_").replace("-", "_") == name:
            return file
    raise KeyError(name)
