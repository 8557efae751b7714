"""The ranges of numbers that card brands issue: the first digits and the lengths, after ISO/IEC 7812.

What registers and brands publish of them is collected at https://en.wikipedia.org/wiki/Payment_card_number.
"""

from typing import NamedTuple


class Issuer(NamedTuple):
    """A brand: the first digits of its cards, `51-55` for a range, and the numbers of digits they may have."""

    name: str
    prefixes: str
    lengths: range | tuple[int, ...]


ISSUERS = (
    Issuer("Visa", "4", (13, 16, 19)),
    Issuer("Mastercard", "51-55 2221-2720", (16,)),
    Issuer("American Express", "34 37", (15,)),
    Issuer("Discover", "6011 644-649 65 622126-622925", range(16, 20)),
    Issuer("Diners Club", "300-305 3095 36 38 39", range(14, 20)),
    Issuer("JCB", "3528-3589", range(16, 20)),
    Issuer("UnionPay", "62 81", range(16, 20)),
    Issuer("Maestro", "5018 5020 5038 5893 6304 6759 6761-6763", range(12, 20)),
    Issuer("Mir", "2200-2204", range(16, 20)),
)


def _ranges(issuer: Issuer) -> list[tuple[str, str]]:
    parts = [prefix.partition("-") for prefix in issuer.prefixes.split()]
    return [(low, high or low) for low, _, high in parts]


_RANGES = [(low, high, issuer.lengths) for issuer in ISSUERS for low, high in _ranges(issuer)]


def is_issued(number: str) -> bool:
    """Check whether first digits and length of a number are those of a brand's cards."""
    return any(low <= number[: len(low)] <= high and len(number) in lengths for low, high, lengths in _RANGES)
