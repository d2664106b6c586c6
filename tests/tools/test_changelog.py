from __future__ import annotations

from tools.changelog import HEAD, merged

KNOWN = f"{HEAD}\n## Unreleased\n\n### Added\n\n- Old.\n\n### Added\n\n- Older.\n\n## 0.1.0\n\n### Added\n\n- First.\n"


def test_changes_join_the_lists_that_are_there() -> None:
    assert merged(KNOWN, {"feature": ["New."], "fix": ["Mended."]}) == (
        f"{HEAD}\n## Unreleased\n\n### Added\n\n- New.\n- Old.\n- Older.\n\n### Fixed\n\n- Mended.\n"
        "\n## 0.1.0\n\n### Added\n\n- First.\n"
    )


def test_a_changelog_begins() -> None:
    assert merged(HEAD, {"fix": ["Mended."]}) == f"{HEAD}\n## Unreleased\n\n### Fixed\n\n- Mended.\n"


def test_what_is_gathered_twice_is_the_same_as_at_once() -> None:
    once = merged(HEAD, {"feature": ["A.", "B."]})
    assert merged(merged(HEAD, {"feature": ["B."]}), {"feature": ["A."]}) == once
