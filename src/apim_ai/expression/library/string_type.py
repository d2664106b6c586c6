"""The declaration of System.String and of what it is compared and split by."""

from __future__ import annotations

from apim_ai.expression.exceptions import argument_null
from apim_ai.expression.library.declare import clr_class, clr_enum

STRING = clr_class(
    "System.String",
    python=(str,),
    interfaces=(
        "IEnumerable<char>",
        "System.IComparable",
        "System.IComparable<string>",
        "System.IEquatable<string>",
        "System.IConvertible",
        "System.ICloneable",
    ),
)
clr_enum(
    "System.StringComparison",
    {
        "CurrentCulture": 0, "CurrentCultureIgnoreCase": 1, "InvariantCulture": 2, "InvariantCultureIgnoreCase": 3,
        "Ordinal": 4, "OrdinalIgnoreCase": 5,
    },
)  # fmt: skip
clr_enum("System.StringSplitOptions", {"None": 0, "RemoveEmptyEntries": 1})
CULTURE, ORDINAL = 0, 4
WHITE = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"


def need_text(text: str | None, name: str) -> str:
    """Return a text, refusing null."""
    if text is None:
        argument_null(name)
    return text
