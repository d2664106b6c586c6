"""Gathers `changes/<issue>.<kind>.md` into CHANGELOG.md: `make changelog`.

Each file holds one sentence that a user understands. The files are removed once they are gathered.
"""

from __future__ import annotations

import sys
from pathlib import Path

KINDS = {"breaking": "Changed, breaking", "feature": "Added", "fix": "Fixed", "docs": "Documentation"}
ROOT = Path(__file__).parent.parent
HEAD = "# Changelog\n\nWhat users of apim-ai notice, newest first.\n"
UNRELEASED = "## Unreleased\n"


def gather(folder: Path) -> dict[str, list[str]]:
    """Return the sentences by kind, in the order of their files.

    Raises:
        SystemExit: a file's name has no known kind.
    """
    found: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.md")):
        kind = path.name.split(".")[-2]
        if kind not in KINDS:
            sys.exit(f"{path.name}: the kind is one of {', '.join(KINDS)}")
        found.setdefault(kind, []).append(" ".join(path.read_text(encoding="utf-8").split()))
    return found


def merged(changelog: str, changes: dict[str, list[str]]) -> str:
    """Return the changelog with the changes at the top of its unreleased section, one list for each kind."""
    before, _, rest = changelog.removeprefix(HEAD).lstrip().partition(UNRELEASED)
    unreleased, released, older = rest.partition("\n## ")
    known = _lists(unreleased)
    lines: list[str] = []
    for kind, title in KINDS.items():
        entries = [f"- {sentence}" for sentence in changes.get(kind, ())] + known.get(title, [])
        if entries:
            lines += [f"### {title}", "", *entries, ""]
    return f"{HEAD}\n{UNRELEASED}\n" + "\n".join(lines) + f"{before}{released}{older}"


def _lists(section: str) -> dict[str, list[str]]:
    """Return the entries of a section by their titles."""
    found: dict[str, list[str]] = {}
    for part in section.split("### ")[1:]:
        title, _, entries = part.partition("\n")
        found.setdefault(title.strip(), []).extend(line for line in entries.splitlines() if line.strip())
    return found


def main() -> None:
    """Gather, write, remove."""
    changes = gather(ROOT / "changes")
    if not changes:
        return
    path = ROOT / "CHANGELOG.md"
    text = path.read_text(encoding="utf-8") if path.exists() else HEAD
    path.write_text(merged(text, changes), encoding="utf-8")
    for file in (ROOT / "changes").glob("*.md"):
        file.unlink()


if __name__ == "__main__":
    main()
