"""Jwt, BasicAuthCredentials, and the extension methods of API Management."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, cast

from apim_ai.expression.library.boxes import string_array
from apim_ai.expression.library.collections_dictionary import Dictionary  # noqa: TC001 - needed at run time
from apim_ai.expression.library.declare import clr_class, clr_static
from apim_ai.expression.library.enumeration import iterate
from apim_ai.expression.library.symmetric import decrypt, encrypt, transform
from apim_ai.expression.library.system_datetime import DateTime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from apim_ai.expression.library.boxes import Array
    from apim_ai.expression.library.system_security_rsa import Symmetric
    from apim_ai.expression.library.x509 import Certificate

__all__ = ["BasicAuthCredentials", "Jwt"]

_MAX_SECONDS = 253_402_300_799


class Jwt:
    """A parsed JSON Web Token; parsing verifies nothing.

    Args:
        header: the decoded header.
        payload: the decoded payload.
        compact: the token as it was sent; never shown.
        texts: the claims as texts, where they are known: filled when they are asked for first, so that whoever reads a
            token again may hand in those of the last time.
    """

    __slots__ = ("_texts", "compact", "header", "payload")
    clr = "Jwt"

    def __init__(
        self,
        header: Mapping[str, object],
        payload: Mapping[str, object],
        compact: str = "",
        texts: dict[str, list[str]] | None = None,
    ) -> None:
        self.header = header
        self.payload = payload
        self.compact = compact
        self._texts: dict[str, list[str]] = {} if texts is None else texts

    @classmethod
    def parse(cls, text: str | None) -> Jwt | None:
        """Return the token of a text, perhaps behind a scheme, or None where it is none."""
        if text is None:
            return None
        compact = text.strip().rsplit(" ", 1)[-1]
        parts = compact.split(".")
        if len(parts) != 3:  # noqa: PLR2004 - header, payload, signature
            return None
        header, payload = _decoded(parts[0]), _decoded(parts[1])
        return None if header is None or payload is None else cls(header, payload, compact)

    def text(self, name: str, *, in_header: bool = False) -> str | None:
        """Return a claim as a text, or None."""
        value = (self.header if in_header else self.payload).get(name)
        return None if value is None else _claim_text(value)

    def values(self, name: str) -> list[str]:
        """Return the values of a claim as texts."""
        value = self.payload.get(name)
        if value is None:
            return []
        return (
            [_claim_text(each) for each in cast("list[object]", value)]
            if isinstance(value, list)
            else [_claim_text(value)]
        )

    def date(self, name: str) -> DateTime | None:
        """Return a claim of seconds since 1970 as a date, or None."""
        value = self.payload.get(name)
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= _MAX_SECONDS:
            return None
        return DateTime.of_timestamp(int(value))

    def claims(self) -> dict[str, list[str]]:
        """Return all claims by name: each caller gets lists of its own, for C# may write to an array."""
        if not self._texts:
            self._texts.update((name, self.values(name)) for name in self.payload)
        return {name: values.copy() for name, values in self._texts.items()}

    def __repr__(self) -> str:
        return "Jwt(…)"


def _decoded(part: str) -> dict[str, object] | None:
    try:
        raw = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
        value: object = json.loads(raw)
    except (ValueError, binascii.Error, RecursionError):
        return None
    return cast("dict[str, object]", value) if isinstance(value, dict) else None


def _claim_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


class BasicAuthCredentials:
    """User and password of a Basic Authorization header."""

    __slots__ = ("password", "user_id")
    clr = "BasicAuthCredentials"

    def __init__(self, user_id: str, password: str) -> None:
        self.user_id = user_id
        self.password = password

    @classmethod
    def parse(cls, text: str | None) -> BasicAuthCredentials | None:
        """Return the credentials of a header's value, or None where it is none."""
        if text is None or text[:6].lower() != "basic ":
            return None
        try:
            plain = base64.b64decode(text[6:].strip(), validate=True).decode("utf-8")
        except (ValueError, binascii.Error):
            return None
        user, colon, password = plain.partition(":")
        return cls(user, password) if colon else None

    def __repr__(self) -> str:
        return "BasicAuthCredentials(…)"


JWT = clr_class("Jwt", python=(Jwt,))


def _text_claim(property_name: str, claim: str, *, in_header: bool = False) -> None:
    @JWT.member(f"string {property_name}")
    def read(jwt: Jwt) -> str | None:
        return jwt.text(claim, in_header=in_header)

    _ = read


_text_claim("Algorithm", "alg", in_header=True)
_text_claim("Type", "typ", in_header=True)
_text_claim("Id", "jti")
_text_claim("Issuer", "iss")
_text_claim("Subject", "sub")
JWT.getter("System.DateTime? ExpirationTime", lambda jwt: cast("Jwt", jwt).date("exp"))
JWT.getter("System.DateTime? IssuedAt", lambda jwt: cast("Jwt", jwt).date("iat"))
JWT.getter("System.DateTime? NotBefore", lambda jwt: cast("Jwt", jwt).date("nbf"))


@JWT.member("IEnumerable<string> Audiences")
def audiences(jwt: Jwt) -> Array:
    """Return the audiences."""
    return string_array(jwt.values("aud"))


@JWT.member("ApimQuery Claims")
def claims(jwt: Jwt) -> dict[str, list[str]]:
    """Return all claims by name."""
    return jwt.claims()


BASIC = clr_class("BasicAuthCredentials", python=(BasicAuthCredentials,))
BASIC.inline("string UserId", "{0}.user_id")
BASIC.inline("string Username", "{0}.user_id")
BASIC.inline("string Password", "{0}.password")

EXTENSIONS = clr_static("ApimExtensions")
EXTENSIONS.member("static Jwt AsJwt(this string value)", on_null=True)(Jwt.parse)
EXTENSIONS.member("static BasicAuthCredentials AsBasic(this string value)", on_null=True)(BasicAuthCredentials.parse)


@EXTENSIONS.member("static bool TryParseJwt(this string value, out Jwt result)", on_null=True)
def try_parse_jwt(text: str | None) -> tuple[bool, Jwt | None]:
    """Parse a token without throwing."""
    jwt = Jwt.parse(text)
    return jwt is not None, jwt


@EXTENSIONS.member("static bool TryParseBasic(this string value, out BasicAuthCredentials result)", on_null=True)
def try_parse_basic(text: str | None) -> tuple[bool, BasicAuthCredentials | None]:
    """Parse credentials without throwing."""
    basic = BasicAuthCredentials.parse(text)
    return basic is not None, basic


@EXTENSIONS.member(
    "static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string name)",
    "static string GetValueOrDefault(this IReadOnlyDictionary<string, string[]> dictionary, string name, string defaultValue)",
)
def values_or_default(dictionary: Dictionary, name: str | None, default: str | None = None) -> str | None:
    """Return values joined by commas, or a default."""
    found, values = dictionary.find_item(name)
    return ",".join(cast("list[str]", values)) if found else default


@EXTENSIONS.member(
    "static V GetValueOrDefault<K, V>(this IReadOnlyDictionary<K, V> dictionary, K key)",
    "static V GetValueOrDefault<K, V>(this IDictionary<K, V> dictionary, K key)",
    typed=True,
)
def value_or_none(_key: object, _value: object, dictionary: Dictionary, name: object) -> object:
    """Return a value, or the type's default."""
    return dictionary.find_item(name)[1]


@EXTENSIONS.member(
    "static V GetValueOrDefault<K, V>(this IReadOnlyDictionary<K, V> dictionary, K key, V defaultValue)",
    "static V GetValueOrDefault<K, V>(this IDictionary<K, V> dictionary, K key, V defaultValue)",
    typed=True,
)
def value_or_default(_key: object, _value: object, dictionary: Dictionary, name: object, default: object) -> object:
    """Return a value, or a default."""
    found, value = dictionary.find_item(name)
    return value if found else default


@EXTENSIONS.member("static bool VerifyNoRevocation(this X509Certificate2 certificate)", context=True)
def verify_no_revocation(context: object, certificate: Certificate) -> bool:
    """Whether the certificate is valid now; chains are not built here."""
    from apim_ai.expression.library.x509 import is_current  # noqa: PLC0415 - heavy, and rarely used

    return is_current(context, certificate)


EXTENSIONS.member("static byte[] Encrypt(this byte[] input, string alg, byte[] key, byte[] iv)")(encrypt)
EXTENSIONS.member("static byte[] Decrypt(this byte[] input, string alg, byte[] key, byte[] iv)")(decrypt)
_ALGORITHM = "System.Security.Cryptography.SymmetricAlgorithm alg"


@EXTENSIONS.member(
    f"static byte[] Encrypt(this byte[] input, {_ALGORITHM})",
    f"static byte[] Encrypt(this byte[] input, {_ALGORITHM}, byte[] key, byte[] iv)",
)
def encrypt_with(
    data: bytes | None, algorithm: Symmetric | None, key: bytes | None = None, iv: bytes | None = None
) -> bytearray:
    """Encrypt with an algorithm's own mode and padding, and its key unless another is given."""
    return transform(data, algorithm, key, iv, is_encryption=True)


@EXTENSIONS.member(
    f"static byte[] Decrypt(this byte[] input, {_ALGORITHM})",
    f"static byte[] Decrypt(this byte[] input, {_ALGORITHM}, byte[] key, byte[] iv)",
)
def decrypt_with(
    data: bytes | None, algorithm: Symmetric | None, key: bytes | None = None, iv: bytes | None = None
) -> bytearray:
    """Undo `encrypt_with`."""
    return transform(data, algorithm, key, iv, is_encryption=False)


def _form_text(form: object) -> str:
    from urllib.parse import quote_plus  # noqa: PLC0415 - rare

    pairs: list[str] = []
    for pair in iterate(form):
        for value in iterate(getattr(pair, "value", ())):
            pairs.append(f"{quote_plus(str(getattr(pair, 'key', '')))}={quote_plus(str(value))}")  # noqa: PERF401 - reads better
    return "&".join(pairs)


@EXTENSIONS.member("static string ToQueryString(this IDictionary<string, IList<string>> form)")
def to_query_string(form: object) -> str | None:
    """Return fields as a query, or null where there are none."""
    text = _form_text(form)
    return f"?{text}" if text else None


@EXTENSIONS.member("static string ToFormUrlEncodedContent(this IDictionary<string, IList<string>> form)")
def to_form_content(form: object) -> str | None:
    """Return fields as a form's content, or null where there are none."""
    return _form_text(form) or None
