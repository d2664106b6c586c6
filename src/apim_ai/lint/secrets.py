"""Recognises secrets by how they look and by what they are called."""

from __future__ import annotations

import math
import re
from collections import Counter

__all__ = ["looks_secret", "sounds_secret"]

_SHAPES = (
    re.compile(r"\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]*"),  # JSON web token
    re.compile(r"(?i)\b(?:AccountKey|SharedAccessKey|Password|Pwd)\s*=\s*[^;\s{]{6,}"),  # connection string
    re.compile(r"(?i)[?&]sig=[A-Za-z0-9%+/=]{20,}"),  # shared access signature
    re.compile(r"\bsk-[A-Za-z0-9_-]{20,}"),
    re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
)
_HEXADECIMAL = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}|[0-9A-F]{32}|[0-9A-F]{40}|[0-9A-F]{64}")
_RANDOM = re.compile(r"[A-Za-z0-9+/_-]{40,}={0,2}")
_BEARER = re.compile(r"(?i)(?:bearer|basic)\s+([A-Za-z0-9+/._~-]{16,}=*)")
_GUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ENTROPY = 4.2  # bits a character; words and paths stay below 4, random Base64 of 40 characters has about 4.8
_SECRET_ENDS = frozenset(
    {"key", "apikey", "secret", "password", "pwd", "passwd", "token", "sas", "connectionstring", "credential"}
)
_PARTS = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")


def looks_secret(value: str) -> str | None:
    """Return what a text looks like when it looks like a secret: "a JSON web token", "a key" …."""
    text = value.strip()
    if any(shape.search(text) for shape in _SHAPES):
        return "a credential"
    bearer = _BEARER.fullmatch(text)
    if bearer and "{{" not in text:
        return "a bearer or basic credential"
    if _HEXADECIMAL.fullmatch(text):
        return "a key"
    if (
        _RANDOM.fullmatch(text)
        and not _GUID.fullmatch(text)
        and _entropy(text) > _ENTROPY
        and any(c.isdigit() for c in text)
    ):
        return "a random token"
    return None


def sounds_secret(name: str) -> bool:
    """Whether a name says that its value is secret: its last word does, as in `aoai-key` or `dbPassword`."""
    parts = [part.lower() for part in _PARTS.findall(name)]
    return bool(parts) and (parts[-1] in _SECRET_ENDS or "".join(parts[-2:]) in _SECRET_ENDS)


def _entropy(text: str) -> float:
    counts = Counter(text)
    return -sum(count / len(text) * math.log2(count / len(text)) for count in counts.values())
