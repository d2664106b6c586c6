"""Liquid templates of `set-body`: python-liquid behind `Liquid`, with the names of DotLiquid's C# convention.

Filters are written in Pascal case (`Upcase`, `DividedBy`); `Date` takes .NET formats; `JSONArrayFor` puts commas between
its rounds. Templates load nothing, and loops and output are bounded.
"""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, cast

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError as TemplateError

from apim_ai.expression import DEFAULT_SETTINGS
from apim_ai.expression.library.system_datetime import try_parse
from apim_ai.family.liquid_values import ClrText
from apim_ai.gateway.recent import Recent
from apim_ai.runtime import LiquidError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["LiquidTemplates"]

KEPT_TEMPLATES = 256
_ARRAY_BEGIN = re.compile(r"\{%-?\s*JSONArrayFor\b(.*?)-?%\}", re.DOTALL)
_ARRAY_END = re.compile(r"\{%-?\s*endJSONArrayFor\s*-?%\}")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TEXT_OR_WORD = re.compile(
    r"""("[^"]*"|'[^']*')|\.(and|as|blank|cols|contains|continue|else|empty|false|for|if|in|limit|nil|not|null|offset|or"""
    r"""|reversed|true|with)(?![\w-])"""
)
"""Texts, and members whose names are words of python-liquid's language but not of DotLiquid's."""
_WORD = re.compile(r"\S+")
_NUMBER_FILTERS = ("plus", "minus", "times", "divided_by", "modulo")


class _Bounded(Environment):
    loop_iteration_limit: ClassVar[int | None] = 100_000
    output_stream_limit: ClassVar[int | None] = 8 * 1024 * 1024
    local_namespace_limit: ClassVar[int | None] = 8 * 1024 * 1024
    context_depth_limit: ClassVar[int] = 30


class LiquidTemplates:
    """Renders templates; fits `runtime.services.Liquid`. Parsed templates are kept."""

    def __init__(self) -> None:
        self._environment = _Bounded()
        filters = cast("dict[str, Any]", self._environment.filters)
        filters |= {"date": _date, "capitalize": _capitalize, "truncate_words": filters["truncatewords"]}
        filters |= {name: _with_clr_numbers(filters[name]) for name in _NUMBER_FILTERS}
        for name in list(filters):
            filters["".join(word.capitalize() for word in name.split("_"))] = filters[name]
        for name in ("include", "render"):
            self._environment.tags.pop(name, None)
        self._kept: Recent[str, BoundTemplate] = Recent(KEPT_TEMPLATES)

    def render(self, template: str, values: Mapping[str, object]) -> str:
        """Return the text that a template makes of values.

        Raises:
            LiquidError: it makes none.
        """
        try:
            return self._parsed(template).render(**values)
        except (TemplateError, RecursionError) as error:
            raise LiquidError(f"The Liquid template failed: {str(error).partition(chr(10))[0]}") from error

    def _parsed(self, template: str) -> BoundTemplate:
        found = self._kept.get(template)
        if found is None:
            plain = _TAG.sub(_with_names_quoted, _without_arrays(template))
            return self._kept.put(template, self._environment.from_string(plain))
        return found


def _without_arrays(template: str) -> str:
    """Write `JSONArrayFor`, a tag of the service's own, with tags that Liquid has."""
    begun = _ARRAY_BEGIN.sub(lambda match: f"{{% for{match[1]}%}}", template)
    return _ARRAY_END.sub("{% unless forloop.last %},{% endunless %}{% endfor %}", begun)


def _with_names_quoted(tag: re.Match[str]) -> str:
    """Write `body.offset` as `body["offset"]`, for DotLiquid keeps no words from being names of members."""
    return _TEXT_OR_WORD.sub(lambda found: found[1] or f'["{found[2]}"]', tag[0])


def _with_clr_numbers(number_filter: Callable[..., object]) -> Callable[..., object]:
    """Return a filter of numbers whose whole results have no fraction, as .NET writes them."""

    @wraps(number_filter)
    def call(*arguments: object, **options: object) -> object:
        found = number_filter(*arguments, **options)
        return int(found) if isinstance(found, float) and found.is_integer() else found

    return call


def _capitalize(value: object) -> str:
    """Begin each word with a capital, as DotLiquid does; a word in capitals stays as it is."""
    return _WORD.sub(
        lambda word: word[0] if word[0].isupper() else word[0].capitalize(), "" if value is None else str(value)
    )


def _date(value: object, shape: object = None) -> str:
    """Format a date, or a text that is one; anything else stays as it is."""
    if not isinstance(value, ClrText):
        date = try_parse(str(value), DEFAULT_SETTINGS, None)
        if date is None:
            return "" if value is None else str(value)
        value = ClrText(date, DEFAULT_SETTINGS)
    return value.formatted(str(shape)) if shape else str(value)
