"""The named settings: everything that Azure leaves open, or that a test wants to vary, in one table.

The table is the dataclass `GatewaySettings`: a field for each setting, with its name (`token_limit.tokenizer`), values,
default and meaning. Engines read attributes (`settings.token_limit_tokenizer`); users give names, in the project file,
an environment, a case or with `--setting name=value`.
"""

from __future__ import annotations

import dataclasses
import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from apim_ai.config.setting_kinds import (
    Choice,
    Flag,
    Integer,
    Kind,
    ListOf,
    Regions,
    StatusList,
    Text,
    setting,
)
from apim_ai.config.yaml import raise_all
from apim_ai.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from apim_ai.source import Span

__all__ = ["GatewaySettings", "SettingInfo"]

Algorithm = Literal[
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"
]  # fmt: skip
_ALGORITHMS: tuple[Algorithm, ...] = (
    "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SettingInfo:
    """What the documentation says about a setting.

    Args:
        name: as users write it, such as `token_limit.tokenizer`.
        values: what it takes, in words.
        default: its default as a YAML value.
        doc: what it decides.
        attribute: its attribute of `GatewaySettings`.
    """

    name: str
    values: str
    default: object
    doc: str
    attribute: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """How the local gateway behaves where Azure's behaviour is not documented, or differs by tier.

    Args:
        given: names of the settings that somebody set; the others have their defaults.
    """

    breaker_error_reason_match: Literal["contains-ignore-case", "exact"] = setting(
        "breaker.error_reason_match",
        Choice("contains-ignore-case", "exact"),
        doc="how `errorReasons` are compared with the reason of a gateway error",
    )
    breaker_open_body: str = setting(
        "breaker.open_body",
        Text('{"statusCode":503,"message":"Service Unavailable"}'),
        doc="body while a circuit is open",
    )
    breaker_open_status_reason: str = setting(
        "breaker.open_status_reason",
        Text("Service Unavailable"),
        doc="reason phrase of that 503, single backend",
    )
    breaker_percentage_min_calls: int = setting(
        "breaker.percentage_min_calls", Integer(1, 1), doc="calls in the interval before a percentage can trip"
    )
    breaker_retry_after_from: Literal["tripping-response", "any-response"] = setting(
        "breaker.retry_after_from",
        Choice("tripping-response", "any-response"),
        doc="whose `Retry-After` sets the open time with `acceptRetryAfter`",
    )
    breaker_window: Literal["sliding", "fixed"] = setting(
        "breaker.window", Choice("sliding", "fixed"), doc="how `interval` is counted"
    )
    cache_conditional_304: bool = setting(
        "cache.conditional_304", Flag(default=False), doc="answer If-None-Match from the cache with 304"
    )
    cache_on_hit: Literal["run-outbound", "skip-outbound"] = setting(
        "cache.on_hit",
        Choice("run-outbound", "skip-outbound"),
        doc="whether outbound runs after a hit of `cache-lookup` or semantic lookup",
    )
    compose_missing_section: Literal["inherit", "empty"] = setting(
        "compose.missing_section",
        Choice("inherit", "empty"),
        doc="meaning of a section element that a given definition leaves out",
    )
    concurrency_scope: Literal["unit", "region", "service"] = setting(
        "concurrency.scope", Choice("unit", "region", "service"), doc="what shares one `limit-concurrency` count"
    )
    content_safety_api_version: str = setting(
        "content_safety.api_version", Text("2024-09-01"), doc="`api-version` of both calls"
    )
    content_safety_backend_failure_status: Literal["500", "403", "allow"] = setting(
        "content_safety.backend_failure_status",
        Choice("500", "403", "allow"),
        doc="outcome when the service cannot be asked (`allow`: let the request pass)",
    )
    content_safety_body: str = setting(
        "content_safety.body",
        Text('{"statusCode":403,"message":"Request failed content safety check."}'),
        doc="body of a refusal",
    )
    content_safety_categories_sent: Literal["listed", "all"] = setting(
        "content_safety.categories_sent", Choice("listed", "all"), doc="which categories the analysis is asked for"
    )
    content_safety_halt_on_blocklist_hit: Literal["true", "false", "omit"] = setting(
        "content_safety.halt_on_blocklist_hit",
        Choice("true", "false", "omit", default="false"),
        doc="`haltOnBlocklistHit` of the analysis",
    )
    content_safety_join: str = setting("content_safety.join", Text("\n"), doc="what joins the texts of the messages")
    content_safety_order: tuple[Literal["shield", "analyze"], ...] = setting(
        "content_safety.order",
        ListOf("shield", "analyze", default=("shield", "analyze")),
        doc="order of the two calls",
    )
    content_safety_reason: str = setting(
        "content_safety.reason", Text("ContentSafetyCheckFailed"), doc="LastError.Reason of a refusal"
    )
    content_safety_shield_documents: Literal["none", "system-and-tool"] = setting(
        "content_safety.shield_documents",
        Choice("none", "system-and-tool"),
        doc="which messages go to the shield as documents",
    )
    content_safety_shield_on_completions: bool = setting(
        "content_safety.shield_on_completions", Flag(default=False), doc="send completions to the shield too"
    )
    content_safety_stop_at_first: bool = setting(
        "content_safety.stop_at_first", Flag(default=True), doc="no further call after a violation"
    )
    cors_wildcard_with_credentials: Literal["echo", "wildcard", "omit"] = setting(
        "cors.wildcard_with_credentials",
        Choice("echo", "wildcard", "omit"),
        doc="Allow-Origin for `*` with credentials",
    )
    dotnet_profile: Literal["framework", "core"] = setting(
        "dotnet.profile",
        Choice("framework", "core", default="core"),
        doc="whose texts of doubles, dates and the like expressions give",
    )
    errors_concurrency_body: str = setting(
        "errors.concurrency_body",
        Text('{"statusCode":429,"message":"Concurrency limit is exceeded."}'),
        doc="body of a `limit-concurrency` refusal",
    )
    errors_concurrency_reason: str = setting(
        "errors.concurrency_reason", Text("ConcurrencyLimitExceeded"), doc="its LastError.Reason"
    )
    errors_connection_status: int = setting(
        "errors.connection_status", Integer(500, 100, 599), doc="answer when the backend cannot be reached"
    )
    errors_internal_body_has_activity_id: bool = setting(
        "errors.internal_body_has_activity_id",
        Flag(default=True),
        doc="`activityId` in the body of an internal error",
    )
    errors_ip_filter_body: str = setting(
        "errors.ip_filter_body",
        Text('{"statusCode":403,"message":"Forbidden"}'),
        doc="body of an `ip-filter` refusal",
    )
    errors_on_error_failure: int = setting(
        "errors.on_error_failure", Integer(500, 100, 599), doc="answer when `on-error` itself fails"
    )
    errors_retry_after_name: str = setting(
        "errors.retry_after_name", Text("Retry-After"), doc="spelling of the default retry header"
    )
    errors_timeout_status: int = setting(
        "errors.timeout_status", Integer(504, 100, 599), doc="answer when the backend does not answer in time"
    )
    errors_www_authenticate: bool = setting(
        "errors.www_authenticate",
        Flag(default=True),
        doc="`WWW-Authenticate` on a 401 for the subscription key",
    )
    expressions_culture: Literal["invariant", "en-US"] = setting(
        "expressions.culture",
        Choice("invariant", "en-US"),
        doc="culture of conversions and comparisons without an explicit one",
    )
    find_and_replace_case_sensitive: bool = setting(
        "find_and_replace.case_sensitive", Flag(default=True), doc="comparison of `find-and-replace`"
    )
    forward_replay_unbuffered: Literal["error", "empty"] = setting(
        "forward.replay_unbuffered",
        Choice("error", "empty"),
        doc="a second attempt with a body that was not buffered",
    )
    gateway_flavor: Literal["classic", "v2"] = setting(
        "gateway.flavor",
        Choice("classic", "v2"),
        doc="sliding window or token bucket, and what else differs; v2 when the environment's SKU is a v2 one",
    )
    gateway_regions: tuple[str, ...] = setting(
        "gateway.regions",
        Regions(),
        doc="regions that keep limit counters of their own; requests go to them in turn",
    )
    gateway_units: int = setting(
        "gateway.units",
        Integer(1, 1, 1000),
        doc="gateway instances per region that keep breaker, pool and concurrency state of their own",
    )
    jwt_algorithms: tuple[Algorithm, ...] = setting(
        "jwt.algorithms",
        ListOf(*_ALGORITHMS, default=_ALGORITHMS),
        doc="signature algorithms that are accepted",
    )
    jwt_claim_without_values: Literal["exists", "ignore"] = setting(
        "jwt.claim_without_values",
        Choice("exists", "ignore"),
        doc="a required claim without `value` children",
    )
    jwt_entra_documents: tuple[Literal["v1", "v2"], ...] = setting(
        "jwt.entra_documents",
        ListOf("v1", "v2", default=("v1", "v2")),
        doc="documents that `validate-azure-ad-token` reads",
    )
    jwt_entra_host: str = setting(
        "jwt.entra_host", Text("login.microsoftonline.com"), doc="sign-in host when the policy names none"
    )
    jwt_oidc_refetch_min: int = setting(
        "jwt.oidc_refetch_min",
        Integer(300, 0),
        doc="shortest seconds between refetches for an unknown `kid` or after a failure",
    )
    jwt_oidc_ttl: int = setting(
        "jwt.oidc_ttl", Integer(3600, 0), doc="seconds for which documents and key sets are kept"
    )
    jwt_www_authenticate: bool = setting(
        "jwt.www_authenticate", Flag(default=False), doc="`WWW-Authenticate` on a refusal of the JWT policies"
    )
    mi_failure_status: int = setting(
        "mi.failure_status",
        Integer(500, 100, 599),
        doc="answer when no token can be had and `ignore-error` is false",
    )
    mi_set_header_with_variable: bool = setting(
        "mi.set_header_with_variable",
        Flag(default=False),
        doc="set `Authorization` also when `output-token-variable-name` is given",
    )
    mi_source: Literal["fake", "imds", "app-service", "azure-identity"] = setting(
        "mi.source",
        Choice("fake", "imds", "app-service", "azure-identity"),
        doc="where managed-identity tokens come from",
    )
    named_values_liquid: Literal["leave-unknown", "error"] = setting(
        "named_values.liquid",
        Choice("leave-unknown", "error"),
        doc="`{{x}}` in a liquid body that is no named value",
    )
    pipeline_order: tuple[Literal["match", "subscription"], ...] = setting(
        "pipeline.order",
        ListOf("match", "subscription", default=("match", "subscription")),
        doc="order of operation matching and key check",
    )
    policies_allow_undocumented: tuple[str, ...] = setting(
        "policies.allow_undocumented",
        ListOf(default=()),
        doc="policies known to the schema or toolkit only that may run",
    )
    pool_affinity_on_trip: Literal["reselect", "fail"] = setting(
        "pool.affinity_on_trip", Choice("reselect", "fail"), doc="session affinity to a tripped member"
    )
    pool_default_priority: int = setting(
        "pool.default_priority", Integer(1, 0, 100), doc="priority of a member without one"
    )
    pool_default_weight: int = setting("pool.default_weight", Integer(1, 0, 100), doc="weight of a member without one")
    pool_exhausted_status_reason: str = setting(
        "pool.exhausted_status_reason",
        Text("Backend pool '{id}' is temporarily unavailable."),
        doc="reason phrase of the 503 when all members are tripped",
    )
    pool_selection: Literal["smooth-wrr", "random"] = setting(
        "pool.selection", Choice("smooth-wrr", "random"), doc="weighted choice; random is seeded by the run"
    )
    quota_bandwidth_counts: Literal["both", "response", "request"] = setting(
        "quota.bandwidth_counts", Choice("both", "response", "request"), doc="what counts against `bandwidth`"
    )
    retry_first_fast_shifts_schedule: bool = setting(
        "retry.first_fast_shifts_schedule",
        Flag(default=False),
        doc="`first-fast-retry` uses up the first step of the schedule",
    )
    retry_max_interval_without_delta: Literal["fixed", "error"] = setting(
        "retry.max_interval_without_delta",
        Choice("fixed", "error"),
        doc="`max-interval` given without `delta`",
    )
    retry_swallow_errors: bool = setting(
        "retry.swallow_errors",
        Flag(default=True),
        doc="errors of the children stay inside while attempts are left",
    )
    semantic_cache_embeddings_api_version: str = setting(
        "semantic_cache.embeddings_api_version",
        Text("2024-10-21"),
        doc="`api-version` added to a deployment URL that has none (`none`: never)",
    )
    semantic_cache_embeddings_failure: Literal["miss", "500"] = setting(
        "semantic_cache.embeddings_failure", Choice("miss", "500"), doc="outcome of a failed embeddings call"
    )
    semantic_cache_embeddings_input: Literal["string", "array"] = setting(
        "semantic_cache.embeddings_input", Choice("string", "array"), doc="form of `input`"
    )
    semantic_cache_embeddings_model: str = setting(
        "semantic_cache.embeddings_model", Text(""), doc="`model` in the embeddings body; empty: left out"
    )
    semantic_cache_embeddings_resource: str = setting(
        "semantic_cache.embeddings_resource",
        Text("https://cognitiveservices.azure.com"),
        doc="resource of the system identity's token for that call",
    )
    semantic_cache_partition_includes_api: bool = setting(
        "semantic_cache.partition_includes_api",
        Flag(default=True),
        doc="entries are kept apart by API even without `vary-by`",
    )
    semantic_cache_store_statuses: tuple[int, ...] = setting(
        "semantic_cache.store_statuses", StatusList(200), doc="answers that are stored"
    )
    semantic_cache_stream_hit: Literal["replay-as-single-chunk-sse", "replay-as-json", "miss"] = setting(
        "semantic_cache.stream_hit",
        Choice("replay-as-single-chunk-sse", "replay-as-json", "miss"),
        doc="a hit for a streaming request",
    )
    semantic_cache_threshold_mode: Literal["distance", "similarity"] = setting(
        "semantic_cache.threshold_mode", Choice("distance", "similarity"), doc="meaning of `score-threshold`"
    )
    set_header_null_value: Literal["skip", "empty"] = setting(
        "set_header.null_value", Choice("skip", "empty"), doc="a header value expression that gives null"
    )
    token_limit_charge_cache_hit: Literal["0", "usage", "estimate"] = setting(
        "token_limit.charge_cache_hit", Choice("0", "usage", "estimate"), doc="what a semantic-cache hit is charged"
    )
    token_limit_charge_failed: Literal["0", "estimate"] = setting(
        "token_limit.charge_failed", Choice("0", "estimate"), doc="what a response without usage is charged"
    )
    token_limit_check_order: tuple[Literal["tpm", "quota"], ...] = setting(
        "token_limit.check_order",
        ListOf("tpm", "quota", default=("tpm", "quota")),
        doc="which budget is checked first",
    )
    token_limit_entry_time: Literal["inbound", "response"] = setting(
        "token_limit.entry_time", Choice("inbound", "response"), doc="time stamp of a charge in the window"
    )
    token_limit_image_tokens: int = setting("token_limit.image_tokens", Integer(85, 0), doc="estimate per image part")
    token_limit_message_overhead: int = setting(
        "token_limit.message_overhead", Integer(3, 0), doc="estimate added per message"
    )
    token_limit_never_fits: Literal["429-without-retry", "429"] = setting(
        "token_limit.never_fits",
        Choice("429-without-retry", "429"),
        doc="an estimate larger than the whole budget",
    )
    token_limit_null_key: Literal["error", "empty"] = setting(
        "token_limit.null_key",
        Choice("error", "empty"),
        doc="a `counter-key` that gives null (`empty`: the empty text is the key)",
    )
    token_limit_quota_alignment: Literal["utc-calendar", "first-use"] = setting(
        "token_limit.quota_alignment", Choice("utc-calendar", "first-use"), doc="where quota periods begin"
    )
    token_limit_quota_type: Literal["long", "int"] = setting(
        "token_limit.quota_type", Choice("long", "int"), doc="CLR type of the quota variables"
    )
    token_limit_release_on_failure: bool = setting(
        "token_limit.release_on_failure",
        Flag(default=True),
        doc="give a reserved estimate back when the backend did not answer",
    )
    token_limit_remaining_type: Literal["int", "long"] = setting(
        "token_limit.remaining_type", Choice("int", "long"), doc="CLR type of the other token variables"
    )
    token_limit_stream_usage_chunk: Literal["prefer", "ignore"] = setting(
        "token_limit.stream_usage_chunk",
        Choice("prefer", "ignore"),
        doc="use the `usage` chunk of a stream instead of the estimate",
    )
    token_limit_tokenizer: Literal["by-model", "o200k_base", "cl100k_base", "chars4"] = setting(
        "token_limit.tokenizer",
        Choice("by-model", "o200k_base", "cl100k_base", "chars4"),
        doc="tokenizer of the estimates; by-model falls back to o200k_base; chars4 is characters / 4, rounded up",
    )
    token_limit_tools: Literal["count", "ignore"] = setting(
        "token_limit.tools", Choice("count", "ignore"), doc="tool schemas in the estimate"
    )
    transform_xml_json_mapping: Literal["newtonsoft", "simple"] = setting(
        "transform.xml_json_mapping",
        Choice("newtonsoft", "simple"),
        doc="conversion rules of `xml-to-json` and `json-to-xml`",
    )
    given: frozenset[str] = dataclasses.field(default=frozenset(), compare=False)

    @classmethod
    def of(
        cls,
        values: Mapping[str, object],
        *,
        span_of: Callable[[str], Span | None] | None = None,
    ) -> GatewaySettings:
        """Return the defaults with some settings changed.

        Args:
            values: YAML values, or text as `--setting name=value` gives it, by setting name.
            span_of: where the value of a name stands, for errors.

        Raises:
            ConfigError: unknown names or values that do not fit, all of them at once.
        """
        return cls().with_values(values, span_of=span_of)

    def with_values(
        self,
        values: Mapping[str, object],
        *,
        span_of: Callable[[str], Span | None] | None = None,
    ) -> GatewaySettings:
        """Return a copy with some settings changed; arguments and errors as for `of`."""
        if not values:
            return self
        changes: dict[str, object] = {}
        problems: list[ConfigError] = []
        for name, value in values.items():
            try:
                attribute, kind = _find(name)
                changes[attribute] = kind.read(name, value)
            except ConfigError as error:
                span = span_of(name) if span_of else None
                problems.append(ConfigError(error.message, span=span, help=error.help))
        raise_all(problems)
        return dataclasses.replace(self, **changes, given=self.given | values.keys())

    def get(self, name: str) -> object:
        """Return a setting's value by its name.

        Raises:
            ConfigError: there is no such setting.
        """
        attribute, _ = _find(name)
        return getattr(self, attribute)

    @staticmethod
    def table() -> tuple[SettingInfo, ...]:
        """Return every setting, in order of name, for documentation and schemas."""
        return tuple(
            SettingInfo(name, kind.values, kind.plain_default, doc, attribute)
            for name, (attribute, kind, doc) in _TABLE.items()
        )


def parse_assignments(texts: Iterable[str]) -> dict[str, object]:
    """Return `name=value` texts, as `--setting` takes them, as a mapping.

    Raises:
        ConfigError: a text without `=`.
    """
    result: dict[str, object] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise ConfigError(f'"{text}" is not of the form name=value')
        result[name.strip()] = value
    return result


_TABLE: dict[str, tuple[str, Kind, str]] = {
    field.metadata["name"]: (field.name, field.metadata["kind"], field.metadata["doc"])
    for field in dataclasses.fields(GatewaySettings)
    if field.metadata
}


def _find(name: str) -> tuple[str, Kind]:
    """Return attribute and kind of a setting."""
    found = _TABLE.get(name)
    if found is None:
        close = difflib.get_close_matches(name, _TABLE, n=1)
        hint = f'did you mean "{close[0]}"?' if close else "see docs/settings.md for the names"
        raise ConfigError(f'there is no setting "{name}"', help=hint)
    return found[0], found[1]
