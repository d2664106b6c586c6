"""`apim-ai explain`: a policy's documentation, or a rule's, on the terminal."""

from __future__ import annotations

import json
import re
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from apim_ai.definition import Policy

_RULE = re.compile(r"(?i)aim\d+")


class Format(StrEnum):
    """What to print."""

    text = "text"
    json = "json"


def explain(
    name: Annotated[
        str | None, typer.Argument(metavar="[POLICY|RULE]", help="An element's name, or a rule's code or name.")
    ] = None,
    format: Annotated[Format, typer.Option("--format", help="What to print.")] = Format.text,  # noqa: A002 - the option's name
    xsd: Annotated[bool, typer.Option("--xsd", help="Print the XML schema of policy documents, for editors.")] = False,
) -> int:
    """Explain a policy: what it does, where it may stand, attributes, elements, an example, errors, how exact we are.

    Without a name, list the policies. A rule's code or name explains the rule.

    \b
    Examples:
      apim-ai explain
      apim-ai explain llm-token-limit
      apim-ai explain set-header --format json
      apim-ai explain AIM401
      apim-ai explain --xsd > policies.xsd
    """  # noqa: D301 - typer's marker for text that keeps its lines
    from apim_ai.definition import POLICIES

    if xsd:
        from apim_ai.definition.xsd import policy_schema

        typer.echo(policy_schema(), nl=False)
        return 0
    if name is None:
        _list(format)
        return 0
    policy = POLICIES.find(name.strip("<> /"))
    if policy is not None:
        _policy(policy, format)
    else:
        _rule(name, format)
    return 0


def _policy(policy: type[Policy], format_: Format) -> None:
    from dataclasses import asdict

    from apim_ai.cli.explanation import page
    from apim_ai.definition.describe import describe
    from apim_ai.family.fidelity import fidelity_of
    from apim_ai.lint import all_rules
    from apim_ai.lint.rule import PolicyRule

    description, fidelity = describe(policy.definition), fidelity_of(policy)
    rules = [r for r in all_rules() if isinstance(r, PolicyRule) and policy.definition.name in r.elements]
    if format_ is Format.text:
        typer.echo(page(description, fidelity, [f"{rule.code} {rule.name}" for rule in rules]))
        return
    local = {"level": fidelity.level, "why": fidelity.why, "settings": fidelity.settings}
    document = {**asdict(description), "local": local, "rules": [rule.code for rule in rules]}
    typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _rule(name: str, format_: Format) -> None:
    import inspect

    from apim_ai.lint.explain import explain as explain_rule
    from apim_ai.lint.registry import find_rule

    rule = find_rule(name.upper() if _RULE.fullmatch(name) else name)
    if rule is None:
        _refuse(name)
    elif format_ is Format.text:
        typer.echo(explain_rule(rule))
    else:
        text = inspect.cleandoc(rule.__doc__ or "")
        cases = {word: [case.text for case in getattr(rule, word)] for word in ("bad", "good")}
        document = {"rule": rule.code, "name": rule.name, "severity": rule.severity, "text": text, **cases}
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))


def _refuse(name: str) -> None:
    from difflib import get_close_matches

    from apim_ai.definition import POLICIES
    from apim_ai.errors import UsageError
    from apim_ai.lint import all_rules

    words = [*POLICIES.names, *(rule.name for rule in all_rules()), *(rule.code for rule in all_rules())]
    close = get_close_matches(name.lower(), words, n=1) or get_close_matches(name.upper(), words, n=1)
    help_ = f"did you mean '{close[0]}'?" if close else "see apim-ai explain, and apim-ai lint --list-rules"
    raise UsageError(f"there is no policy or rule '{name}'", help=help_)


def _list(format_: Format) -> None:
    """Print each policy with the first line of its documentation."""
    import inspect

    from apim_ai.definition import POLICIES

    known = {name: policy for name in POLICIES.names if (policy := POLICIES.find(name)) is not None}
    texts = {n: inspect.cleandoc(p.definition.documentation).split("\n\n")[0] for n, p in known.items()}
    summaries = {name: " ".join(text.split()) for name, text in texts.items()}
    if format_ is Format.json:
        listed = [{"name": name, "summary": summary} for name, summary in summaries.items()]
        typer.echo(json.dumps({"policies": listed}, ensure_ascii=False, indent=2))
        return
    width = max(map(len, summaries))
    for name, summary in summaries.items():
        typer.echo(f"{name:<{width}}  {summary}")
