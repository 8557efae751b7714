"""Tracking numbers as carriers number their parcels, each with the check digit of its own."""

from collections.abc import Callable
from random import Random

FEDEX_WEIGHTS, S10_WEIGHTS = (3, 1, 7), (8, 6, 4, 2, 3, 5, 9, 7)


def some_digits(random: Random, count: int) -> str:
    return "".join(random.choices("0123456789", k=count))


def with_gs1(body: str) -> str:
    """Add the check digit of GS1, which USPS, EAN and most carriers use."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(body)))
    return f"{body}{-total % 10}"


def with_luhn(body: str) -> str:
    doubled = sum(sum(divmod(2 * int(digit), 10)) for digit in body[::-2])
    return f"{body}{-(doubled + sum(map(int, body[-2::-2]))) % 10}"


def ups(random: Random) -> str:
    """1Z, six letters and digits of the shipper, the service, the parcel, and a check digit over all of it."""
    body = "".join(random.choices("0123456789ABCDEFGHJKLMNPRSTUVWXYZ" * 2 + "0123456789" * 12, k=6))
    body += some_digits(random, 9)
    values = [int(c) if c.isdigit() else (ord(c) - 63) % 10 for c in body]
    return f"1Z{body}{-(sum(values[0::2]) + 2 * sum(values[1::2])) % 10}"


def ups_digits(random: Random) -> str:
    """Of digits alone, since the shipper's number has no letter."""
    body = [random.randrange(10) for _ in range(15)]
    return f"1Z{''.join(map(str, body))}{-(sum(body[0::2]) + 2 * sum(body[1::2])) % 10}"


def fedex_express(random: Random) -> str:
    body = some_digits(random, 11)
    total = sum(int(digit) * FEDEX_WEIGHTS[place % 3] for place, digit in enumerate(body))
    return f"{body}{total % 11 % 10}"


def s10(random: Random) -> str:
    body = some_digits(random, 8)
    total = sum(int(digit) * weight for digit, weight in zip(body, S10_WEIGHTS, strict=True))
    check = {10: 0, 11: 5}.get(11 - total % 11, 11 - total % 11)
    return f"{random.choice('CELRUV')}{random.choice('ABKMNXYZ')}{body}{check}{random.choice('US GB DE CN FR'.split())}"


def dhl_express(random: Random) -> str:
    body = some_digits(random, 9)
    return f"{body}{int(body) % 7}"


def usps(random: Random) -> str:
    start = random.choice("9400 9205 9407 9303 9270 9208 9202 9405 9505 9361".split())
    return with_gs1(f"{start}{some_digits(random, 17)}")


def usps_spaced(random: Random) -> str:
    number = usps(random)
    return " ".join(number[at : at + 4] for at in range(0, len(number), 4))


def usps_certified(random: Random) -> str:
    number = with_gs1(f"70{some_digits(random, 17)}")
    return random.choice((number, " ".join(number[at : at + 4] for at in range(0, 20, 4))))


def gs1_of(start: str, count: int) -> Callable[[Random], str]:
    """Return a maker of numbers that begin so and end in GS1's check digit, `count` digits in all."""
    return lambda random: with_gs1(f"{start}{some_digits(random, count - 1 - len(start))}")


def digits_after(start: str, count: int) -> Callable[[Random], str]:
    return lambda random: f"{start}{some_digits(random, count)}"


CARRIERS: dict[str, tuple[Callable[[Random], str], ...]] = {
    "UPS": (ups, ups_digits, digits_after("", 9), digits_after("", 12)),
    "USPS": (usps, usps_spaced, usps_certified, s10, gs1_of("42010001", 30)),
    "FedEx": (fedex_express, gs1_of("", 15), gs1_of("", 20), gs1_of("96", 22)),
    "DHL": (dhl_express, digits_after("JJD0", 17), gs1_of("00340434", 20), gs1_of("", 12), digits_after("GM", 16)),
    "DPD": (digits_after("", 14), digits_after("0", 13)),
    "GLS": (gs1_of("", 12), digits_after("", 11)),
    "Evri": (gs1_of("", 16), digits_after("H", 15)),
    "Hermes": (gs1_of("", 14),),
    "Royal Mail": (s10,),
    "Canada Post": (gs1_of("", 16), s10),
    "Australia Post": (digits_after("33", 19), digits_after("", 12)),
    "Colissimo": (digits_after("6A", 11), s10),
    "Chronopost": (s10, digits_after("", 15)),
    "Purolator": (digits_after("", 12),),
    "PostNord": (gs1_of("", 18), gs1_of("003", 20)),
    "PostNL": (digits_after("3S", 13),),
    "Poste Italiane": (digits_after("", 13),),
    "Correos": (digits_after("PQ", 16), digits_after("", 16)),
    "SEUR": (digits_after("", 14),),
    "InPost": (digits_after("6", 23),),
    "Swiss Post": (digits_after("99", 16),),
    "Yodel": (digits_after("JD0", 15),),
    "Mondial Relay": (digits_after("", 8), digits_after("", 12)),
    "Amazon": (digits_after("TBA", 12),),
    "OnTrac": (digits_after("C1", 13), digits_after("D1", 13)),
    "LaserShip": (digits_after("LX", 8), digits_after("1LS", 14)),
    "SF Express": (digits_after("SF", 13), digits_after("", 12)),
    "YunExpress": (digits_after("YT2", 15),),
    "Cainiao": (digits_after("LP00", 12),),
    "Aramex": (digits_after("", 11),),
    "Delhivery": (digits_after("", 13), digits_after("", 14)),
    "Japan Post": (digits_after("", 12), s10),
    "Yamato": (digits_after("", 12),),
}
"""What each carrier writes on its labels."""
