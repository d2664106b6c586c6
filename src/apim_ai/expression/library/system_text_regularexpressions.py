"""System.Text.RegularExpressions over the `regex` package: .NET's syntax translated, with a time limit."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, cast

from apim_ai.expression.exceptions import ClrException, argument_null, out_of_range
from apim_ai.expression.library.boxes import string_array
from apim_ai.expression.library.declare import clr_class, clr_enum
from apim_ai.expression.library.joining import counted
from apim_ai.expression.library.regex_groups import Slots
from apim_ai.expression.library.regex_reader import Reader
from apim_ai.expression.library.regex_replacement import substitute
from apim_ai.expression.library.regex_syntax import PatternProblem, translate
from apim_ai.expression.library.system_timespan import TimeSpan

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import regex

    from apim_ai.expression.library.boxes import Array
    from apim_ai.expression.settings import ExpressionSettings
    from apim_ai.expression.types import ClrType

_OPTIONS = {
    "None": 0, "IgnoreCase": 1, "Multiline": 2, "ExplicitCapture": 4, "Compiled": 8, "Singleline": 16,
    "IgnorePatternWhitespace": 32, "RightToLeft": 64, "ECMAScript": 256, "CultureInvariant": 512,
}  # fmt: skip
clr_enum("System.Text.RegularExpressions.RegexOptions", _OPTIONS)
_RIGHT_TO_LEFT, _ECMASCRIPT = 64, 256
_ALL_OPTIONS = 0x3FF & ~128
_WITH_ECMASCRIPT = 1 | 2 | 8 | 256 | 512


class Pattern:
    """A compiled regular expression."""

    __slots__ = ("compiled", "options", "slots", "text")
    clr = "System.Text.RegularExpressions.Regex"

    def __init__(self, text: str, options: int, compiled: regex.Pattern[str], slots: Slots) -> None:
        self.text = text
        self.options = options
        self.compiled = compiled
        self.slots = slots

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the pattern."""
        return self.text


@lru_cache(maxsize=512)
def _compiled(text: str, options: int, is_framework: bool, by_culture: bool) -> Pattern:  # noqa: FBT001 - parts of the key
    import regex  # noqa: PLC0415 - heavy, and rarely used

    if options & ~_ALL_OPTIONS or (options & _ECMASCRIPT and options & ~_WITH_ECMASCRIPT):
        out_of_range("options")
    try:
        translated, slots = translate(text, options, by_culture=by_culture)
        flags = regex.VERSION0 | (regex.REVERSE if options & _RIGHT_TO_LEFT else 0)
        return Pattern(text, options, regex.compile(translated, flags), slots)
    except PatternProblem as problem:
        raise _malformed(text, problem.words, problem.place, is_framework=is_framework) from None
    except regex.error as problem:
        words, _, place = str(problem).partition(" at position ")
        raise _malformed(text, words, int(place or 0), is_framework=is_framework) from None


def compile_pattern(text: str, options: int, settings: ExpressionSettings) -> Pattern:
    """Return the compiled pattern.

    Raises:
        ClrException: RegexParseException for a malformed pattern; ArgumentException in the .NET Framework.
    """
    return _compiled(text, options, settings.is_framework, settings.is_cultured)


def _malformed(text: str, words: str, place: int, *, is_framework: bool) -> ClrException:
    if is_framework:
        return ClrException("System.ArgumentException", f'parsing "{text}" - {words.replace(_TWO, _TWO[0])}')
    name = "System.Text.RegularExpressions.RegexParseException"
    return ClrException(name, f"Invalid pattern '{text}' at offset {place}. {words}")


_TWO = "\\\\"


class Group:
    """A Group, and a Capture of the whole group."""

    __slots__ = ("match", "name", "number")
    clr = "System.Text.RegularExpressions.Group"

    def __init__(self, match: regex.Match[str] | None, number: int | str, name: str = "0") -> None:
        self.match = match
        self.number = number
        self.name = name

    @property
    def success(self) -> bool:
        """Whether the group took part."""
        return self.match is not None and self.match.start(self.number) >= 0

    @property
    def value(self) -> str:
        """What it matched."""
        return (self.match.group(self.number) or "") if self.match is not None else ""

    @property
    def index(self) -> int:
        """Where it begins."""
        return self.match.start(self.number) if self.match is not None and self.success else 0

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return what it matched."""
        return self.value


class Match(Group):
    """A Match; `later` yields those that follow."""

    __slots__ = ("later", "pattern")
    clr = "System.Text.RegularExpressions.Match"

    def __init__(
        self,
        match: regex.Match[str] | None,
        pattern: Pattern | None = None,
        later: Iterator[regex.Match[str]] | None = None,
    ) -> None:
        super().__init__(match, 0)
        self.pattern = pattern
        self.later = later


class Capture:
    """A Capture."""

    __slots__ = ("index", "value")
    clr = "System.Text.RegularExpressions.Capture"

    def __init__(self, value: str, index: int) -> None:
        self.value = value
        self.index = index

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return what was captured."""
        return self.value


class Items(list[object]):
    """A MatchCollection, GroupCollection or CaptureCollection."""

    __slots__ = ("kind", "match", "slots")

    def __init__(
        self, kind: str, items: list[object], match: regex.Match[str] | None = None, slots: Slots | None = None
    ) -> None:
        super().__init__(items)
        self.kind = kind
        self.match = match
        self.slots = slots or Slots()

    def clr_type(self) -> ClrType:
        """The collection's type."""
        from apim_ai.expression.types import resolve  # noqa: PLC0415 - rare

        return resolve(f"System.Text.RegularExpressions.{self.kind}")


_NS = "System.Text.RegularExpressions"
CAPTURE = clr_class(f"{_NS}.Capture", python=(Capture,), allowed=frozenset(["Index", "Length", "Value", "ToString"]))
GROUP = clr_class(
    f"{_NS}.Group", base=f"{_NS}.Capture", python=(Group,), allowed=frozenset(["Captures", "Success", "Name"])
)
MATCH = clr_class(
    f"{_NS}.Match", base=f"{_NS}.Group", python=(Match,), allowed=frozenset(["Empty", "Groups", "Result", "NextMatch"])
)
MATCHES = clr_class(
    f"{_NS}.MatchCollection", interfaces=(f"IReadOnlyList<{_NS}.Match>", "System.Collections.ICollection"), allowed=None
)
GROUPS = clr_class(
    f"{_NS}.GroupCollection",
    interfaces=(f"IReadOnlyList<{_NS}.Group>", "System.Collections.ICollection"),
    allowed=frozenset(["Count", "Item"]),
)
CAPTURES = clr_class(
    f"{_NS}.CaptureCollection",
    interfaces=(f"IReadOnlyList<{_NS}.Capture>", "System.Collections.ICollection"),
    allowed=frozenset(["Count", "Item"]),
)
REGEX = clr_class(
    f"{_NS}.Regex",
    python=(Pattern,),
    allowed=frozenset(["(constructor)", "IsMatch", "Match", "Matches", "Replace", "Unescape", "Split"]),
)

CAPTURE.inline("int Index", "{0}.index")
CAPTURE.inline("string Value", "{0}.value")
CAPTURE.inline("int Length", "len({0}.value)")
CAPTURE.inline("string ToString()", "{0}.value")
GROUP.inline("bool Success", "{0}.success")


@GROUP.member("System.Text.RegularExpressions.CaptureCollection Captures")
def captures(group: Group) -> Items:
    """Return all captures of a group."""
    if group.match is None or not group.success:
        return Items("CaptureCollection", [])
    pairs = zip(group.match.captures(group.number), group.match.starts(group.number), strict=True)
    return Items("CaptureCollection", [Capture(text, start) for text, start in pairs])


GROUP.inline("string Name", "{0}.name")


@MATCH.member("System.Text.RegularExpressions.GroupCollection Groups")
def groups(match: Match) -> Items:
    """Return the groups of a match."""
    if match.match is None:
        return Items("GroupCollection", [Group(None, 0)])
    slots = match.pattern.slots if match.pattern is not None else Slots()
    later = [Group(match.match, f"g{number}", slots.name_of(number)) for number in slots.numbers]
    return Items("GroupCollection", [match, *later], match.match, slots)


MATCH.constant("System.Text.RegularExpressions.Match Empty", Match(None))


@MATCH.member("string Result(string replacement)")
def result(match: Match, replacement: str | None) -> str:
    """Return a replacement filled from a match."""
    if replacement is None:
        argument_null("replacement")
    if match.match is None:
        raise ClrException("System.NotSupportedException", "Result cannot be called on a failed Match.")
    return substitute(replacement, match.match, match.pattern.slots if match.pattern is not None else Slots())


@MATCH.member("System.Text.RegularExpressions.Match NextMatch()")
def next_match(match: Match) -> Match:
    """Return the match that follows."""
    found = next(match.later, None) if match.later is not None else None
    return Match(found, match.pattern, match.later)


for _type, _item in ((MATCHES, "Match"), (GROUPS, "Group"), (CAPTURES, "Capture")):
    _type.inline("int Count", "len({0})")

    @_type.member(f"{_NS}.{_item} this[int index]")
    def _at(items: Items, index: int) -> object:
        if items.kind == "GroupCollection":
            return _slot(items, index)
        if not 0 <= index < len(items):
            out_of_range("i")
        return items[index]


@GROUPS.member("System.Text.RegularExpressions.Group this[string groupname]")
def group_named(items: Items, name: str | None) -> Group:
    """Return a group by name; one that is not there has failed."""
    number = None if name is None else 0 if name == "0" else items.slots.of(name)
    return Group(None, 0) if number is None else _slot(items, number)


def _slot(items: Items, number: int) -> Group:
    """Return the group of a number; one that is not there has failed."""
    place = 0 if number == 0 else items.slots.numbers.index(number) + 1 if number in items.slots.numbers else -1
    return cast("Group", items[place]) if place >= 0 else Group(None, 0)


# --- Regex -----------------------------------------------------------------------------------------------------------


def _run(settings: ExpressionSettings, find: Callable[[float], object]) -> object:
    try:
        return find(settings.regex_seconds)
    except TimeoutError:
        raise ClrException(
            f"{_NS}.RegexMatchTimeoutException",
            "The RegEx engine has timed out while trying to match a pattern to an input string. This can occur for many "
            "reasons, including very large inputs or excessive backtracking caused by nested quantifiers, "
            "back-references and other factors.",
        ) from None


@REGEX.member(
    "(string pattern)",
    f"(string pattern, {_NS}.RegexOptions options)",
    f"(string pattern, {_NS}.RegexOptions options, System.TimeSpan matchTimeout)",
    settings=True,
)
def make_regex(
    settings: ExpressionSettings, pattern: str | None, options: int = 0, timeout: TimeSpan | None = None
) -> Pattern:
    """Compile a pattern."""
    if pattern is None:
        argument_null("pattern")
    _check_timeout(timeout)
    return compile_pattern(pattern, options, settings)


_LONGEST = (2**31 - 2) * 10_000
_ENDLESS = -10_000


def _check_timeout(timeout: TimeSpan | None) -> None:
    """Check a time limit, which is shorter than the sandbox's own or means nothing."""
    if timeout is not None and timeout.ticks != _ENDLESS and not 0 < timeout.ticks <= _LONGEST:
        out_of_range("matchTimeout")


def _check_start(text: str | None, start: int | None) -> str:
    if text is None:
        argument_null("input")
    if start is not None and not 0 <= start <= len(text):
        out_of_range("startat", "Start index cannot be less than 0 or greater than input length.")
    return text


def _range(pattern: Pattern, start: int | None) -> tuple[int | None, int | None]:
    """Return where to search, from and to: up to the place, or from it on."""
    return (None, start) if pattern.options & _RIGHT_TO_LEFT else (start, None)


def is_match(settings: ExpressionSettings, pattern: Pattern, text: str | None, start: int | None = None) -> bool:
    """Whether a pattern occurs in a text."""
    return first_match(settings, pattern, text, start).match is not None


def first_match(settings: ExpressionSettings, pattern: Pattern, text: str | None, start: int | None = None) -> Match:
    """Return the first match."""
    given = _check_start(text, start)

    def find(timeout: float) -> object:
        later = pattern.compiled.finditer(given, *_range(pattern, start), timeout=timeout)
        return Match(next(later, None), pattern, later)

    return cast("Match", _run(settings, find))


def match_part(settings: ExpressionSettings, pattern: Pattern, text: str | None, start: int, count: int) -> Match:
    """Return the first match within a part."""
    if text is None:
        argument_null("input")
    if not 0 <= start <= len(text):
        out_of_range("beginning", "Start index cannot be less than 0 or greater than input length.")
    if not 0 <= count <= len(text) - start:
        out_of_range("length", "Length cannot be less than 0 or exceed input length.")

    def find(timeout: float) -> object:
        later = pattern.compiled.finditer(text, pos=start, endpos=start + count, timeout=timeout)
        return Match(next(later, None), pattern, later)

    return cast("Match", _run(settings, find))


def all_matches(settings: ExpressionSettings, pattern: Pattern, text: str | None, start: int | None = None) -> Items:
    """Return all matches."""
    given = _check_start(text, start)
    found = _run(
        settings, lambda timeout: list(pattern.compiled.finditer(given, *_range(pattern, start), timeout=timeout))
    )
    return Items("MatchCollection", [Match(each, pattern) for each in cast("list[regex.Match[str]]", found)])


def replace(
    settings: ExpressionSettings, pattern: Pattern, text: str | None, replacement: str | None, count: int = -1,
    start: int | None = None,
) -> str:  # fmt: skip
    """Replace each match by a filled replacement."""
    if text is None:
        argument_null("input")
    if replacement is None:
        argument_null("replacement")
    return _replace(settings, pattern, text, lambda match: substitute(replacement, match, pattern.slots), count, start)


def replace_by(
    settings: ExpressionSettings, pattern: Pattern, text: str | None, change: Callable[[Match], str] | None,
    count: int = -1, start: int | None = None,
) -> str:  # fmt: skip
    """Replace each match by what a function makes of it."""
    if text is None:
        argument_null("input")
    if change is None:
        argument_null("evaluator")
    return _replace(settings, pattern, text, lambda match: change(Match(match, pattern)) or "", count, start)


def _replace(
    settings: ExpressionSettings, pattern: Pattern, text: str, change: Callable[[regex.Match[str]], str], count: int,
    start: int | None,
) -> str:  # fmt: skip
    if count < -1:
        out_of_range("count", "Count cannot be less than -1.")
    _check_start(text, start)
    if count == 0:
        return text

    def made(timeout: float) -> object:
        return pattern.compiled.sub(
            counted(settings, change), text, max(count, 0), *_range(pattern, start), timeout=timeout
        )

    return cast("str", _run(settings, made))


def split(
    settings: ExpressionSettings, pattern: Pattern, text: str | None, count: int = 0, start: int | None = None
) -> Array:
    """Split at each match, into some parts at most; groups are kept."""
    if text is None:
        argument_null("input")
    if count < 0:
        out_of_range("count", "Count cannot be less than -1.")
    _check_start(text, start)
    if count == 1:
        return string_array([text])

    def pieces(timeout: float) -> object:
        found = list(pattern.compiled.finditer(text, *_range(pattern, start), timeout=timeout))
        chosen = found[: count - 1] if count else found
        parts: list[str] = []
        place = 0
        for match in reversed(chosen) if pattern.options & _RIGHT_TO_LEFT else chosen:
            parts.append(text[place : match.start()])
            numbers = pattern.slots.numbers[::-1] if pattern.options & _RIGHT_TO_LEFT else pattern.slots.numbers
            groups = [match.group(f"g{number}") for number in numbers]
            parts.extend(group for group in groups if group is not None)
            place = match.end()
        return [*parts, text[place:]]

    return string_array(cast("list[str | None]", _run(settings, pieces)))


_R = f"{_NS}.RegexOptions options"
REGEX.member("bool IsMatch(string input)", "bool IsMatch(string input, int startat)", settings=True)(is_match)
REGEX.member(f"{_NS}.Match Match(string input, int beginning, int length)", settings=True)(match_part)
REGEX.constant("System.TimeSpan InfiniteMatchTimeout", TimeSpan(_ENDLESS))
REGEX.member(f"{_NS}.Match Match(string input)", f"{_NS}.Match Match(string input, int startat)", settings=True)(
    first_match
)
REGEX.member(
    f"{_NS}.MatchCollection Matches(string input)",
    f"{_NS}.MatchCollection Matches(string input, int startat)",
    settings=True,
)(all_matches)
REGEX.member(
    "string Replace(string input, string replacement)",
    "string Replace(string input, string replacement, int count)",
    "string Replace(string input, string replacement, int count, int startat)",
    settings=True,
)(replace)
REGEX.member(
    f"string Replace(string input, Func<{_NS}.Match, string> evaluator)",
    f"string Replace(string input, Func<{_NS}.Match, string> evaluator, int count)",
    f"string Replace(string input, Func<{_NS}.Match, string> evaluator, int count, int startat)",
    settings=True,
)(replace_by)
REGEX.member(
    "string[] Split(string input)",
    "string[] Split(string input, int count)",
    "string[] Split(string input, int count, int startat)",
    settings=True,
)(split)
REGEX.inline("string ToString()", "{0}.text")


def _static(function: Callable[..., object], extra: int) -> Callable[..., object]:
    """Return the static form: the pattern stands second, options last."""

    def call(settings: ExpressionSettings, text: object, pattern: str | None, *rest: object) -> object:
        if pattern is None:
            argument_null("pattern")
        options = cast("int", rest[extra]) if len(rest) > extra else 0
        if len(rest) > extra + 1:
            _check_timeout(cast("TimeSpan", rest[extra + 1]))
        return function(settings, compile_pattern(pattern, options, settings), text, *rest[:extra])

    return call


for _returns, _name, _function in (
    ("bool", "IsMatch", is_match),
    (f"{_NS}.Match", "Match", first_match),
    (f"{_NS}.MatchCollection", "Matches", all_matches),
    ("string[]", "Split", split),
):
    _heads = ("", f", {_R}", f", {_R}, System.TimeSpan matchTimeout")
    REGEX.member(*(f"static {_returns} {_name}(string input, string pattern{head})" for head in _heads), settings=True)(
        _static(_function, 0)
    )
for _kind, _function in (("string replacement", replace), (f"Func<{_NS}.Match, string> evaluator", replace_by)):
    REGEX.member(
        *(
            f"static string Replace(string input, string pattern, {_kind}{head})"
            for head in ("", f", {_R}", f", {_R}, System.TimeSpan matchTimeout")
        ),
        settings=True,
    )(_static(_function, 1))


@REGEX.member("static string Escape(string str)")
def escape(text: str | None) -> str:
    """Escape what has a meaning in patterns."""
    if text is None:
        argument_null("str")
    special = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", " ": "\\ "}
    return "".join(special.get(each) or ("\\" + each if each in "\\*+?|{[()^$.#" else each) for each in text)


@REGEX.member("static string Unescape(string str)", settings=True)
def unescape(settings: ExpressionSettings, text: str | None) -> str:
    """Undo `Escape`."""
    if text is None:
        argument_null("str")
    reader = Reader(text, is_ecmascript=False)
    parts: list[str] = []
    try:
        while reader.left:
            character = reader.take()
            if character != "\\":
                parts.append(character)
            elif reader.left:
                parts.append(reader.character_escape())
    except PatternProblem as problem:
        raise _malformed(text, problem.words, problem.place, is_framework=settings.is_framework) from None
    return "".join(parts)
