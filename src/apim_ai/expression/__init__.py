"""Policy expressions: C# 7 compiled to Python, with .NET's values, texts and exceptions.

```text
syntax/    text → tokens → tree                  what is newer than C# 7 is refused by name
bind/      tree → bound tree                     names, types, overloads, conversions; Azure's allow-list
emit       bound tree → Python, compiled once    nothing of the user's reaches it but constants
fuse       what merely looks into JSON           goes there without tokens: `paths`, `survey`, `templates`
library/   the .NET types, one file a namespace  read by `bind`, called by what `emit` makes
context/   the objects behind `context`          policies and expressions share them
```

Start with `compiler.compile_expression`. Boxed values are Python's own where they fit (`None`, `bool`, `int` for Int32,
`str`, `float` for Double, `bytes`, `Decimal`), else classes of `library`.

The names below are imported when they are asked for, so that who parses C# only need not load .NET's library.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apim_ai.expression.bind.scope import Read
    from apim_ai.expression.compiler import Code, Compilation, Compiled, compile_expression, compile_text
    from apim_ai.expression.context import Context
    from apim_ai.expression.exceptions import ClrException
    from apim_ai.expression.library.boxes import Array, Int64, string_array
    from apim_ai.expression.library.text import to_text
    from apim_ai.expression.settings import DEFAULT as DEFAULT_SETTINGS
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType
    from apim_ai.expression.values import (
        BasicAuthCredentials,
        DateTime,
        Guid,
        JToken,
        Jwt,
        ResponseView,
        TimeSpan,
        clr_type_name,
        decode_value,
        from_json_value,
        string_list,
    )

__all__ = [
    "DEFAULT_SETTINGS",
    "Array",
    "BasicAuthCredentials",
    "ClrException",
    "ClrType",
    "Code",
    "Compilation",
    "Compiled",
    "Context",
    "DateTime",
    "ExpressionSettings",
    "Guid",
    "Int64",
    "JToken",
    "Jwt",
    "Read",
    "ResponseView",
    "TimeSpan",
    "clr_type_name",
    "compile_expression",
    "compile_text",
    "decode_value",
    "from_json_value",
    "string_array",
    "string_list",
    "to_text",
]

_PLACES = {
    "Read": "bind.scope",
    "Code": "compiler",
    "Compilation": "compiler",
    "Compiled": "compiler",
    "compile_expression": "compiler",
    "compile_text": "compiler",
    "Context": "context",
    "ClrException": "exceptions",
    "Array": "library.boxes",
    "Int64": "library.boxes",
    "string_array": "library.boxes",
    "to_text": "library.text",
    "ExpressionSettings": "settings",
    "ClrType": "types",
    "BasicAuthCredentials": "values",
    "DateTime": "values",
    "Guid": "values",
    "JToken": "values",
    "Jwt": "values",
    "ResponseView": "values",
    "TimeSpan": "values",
    "clr_type_name": "values",
    "decode_value": "values",
    "from_json_value": "values",
    "string_list": "values",
}


def __getattr__(name: str) -> object:
    """Import what is asked for from the module that has it."""
    if name == "DEFAULT_SETTINGS":
        found: object = import_module("apim_ai.expression.settings").DEFAULT
    elif name in _PLACES:
        found = getattr(import_module(f"{__name__}.{_PLACES[name]}"), name)
    else:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    globals()[name] = found  # the next look-up no longer comes here
    return found
