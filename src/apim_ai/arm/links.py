"""Documents that a body does not hold but links to: OpenAPI documents of imports, policies.

The control plane itself waits for nothing, so what a link leads to is fetched before, and put where the link stood.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from apim_ai.arm.address import below_service
from apim_ai.arm.refusal import Detail, invalid
from apim_ai.resource.shape import is_object

if TYPE_CHECKING:
    import httpx

    from apim_ai.arm.call import Call

__all__ = ["LARGEST", "Fetch", "fetched", "followed"]

LARGEST = 4 * 1024 * 1024
"""Bytes of a document at most, the documented limit of imports."""

Fetch = Callable[[str], Awaitable[str]]
"""Returns the text that a URL leads to, or raises `OSError` or `ValueError` that says why there is none."""

_SECONDS = 10.0
_REDIRECTS = 3
_PLAIN = {
    "openapi-link": "openapi",
    "openapi+json-link": "openapi+json",
    "swagger-link-json": "swagger-json",
    "xml-link": "xml",
    "rawxml-link": "rawxml",
}
"""Formats that are links, and what is found at their end."""


async def followed(call: Call, fetch: Fetch) -> Call:
    """Return a call in which the document stands where its link stood.

    Raises:
        Refusal: the link leads to nothing that can be read.
    """
    body = call.body
    properties = body.get("properties") if is_object(body) else None
    if call.method not in {"PUT", "PATCH"} or not is_object(body) or not is_object(properties):
        return call
    format_ = _PLAIN.get(str(properties.get("format") or "").lower())
    if format_ is None or not _takes_links(call.path, format_):
        return call
    text = await _text(properties, fetch)
    document = {**properties, "format": format_, "value": text}
    return replace(call, body={**body, "properties": document})


async def fetched(url: str) -> str:
    """Fetch a document over http or https.

    Raises:
        OSError: nothing answers.
        ValueError: what answers is no document.
    """
    import httpx  # noqa: PLC0415 - slow to import, and links are rare

    try:
        async with (
            asyncio.timeout(_SECONDS),
            httpx.AsyncClient(follow_redirects=True, max_redirects=_REDIRECTS) as client,
            client.stream("GET", url) as response,
        ):
            if not response.is_success:
                raise ValueError(f"it answered {response.status_code}")
            return (await _limited(response)).decode("utf-8-sig")
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise OSError(str(error) or "it took too long") from error


async def _limited(response: httpx.Response) -> bytes:
    content = bytearray()
    async for chunk in response.aiter_bytes():
        content += chunk
        if len(content) > LARGEST:
            raise ValueError(f"it is larger than {LARGEST} bytes")
    return bytes(content)


def _takes_links(path: str, format_: str) -> bool:
    """Tell whether what stands at a path may be sent as a link: APIs, and policies, but not fragments."""
    found = below_service(path)
    segments = found[3].strip("/").lower().split("/") if found else [""]
    collection = segments[-2] if len(segments) > 1 else ""
    return collection == ("policies" if format_ in {"xml", "rawxml"} else "apis")


async def _text(properties: Mapping[str, Any], fetch: Fetch) -> str:
    url = properties.get("value")
    if not isinstance(url, str) or _host(url) is None:
        raise invalid(Detail("value", "'value' must be an absolute http or https URL for a format that is a link."))
    try:
        return await fetch(url)
    except (OSError, ValueError) as error:
        shown = url.partition("?")[0]  # what follows may be a signature
        raise invalid(Detail("value", f"The document at '{shown}' could not be downloaded: {error}.")) from error


def _host(url: str) -> str | None:
    """Return the host of an absolute http or https URL, None for any other text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return parts.hostname if parts.scheme in {"http", "https"} else None
