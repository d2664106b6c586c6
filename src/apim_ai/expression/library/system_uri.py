"""System.Uri."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from apim_ai.expression.exceptions import ClrException, argument, argument_null, null_reference, out_of_range
from apim_ai.expression.library.boxes import Array, string_array
from apim_ai.expression.library.declare import clr_class, clr_enum
from apim_ai.expression.library.uri import (
    DEFAULT_PORTS,
    Uri,
    check_host,
    format_error,
    is_well_formed,
    join,
    read_uri,
    unescape_all,
    unescape_safe,
)

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["make_uri"]

URI = clr_class("System.Uri", python=(Uri,))
clr_enum("System.UriKind", {"RelativeOrAbsolute": 0, "Absolute": 1, "Relative": 2})
clr_enum("System.UriPartial", {"Scheme": 0, "Authority": 1, "Path": 2, "Query": 3})
clr_enum(
    "System.UriComponents",
    {
        "Scheme": 1,
        "UserInfo": 2,
        "Host": 4,
        "Port": 8,
        "SchemeAndServer": 13,
        "Path": 16,
        "Query": 32,
        "PathAndQuery": 48,
        "HttpRequestUrl": 61,
        "Fragment": 64,
        "AbsoluteUri": 127,
        "StrongPort": 128,
        "HostAndPort": 132,
        "StrongAuthority": 134,
        "NormalizedHost": 256,
        "KeepDelimiter": 0x40000000,
    },
    allowed=None,
)
clr_enum("System.UriFormat", {"UriEscaped": 1, "Unescaped": 2, "SafeUnescaped": 3}, allowed=None)
clr_enum("System.UriHostNameType", {"Unknown": 0, "Basic": 1, "Dns": 2, "IPv4": 3, "IPv6": 4}, allowed=None)
for _scheme in ("Http", "Https", "Ftp", "File", "Gopher", "Mailto", "News", "Nntp"):
    URI.constant(f"string UriScheme{_scheme}", _scheme.lower())
URI.constant("string UriSchemeNetTcp", "net.tcp")
URI.constant("string UriSchemeNetPipe", "net.pipe")
URI.constant("string SchemeDelimiter", "://")


@URI.member("(string uriString)")
def make_uri(text: str | None) -> Uri:
    """Return an absolute URI."""
    if text is None:
        argument_null("uriString")
    return read_uri(text)


@URI.member("(string uriString, System.UriKind uriKind)")
def make_uri_kind(text: str | None, kind: int) -> Uri:
    """Return a URI of a kind."""
    if text is None:
        argument_null("uriString")
    uri = read_uri(text, may_be_relative=kind != 1)
    if kind == 2 and uri.is_implied:  # noqa: PLR2004 - Relative
        return Uri(text)
    if kind == 2 and uri.is_absolute:  # noqa: PLR2004 - Relative
        format_error("A relative URI cannot be created because the 'uriString' parameter represents an absolute URI.")
    return uri


@URI.member("(System.Uri baseUri, string relativeUri)")
def join_text(base: Uri | None, relative: str | None) -> Uri:
    """Return a URI relative to another."""
    if base is None:
        argument_null("baseUri")
    if not base.is_absolute:
        out_of_range("baseUri")
    return join(base, relative or "")


@URI.member("(System.Uri baseUri, System.Uri relativeUri)")
def join_uri(base: Uri | None, relative: Uri | None) -> Uri:
    """Return a URI relative to another."""
    if relative is None:
        argument_null("relativeUri")
    return join_text(base, relative.original)


@URI.member("static bool TryCreate(string uriString, System.UriKind uriKind, out System.Uri result)")
def try_create(text: str | None, kind: int) -> tuple[bool, Uri | None]:
    """Make a URI without throwing."""
    try:
        uri = None if text is None else make_uri_kind(text, kind)
    except ClrException:
        uri = None
    return uri is not None, uri


@URI.member("static bool IsWellFormedUriString(string uriString, System.UriKind uriKind)")
def is_well_formed_text(text: str | None, kind: int) -> bool:
    """Whether a text is an escaped URI."""
    _, uri = try_create(text, kind)
    return uri is not None and is_well_formed(uri)


URI.member("bool IsWellFormedOriginalString()")(is_well_formed)


_UNRESERVED = "-_.~"


@URI.member("static string EscapeDataString(string stringToEscape)", settings=True)
def escape_data(settings: ExpressionSettings, text: str | None) -> str:
    """Escape everything that is not unreserved."""
    if text is None:
        argument_null("stringToEscape")
    _ = settings
    return quote(text, safe=_UNRESERVED, errors="replace")


@URI.member("static string EscapeUriString(string stringToEscape)")
def escape_uri(text: str | None) -> str:
    """Escape what cannot stand in a URI."""
    if text is None:
        argument_null("stringToEscape")
    return quote(text, safe="-_.~:/?#[]@!$&'()*+,;=", errors="replace")


@URI.member("static string UnescapeDataString(string stringToUnescape)")
def unescape_data(text: str | None) -> str:
    """Undo escaping."""
    if text is None:
        argument_null("stringToUnescape")
    return unescape_all(text)


def _reader(name: str) -> object:
    def read(uri: Uri) -> object:
        uri.need_absolute()
        return getattr(uri, name)

    return read


for _text, _attribute in (
    ("string AbsoluteUri", "absolute"), ("string AbsolutePath", "shown_path"), ("string Host", "host"),
    ("string DnsSafeHost", "bare_host"), ("string IdnHost", "ascii_host"), ("string Authority", "authority"),
    ("string Scheme", "scheme"), ("string Query", "query"), ("string Fragment", "fragment"), ("int Port", "port"),
    ("string UserInfo", "user_info"),
):  # fmt: skip
    URI.member(_text)(cast("type", _reader(_attribute)))
URI.inline("string OriginalString", "{0}.original")
URI.inline("bool IsAbsoluteUri", "{0}.is_absolute")


@URI.member("string PathAndQuery")
def path_and_query(uri: Uri) -> str:
    """Return path and query."""
    uri.need_absolute()
    return uri.shown_path + uri.query


@URI.member("string LocalPath")
def local_path(uri: Uri) -> str:
    """Return the path, unescaped."""
    uri.need_absolute()
    if uri.scheme == "file" and uri.host:
        return unescape_all(f"//{uri.host}{uri.path}").replace("/", "\\")
    path = unescape_all(uri.shown_path)
    return path.replace("/", "\\") if uri.is_drive else path


@URI.member("bool IsDefaultPort")
def is_default_port(uri: Uri) -> bool:
    """Whether the port is the scheme's own."""
    uri.need_absolute()
    return uri.port == DEFAULT_PORTS.get(uri.scheme, -1)


@URI.member("bool IsFile")
def is_file(uri: Uri) -> bool:
    """Whether the scheme is that of files."""
    uri.need_absolute()
    return uri.scheme == "file"


@URI.member("bool IsUnc")
def is_unc(uri: Uri) -> bool:
    """Whether it is a file on another machine."""
    uri.need_absolute()
    return uri.scheme == "file" and bool(uri.host)


URI.inline("bool UserEscaped", "({0}, False)[1]")


@URI.member("System.UriHostNameType HostNameType")
def host_name_type(uri: Uri) -> int:
    """Return what sort of host it has."""
    uri.need_absolute()
    if uri.host:
        return check_host(uri.bare_host) or 1
    return int(uri.has_authority or uri.scheme == "mailto")


@URI.member("static System.UriHostNameType CheckHostName(string name)")
def check_host_name(name: str | None) -> int:
    """Return what sort of host a name is."""
    return check_host(name or "")


@URI.member("static bool CheckSchemeName(string schemeName)")
def check_scheme_name(name: str | None) -> bool:
    """Whether a text may be a scheme."""
    return re.fullmatch(r"[A-Za-z][A-Za-z0-9+.-]*", name or "") is not None


@URI.member("System.Uri MakeRelativeUri(System.Uri uri)")
def make_relative(base: Uri, other: Uri | None) -> Uri:
    """Return the way from one URI to another."""
    if other is None:
        argument_null("uri")
    base.need_absolute()
    other.need_absolute()
    if (base.scheme, base.host, base.port) != (other.scheme, other.host, other.port):
        return other
    mine, theirs = base.path.split("/"), other.path.split("/")
    shared = 0
    while shared < min(len(mine), len(theirs)) - 1 and mine[shared] == theirs[shared]:
        shared += 1
    if base.path == other.path:
        return Uri(other.query + other.fragment)
    way = "../" * (len(mine) - 1 - shared) + "/".join(theirs[shared:])
    return Uri((way or "./") + other.query + other.fragment)


def _component(uri: Uri, bit: int) -> str:
    match bit:
        case 8:
            return "" if is_default_port(uri) else str(uri.port)
        case 128:
            return str(uri.port)
        case _:
            return str(getattr(uri, _COMPONENTS[bit]))


_COMPONENTS = {
    1: "scheme", 2: "user_info", 4: "host", 8: "port", 128: "port", 16: "path", 32: "query", 64: "fragment"
}  # fmt: skip


@URI.member("string GetComponents(System.UriComponents components, System.UriFormat format)")
def get_components(uri: Uri, components: int, shape: int) -> str:
    """Return some parts of the URI, with what stands between them where there are several."""
    uri.need_absolute()
    chosen = {bit: _component(uri, bit) for bit in _COMPONENTS if components & bit}
    if len(chosen) == 1:
        text = next(iter(chosen.values()))
        return _shaped(text[1:] if components in (16, 32, 64) else text, shape)
    port = chosen.get(128) or chosen.get(8) or ""
    parts = [
        f"{chosen[1]}://" if 1 in chosen else "",
        f"{chosen[2]}@" if chosen.get(2) else "",
        chosen.get(4, ""),
        f":{port}" if port else "",
        *(chosen.get(bit, "") for bit in (16, 32, 64)),
    ]
    return _shaped("".join(parts), shape)


def _shaped(text: str, shape: int) -> str:
    if shape == 1:
        return text
    return unescape_all(text) if shape == 2 else unescape_safe(text)  # noqa: PLR2004 - UriFormat.Unescaped


@URI.member(
    "static int Compare(System.Uri uri1, System.Uri uri2, System.UriComponents partsToCompare, System.UriFormat compareFormat, System.StringComparison comparisonType)"
)
def compare(left: Uri | None, right: Uri | None, parts: int, shape: int, comparison: int) -> int:
    """Order two URIs by some of their parts."""
    from apim_ai.expression.library.comparison import compare_text  # noqa: PLC0415 - rare

    if left is None or right is None:
        return (left is not None) - (right is not None)
    return compare_text(get_components(left, parts, shape), get_components(right, parts, shape), comparison)


@URI.member("static bool IsHexDigit(char character)")
def is_hex_digit(character: str) -> bool:
    """Whether a character is a hexadecimal digit."""
    return character in "0123456789abcdefABCDEF"


@URI.member("static bool IsHexEncoding(string pattern, int index)")
def is_hex_encoding(text: str | None, index: int) -> bool:
    """Whether a character is escaped at a place."""
    if text is None:
        null_reference()
    if index < 0:
        raise ClrException("System.IndexOutOfRangeException", "Index was outside the bounds of the array.")
    return re.match("%[0-9A-Fa-f]{2}", text[index : index + 3]) is not None


@URI.member("string MakeRelative(System.Uri toUri)", settings=True)
def make_relative_text(settings: ExpressionSettings, base: Uri, other: Uri | None) -> str:
    """Return the way from one URI to another as a text."""
    if other is None:
        argument_null("toUri")
    if base == other:
        return ""
    return make_relative(base, other).clr_text(settings)


@URI.member("static int FromHex(char digit)")
def from_hex(character: str) -> int:
    """Return the value of a hexadecimal digit."""
    if not is_hex_digit(character):
        argument("digit")
    return int(character, 16)


@URI.member("static string HexEscape(char character)")
def hex_escape(character: str) -> str:
    """Escape a character."""
    if ord(character) > 255:  # noqa: PLR2004 - one byte
        out_of_range("character")
    return f"%{ord(character):02X}"


@URI.member(
    "static bool TryCreate(System.Uri baseUri, string relativeUri, out System.Uri result)",
    "static bool TryCreate(System.Uri baseUri, System.Uri relativeUri, out System.Uri result)",
)
def try_join(base: Uri | None, relative: str | Uri | None) -> tuple[bool, Uri | None]:
    """Make a URI relative to another without throwing."""
    if base is None or relative is None or not base.is_absolute:
        return False, None
    try:
        return True, join_text(base, relative.original if isinstance(relative, Uri) else relative)
    except ClrException:
        return False, None


@URI.member("bool IsLoopback")
def is_loopback(uri: Uri) -> bool:
    """Whether the host is this machine."""
    uri.need_absolute()
    if not uri.host:
        return uri.has_authority or uri.scheme == "mailto"
    return uri.host in ("localhost", "[::1]") or (uri.host.startswith("127.") and check_host(uri.host) == 3)  # noqa: PLR2004 - IPv4


@URI.member("string[] Segments")
def segments(uri: Uri) -> Array:
    """Return the parts of the path, each with its slash."""
    uri.need_absolute()
    return string_array(re.findall(r"[^/]*/|[^/]+$", uri.path))


@URI.member("string GetLeftPart(System.UriPartial part)")
def left_part(uri: Uri, part: int) -> str:
    """Return the URI up to a part."""
    uri.need_absolute()
    match part:
        case 0:
            return f"{uri.scheme}://" if uri.has_authority else f"{uri.scheme}:"
        case 1:
            return uri.start if uri.has_authority and not uri.is_drive else ""
        case 2:
            return uri.start + uri.path
        case _:
            return uri.start + uri.path + uri.query


@URI.member("string ToString()", settings=True)
def to_text(settings: ExpressionSettings, uri: Uri) -> str:
    """Return the text for people."""
    return uri.clr_text(settings)


@URI.member("bool operator ==(System.Uri a, System.Uri b)")
def same_uri(left: Uri | None, right: Uri | None) -> bool:
    """Compare without fragments."""
    return left == right


@URI.member("bool operator !=(System.Uri a, System.Uri b)")
def other_uri(left: Uri | None, right: Uri | None) -> bool:
    """Compare for difference."""
    return left != right


@URI.member("bool IsBaseOf(System.Uri uri)")
def is_base_of(base: Uri, other: Uri) -> bool:
    """Whether another URI lies below."""
    is_same = (base.scheme, base.authority) == (other.scheme, other.authority)
    return is_same and other.path.startswith(base.path.rsplit("/", 1)[0] + "/")
