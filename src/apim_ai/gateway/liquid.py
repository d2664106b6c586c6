"""Liquid templates of `set-body`: python-liquid behind `Liquid`, with the names of DotLiquid's C# convention.

Filters are written in Pascal case (`Upcase`, `DividedBy`); `Date` takes .NET formats; `JSONArrayFor` puts commas between
its rounds. Templates load nothing, and loops and output are bounded.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, ClassVar, cast

from liquid import BoundTemplate, Environment
from liquid.exceptions import LiquidError as TemplateError

from apim_ai.expression import DEFAULT_SETTINGS
from apim_ai.expression.library.system_datetime import try_parse
from apim_ai.family.liquid_values import ClrText
from apim_ai.gateway.recent import Recent
from apim_ai.runtime import LiquidError

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["LiquidTemplates"]

KEPT_TEMPLATES = 256
_ARRAY_BEGIN = re.compile(r"\{%-?\s*JSONArrayFor\b(.*?)-?%\}", re.DOTALL)
_ARRAY_END = re.compile(r"\{%-?\s*endJSONArrayFor\s*-?%\}")


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
        filters["date"] = _date
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
            return self._kept.put(template, self._environment.from_string(_without_arrays(template)))
        return found


def _without_arrays(template: str) -> str:
    """Write `JSONArrayFor`, a tag of the service's own, with tags that Liquid has."""
    begun = _ARRAY_BEGIN.sub(lambda match: f"{{% for{match[1]}%}}", template)
    return _ARRAY_END.sub("{% unless forloop.last %},{% endunless %}{% endfor %}", begun)


def _date(value: object, shape: object = None) -> str:
    """Format a date, or a text that is one; anything else stays as it is."""
    if not isinstance(value, ClrText):
        date = try_parse(str(value), None)
        if date is None:
            return "" if value is None else str(value)
        value = ClrText(date, DEFAULT_SETTINGS)
    return value.formatted(str(shape)) if shape else str(value)
