"""Payments as Visa's Compelling Evidence 3.0 compares them, with Stripe's names for the compared fields."""

import ipaddress
import re
from collections.abc import Callable
from functools import partial
from typing import Literal

from pydantic import AwareDatetime

from disputes import text
from disputes.model import Value
from disputes.privacy.masking import secrets

PurchaseSort = Literal["merchandise", "services"]
IP, DEVICE, ADDRESS = "customer_purchase_ip", "device", "shipping_address"
EMAIL, ACCOUNT = "customer_email_address", "customer_account_id"
ELEMENTS: dict[str, tuple[str, ...]] = {
    IP: (IP,),
    DEVICE: ("customer_device_id", "customer_device_fingerprint"),
    ADDRESS: (ADDRESS,),
    EMAIL: (EMAIL,),
    ACCOUNT: (ACCOUNT,),
}
"""The elements that may match, and the Stripe fields of each: a device is one element with two (reference 4.7)."""

KEYS = frozenset((IP, *ELEMENTS[DEVICE], ACCOUNT))
"""The fields that name a record and stay whole."""

MAIN_ELEMENTS = frozenset((IP, DEVICE))
FIELDS = tuple(field for fields in ELEMENTS.values() for field in fields)
ADDRESS_LINES = ("line1", "line2", "city", "state", "postal_code", "country")
MAX_CHARACTERS = 5_000
MIN_CHARACTERS = {"customer_device_id": 15, "customer_device_fingerprint": 20}

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_BLANK_WORDS = frozenset("null none nil undefined nan n/a na unknown anonymous guest - 0".split())
_PRIVATE_NETWORKS = tuple(
    ipaddress.ip_network(block)
    for block in "10.0.0.0/8 100.64.0.0/10 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10".split()
)


class Address(Value):
    """A shipping address; `country` is ISO 3166-1 alpha-2."""

    line1: str = ""
    line2: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""


class Payment(Value):
    """One charge with the buyer's data on record; an empty text is a value that is not on record.

    `card` is Stripe's fingerprint of the card, `amount` is in minor units, `refunded` means refunded in full or for
    fraud, `fraud_reported` an early fraud warning or a report of fraud.
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


class PaymentHistory(Value):
    """The disputed payment, its sort of purchase, and the customer's other payments in any order."""

    disputed: Payment
    sort: PurchaseSort | None = None
    priors: tuple[Payment, ...] = ()


def comparable_fields(payment: Payment) -> dict[str, str]:
    """Return each usable field in the form in which it is compared, without blank and unusable ones."""
    values = {field: _normalize(payment, field)[0] for field in FIELDS}
    return {field: value for field, value in values.items() if value}


def find_fault(payment: Payment, field: str) -> str:
    """Return what keeps a field from being compared, as the end of a sentence; empty when nothing does."""
    return _normalize(payment, field)[1]


def read_text(payment: Payment, field: str) -> str:
    """Return a text field cleaned, on one line; empty for words such as `null` that programs write for nothing."""
    line = _read_line(payment, field)
    return "" if line.casefold() in _BLANK_WORDS else line


def _read_line(payment: Payment, field: str) -> str:
    read = text.key if field in KEYS else text.line
    return read(str(getattr(payment, field)), name=field, limit=MAX_CHARACTERS + 1)


def clean_address(address: Address) -> Address:
    """Return an address cleaned: no needless space in a line, the country in capitals."""
    lines = {name: text.line(str(getattr(address, name))) for name in ADDRESS_LINES}
    cleaned = {name: "" if line.casefold() in _BLANK_WORDS - {"na"} else line for name, line in lines.items()}
    return Address(**{**cleaned, "country": cleaned["country"].upper()})


def _normalize(payment: Payment, field: str) -> tuple[str, str]:
    """Return a field in its compared form and no fault, or an empty text and its fault."""
    if field == ADDRESS:
        return _normalize_address(clean_address(payment.shipping_address))
    line = read_text(payment, field)
    if not line:
        return "", "is not on record"
    if secrets.is_masked(line):
        return "", "reads like a number nobody may keep and was masked"
    if len(line) > MAX_CHARACTERS:
        return "", f"is longer than {MAX_CHARACTERS} letters"
    return _NORMALIZERS[field](line)


def _normalize_account(line: str) -> tuple[str, str]:
    return line, ""


def _normalize_email(line: str) -> tuple[str, str]:
    return (line.lower(), "") if _EMAIL.fullmatch(line) else ("", "is not an e-mail address")


def _normalize_ip(line: str) -> tuple[str, str]:
    try:
        parsed = ipaddress.ip_address(line)
    except ValueError:
        return "", "is not one IP address"
    address = (parsed.ipv4_mapped or parsed) if isinstance(parsed, ipaddress.IPv6Address) else parsed
    local = address.is_loopback or address.is_link_local or address.is_unspecified or address.is_multicast
    # A shop behind a proxy that notes the proxy's address has noted the same one for every customer.
    if local or any(address in network for network in _PRIVATE_NETWORKS):
        return "", "belongs to a private network and not to a customer"
    return str(address), ""


def _normalize_device(line: str, shortest: int) -> tuple[str, str]:
    if len(line) < shortest:
        return "", f"is shorter than the {shortest} characters Stripe asks for"
    # A phone that forbids tracking names itself 00000000-0000-0000-0000-000000000000, like all that do.
    if len({c for c in line if c.isalnum()}) <= 1:
        return "", "is a placeholder that names no device"
    return line, ""


_NORMALIZERS: dict[str, Callable[[str], tuple[str, str]]] = {
    IP: _normalize_ip,
    EMAIL: _normalize_email,
    ACCOUNT: _normalize_account,
    **{name: partial(_normalize_device, shortest=shortest) for name, shortest in MIN_CHARACTERS.items()},
}


def _normalize_address(address: Address) -> tuple[str, str]:
    lines = {name: str(getattr(address, name)).casefold() for name in ADDRESS_LINES}
    if not any(lines.values()):
        return "", "is not on record"
    # Stripe wants all of it; a house without a flat has no second line to give.
    if missing := [name.replace("_", " ") for name in ADDRESS_LINES if name != "line2" and not lines[name]]:
        return "", f"lacks its {', '.join(missing)}"
    if not re.fullmatch("[a-z]{2}", lines["country"]):
        return "", "names its country by something else than two letters"
    lines["postal_code"] = lines["postal_code"].replace(" ", "")
    return "\n".join(lines.values()), ""
