"""The commands: name, group and help line. The root's `--help` is made from this table alone."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["COMMANDS", "EXAMPLES", "Row"]


@dataclass(frozen=True, slots=True)
class Row:
    """One command."""

    name: str
    group: str
    help: str


COMMANDS = (
    Row("init", "Write", "Write a new project: a production-grade reference gateway"),
    Row("render", "Write", "Render the policies of an environment"),
    Row("lint", "Write", "Check policies: what Azure refuses, and what nobody should ship"),
    Row("fmt", "Write", "Format policy documents"),
    Row("explain", "Write", "Explain a policy or a rule"),
    Row("expr", "Write", "Evaluate a policy expression"),
    Row("test", "Run", "Run policy cases: mocked backends, virtual clock, no network"),
    Row("policies", "Run", "List the policies: exact, configurable, approximated or refused"),
    Row("up", "Run", "Run the local gateway and an ARM-compatible control plane"),
    Row("demo", "Run", "Show the main job end to end on this machine"),
    Row("plan", "Ship", "Show what deploy would change"),
    Row("deploy", "Ship", "Bring a service to the state of the project"),
    Row("smoke", "Ship", "Ask a deployed gateway: health, refusal, completion, release"),
    Row("doctor", "Ship", "Check credential, roles, service, secrets and names before a deployment"),
    Row("drift", "Ship", "Show what somebody changed since the last deployment"),
    Row("history", "Ship", "Show what was deployed, by whom, from which commit"),
    Row("rollback", "Ship", "Bring a service back to a former release"),
    Row("ci", "Ship", "Write pipelines for GitHub Actions or Azure DevOps"),
    Row("tier", "Operate", "Show, switch and override rate-limit tiers"),
    Row("route", "Operate", "Send models to other backends"),
    Row("access-map", "Operate", "Show who calls whom, and what proves it"),
    Row("regions", "Operate", "Show which backends prompts leave the region for, and why"),
    Row("capacity", "Operate", "Estimate what a number of users needs"),
    Row("quota", "Operate", "Show how full the models' quotas are"),
)

EXAMPLES = (
    ("apim-ai demo", "see it all on your machine, without Azure"),
    ("apim-ai init my-gateway", "start a project of your own"),
    ("apim-ai lint --env prod", "check what you would ship"),
    ("apim-ai test", "run the policy cases"),
    ("apim-ai plan --env dev", "see what a deployment would change"),
    ("apim-ai tier set gold --tpm 2000 --for 30m --env prod --reason 'model is slow'", "turn a limit down"),
)
