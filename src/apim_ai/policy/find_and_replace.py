"""`find-and-replace`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.definition import ALL_SECTIONS, TEXT, Policy, Value, attribute, policy
from apim_ai.family.bodies import content_of, decode, encode, message_of, replace_content

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["FindAndReplace"]


@policy(
    "find-and-replace",
    sections=ALL_SECTIONS,
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="find-and-replace-policy",
    settings=("find_and_replace.case_sensitive",),
)
class FindAndReplace(Policy):
    """Replace a text in the body, wherever it stands; no patterns."""

    from_: Value[str] = attribute(TEXT, name="from")
    to: Value[str] = attribute(TEXT)

    async def run(self, exchange: Exchange, /) -> None:
        """Replace it in the message that belongs to the section."""
        message = message_of(exchange)
        wanted, replacement = self.from_(exchange.context), self.to(exchange.context)
        if message is None or not wanted:
            return
        content = await content_of(exchange, message)
        if not content:
            return
        flags = re.NOFLAG if exchange.settings.find_and_replace_case_sensitive else re.IGNORECASE
        text, count = re.subn(re.escape(wanted), lambda _: replacement, decode(message, content), flags=flags)
        exchange.note(f"replaced {count} times")
        if count:
            await replace_content(message, encode(message, text))
