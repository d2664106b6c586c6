"""Made-up documents over all declared policies, written as untidily as the format allows."""

from __future__ import annotations

from hypothesis import strategies as st

from apim_ai.definition import POLICIES
from apim_ai.definition.nodes import AttributePart, ChildPart, ContentPart, Definition, PoliciesPart, TextsPart

__all__ = ["documents"]

SPACES = st.sampled_from([" ", "\n", "\n\n\n", "\t", "  \n   ", "\r\n"])
GAPS = st.one_of(
    st.just(""), SPACES, st.sampled_from([" <!-- why -->\n", "\n<!-- two\n     lines -->\n\n", "<!--x-->"])
)
VALUES = st.sampled_from(
    [
        "text",
        " kept  as it is ",
        "two\n  lines",
        "a &amp; b",
        "it's",
        "{{named}}",
        "@(1 + 1)",
        "@(\"a\" + 'b')",
        "@{\n    if (1 < 2) { return 1; }\n\n        return 2;\n}",
        '@{ return @"verbatim\n   text"; }',
        '@($"{1 + 1} {"nested"}")',
    ]
)


def _quoted(value: str, prefers_single: bool) -> str:
    is_code = value.startswith("@")
    quote = "'" if prefers_single and ("'" not in value or is_code) else '"'
    return f"{quote}{value}{quote}"


@st.composite
def _attributes(draw: st.DrawFn, definition: Definition) -> str:
    parts = [part for part in definition.parts if isinstance(part, AttributePart)]
    chosen = draw(st.lists(st.sampled_from(parts), unique=True, max_size=5)) if parts else []
    written = ""
    for part in chosen:
        equals = draw(st.sampled_from(["=", " = ", "=\n"]))
        written += f"{draw(SPACES)}{part.name}{equals}{_quoted(draw(VALUES), draw(st.booleans()))}"
    return written


@st.composite
def _element(draw: st.DrawFn, definition: Definition, depth: int) -> str:
    attributes = draw(_attributes(definition))
    inner = draw(_inner(definition, depth)) if depth else ""
    if not inner and draw(st.booleans()):
        return f"<{definition.name}{attributes}{draw(st.sampled_from(['/>', ' />']))}"
    return f"<{definition.name}{attributes}>{inner}</{definition.name}>"


@st.composite
def _inner(draw: st.DrawFn, definition: Definition, depth: int) -> str:
    pieces: list[str] = []
    has_text = False
    for part in definition.parts:
        match part:
            case ContentPart():
                has_text = True
            case TextsPart() if draw(st.booleans()):
                text = f"<{part.name}>{draw(VALUES)}</{part.name}>"
                pieces.append(f"<{part.within}>{draw(GAPS)}{text}</{part.within}>" if part.within else text)
            case ChildPart() if draw(st.booleans()):
                child = draw(_element(part.item.definition, depth - 1))
                pieces.append(f"<{part.within}>{child}{draw(GAPS)}</{part.within}>" if part.within else child)
            case PoliciesPart():
                pieces += draw(st.lists(_policy(depth - 1), max_size=2)) if depth > 1 else []
            case _:
                pass
    if has_text and not pieces:
        return draw(VALUES)
    return "".join(draw(GAPS) + piece for piece in pieces) + (draw(GAPS) if pieces else "")


@st.composite
def _policy(draw: st.DrawFn, depth: int) -> str:
    cls = POLICIES.find(draw(st.sampled_from(POLICIES.names)))
    assert cls is not None
    return draw(_element(cls.definition, depth))


@st.composite
def documents(draw: st.DrawFn) -> str:
    """Draw a document or fragment that can be read, whatever the service would say of it."""
    policies = "".join(draw(GAPS) + each for each in draw(st.lists(_policy(2), max_size=3))) + draw(GAPS)
    if draw(st.booleans()):
        return f"{draw(GAPS)}<fragment>{policies}</fragment>{draw(GAPS)}"
    return f"{draw(GAPS)}<policies>{draw(GAPS)}<inbound><base/>{policies}</inbound>{draw(GAPS)}</policies>"
