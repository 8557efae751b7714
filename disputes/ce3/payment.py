"""Payments as Visa's Compelling Evidence 3.0 compares them, under Stripe's names for what it compares."""

import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from pydantic import AwareDatetime

from disputes import text
from disputes.model import Value
from disputes.privacy.masking import secrets

Sort = Literal["merchandise", "services"]
IP, DEVICE, ADDRESS = "customer_purchase_ip", "device", "shipping_address"
EMAIL, ACCOUNT = "customer_email_address", "customer_account_id"
ELEMENTS: dict[str, tuple[str, ...]] = {
    IP: (IP,),
    DEVICE: ("customer_device_id", "customer_device_fingerprint"),
    ADDRESS: (ADDRESS,),
    EMAIL: (EMAIL,),
    ACCOUNT: (ACCOUNT,),
}
"""What may match, and the Stripe fields that carry it: a device is one element, however it is named (reference 4.7)."""

MAIN = frozenset((IP, DEVICE))
FIELDS = tuple(field for fields in ELEMENTS.values() for field in fields)
LINES = ("line1", "line2", "city", "state", "postal_code", "country")
LONGEST = 5_000
SHORTEST = {"customer_device_id": 15, "customer_device_fingerprint": 20}

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_NOTHING = frozenset("null none nil undefined nan n/a na unknown anonymous guest - 0".split())
_INSIDE = tuple(
    ipaddress.ip_network(block)
    for block in "10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10".split()
)


class Address(Value):
    """Where goods were sent; `country` is ISO 3166-1 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Payment(Value):
    """One charge with what is on record of its buyer.

    `card` is Stripe's fingerprint of the card, `amount` is in minor units, `refunded` means given back in full or for
    fraud, `fraud_reported` an early fraud warning or a report of fraud. A blank is what is not on record.
    """

    charge: str
    paid_at: AwareDatetime | None
    card: str
    amount: int
    paid: bool
    disputed: bool
    refunded: bool
    fraud_reported: bool
    product_description: str = ""
    customer_purchase_ip: str = ""
    customer_device_id: str = ""
    customer_device_fingerprint: str = ""
    customer_email_address: str = ""
    customer_account_id: str = ""
    shipping_address: Address = Address()


class History(Value):
    """The disputed payment, what sort of purchase it was, and the customer's other payments in any order."""

    disputed: Payment
    sort: Sort | None = None
    priors: tuple[Payment, ...] = ()


def marks(payment: Payment) -> dict[str, str]:
    """Give each usable field in the form in which it is compared; what is blank or unusable is not in it."""
    judged = {field: _judge(payment, field)[0] for field in FIELDS}
    return {field: mark for field, mark in judged.items() if mark}


def fault(payment: Payment, field: str) -> str:
    """Say what keeps a field from being compared, as the end of a sentence; empty when nothing does."""
    return _judge(payment, field)[1]


def written(payment: Payment, field: str) -> str:
    """Give a text field clean, on one line; empty for the words that programs write for nothing."""
    line = text.line(str(getattr(payment, field)), limit=LONGEST + 1)
    return "" if line.casefold() in _NOTHING else line


def tidy(address: Address) -> Address:
    """Give an address clean: every line without needless space, the country in capitals."""
    lines = {name: text.line(str(getattr(address, name))) for name in LINES}
    held = {name: "" if line.casefold() in _NOTHING - {"na"} else line for name, line in lines.items()}
    return Address(**{**held, "country": held["country"].upper()})


def _judge(payment: Payment, field: str) -> tuple[str, str]:
    """Give a field as it is compared and no fault, or nothing and its fault."""
    if field == ADDRESS:
        return _address(tidy(payment.shipping_address))
    line = written(payment, field)
    if not line:
        return "", "is not on record"
    if secrets.masked(line):
        return "", "reads like a number nobody may keep and was masked"
    if len(line) > LONGEST:
        return "", f"is longer than {LONGEST} letters"
    return _READ[field](line)


def _account(line: str) -> tuple[str, str]:
    return line, ""


def _email(line: str) -> tuple[str, str]:
    return (line.lower(), "") if _EMAIL.fullmatch(line) else ("", "is not an e-mail address")


def _ip(line: str) -> tuple[str, str]:
    try:
        read = ipaddress.ip_address(line)
    except ValueError:
        return "", "is not one IP address"
    address = (read.ipv4_mapped or read) if isinstance(read, ipaddress.IPv6Address) else read
    local = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    # A shop behind a proxy that notes the proxy's address has noted the same one for every customer.
    if local or any(address in block for block in _INSIDE):
        return "", "belongs to a private network and not to a customer"
    return str(address), ""


def _device(line: str, shortest: int) -> tuple[str, str]:
    if len(line) < shortest:
        return "", f"is shorter than the {shortest} characters Stripe asks for"
    # A phone that forbids tracking names itself 00000000-0000-0000-0000-000000000000, like all that do.
    if len({c for c in line if c.isalnum()}) <= 1:
        return "", "is a placeholder that names no device"
    return line, ""


_READ: dict[str, Callable[[str], tuple[str, str]]] = {
    IP: _ip,
    EMAIL: _email,
    ACCOUNT: _account,
    **{name: partial(_device, shortest=shortest) for name, shortest in SHORTEST.items()},
}


def _address(address: Address) -> tuple[str, str]:
    held = {name: str(getattr(address, name)).casefold() for name in LINES}
    if not any(held.values()):
        return "", "is not on record"
    # Stripe wants all of it; a house without a flat has no second line to give.
    if lacking := [name.replace("_", " ") for name in LINES if name != "line2" and not held[name]]:
        return "", f"lacks its {', '.join(lacking)}"
    if not re.fullmatch("[a-z]{2}", held["country"]):
        return "", "names its country by something else than two letters"
    held["postal_code"] = held["postal_code"].replace(" ", "")
    return "\n".join(held.values()), ""
