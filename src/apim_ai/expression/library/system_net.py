"""System.Net.IPAddress."""

from __future__ import annotations

import ipaddress
import re
from typing import TYPE_CHECKING

from apim_ai.expression.exceptions import argument, argument_null, format_error
from apim_ai.expression.library.addresses import read_v4, v6_text
from apim_ai.expression.library.declare import clr_class, clr_enum

if TYPE_CHECKING:
    from apim_ai.expression.settings import ExpressionSettings

__all__ = ["IPAddress"]

_V4 = 4
_MEMBERS = ("AddressFamily", "Equals", "GetAddressBytes", "IsLoopback", "Parse", "TryParse", "ToString")


class IPAddress:
    """An address of either version."""

    __slots__ = ("address",)
    clr = "System.Net.IPAddress"

    def __init__(self, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
        self.address = address

    def clr_text(self, _settings: ExpressionSettings) -> str:
        """Return the address."""
        return address_text(self)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, IPAddress) and other.address == self.address

    def __hash__(self) -> int:
        return hash(self.address)


ADDRESS = clr_class("System.Net.IPAddress", python=(IPAddress,), allowed=frozenset(_MEMBERS))
clr_enum("System.Net.Sockets.AddressFamily", {"Unspecified": 0, "InterNetwork": 2, "InterNetworkV6": 23})


def read_address(text: str) -> IPAddress | None:
    """Return the address that a text is, or None; IPv4 may have fewer parts, octal and hexadecimal ones."""
    if ":" in text:
        try:
            plain = re.sub(r"^\[(.*)\](:\d+)?$", r"\1", text)
            return IPAddress(ipaddress.IPv6Address(plain))
        except ValueError:
            return None
    number = read_v4(text)
    return None if number is None else IPAddress(ipaddress.IPv4Address(number))


@ADDRESS.member("static System.Net.IPAddress Parse(string ipString)")
def parse(text: str | None) -> IPAddress:
    """Parse an address."""
    if text is None:
        argument_null("ipString")
    found = read_address(text)
    if found is None:
        format_error("An invalid IP address was specified.")
    return found


@ADDRESS.member("static bool TryParse(string ipString, out System.Net.IPAddress address)")
def try_parse(text: str | None) -> tuple[bool, IPAddress | None]:
    """Parse an address without throwing."""
    found = None if text is None else read_address(text)
    return found is not None, found


@ADDRESS.member("(byte[] address)")
def of_bytes(data: bytes | None) -> IPAddress:
    """Return the address of 4 or 16 bytes."""
    if data is None:
        argument_null("address")
    if len(data) not in (4, 16):
        argument("An invalid IP address was specified.", "address")
    return IPAddress(ipaddress.ip_address(bytes(data)))


@ADDRESS.member("byte[] GetAddressBytes()")
def address_bytes(address: IPAddress) -> bytearray:
    """Return the bytes of the address."""
    return bytearray(address.address.packed)


@ADDRESS.member("System.Net.Sockets.AddressFamily AddressFamily")
def address_family(address: IPAddress) -> int:
    """Return which version it is of."""
    return 2 if address.address.version == _V4 else 23


@ADDRESS.member("static bool IsLoopback(System.Net.IPAddress address)")
def is_loopback(address: IPAddress | None) -> bool:
    """Whether it is this machine's own."""
    if address is None:
        argument_null("address")
    return address.address.is_loopback


@ADDRESS.member("string ToString()")
def address_text(address: IPAddress) -> str:
    """Return the address as text."""
    found = address.address
    return v6_text(found) if isinstance(found, ipaddress.IPv6Address) else str(found)


@ADDRESS.member("bool Equals(object comparand)")
def address_equals(address: IPAddress, other: object) -> bool:
    """Compare two addresses."""
    return address == other


ADDRESS.constant("System.Net.IPAddress Loopback", IPAddress(ipaddress.IPv4Address("127.0.0.1")))
ADDRESS.constant("System.Net.IPAddress Any", IPAddress(ipaddress.IPv4Address(0)))
ADDRESS.constant("System.Net.IPAddress IPv6Loopback", IPAddress(ipaddress.IPv6Address(1)))
