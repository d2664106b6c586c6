"""`validate-odata-request`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from apim_ai.definition import TEXT, VARIABLE_NAME, Policy, integer, literal, policy
from apim_ai.family.validation import Invalid, conclude

if TYPE_CHECKING:
    from collections.abc import Iterator

    from apim_ai.runtime import Exchange

__all__ = ["ValidateOdataRequest"]

_VERSION = re.compile(r"(\d+)\.(\d+)")


@policy(
    "validate-odata-request",
    sections=("inbound",),
    scopes=("global", "workspace", "product", "api"),
    once="section",
    page="validate-odata-request-policy",
    approximated="only versions are checked",
)
class ValidateOdataRequest(Policy):
    """Check version and size of a request to an OData API; its URL is not checked against the metadata here."""

    error_variable_name: str | None = literal(VARIABLE_NAME, default=None)
    default_odata_version: str = literal(TEXT, default="4.0", doc="where the request names none")
    min_odata_version: str | None = literal(TEXT, default=None)
    max_odata_version: str | None = literal(TEXT, default=None)
    max_size: int | None = literal(integer(), default=None, doc="bytes of the body")

    def run(self, exchange: Exchange, /) -> None:
        """Check headers and length."""
        exchange.note("the URL is not checked against the OData metadata")
        conclude(self, exchange, list(self._found(exchange)), self.error_variable_name)

    def _found(self, exchange: Exchange) -> Iterator[Invalid]:
        headers = exchange.request.headers
        text = headers.get("OData-Version") or headers.get("OData-MaxVersion") or self.default_odata_version
        version = _number(text)
        if version is None:
            yield _invalid(f"OData version '{text}' is not valid.")
        elif self.min_odata_version is not None and version < (_number(self.min_odata_version) or version):
            yield _invalid(f"OData version {text} is less than {self.min_odata_version}.")
        elif self.max_odata_version is not None and version > (_number(self.max_odata_version) or version):
            yield _invalid(f"OData version {text} is more than {self.max_odata_version}.")
        length = headers.get("Content-Length") or ""
        if self.max_size is not None and length.isdigit() and int(length) > self.max_size:
            yield _invalid(f"Request's body is {length} bytes long and it exceeds the limit of {self.max_size} bytes.")


def _number(text: str) -> tuple[int, int] | None:
    found = _VERSION.fullmatch(text.strip())
    return (int(found[1]), int(found[2])) if found else None


def _invalid(details: str) -> Invalid:
    return Invalid("", "ODataRequest", "IncorrectMessage", details, "prevent")
