"""Who controls a value: what of an expression comes from the client, and what a validated token vouches for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from apim_ai.lint.site import expressions_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from apim_ai.expression.syntax.tree import Node
    from apim_ai.lint.csharp import Chain, Tree
    from apim_ai.lint.flow import Flow
    from apim_ai.lint.site import Expression, Site

    Within = Callable[[Tree], tuple[Node, ...]]

__all__ = ["AUTHENTICATION", "ClientData", "Trust", "has_required_claims", "trust_of"]

AUTHENTICATION = ("validate-jwt", "validate-azure-ad-token", "validate-client-certificate", "get-authorization-context")
_TOKEN_POLICIES = ("validate-jwt", "validate-azure-ad-token")
_CLIENT = re.compile(r"context\.Request\.(Headers|Body|Url|OriginalUrl|MatchedParameters)\b")
_HEADER = re.compile(r"context\.Request\.Headers(\[\]|\.GetValueOrDefault\(\)|\.TryGetValue\(\))")
_BODIES = frozenset({"context.Request.Body.As()", "context.Request.Body.AsFormUrlEncodedContent()"})
_CHECKED = frozenset({"host", "ocp-apim-subscription-key"})
"""Headers that the gateway has checked before any policy runs: a key that is no valid one is refused, whoever sends it."""
_NEGOTIATION = ("'Accept", "'Content-")
"""How headers begin that say how to read a message: they choose a branch more often than they are a key."""
_VOUCHED = ("AsJwt", "TryParseJwt", "AsBasic")
_MAX_DEPTH = 8


@dataclass(frozen=True, slots=True)
class ClientData:
    """Data that the client chooses.

    Args:
        what: in words, such as "the header 'x-team'".
        expression: where it is read.
        chain: the place in that expression.
    """

    what: str
    expression: Expression
    chain: Chain


def trust_of(flow: Flow) -> Trust:
    """Return the answers for a flow, made once."""
    found = flow.memo.get("trust")
    if not isinstance(found, Trust):
        found = flow.memo["trust"] = Trust(flow)
    return found


class Trust:
    """Answers for one flow.

    Args:
        flow: what runs, in order.
    """

    def __init__(self, flow: Flow) -> None:
        self._flow = flow
        self._claims: dict[int, bool] = {}
        self._setters: dict[str, list[Site]] = {}
        for site in flow.named("set-variable"):
            self._setters.setdefault(site.literal("name") or "", []).append(site)
        outputs = (site.element.attribute("output-token-variable-name") for site in flow.named(*_TOKEN_POLICIES))
        self._jwt_variables = {attribute.value for attribute in outputs if attribute is not None}

    def client_data(self, expression: Expression, within: Within | None = None) -> Iterator[ClientData]:
        """Yield what of an expression's value the client chooses and nobody vouches for, the likeliest first.

        Args:
            expression: the expression.
            within: the parts that matter, of this expression and of those that gave its variables their values; all
                by default.
        """
        found = self._client_data(expression, 0, within)
        yield from sorted(found, key=lambda data: any(word in data.what for word in _NEGOTIATION))

    def is_vouched(self, site: Site) -> bool:
        """Whether a validated claim of the caller was required before this place, or in a branch around it."""
        if any(has_required_claims(token) and token.dominates(site) for token in self._tokens_before(site)):
            return True
        return any(self._tests_claim(parent, site) for parent in site.parents if parent.name == "when")

    def _tokens_before(self, site: Site) -> list[Site]:
        return self._flow.named_before(site, *_TOKEN_POLICIES)

    def _client_data(self, expression: Expression, depth: int, within: Within | None) -> Iterator[ClientData]:
        tree = expression.tree
        if (
            tree is None
            or depth > _MAX_DEPTH
            or self._reads_claims(expression, depth)
            or self.is_vouched(expression.site)
        ):
            return
        parts = (tree.root,) if within is None else within(tree)
        for chain in tree.chains:
            what = self._client_source(chain, expression) if _lies_in(chain, parts) else None
            if what is not None:
                yield ClientData(what, expression, chain)
        for name, read in tree.variables:
            if _lies_in(read, parts):
                for definition in self._definitions(name, expression.site):
                    yield from self._client_data(definition, depth + 1, within)

    def _client_source(self, chain: Chain, expression: Expression) -> str | None:
        if not _CLIENT.match(chain.path):
            return None
        if _HEADER.fullmatch(chain.path):
            header = chain.argument_text()
            if header is None or header.lower() in _CHECKED or self._is_ours(header, expression.site):
                return None
            return f"the header '{header}'"
        if chain.path.endswith(".Query.GetValueOrDefault()") or chain.path.endswith(".Query[]"):
            return f"the query parameter '{chain.argument_text() or '…'}'"
        if chain.path in _BODIES:
            return "the request's body"
        return None

    def _is_ours(self, header: str, site: Site) -> bool:
        """Whether the gateway has set or validated a header before this place."""
        for earlier in self._flow.named_before(site, "set-header"):
            if (earlier.literal("name") or "").lower() == header.lower():
                action = earlier.literal("exists-action") or "override"
                if action in ("override", "delete") and earlier.dominates(site) and not self._echoes(earlier, header):
                    return True
        is_token = header.lower() == "authorization"
        return is_token and any(token.dominates(site) for token in self._tokens_before(site))

    def _echoes(self, site: Site, header: str) -> bool:
        """Whether a set-header only writes back what the client sent in that header."""
        texts = [text.value for child in site.element.elements for text in child.texts]
        return any(f'"{header}"'.lower() in text.lower() for text in texts)

    def _definitions(self, name: str, site: Site) -> list[Expression]:
        """Return the expressions that may have given a variable its value before this place."""
        found: list[Expression] = []
        position = self._flow.position
        limit = position.get(id(site), len(position))
        for earlier in self._setters.get(name, ()):
            if position[id(earlier)] < limit:
                if earlier.dominates(site):
                    found.clear()
                values = (e for e in expressions_of(earlier) if e.attribute is not None)
                found.extend(e for e in values if e.attribute is not None and e.attribute.name == "value")
        return found

    def _reads_claims(self, expression: Expression, depth: int) -> bool:
        """Whether the value depends on a claim of a validated token."""
        key = id(expression.code)
        if key not in self._claims:
            self._claims[key] = False  # a variable that is set from itself ends here
            self._claims[key] = self._looks_at_claims(expression, depth)
        return self._claims[key]

    def _looks_at_claims(self, expression: Expression, depth: int) -> bool:
        tree = expression.tree
        if tree is None or depth > _MAX_DEPTH:
            return False
        names = [name for name, _ in tree.variables]
        if any(name in self._jwt_variables for name in names):
            return True
        is_validated = bool(self._tokens_before(expression.site))
        if is_validated and any(f".{word}()" in chain.path for chain in tree.chains for word in _VOUCHED):
            return True
        definitions = (d for name in names for d in self._definitions(name, expression.site))
        return any(self._reads_claims(definition, depth + 1) for definition in definitions)

    def _tests_claim(self, when: object, site: Site) -> bool:
        """Whether a `when` around a place has a condition on a claim of a validated token."""
        for earlier in self._flow.named_before(site, "when"):
            if earlier.element is when:
                return any(self._reads_claims(e, 1) for e in expressions_of(earlier) if e.attribute is not None)
        return False


def _lies_in(chain: Chain, parts: tuple[Node, ...]) -> bool:
    return any(part.start <= chain.node.start and chain.node.end <= part.end for part in parts)


def has_required_claims(site: Site) -> bool:
    """Whether a token policy asks for more than a valid token: for claims, or for certain applications."""
    element = site.element
    if element.name not in _TOKEN_POLICIES:
        return False
    wanted = element.find("required-claims") or element.find("client-application-ids")
    return wanted is not None and bool(wanted.elements)
