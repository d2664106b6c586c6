"""Content codings of answers."""

from __future__ import annotations

import gzip
import zlib

import pytest

from apim_ai.family.chat.coding import decoded, unpacker
from apim_ai.message import Headers, Response

TEXT = b"Hello, hello, hello."


def response(coding: str | None) -> Response:
    return Response(200, "", Headers([("Content-Encoding", coding)] if coding else []))


@pytest.mark.parametrize(
    ("coding", "content"),
    [
        (None, TEXT),
        ("identity", TEXT),
        ("gzip", gzip.compress(TEXT, mtime=0)),
        ("GZip", gzip.compress(TEXT, mtime=0)),
        ("deflate", zlib.compress(TEXT)),
    ],
)
def test_known_codings_are_undone_whole_and_in_pieces(coding: str | None, content: bytes) -> None:
    assert decoded(content, response(coding)) == TEXT
    unpack = unpacker(response(coding))
    assert unpack is not None
    assert b"".join(unpack(content[place : place + 1]) for place in range(len(content))) == TEXT


def test_an_unknown_coding_is_said_to_be_one() -> None:
    assert unpacker(response("br")) is None
    assert decoded(b"x", response("br")) == b""


def test_garbage_is_nothing() -> None:
    assert decoded(b"garbage", response("gzip")) == b""
