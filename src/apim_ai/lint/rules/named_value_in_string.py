"""The rule AIM235."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.document import named_value_spans
from apim_ai.lint.rule import Case, FlowRule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.finding import Finding
    from apim_ai.lint.subject import Subject

__all__ = ["NamedValueInString"]


class NamedValueInString(FlowRule):
    """A named value inside a string whose text could end that string.

    It is replaced as text before C# is compiled: a quote, a backslash or a line break in it breaks the code, or becomes
    code.

    Use a verbatim string, `@"{{name}}"`, for backslashes; keep quotes out of the value.
    """

    code, name, severity = "AIM235", "named-value-in-string", "warning"
    good = (
        Case('<set-variable name="a" value="@(@"{{pattern}}".Length)" />'),
        Case(
            '<set-variable name="a" value="@("{{region}}".Length)" />',
            resources={"namedValues/region": {"displayName": "region", "value": "westeurope"}},
        ),
    )
    bad = (
        Case('<set-variable name="a" value="@("{{pattern}}".Length)" />', at=1),
        Case(
            '<set-variable name="a" value="@("{{pattern}}".Length)" />',
            resources={"namedValues/pattern": {"displayName": "pattern", "value": "\\d+"}},
        ),
    )

    def check(self, subject: Subject) -> Iterator[Finding]:
        """Look into the regular strings of each expression."""
        for expression in subject.expressions:
            for string in _STRING.finditer(expression.code.text):
                if string.group().startswith(("@", "$", "'", "/")):
                    continue
                for name, start, end in named_value_spans(string.group()):
                    if self._is_risky(name, subject):
                        span = expression.span(string.start() + start, string.start() + end)
                        message = f"the value of '{name}' becomes part of the C# string"
                        yield self.found(span, message, help=f'write @"{{{{{name}}}}}"', policy=expression.policy)

    def _is_risky(self, name: str, subject: Subject) -> bool:
        if subject.estate is None:
            return True
        resource = subject.estate.named_values.get(name)
        value = resource.properties.get("value") if resource is not None else None
        return isinstance(value, str) and any(character in value for character in '"\\\r\n')


_STRING = re.compile(
    r'\$?@"(?:[^"]|"")*"|\$@?"(?:[^"\\\r\n]|\\.)*"|"(?:[^"\\\r\n]|\\.)*"|\'(?:[^\'\\\r\n]|\\.)\'|//[^\r\n]*|/\*[\s\S]*?\*/'
)
