"""What a URI consists of, read as System.Uri does."""

from __future__ import annotations

import codecs
import ipaddress
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from apim_ai.expression.exceptions import ClrException, invalid_operation
from apim_ai.expression.library.addresses import read_v4, v6_text

if TYPE_CHECKING:
    from typing import Never

    from apim_ai.expression.settings import ExpressionSettings

__all__ = [
    "DEFAULT_PORTS",
    "Uri",
    "check_host",
    "format_error",
    "is_well_formed",
    "join",
    "read_uri",
    "unescape_all",
    "unescape_safe",
]

DEFAULT_PORTS = {
    "http": 80, "https": 443, "ftp": 21, "ws": 80, "wss": 443, "mailto": 25, "ldap": 389, "gopher": 70, "nntp": 119,
    "telnet": 23, "net.tcp": 808,
}  # fmt: skip
_HOSTED = ("http", "https", "ftp", "ws", "wss")
_SLASHED = (*_HOSTED, "file", "gopher", "nntp", "telnet", "net.tcp", "net.pipe", "ldap")
_NAMED = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(.*)", re.DOTALL)
_DRIVE = re.compile(r"[A-Za-z][:|][/\\]")
_HIERARCHY = re.compile(r"//(?:([^/?#@]*)@)?(\[[^\]]*\]|[^/?#:]*)(?::([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?", re.DOTALL)
_LABEL = r"[^\W_][\w-]{0,62}"
_DNS = re.compile(rf"{_LABEL}(\.{_LABEL})*\.?")
_UNKNOWN, _BASIC, _NAME, _FOUR, _SIX = range(5)


class Uri:
    """A URI; relative ones know only their text."""

    __slots__ = ("fragment", "has_authority", "host", "original", "path", "port", "query", "scheme", "user_info")
    clr = "System.Uri"

    def __init__(self, original: str) -> None:
        self.original = original
        self.scheme = self.host = self.user_info = self.path = self.query = self.fragment = ""
        self.port = -1
        self.has_authority = False

    @property
    def is_absolute(self) -> bool:
        """Whether it has a scheme."""
        return bool(self.scheme)

    @property
    def is_drive(self) -> bool:
        """Whether it names a file by the letter of a drive."""
        return self.scheme == "file" and not self.host and _DRIVE.match(self.path[1:]) is not None

    @property
    def is_implied(self) -> bool:
        """Whether it is a file named without a scheme."""
        text = self.original.strip()
        return text.startswith("\\\\") or _DRIVE.match(text) is not None

    @property
    def bare_host(self) -> str:
        """The host without the brackets of an IPv6 address."""
        return self.host.strip("[]")

    @property
    def ascii_host(self) -> str:
        """The host as the names of machines are written in requests."""
        return self.bare_host if self.host.isascii() else self.host.encode("idna").decode()

    @property
    def authority(self) -> str:
        """Host and, unless it is the scheme's own, port."""
        is_default = self.port in (-1, DEFAULT_PORTS.get(self.scheme, -1))
        return self.host if is_default else f"{self.host}:{self.port}"

    @property
    def shown_path(self) -> str:
        """The path; one on a drive starts with the drive."""
        return self.path[1:] if self.is_drive else self.path

    @property
    def start(self) -> str:
        """All that comes before the path."""
        if self.scheme == "mailto":
            return f"mailto:{self.user_info}@{self.host}" if self.user_info else f"mailto:{self.host}"
        if not self.has_authority:
            return f"{self.scheme}:"
        return f"{self.scheme}://{self.user_info}{'@' if self.user_info else ''}{self.authority}"

    @property
    def absolute(self) -> str:
        """The whole URI, escaped."""
        self.need_absolute()
        return f"{self.start}{self.path}{self.query}{self.fragment}"

    def need_absolute(self) -> None:
        """Throw where the URI is relative."""
        if not self.is_absolute:
            invalid_operation("This operation is not supported for a relative URI.")

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the text for people: unescaped where that is safe."""
        return unescape_safe(self.absolute) if self.is_absolute else self.original

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Uri) or other.is_absolute != self.is_absolute:
            return False
        if not self.is_absolute:
            return self.original == other.original
        return self.absolute.removesuffix(self.fragment) == other.absolute.removesuffix(other.fragment)

    def __hash__(self) -> int:
        return hash(self.original)


def format_error(text: str) -> Never:
    """Raise UriFormatException."""
    raise ClrException("System.UriFormatException", text)


# --- escaping --------------------------------------------------------------------------------------------------------


def _percent(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)  # noqa: S101 - registered for decoding only
    return "".join(f"%{byte:02X}" for byte in error.object[error.start : error.end]), error.end


codecs.register_error("percent", _percent)


def _unescape_wide(text: str) -> str:
    """Unescape what is not ASCII; bytes that are no UTF-8 stay escaped."""
    return re.sub(
        r"(?:%[89A-Fa-f][0-9A-Fa-f])+",
        lambda found: bytes.fromhex(found.group().replace("%", "")).decode("utf-8", "percent"),
        text,
    )


def unescape_all(text: str) -> str:
    """Undo escaping."""
    return _unescape_wide(re.sub(r"%([0-7][0-9A-Fa-f])", lambda found: chr(int(found[1], 16)), text))


def unescape_safe(text: str) -> str:
    """Undo escaping where that changes no meaning."""

    def unescape(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return found.group() if character in ":/?#[]@!$&'()*+,;=%\\\x7f" else character

    return re.sub(r"%([2-7][0-9A-Fa-f])", unescape, _unescape_wide(text))


def _escape(text: str, safe: str) -> str:
    """Return text as URIs have it: what needs no escaping unescaped, the rest escaped."""

    def plain(found: re.Match[str]) -> str:
        character = chr(int(found[1], 16))
        return character if character.isalnum() or character in "-._~" else found.group()

    def wide(found: re.Match[str]) -> str:
        try:
            bytes.fromhex(found.group().replace("%", "")).decode()
        except UnicodeDecodeError:
            return found.group()
        return found.group().upper()

    text = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", re.sub("[\ud800-\udfff]", "\ufffd", text))
    text = re.sub(r"(?:%[89A-Fa-f][0-9A-Fa-f])+", wide, re.sub(r"%([0-7][0-9A-Fa-f])", plain, text))
    return quote(text, safe=safe)


def _escape_path(text: str) -> str:
    return _without_dots(_escape(text, "/%:@!$&'()*+,;=~-._[]"))


def _escape_rest(text: str) -> str:
    return _escape(text, "/%:@!$&'()*+,;=~-._?#[]")


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


# --- reading ---------------------------------------------------------------------------------------------------------


def read_uri(text: str, *, may_be_relative: bool = False) -> Uri:
    """Return the URI of a text.

    Raises:
        ClrException: UriFormatException.
    """
    trimmed = text.strip()
    if _DRIVE.match(trimmed):
        return _read_file(text, f"///{trimmed[0]}:{trimmed[2:]}")
    if trimmed.startswith("\\\\"):
        return _read_file(text, trimmed)
    found = _NAMED.fullmatch(trimmed)
    if found is None:
        return _read_bare(text, may_be_relative=may_be_relative)
    scheme, rest = found[1].lower(), found[2]
    if len(scheme) == 1:
        format_error("Invalid URI: A Dos path must be rooted, for example, 'c:\\\\'.")
    if scheme in _SLASHED and not rest.startswith(("//", "\\\\")):
        if may_be_relative:
            return Uri(text)
        format_error("Invalid URI: The Authority/Host could not be parsed.")
    if scheme == "file":
        return _read_file(text, rest)
    uri = Uri(text)
    uri.scheme = scheme
    if rest.startswith("//"):
        parts = _HIERARCHY.fullmatch(rest.replace("\\", "/") if scheme in _SLASHED else rest)
        assert parts is not None  # noqa: S101 - every part may be empty
        _fill(uri, parts)
    else:
        if scheme in _SLASHED:
            format_error("Invalid URI: The hostname could not be parsed.")
        _fill_opaque(uri, rest)
    return uri


def _read_file(text: str, rest: str) -> Uri:
    """Return the URI of a file, of which the place is known: `///path` or `//machine/path`."""
    uri = Uri(text)
    uri.scheme = "file"
    rest = re.sub(r"^(///[A-Za-z])\|", r"\1:", rest.replace("\\", "/"))
    parts = _HIERARCHY.fullmatch(rest[2:] if re.match("////[^/]", rest) else rest)
    assert parts is not None  # noqa: S101 - every part may be empty
    _fill(uri, parts)
    return uri


def _read_bare(text: str, *, may_be_relative: bool) -> Uri:
    """Return the URI of a text without a scheme: relative, or a rooted path."""
    if may_be_relative:
        return Uri(text)
    if text.startswith("/"):
        uri = Uri(text)
        uri.scheme, uri.path, uri.has_authority = "file", _escape_path(text), True
        return uri
    if not text:
        format_error("Invalid URI: The URI is empty.")
    if re.match(r"[^:/?#\\]+:", text.strip()):
        format_error("Invalid URI: The URI scheme is not valid.")
    format_error("Invalid URI: The format of the URI could not be determined.")


def _fill_opaque(uri: Uri, rest: str) -> None:
    """Take apart what has no authority; the address of a mailto is user and host."""
    path, mark, fragment = rest.partition("#")
    uri.fragment = _escape_rest(mark + fragment)
    path, mark, query = path.partition("?")
    uri.path = _escape_rest(path)
    uri.query = _escape_rest(mark + query)
    if uri.scheme == "mailto":
        uri.user_info, _, host = uri.path.partition("@")
        if "@" in host:
            format_error("Invalid URI: The hostname could not be parsed.")
        if not host:
            uri.user_info, host = "", uri.user_info
        uri.host, uri.path, uri.port = _small(host), "", DEFAULT_PORTS["mailto"]


def _fill(uri: Uri, parts: re.Match[str]) -> None:
    user, host, port, path, query, fragment = parts.groups()
    uri.has_authority = True
    uri.user_info = user or ""
    uri.host = _read_host(uri.scheme, host)
    if port and not (port.isascii() and port.isdecimal() and int(port) < 65536):  # noqa: PLR2004 - ports
        format_error("Invalid URI: Invalid port specified.")
    uri.port = int(port) if port else DEFAULT_PORTS.get(uri.scheme, -1)
    uri.path = _escape_path(path or "/")
    uri.query = _escape_rest(query or "")
    uri.fragment = _escape_rest(fragment or "")


def _read_host(scheme: str, host: str) -> str:
    is_bad = not host if scheme in _HOSTED else False
    if host.startswith("["):
        try:
            return f"[{v6_text(ipaddress.IPv6Address(host[1:-1].partition('%')[0]))}]"
        except ValueError:
            is_bad = True
    elif host:
        if address := _four_bytes(host):
            return address
        is_bad = re.fullmatch(r"[\w-]+(\.[\w-]+)*\.?", host) is None
    if is_bad:
        format_error("Invalid URI: The hostname could not be parsed.")
    name = _small(host)
    return "localhost" if name == "loopback" else name


def _small(host: str) -> str:
    return re.sub("[A-Z]", lambda found: found.group().lower(), host)


def _four_bytes(host: str) -> str | None:
    number = read_v4(host)
    return None if number is None else str(ipaddress.IPv4Address(number))


def join(base: Uri, relative: str) -> Uri:
    """Return a URI relative to another."""
    text = relative.strip()
    found = _NAMED.fullmatch(text)
    is_own = found is not None and found[1].lower() == base.scheme and not found[2].startswith(("//", "\\\\"))
    if text.startswith("\\\\") or _DRIVE.match(text) or (found is not None and not is_own):
        return read_uri(relative)
    if found is not None:
        text = found[2]
    if not text:
        return base
    if text.startswith("//"):
        return read_uri(f"{base.scheme}:{text}")
    place, mark, fragment = text.partition("#")
    path, question, query = place.partition("?")
    if not path:
        path, query = base.path, question + query if question else base.query
    else:
        folder, slash, _ = base.path.rpartition("/")
        root = base.path[:3] if base.is_drive else ""
        path = root + path if path.startswith(("/", "\\")) else folder + slash + path
        query = question + query
    return read_uri(f"{base.start}{path}{query}{mark}{fragment}")


# --- judging ---------------------------------------------------------------------------------------------------------


def check_host(name: str) -> int:
    """Return what sort of host a name is, by the numbers of UriHostNameType."""
    try:
        return _FOUR if ipaddress.ip_address(name.strip("[]").partition("%")[0]).version == 4 else _SIX  # noqa: PLR2004 - IPv4
    except ValueError:
        if _four_bytes(name):
            return _FOUR
        return _NAME if _DNS.fullmatch(name) else _UNKNOWN


def is_well_formed(uri: Uri) -> bool:
    """Whether a URI was written with all the escapes that it needs."""
    text = uri.original.strip() if uri.is_absolute else uri.original
    if re.search('[\\x00-\\x20\\x7f<>"{}|\\\\^`\U00010000-\U0010ffff]|%(?![0-9A-Fa-f]{2})', text):
        return False
    if not uri.is_absolute:
        return text.isascii() and "#" not in text and re.match(r"[^/?]*:", text) is None
    if re.search(r"[\[\]]|#.*#", re.sub("^[^:]*://[^/?#]*", "", text)):
        return False
    return _NAMED.fullmatch(text) is not None and not uri.is_implied and not text.lower().startswith("file:////")
