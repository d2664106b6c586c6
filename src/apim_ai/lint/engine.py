"""Runs the rules over documents and environments, and makes one report of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from apim_ai.finding import Finding
from apim_ai.lint.registry import all_rules, find_rule
from apim_ai.lint.report import Report
from apim_ai.lint.rule import DocumentRule, EstateRule, ExpressionRule, FlowRule, PolicyRule
from apim_ai.lint.selection import EVERYTHING
from apim_ai.lint.subject import Subject
from apim_ai.lint.suppression import Suppression, suppressions_of
from apim_ai.source import Span

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from apim_ai.document import Document
    from apim_ai.finding import Severity
    from apim_ai.lint.cache import Cache
    from apim_ai.lint.estate import Estate
    from apim_ai.lint.rule import Rule
    from apim_ai.lint.selection import Selection

__all__ = ["Linter"]


@dataclass
class Linter:
    """Collects findings of documents and environments; `report` makes the sum.

    Args:
        today: the day on which suppressions expire or not.
        rules: all rules by default, without those that are opt-in.
        cache: keeps findings from one run to the next.
    """

    today: date
    rules: tuple[Rule, ...] = field(default_factory=lambda: tuple(rule for rule in all_rules() if not rule.is_opt_in))
    cache: Cache | None = None
    _findings: dict[tuple[str, Span, str], Finding] = field(default_factory=dict[tuple[str, Span, str], Finding])
    _suppressions: dict[Span, Suppression] = field(default_factory=dict[Span, Suppression])
    _files: set[str] = field(default_factory=set[str])
    _local: dict[tuple[int, str | None, str | None], tuple[Document, list[Finding]]] = field(
        default_factory=dict[tuple[int, str | None, str | None], tuple["Document", list[Finding]]]
    )

    def document(self, subject: Subject) -> None:
        """Look at a document that stands alone."""
        self._keep([*self._local_findings(subject), *self._flow_findings(subject)], subject.document)
        self.saw(subject.document.source.path)

    def estate(self, estate: Estate, selection: Selection = EVERYTHING) -> None:
        """Look at all documents of an environment, and at its resources together.

        Args:
            estate: the environment.
            selection: which findings its project wants.
        """
        subjects = [
            Subject(document, scope, resource.id, estate, estate.gateway)
            for resource, scope, document in estate.documents()
        ]
        found: list[Finding] = []
        included = _included(subjects)
        for subject in subjects:
            subject.gateway = _relevant_gateway(subject)
        for subject in subjects:
            found += self._local_findings(subject)
            if not (subject.scope == "fragment" and subject.place in included):
                found += self._flow_findings(subject)
        for rule in self.rules:
            if isinstance(rule, EstateRule):
                found += self._guarded(rule.code, lambda rule=rule: rule.check_estate(estate), None)
        wanted = [selected for finding in found if (selected := selection.apply(finding)) is not None]
        self._keep(wanted, *(subject.document for subject in subjects))
        self.saw(*(subject.document.source.path for subject in subjects))

    def problems(self, findings: Iterable[Finding]) -> None:
        """Add findings from elsewhere."""
        for finding in findings:
            self._findings.setdefault((finding.rule, finding.span, finding.message), finding)

    def saw(self, *files: str) -> None:
        """Count files as looked at."""
        self._files.update(files)

    def report(self) -> Report:
        """Return everything found so far, with what is to be said about suppressions."""
        for suppression in self._suppressions.values():
            for finding in self._about(suppression):
                self._findings.setdefault((finding.rule, finding.span, finding.message), finding)
        return Report(tuple(sorted(self._findings.values(), key=_place)), len(self._files))

    def _local_findings(self, subject: Subject) -> list[Finding]:
        """Return what depends on the document alone; environments that share its text share the work."""
        key = (id(subject.document), subject.scope, subject.gateway)
        known = self._local.get(key)
        if known is None:
            known = self._local[key] = (subject.document, self._cached_findings(subject))
        return known[1]

    def _cached_findings(self, subject: Subject) -> list[Finding]:
        if self.cache is None:
            return self._fresh_findings(subject)
        key = self.cache.key(subject)
        found = self.cache.get(key)
        if found is None:
            found = self._fresh_findings(subject)
            if not any(finding.rule == "AIM906" for finding in found):
                self.cache.put(key, found)
        return found

    def _fresh_findings(self, subject: Subject) -> list[Finding]:
        schema = self._guarded("the check of policies", lambda: _schema(subject), subject)
        found = [*subject.document.findings, *schema]
        for rule in self.rules:
            if _has_to_say(rule, subject) and not (_is_vast(subject) and rule.code > _OF_STRUCTURE):
                found += self._guarded(rule.code, lambda rule=rule: _local(rule, subject), subject)
        return found

    def _flow_findings(self, subject: Subject) -> list[Finding]:
        found: list[Finding] = []
        for rule in () if _is_vast(subject) else self.rules:
            if isinstance(rule, FlowRule):
                found += self._guarded(rule.code, lambda rule=rule: rule.check(subject), subject)
        return found

    def _guarded(self, what: str, check: Callable[[], Iterable[Finding]], subject: Subject | None) -> list[Finding]:
        """Run a rule; one that raises is itself a finding (AIM906), and the rest still runs."""
        try:
            return list(check())
        except Exception as error:  # noqa: BLE001 - a defect of one rule must not cost the others' findings
            return [_crash(what, error, subject)]

    def _keep(self, findings: Iterable[Finding], *documents: Document) -> None:
        found = (suppression for document in documents for suppression in suppressions_of(document))
        suppressions = [self._suppressions.setdefault(each.span, each) for each in found]
        live = [s for s in suppressions if not s.has_expired(self.today)]
        for finding in _without_replaced(list(findings), self.rules):
            key = (finding.rule, finding.span, finding.message)
            if key not in self._findings and not _is_suppressed(finding, live):
                self._findings[key] = finding

    def _about(self, suppression: Suppression) -> Iterator[Finding]:
        if suppression.has_expired(self.today):
            message = f"the suppression ended on '{suppression.until}'"
            yield _own(
                "AIM904", "expired-suppression", "error", message, suppression.span, "mend the cause, or set a new day"
            )
        for word in suppression.rules:
            rule = find_rule(word)
            if rule is None:
                yield _own(
                    "AIM903", "unknown-rule", "error", f"there is no rule '{word}'", suppression.span, _suggest(word)
                )
                continue
            if word not in suppression.used and not suppression.has_expired(self.today):
                message = f"the suppression of '{word}' suppresses nothing"
                yield _own("AIM901", "unused-suppression", "warning", message, suppression.span, "remove it")
            if not suppression.reason and (rule.severity == "error" or rule.code.startswith("AIM4")):
                message = f"the suppression of '{word}' gives no reason"
                help_ = f"write <!-- apim: ignore[{word}] why -->"
                yield _own("AIM902", "suppression-without-reason", "warning", message, suppression.span, help_)


def _is_suppressed(finding: Finding, suppressions: list[Suppression]) -> bool:
    covering = [suppression for suppression in suppressions if suppression.covers(finding)]  # all of them are used
    return bool(covering)


_VAST = 600_000  # characters: more than twice what the service takes (AIM024)
_OF_STRUCTURE = "AIM2"


def _is_vast(subject: Subject) -> bool:
    """Whether a document can be deployed in no way, and is too long for rules that compare its parts with one another."""
    return len(subject.document.source.text) > _VAST


def _schema(subject: Subject) -> list[Finding]:
    from apim_ai.lint.schema import schema_findings  # noqa: PLC0415 - listing and explaining rules needs no definitions

    return schema_findings(subject)


def _relevant_gateway(subject: Subject) -> str | None:
    from apim_ai.lint.schema import relevant_gateway  # noqa: PLC0415 - listing and explaining rules needs no definitions

    return relevant_gateway(subject)


def _has_to_say(rule: Rule, subject: Subject) -> bool:
    """Whether a document holds what a rule looks at."""
    match rule:
        case PolicyRule():
            return not subject.names.isdisjoint(rule.elements)
        case ExpressionRule():
            return bool(subject.expressions)
        case _:
            return isinstance(rule, DocumentRule)


def _local(rule: Rule, subject: Subject) -> Iterator[Finding]:
    match rule:
        case DocumentRule():
            yield from rule.check(subject)
        case PolicyRule():
            for site in subject.named(*rule.elements):
                yield from rule.check(site, subject)
        case ExpressionRule():
            for expression in subject.expressions:
                yield from rule.check(expression, subject)
        case _:
            pass


def _included(subjects: list[Subject]) -> set[str]:
    """Return the ids of the fragments that some document includes."""
    names: set[str] = set()
    for subject in subjects:
        names |= {site.literal("fragment-id") or "" for site in subject.named("include-fragment")}
    return {f"policyFragments/{name}" for name in names}


def _without_replaced(findings: list[Finding], rules: tuple[Rule, ...]) -> list[Finding]:
    """Leave out findings that another rule says better at the same place."""
    better = {rule.code: rule.instead_of for rule in rules if rule.instead_of}
    replaced: set[tuple[str, str, int]] = set()
    for finding in findings:
        for code in better.get(finding.rule, ()):
            span = finding.span
            replaced |= {(code, span.file, line) for line in range(span.line, span.end_line + 1)}
    if not replaced:
        return findings
    return [f for f in findings if (f.rule, f.span.file, f.span.line) not in replaced]


def _crash(what: str, error: Exception, subject: Subject | None) -> Finding:
    span = Span.at(subject.document.source.path if subject is not None else ".")
    message = f"{what} failed ({type(error).__name__}: {error}); the rest was checked"
    return _own("AIM906", "rule-crashed", "error", message, span, "report this with the document")


def _own(rule: str, name: str, severity: Severity, message: str, span: Span, help_: str | None) -> Finding:
    return Finding(rule, name, severity, message, span, help=help_)


def _suggest(word: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - rarely needed

    known = [name for rule in all_rules() for name in (rule.code, rule.name)]
    close = get_close_matches(word, known, n=1, cutoff=0.6)
    return f"did you mean '{close[0]}'?" if close else "see apim-ai lint --list-rules"


def _place(finding: Finding) -> tuple[str, int, int, str]:
    return finding.span.file, finding.span.line, finding.span.column, finding.rule
