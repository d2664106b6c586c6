"""What is remembered of good policies never hides what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apim_ai.arm.clean import Clean
from apim_ai.definition import Reader
from apim_ai.document import parse
from apim_ai.source import Source

LOOKUP = '<cache-lookup vary-by-developer="false" vary-by-developer-groups="false" />'
POLICIES = (
    '<set-variable name="a" value="1" />',
    '<set-variable name="a" value="@(1 + 1)" />',
    '<set-variable name="a" value="@(1 +)" />',
    '<set-variable name="a" />',
    "<forward-request />",
    "<nothing />",
    LOOKUP,
    f'<choose><when condition="@(true)">{LOOKUP}</when></choose>',
    f'<choose><when condition="@(false)">{LOOKUP}</when><otherwise>{LOOKUP}</otherwise></choose>',
)


def complaints(clean: Clean | None, section: str, scope: str | None, policies: tuple[str, ...]) -> list[str]:
    root = parse(Source("p", f"<{section}>{''.join(policies)}</{section}>"), format="rawxml").root
    assert root is not None
    reader = Reader(section, scope)  # type: ignore[arg-type]  # one of the four
    if clean is None:
        reader.policies(root.elements)
    else:
        clean.read(reader, root.elements)
    return sorted(f"{finding.rule} {finding.message} {finding.span.column}" for finding in reader.findings)


DOCUMENTS = st.lists(
    st.tuples(
        st.sampled_from(["inbound", "backend"]),
        st.sampled_from(["global", "api", None]),
        st.lists(st.sampled_from(POLICIES), max_size=4).map(tuple),
    ),
    max_size=6,
)


@settings(deadline=None, max_examples=150)
@given(DOCUMENTS)
def test_what_is_wrong_is_told_whatever_was_read_before(
    documents: list[tuple[str, str | None, tuple[str, ...]]],
) -> None:
    clean = Clean()
    for section, scope, policies in documents:
        assert complaints(clean, section, scope, policies) == complaints(None, section, scope, policies)


def test_a_second_one_of_what_may_stand_once_is_told() -> None:
    clean = Clean()
    assert complaints(clean, "inbound", "api", (LOOKUP,)) == []
    assert complaints(clean, "inbound", "api", (LOOKUP, LOOKUP)) == complaints(None, "inbound", "api", (LOOKUP, LOOKUP))


@pytest.mark.parametrize("policy", ["<forward-request />", LOOKUP])
def test_what_is_good_in_one_section_is_not_so_in_another(policy: str) -> None:
    clean = Clean()
    good, bad = ("backend", "inbound") if "forward" in policy else ("inbound", "backend")
    assert complaints(clean, good, "api", (policy,)) == []
    assert complaints(clean, bad, "api", (policy,)) != []
