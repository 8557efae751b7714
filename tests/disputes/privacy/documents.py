"""Logs, invoices, statements and tracking lists as merchants enclose them: seeded, and without a card."""

import json
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

from tests.disputes.privacy.carriers import CARRIERS, some_digits, with_gs1

GOODS = "Desk lamp|Espresso cups, set of 4|USB-C cable 2 m|Yoga mat|Notebook A5|Wool socks|Tea 250 g|Phone case".split(
    "|"
)
AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X)",
    "okhttp/4.12.0",
    "curl/8.6.0",
    "Shop/5.3.1 (Android 14)",
)
EVENTS = ("Picked up", "In transit", "Arrived at depot", "Out for delivery", "Delivered", "Zugestellt", "Livré")


def build(seed: int) -> str:
    """Return the document of a number; all kinds come in turn."""
    random = Random(seed)  # noqa: S311 - tests repeat
    return KINDS[seed % len(KINDS)](random)


def a_moment(random: Random) -> datetime:
    return datetime(2024, 1, 1, tzinfo=UTC) + timedelta(milliseconds=random.randrange(94_000_000_000))


def a_price(random: Random, most: int = 40_000) -> str:
    amount = random.randrange(99, most)
    return random.choice((f"{amount / 100:,.2f}", f"{amount / 100:.2f}", f"{amount // 100},{amount % 100:02}"))


def an_ip(random: Random) -> str:
    six = ":".join(f"{random.randrange(16**4):x}" for _ in range(8))
    return random.choice((".".join(str(random.randrange(1, 255)) for _ in range(4)), six))


def an_ean(random: Random) -> str:
    return with_gs1(
        f"{random.choice('400 401 426 501 503 871 301 471 490 544 730 590 978'.split())}{some_digits(random, 9)}"
    )


def an_id(random: Random) -> str:
    """Return an id as shops and platforms number things: counted up, of 13 to 19 digits, hexadecimal or a UUID."""
    return random.choice(
        (
            lambda: str(random.randrange(1_000, 99_999)),
            lambda: str(random.randrange(4 * 10**12, 10**13)),
            lambda: str(random.randrange(3 * 10**13, 5 * 10**13)),
            lambda: some_digits(random, random.choice((15, 16, 17, 18))),
            lambda: str(uuid.UUID(int=random.getrandbits(128), version=4)),
            lambda: f"{random.getrandbits(96):024x}",
            lambda: f"{random.getrandbits(128):032x}",
        )
    )()


def a_vat_id(random: Random) -> str:
    return random.choice(
        (
            f"DE{some_digits(random, 9)}",
            f"NL{some_digits(random, 9)}B01",
            f"FR{some_digits(random, 11)}",
            f"GB {some_digits(random, 3)} {some_digits(random, 4)} {some_digits(random, 2)}",
            f"ATU{some_digits(random, 8)}",
        )
    )


def an_access_log(random: Random) -> str:
    return "\n".join(_visit(random, a_moment(random)) for _ in range(random.randrange(10, 40)))


def _visit(random: Random, at: datetime) -> str:
    path = random.choice((f"/orders/{an_id(random)}", f"/account/login?session={an_id(random)}", "/api/v2/cart"))
    took = f"{random.random():.17f}"
    return (
        f'{an_ip(random)} - user={an_id(random)} [{at:%d/%b/%Y:%H:%M:%S +0000}] "GET {path} HTTP/1.1" 200 '
        f'{random.randrange(90_000)} "{random.choice(AGENTS)}" rt={took} ts={int(at.timestamp() * 1000)}'
    )


def a_json_log(random: Random) -> str:
    return "\n".join(json.dumps(_event(random)) for _ in range(random.randrange(5, 30)))


def _event(random: Random) -> dict[str, object]:
    at = a_moment(random)
    return {
        "time": at.isoformat(),
        "epoch_ms": int(at.timestamp() * 1000),
        "epoch_us": int(at.timestamp() * 1_000_000),
        "ip": an_ip(random),
        "customer_id": an_id(random),
        "device_id": an_id(random),
        "request_id": f"req_{some_digits(random, 14)}",
        "charge": f"ch_{some_digits(random, 16)}",
        "score": random.random(),
        "amount": random.randrange(100, 90_000),
        "event": random.choice(("login", "download", "stream.start", "checkout")),
    }


def an_invoice(random: Random) -> str:
    at = a_moment(random)
    rows = [_item(random) for _ in range(random.randrange(1, 12))]
    number = random.choice(
        (f"INV-{at:%Y}-{some_digits(random, 6)}", some_digits(random, 16), f"{at:%Y%m%d}{some_digits(random, 5)}")
    )
    label = random.choice(("Invoice number", "Invoice no.", "Rechnungsnummer", "Facture n°", "Factura", "Receipt #"))
    head = [f"{label}: {number}", f"Date: {at:%d.%m.%Y}", f"Order: {an_id(random)}", f"VAT ID: {a_vat_id(random)}"]
    heads = "Pos  EAN            Description            Qty  Price      Total"
    return "\n".join(
        (*head, "", heads, *rows, "", f"Total EUR {a_price(random)}", f"Tel. +49{some_digits(random, 11)}")
    )


def _item(random: Random) -> str:
    name, code = random.choice(GOODS), an_ean(random)
    return f"{random.randrange(1, 20)}  {code}  {name}  {random.randrange(1, 9)}  {a_price(random)}  {a_price(random)}"


def a_statement(random: Random) -> str:
    """Return the periods a subscription was billed for, in a table of one of several makes."""
    cut = random.choice((" | ", "\t", ";", "   "))
    begin, rows = a_moment(random), []
    for month in range(random.randrange(3, 24)):
        first = begin + timedelta(days=30 * month)
        until = first + timedelta(days=29)
        paid = random.choice((f"{first:%Y%m%d%H%M%S}", f"{first:%Y-%m-%d %H:%M}", f"{first:%d/%m/%Y}"))
        rows.append(cut.join((f"{first:%Y-%m-%d}", f"{until:%Y-%m-%d}", a_price(random), an_id(random), paid)))
    return "\n".join(
        (cut.join(("From", "To", "Amount", "Invoice ID", "Paid at")), *rows, f"Total {a_price(random, 900_000)}")
    )


def a_parcel(random: Random) -> tuple[str, str]:
    carrier = random.choice(list(CARRIERS))
    return carrier, random.choice(CARRIERS[carrier])(random)


def a_tracking_table(random: Random) -> str:
    cut = random.choice((" | ", "\t", ";", ",", "    "))
    label = random.choice(("Tracking number", "Tracking", "Sendungsnummer", "N° de suivi", "Consignment no", "Parcel"))
    rows = [_shipped(random, cut) for _ in range(random.randrange(3, 40))]
    return "\n".join((cut.join(("Order", "Shipped", "Carrier", label, "Status")), *rows))


def _shipped(random: Random, cut: str) -> str:
    carrier, number = a_parcel(random)
    return cut.join((an_id(random), f"{a_moment(random):%Y-%m-%d}", carrier, number, random.choice(EVENTS)))


def a_tracking_history(random: Random) -> str:
    carrier, number = a_parcel(random)
    label = random.choice(("Tracking number", "Parcel", "Shipment", "Sendungsnummer", "Consignment", "Numéro de suivi"))
    scans = [f"{a_moment(random):%d %b %Y %H:%M}  {random.choice(EVENTS)}  {some_digits(random, 5)}" for _ in range(9)]
    weight = f"Weight {random.randrange(100, 9_999)} g, reference {an_id(random)}"
    return "\n".join((f"{carrier} proof of delivery", f"{label}: {number}", weight, *scans))


def a_tracking_list(random: Random) -> str:
    """Return the numbers of one carrier under a heading, one a line or all in one."""
    carrier = random.choice(list(CARRIERS))
    maker = random.choice(CARRIERS[carrier])
    numbers = [maker(random) for _ in range(random.randrange(2, 30))]
    if random.random() < 0.5:
        return "\n".join(("Tracking numbers:", *numbers))
    return f"Your order was sent with {carrier} in {len(numbers)} parcels. Tracking numbers: {', '.join(numbers)}."


def a_dispatch_note(random: Random) -> str:
    carrier, number = a_parcel(random)
    said = random.choice(
        (
            f"Your order {an_id(random)} left us today. The {carrier} tracking number is {number}.",
            f"We sent it with {carrier} {number}, and it was delivered on {a_moment(random):%d.%m.%Y at %H:%M}.",
            f"Ihre Bestellung {an_id(random)} ist unterwegs. Die Sendungsnummer lautet {number}.",
            f"Votre commande n° {an_id(random)} est partie. Numéro de suivi : {number}",
            f"Follow it at https://track.example.com/parcel/{number.replace(' ', '')}",
        )
    )
    return f"Hello Ada,\n\n{said}\n\nKind regards\nPhone +1 415 555 26{some_digits(random, 2)}"


KINDS: tuple[Callable[[Random], str], ...] = (
    an_access_log,
    a_json_log,
    an_invoice,
    a_statement,
    a_tracking_table,
    a_tracking_history,
    a_tracking_list,
    a_dispatch_note,
)
