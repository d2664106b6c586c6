from __future__ import annotations

from apim_ai.document import parse
from apim_ai.lint import Estate, Subject
from apim_ai.resource import Resource, Resources
from apim_ai.source import Source


def variable(name: str) -> str:
    return f'<set-variable name="{name}" value="1" />'


def inbound(text: str) -> str:
    return f"<policies><inbound>{text}</inbound></policies>"


def resource(kind: str, identifier: str, text: str) -> Resource:
    return Resource(kind, identifier, {"format": "rawxml", "value": text})


ESTATE = Estate(
    Resources(
        [
            resource("global_policy", "policies/policy", inbound(variable("global"))),
            resource("fragment", "policyFragments/part", f"<fragment>{variable('part')}</fragment>"),
            resource(
                "api_policy", "apis/chat/policies/policy", inbound(f"{variable('api')}<base />{variable('after')}")
            ),
            resource(
                "operation_policy",
                "apis/chat/operations/ask/policies/policy",
                inbound('<base /><include-fragment fragment-id="part" />' + variable("own")),
            ),
        ]
    )
)


def names(subject: Subject) -> list[str]:
    return [site.literal("name") or "" for site in subject.inbound.named("set-variable")]


def subject(place: str, scope: str) -> Subject:
    document = ESTATE.policy_document(place)
    assert document is not None
    return Subject(document, scope, place, ESTATE)


def test_base_and_fragments_stand_for_what_they_are() -> None:
    operation = subject("apis/chat/operations/ask/policies/policy", "operation")
    assert names(operation) == ["api", "global", "after", "part", "own"]
    assert operation.inbound.is_complete


def test_a_scope_without_a_document_inherits() -> None:
    absent = Subject(
        parse(Source("x", "<policies></policies>")), "operation", "apis/chat/operations/x/policies/policy", ESTATE
    )
    assert names(absent) == ["api", "global", "after"]


def test_what_is_not_known_is_said() -> None:
    alone = Subject(parse(Source("x", inbound('<base /><include-fragment fragment-id="y" />'))), "api")
    assert alone.inbound.unknown == {"base", "fragment"}
    assert Subject(parse(Source("x", inbound("<base />"))), "global").inbound.is_complete


def test_a_place_in_a_branch_does_not_dominate_what_follows_it() -> None:
    text = f'<choose><when condition="@(c)">{variable("a")}{variable("b")}</when></choose>{variable("c")}'
    first, second, third = Subject(parse(Source("x", inbound(text))), "api").inbound.named("set-variable")
    assert first.dominates(second)
    assert not first.dominates(third)
    assert first.is_conditional
    assert not third.is_conditional


def test_sites_before_a_site() -> None:
    flow = Subject(parse(Source("x", inbound(variable("a") + variable("b")))), "api").inbound
    first, second = flow.named("set-variable")
    assert flow.named_before(second, "set-variable") == [first]
    assert flow.named_before(first, "set-variable") == []
