"""`ip-filter`."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import TYPE_CHECKING, Literal

from apim_ai.definition import (
    IP_ADDRESS,
    Item,
    Policy,
    Value,
    at_least_one,
    attribute,
    children,
    choice,
    item,
    policy,
    texts,
)
from apim_ai.runtime import PolicyError

if TYPE_CHECKING:
    from apim_ai.runtime import Exchange

__all__ = ["AddressRange", "IpFilter"]

STATUS = 403

Address = IPv4Address | IPv6Address


@item("address-range")
class AddressRange(Item):
    """Addresses from one to another, both included."""

    from_: Value[str] = attribute(IP_ADDRESS, name="from")
    to: Value[str] = attribute(IP_ADDRESS)


@policy(
    "ip-filter",
    at_least_one("address", "address-range"),
    sections=("inbound",),
    gateways=("classic", "v2", "consumption", "self-hosted"),
    maybe_gateways=("workspace",),
    page="ip-filter-policy",
    settings=("errors.ip_filter_body",),
)
class IpFilter(Policy):
    """Refuse requests by the caller's IP address."""

    action: Value[Literal["allow", "forbid"]] = attribute(
        choice("allow", "forbid"), doc="whether only the listed addresses may call, or these may not"
    )
    address: tuple[Value[str], ...] = texts("address", IP_ADDRESS)
    address_range: tuple[AddressRange, ...] = children(AddressRange)

    def run(self, exchange: Exchange, /) -> None:
        """Compare the caller's address as a number."""
        text = exchange.request.ip_address
        try:
            caller = parse_address(text)
        except ValueError as error:
            message = "Failed to establish IP address for the caller. Access denied."
            raise self._refused(exchange, "FailedToParseCallerIP", message) from error
        is_listed = self._lists(exchange, caller)
        if self.action(exchange.context) == "forbid":
            if is_listed:
                message = "Caller IP address is blocked. Access denied."
                raise self._refused(exchange, "CallerIpBlocked", message)
        elif not is_listed:
            message = f"Caller IP address {text} is not allowed. Access denied."
            raise self._refused(exchange, "CallerIpNotAllowed", message)

    def _lists(self, exchange: Exchange, caller: Address) -> bool:
        context = exchange.context
        try:
            addresses = [parse_address(each(context)) for each in self.address]
            ranges = [
                (parse_address(each.from_(context)), parse_address(each.to(context))) for each in self.address_range
            ]
        except ValueError as error:  # an expression's value; forbidding must not fail open
            raise PolicyError(self.element_name, "InvalidAddress", f"A listed address is none: {error}.") from error
        return caller in addresses or any(is_between(caller, low, high) for low, high in ranges)

    def _refused(self, exchange: Exchange, reason: str, message: str) -> PolicyError:
        body = exchange.settings.errors_ip_filter_body
        exchange.trace.decided_by("errors.ip_filter_body", body)
        return PolicyError(self.element_name, reason, message, STATUS, body=body.encode())


def parse_address(text: str) -> Address:
    """Return an address; an IPv4 address inside IPv6 is the IPv4 address.

    Raises:
        ValueError: it is none.
    """
    address = ip_address(text.strip())
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def is_between(address: Address, low: Address, high: Address) -> bool:
    """Whether an address lies in a range of its own version."""
    return address.version == low.version == high.version and int(low) <= int(address) <= int(high)
