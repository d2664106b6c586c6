"""Token limits: what `llm-token-limit` and `azure-openai-token-limit` share, which is everything but the name."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    BOOLEAN,
    HEADER_NAME,
    NULLABLE_TEXT,
    VARIABLE_NAME,
    Policy,
    Value,
    all_or_none,
    at_least_one,
    attribute,
    choice,
    family,
    integer,
    literal,
    long,
)
from apim_ai.expression import Int64, Read
from apim_ai.family.chat import UsageWatch, needs_body, question_of
from apim_ai.family.periods import Period, calendar_period, period_since, spoken
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from apim_ai.family.chat import Answer, Question
    from apim_ai.family.chat.prompt import Shape
    from apim_ai.message import Response
    from apim_ai.runtime import Charge, Exchange, QuotaPeriod, RateCounter

__all__ = ["TokenLimit"]

MINUTE = 60.0
_ROUNDING = 1e-6
PromptType = Literal["auto", "chat-completion", "completion", "embeddings"]
_SHAPES: dict[str, Shape] = {"chat-completion": "chat", "completion": "completion", "embeddings": "embeddings"}


@family(
    at_least_one("tokens-per-minute", "token-quota"),
    all_or_none("token-quota", "token-quota-period"),
    sections=("inbound",),
    gateways=("classic", "v2", "self-hosted", "workspace"),
    settings=("token_limit", "gateway.flavor", "gateway.regions", "errors.retry_after_name"),
)
class TokenLimit(Policy):
    """Refuse with 429 when a key has used up its tokens of the minute, with 403 when it has used up its quota.

    Source: token-limit pages and field observations.
    """

    counter_key: Value[str | None] = attribute(
        NULLABLE_TEXT, doc="one counter exists for each value, whatever scope or API asks for it"
    )
    tokens_per_minute: Value[int] | None = attribute(
        integer(minimum=1), default=None, expressions="undocumented", doc="prompt and completion tokens of a minute"
    )
    token_quota: Value[int] | None = attribute(
        long(minimum=1), default=None, expressions="undocumented", doc="tokens of a period"
    )
    token_quota_period: str | None = literal(
        choice("Hourly", "Daily", "Weekly", "Monthly", "Yearly", hidden=("Indefinite",)), default=None
    )
    estimate_prompt_tokens: bool = literal(BOOLEAN, doc="whether the prompt is counted before the call")
    retry_after_header_name: str = literal(HEADER_NAME, default="Retry-After")
    retry_after_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    remaining_quota_tokens_header_name: str | None = literal(HEADER_NAME, default=None)
    remaining_quota_tokens_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    remaining_tokens_header_name: str | None = literal(HEADER_NAME, default=None)
    remaining_tokens_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    tokens_consumed_header_name: str | None = literal(HEADER_NAME, default=None)
    tokens_consumed_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    prompt_type: Value[PromptType] = attribute(
        choice("auto", "chat-completion", "completion", "embeddings"),
        default="auto",
        expressions="undocumented",
        documented=False,
    )
    ignore_prompt: bool = literal(BOOLEAN, default=False, documented=False)

    def run(self, exchange: Exchange, /) -> Awaitable[None] | None:
        """Check the budgets, reserve the estimate, and charge what the answer turns out to have cost."""
        if needs_body(exchange):
            return self._run_buffered(exchange)
        self._limit(exchange)
        return None

    async def _run_buffered(self, exchange: Exchange) -> None:
        await exchange.buffer(Read.REQUEST_BODY)
        self._limit(exchange)

    def _limit(self, exchange: Exchange) -> None:
        question = question_of(exchange, _SHAPES.get(self.prompt_type(exchange.context)))
        account = _Account(self, exchange, self._key(exchange), self._estimate(exchange, question))
        exchange.on_leaving.append(account.write_headers)
        account.refuse_if_spent()
        account.reserve()
        exchange.on_received.append(account.note_answer)
        UsageWatch.listen(exchange, question, account.settle)
        exchange.on_failed.append(account.release)

    @cached_property
    def sets_variables(self) -> bool:
        """Whether a variable tells how much is left or was consumed."""
        return any(
            (
                self.remaining_tokens_variable_name,
                self.remaining_quota_tokens_variable_name,
                self.tokens_consumed_variable_name,
            )
        )

    def _key(self, exchange: Exchange) -> str:
        key = self.counter_key(exchange.context)
        if key is not None:
            return key
        how = exchange.settings.token_limit_null_key
        exchange.trace.decided_by("token_limit.null_key", how)
        if how == "empty":
            return ""
        message = "Expression evaluation failed. The value of 'counter-key' is null."
        raise PolicyError(self.element_name, "ExpressionValueEvaluationFailure", message)

    def _estimate(self, exchange: Exchange, question: Question | None) -> int:
        if question is None or self.ignore_prompt or not (self.estimate_prompt_tokens or question.streams):
            return 0
        prompt = question.prompt
        if prompt is None:
            return 0
        settings = exchange.settings
        exchange.trace.decided_by("token_limit.tokenizer", settings.token_limit_tokenizer)
        return prompt.estimate(exchange.services.tokens, settings)


class _Account:
    """One execution of a limit: what it found, what it reserved, what it charged in the end."""

    __slots__ = (
        "_charges", "_consumed", "_date", "_estimate", "_exchange", "_is_answered", "_is_settled", "_limit", "_most",
        "_now", "_period", "_policy", "_quota", "_rate", "_reported",
    )  # fmt: skip

    def __init__(self, policy: TokenLimit, exchange: Exchange, key: str, estimate: int) -> None:
        self._policy = policy
        self._exchange = exchange
        self._estimate = estimate
        self._consumed = 0
        self._reported = 0
        self._is_answered = False
        self._is_settled = False
        self._charges: list[Charge] = []
        services, context = exchange.services, exchange.context
        self._now = services.clock.monotonic()  # of the minute, which is its length whatever is done to the date
        self._rate: RateCounter | None = None
        self._quota: QuotaPeriod | None = None
        if policy.tokens_per_minute is not None:
            self._limit = policy.tokens_per_minute(context)
            self._rate = services.counters.rate(f"tokens {key}", MINUTE, self._now)
        if policy.token_quota is not None:
            name = policy.token_quota_period or ""
            self._date = services.clock.now()  # of the quota's period
            self._most = policy.token_quota(context)
            self._period = self._period_of(name, key)
            self._quota = services.counters.quota(f"tokens {name} {key}", self._period.start)

    def _period_of(self, name: str, key: str) -> Period:
        if self._exchange.settings.token_limit_quota_alignment == "utc-calendar":
            return calendar_period(name, self._date)
        first = self._exchange.services.counters.first_use(f"tokens {name} {key}", self._date)
        return period_since(name, first, self._date)

    # --- the decision ---------------------------------------------------------------------------------------------

    def refuse_if_spent(self) -> None:
        """Check the budgets in the order of the setting.

        Raises:
            PolicyError: one of them is used up.
        """
        for budget in self._exchange.settings.token_limit_check_order:
            if budget == "tpm" and self._rate is not None:
                self._check_rate(self._rate)
            elif budget == "quota" and self._quota is not None:
                self._check_quota(self._quota)

    def _check_rate(self, rate: RateCounter) -> None:
        wait = rate.wait(self._estimate, self._limit, self._now)
        if wait <= 0:
            return
        self._exchange.note(f"refused: {self._remaining()} of {self._limit} tokens left, estimate {self._estimate}")
        if math.isinf(wait):
            never_fits = self._exchange.settings.token_limit_never_fits
            self._exchange.trace.decided_by("token_limit.never_fits", never_fits)
            if never_fits == "429-without-retry":
                raise self._refusal(429, "OpenAITokenLimitExceeded", "Token limit is exceeded.", None)
            wait = rate.wait(self._limit, self._limit, self._now)
        seconds = max(1, math.ceil(wait - _ROUNDING))
        message = f"Token limit is exceeded. Try again in {seconds} seconds."
        raise self._refusal(429, "OpenAITokenLimitExceeded", message, seconds)

    def _check_quota(self, quota: QuotaPeriod) -> None:
        if quota.used > self._most:
            message = "Token quota is exceeded."
        elif self._estimate and quota.used + self._estimate > self._most:
            message = "Token quota will exceed the limit."
        else:
            return
        self._exchange.note(
            f"refused: {quota.used:g} of {self._most} tokens of the period used, estimate {self._estimate}"
        )
        seconds = self._period.wait(self._date)
        if seconds is not None:
            message = f"{message} Try again in {spoken(seconds)}."
        raise self._refusal(403, "OpenAITokenQuotaExceeded", message, seconds)

    def _refusal(self, status: int, reason: str, message: str, seconds: int | None) -> PolicyError:
        policy, exchange = self._policy, self._exchange
        self.publish()
        headers: list[tuple[str, str]] = []
        if seconds is not None:
            is_default = policy.retry_after_header_name == "Retry-After"
            name = exchange.settings.errors_retry_after_name if is_default else policy.retry_after_header_name
            headers.append((name, str(seconds)))
            self._set_variable(policy.retry_after_variable_name, seconds)
        return PolicyError(policy.element_name, reason, message, status, headers=headers)

    # --- the charge -----------------------------------------------------------------------------------------------

    def reserve(self) -> None:
        """Charge the estimate, so that parallel requests see it."""
        if self._rate is not None:
            self._charges.append(self._rate.charge(self._estimate, self._limit, self._now))
        if self._quota is not None:
            self._charges.append(self._quota.charge(self._estimate))
        self._consumed = self._estimate
        self._exchange.note(f"accepted, {self._estimate} tokens reserved")
        if self._policy.sets_variables:
            self.publish()

    def note_answer(self, _: Response) -> None:
        """Take notice that the backend has answered; what that cost may be known only later."""
        self._is_answered = True

    def settle(self, answer: Answer) -> None:
        """Replace the reservation by what an answer cost."""
        if answer.is_cached:
            self._settle_cached(answer)
            return
        if answer.usage is not None:
            prompt = answer.usage.prompt if self._policy.ignore_prompt else 0
            self._reported += answer.usage.total - prompt
        elif not self._reported:
            how = self._exchange.settings.token_limit_charge_failed
            self._exchange.trace.decided_by("token_limit.charge_failed", how)
            self._charge(self._estimate if how == "estimate" else 0)
            return
        self._charge(self._reported)

    def _settle_cached(self, answer: Answer) -> None:
        how = self._exchange.settings.token_limit_charge_cache_hit
        self._exchange.trace.decided_by("token_limit.charge_cache_hit", how)
        self._is_settled = True
        if how == "usage":
            self._charge(answer.usage.total if answer.usage else 0)
        elif how == "0":
            self._charge(0)

    def release(self) -> None:
        """Give the reservation back: no backend has answered."""
        if self._is_answered or self._is_settled:
            return
        is_released = self._exchange.settings.token_limit_release_on_failure
        self._exchange.trace.decided_by("token_limit.release_on_failure", is_released)
        if is_released:
            self._amend(0)

    def _charge(self, tokens: int) -> None:
        self._amend(tokens)
        self._consumed = tokens
        if self._policy.sets_variables:
            self.publish()

    def _amend(self, tokens: int) -> None:
        exchange = self._exchange
        if exchange.settings.token_limit_entry_time == "response":
            at = exchange.services.clock.monotonic()
            for charge in self._charges:
                charge.amend(tokens, at=at)
        else:
            for charge in self._charges:
                charge.amend(tokens)

    # --- what is told ---------------------------------------------------------------------------------------------

    def publish(self) -> None:
        """Set the variables."""
        policy, settings = self._policy, self._exchange.settings
        if policy.remaining_tokens_variable_name and self._rate is not None:
            self._set_variable(policy.remaining_tokens_variable_name, self._remaining())
        if policy.remaining_quota_tokens_variable_name and self._quota is not None:
            left = self._remaining_quota()
            value = Int64(left) if settings.token_limit_quota_type == "long" else left
            self._exchange.variables[policy.remaining_quota_tokens_variable_name] = value
        self._set_variable(policy.tokens_consumed_variable_name, self._consumed)

    def write_headers(self, response: Response) -> None:
        """Write the headers of the response that leaves."""
        policy = self._policy
        if policy.remaining_tokens_header_name and self._rate is not None:
            response.headers.set(policy.remaining_tokens_header_name, str(self._remaining()))
        if policy.remaining_quota_tokens_header_name and self._quota is not None:
            response.headers.set(policy.remaining_quota_tokens_header_name, str(self._remaining_quota()))
        if policy.tokens_consumed_header_name and self._is_answered:
            response.headers.set(policy.tokens_consumed_header_name, str(self._consumed))

    def _remaining(self) -> int:
        if self._rate is None:
            return 0
        now = self._exchange.services.clock.monotonic()
        return max(0, math.floor(self._rate.left(self._limit, now) + _ROUNDING))

    def _remaining_quota(self) -> int:
        return 0 if self._quota is None else max(0, self._most - math.ceil(self._quota.used))

    def _set_variable(self, name: str | None, value: int) -> None:
        if name:
            is_long = self._exchange.settings.token_limit_remaining_type == "long"
            self._exchange.variables[name] = Int64(value) if is_long else value
