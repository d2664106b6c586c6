"""System.Uri."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote, unquote, urljoin

from apim_ai.expression.exceptions import ClrException, argument, argument_null, invalid_operation, out_of_range
from apim_ai.expression.library.boxes import Array, string_array
from apim_ai.expression.library.declare import clr_class, clr_enum

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["Uri", "make_uri"]

_PORTS = {"http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "file": -1, "mailto": 25, "ldap": 389}
_ABSOLUTE = re.compile(r"^\s*([A-Za-z][A-Za-z0-9+.-]*):(.*)$", re.DOTALL)
_HIERARCHY = re.compile(r"^//(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/?#:]*)(?::(\d*))?([^?#]*)(\?[^#]*)?(#.*)?$", re.DOTALL)
_NEEDS_ABSOLUTE = "This operation is not supported for a relative URI."


class Uri:
    """A URI; relative ones know only their text."""

    __slots__ = ("fragment", "host", "original", "path", "port", "query", "scheme", "user_info")
    clr = "System.Uri"

    def __init__(self, original: str) -> None:
        self.original = original
        self.scheme = self.host = self.user_info = self.path = self.query = self.fragment = ""
        self.port = -1

    @property
    def is_absolute(self) -> bool:
        """Whether it has a scheme."""
        return bool(self.scheme)

    @property
    def bare_host(self) -> str:
        """The host without the brackets of an IPv6 address."""
        return self.host.strip("[]")

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        is_default = self.port in (-1, _PORTS.get(self.scheme, -1))
        return self.host if is_default else f"{self.host}:{self.port}"

    @property
    def absolute(self) -> str:
        """The whole URI, escaped."""
        self.need_absolute()
        if self.scheme == "mailto":
            return f"mailto:{self.user_info}@{self.host}{self.query}{self.fragment}"
        if not self.host and self.scheme != "file":
            return f"{self.scheme}:{self.path}{self.query}{self.fragment}"
        user = f"{self.user_info}@" if self.user_info else ""
        return f"{self.scheme}://{user}{self.authority}{self.path}{self.query}{self.fragment}"

    def need_absolute(self) -> None:
        """Throw where the URI is relative."""
        if not self.is_absolute:
            invalid_operation(_NEEDS_ABSOLUTE)

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the text for people: unescaped where that is safe."""
        return uri_text(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Uri) or other.is_absolute != self.is_absolute:
            return False
        if not self.is_absolute:
            return self.original == other.original
        return self.absolute.removesuffix(self.fragment) == other.absolute.removesuffix(other.fragment)

    def __hash__(self) -> int:
        return hash(self.original)


def uri_text(uri: Uri) -> str:
    """Return `ToString()`."""
    if not uri.is_absolute:
        return uri.original
    return re.sub(r"%([2-7][0-9A-Fa-f])", _unescape_safe, _unescape_wide(uri.absolute))


def _unescape_safe(found: re.Match[str]) -> str:
    character = chr(int(found[1], 16))
    return (
        found.group() if character in '%#?/\\@:;=&+$,"' or ord(character) < 32 or ord(character) == 127 else character  # noqa: PLR2004 - a bound of .NET
    )


def _unescape_wide(text: str) -> str:
    def decode(found: re.Match[str]) -> str:
        try:
            return bytes.fromhex(found.group().replace("%", "")).decode("utf-8")
        except ValueError:
            return found.group()

    return re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", decode, text)


def _format_error(text: str) -> ClrException:
    return ClrException("System.UriFormatException", text)


def read_uri(text: str, *, may_be_relative: bool = False) -> Uri:
    """Return the URI of a text.

    Raises:
        ClrException: UriFormatException.
    """
    found = _ABSOLUTE.match(text)
    if found is None:
        return _without_scheme(text, may_be_relative=may_be_relative)
    uri = Uri(text)
    uri.scheme = found[1].lower()
    rest = found[2].strip()
    if uri.scheme in _PORTS and uri.scheme != "mailto":
        rest = rest.replace("\\", "/")
    parts = _HIERARCHY.match(rest)
    if parts is None:
        if uri.scheme in ("http", "https", "ftp", "ws", "wss"):
            raise _format_error("Invalid URI: The hostname could not be parsed.")
        _fill_opaque(uri, rest)
        return uri
    _fill(uri, parts)
    return uri


def _fill_opaque(uri: Uri, rest: str) -> None:
    """Take apart what has no authority; the address of a mailto is user and host."""
    path, mark, fragment = rest.partition("#")
    uri.fragment = _escape_rest(mark + fragment)
    uri.path, mark, query = path.partition("?")
    uri.query = _escape_rest(mark + query)
    if uri.scheme == "mailto" and "@" in uri.path:
        uri.user_info, _, host = uri.path.rpartition("@")
        uri.host, uri.path, uri.port = host.lower(), "", _PORTS["mailto"]


def _without_scheme(text: str, *, may_be_relative: bool) -> Uri:
    if text.startswith("/") and not may_be_relative:
        uri = Uri(text)
        uri.scheme, uri.path, uri.host = "file", _escape_path(text), ""
        return uri
    if may_be_relative:
        return Uri(text)
    if not text.strip():
        raise _format_error("Invalid URI: The URI is empty.")
    raise _format_error("Invalid URI: The format of the URI could not be determined.")


def _fill(uri: Uri, parts: re.Match[str]) -> None:
    user, host, port, path, query, fragment = parts.groups()
    if not host and uri.scheme in ("http", "https", "ftp", "ws", "wss"):
        raise _format_error("Invalid URI: The hostname could not be parsed.")
    if host and not re.fullmatch(r"\[[0-9A-Fa-f:.%]+\]|[\w.~!$&'()*+,;=%-]+", host):
        raise _format_error("Invalid URI: The hostname could not be parsed.")
    uri.user_info = user or ""
    uri.host = host.lower()
    uri.port = int(port) if port else _PORTS.get(uri.scheme, -1)
    if uri.port > 65535:  # noqa: PLR2004 - ports
        raise _format_error("Invalid URI: Invalid port specified.")
    uri.path = _escape_path(_without_dots(path or "/"))
    uri.query = _escape_rest(query or "")
    uri.fragment = _escape_rest(fragment or "")


def _without_dots(path: str) -> str:
    if "/." not in path:
        return path
    kept: list[str] = []
    segments = path.split("/")
    for index, segment in enumerate(segments):
        if segment == "..":
            if len(kept) > 1:
                kept.pop()
        elif segment != ".":
            kept.append(segment)
        if segment in (".", "..") and index == len(segments) - 1:
            kept.append("")
    return "/".join(kept)


def _escape_path(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._|[]".replace("|", ""))


def _escape_rest(text: str) -> str:
    return quote(text, safe="/%:@!$&'()*+,;=~-._?#[]")


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
    if kind == 2 and uri.is_absolute:  # noqa: PLR2004 - Relative
        raise _format_error(
            "A relative URI cannot be created because the 'uriString' parameter represents an absolute URI."
        )
    return uri


@URI.member("(System.Uri baseUri, string relativeUri)")
def join_text(base: Uri | None, relative: str | None) -> Uri:
    """Return a URI relative to another."""
    if base is None:
        argument_null("baseUri")
    base.need_absolute()
    return read_uri(urljoin(base.absolute, relative or ""))


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
def is_well_formed(text: str | None, kind: int) -> bool:
    """Whether a text is an escaped URI."""
    found, uri = try_create(text, kind)
    return (
        found
        and text is not None
        and not re.search(r"[\s<>\"{}|\\^`]", text)
        and (uri is None or kind != 1 or uri.is_absolute)
    )


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
    return _unescape_wide(re.sub(r"%([0-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), text))


def _reader(name: str) -> object:
    def read(uri: Uri) -> object:
        uri.need_absolute()
        return getattr(uri, name)

    return read


for _text, _attribute in (
    ("string AbsoluteUri", "absolute"), ("string AbsolutePath", "path"), ("string Host", "host"),
    ("string DnsSafeHost", "bare_host"), ("string IdnHost", "bare_host"), ("string Authority", "authority"),
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
    return uri.path + uri.query


@URI.member("string LocalPath")
def local_path(uri: Uri) -> str:
    """Return the path, unescaped."""
    uri.need_absolute()
    return unquote(uri.path)


@URI.member("bool IsDefaultPort")
def is_default_port(uri: Uri) -> bool:
    """Whether the port is the scheme's own."""
    uri.need_absolute()
    return uri.port == _PORTS.get(uri.scheme, -1)


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
    return check_host_name(uri.bare_host) if uri.host else 1 if uri.scheme == "file" else 0


@URI.member("static System.UriHostNameType CheckHostName(string name)")
def check_host_name(name: str | None) -> int:
    """Return what sort of host a name is."""
    import ipaddress  # noqa: PLC0415 - rare

    try:
        return 3 if ipaddress.ip_address((name or "").strip("[]")).version == 4 else 4  # noqa: PLR2004 - IPv4
    except ValueError:
        label = r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
        return 2 if re.fullmatch(rf"{label}(\.{label})*\.?", name or "") else 0


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
    return unescape_data(text) if shape == 2 else re.sub(r"%([2-7][0-9A-Fa-f])", _unescape_safe, _unescape_wide(text))  # noqa: PLR2004 - UriFormat.Unescaped


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


@URI.member("static int FromHex(char digit)")
def from_hex(character: str) -> int:
    """Return the value of a hexadecimal digit."""
    if not is_hex_digit(character):
        argument("Value does not fall within the expected range.", "digit")
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
    return (uri.scheme == "file" and not uri.host) or uri.host in ("localhost", "127.0.0.1", "[::1]", "loopback")


@URI.member("string[] Segments")
def segments(uri: Uri) -> Array:
    """Return the parts of the path, each with its slash."""
    uri.need_absolute()
    return string_array(re.findall(r"[^/]*/|[^/]+$", uri.path))


@URI.member("string GetLeftPart(System.UriPartial part)")
def left_part(uri: Uri, part: int) -> str:
    """Return the URI up to a part."""
    uri.need_absolute()
    head = f"{uri.scheme}://"
    if part == 0:
        return head
    head += (f"{uri.user_info}@" if uri.user_info else "") + uri.authority
    return head + ("" if part == 1 else uri.path if part == 2 else uri.path + uri.query)  # noqa: PLR2004 - UriPartial.Path


URI.member("string ToString()")(uri_text)


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
