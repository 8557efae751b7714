"""Cards of every brand as people and forms write them, and places in a document for them: seeded."""

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from tests.disputes.privacy.carriers import some_digits, with_gs1, with_luhn

# Written down apart from the table under test: the first digits, and how many there are.
BRANDS = {
    "visa 13": ("4", 13),
    "visa": ("4", 16),
    "visa 19": ("4", 19),
    "mastercard": ("51 52 53 54 55 2221 2300 2599 2720", 16),
    "amex": ("34 37", 15),
    "discover": ("6011 644 649 65 622126", 16),
    "diners 14": ("300 305 3095 36 38 39", 14),
    "diners 16": ("36 38", 16),
    "jcb": ("3528 3566 3589", 16),
    "unionpay": ("62 81", 16),
    "unionpay 19": ("62", 19),
    "maestro 12": ("5018 6759", 12),
    "maestro 16": ("5020 5038 6304 6761", 16),
    "maestro 19": ("5893 6763", 19),
    "mir": ("2200 2204", 16),
}
EAN = 13
GROUPS = {14: (4, 6, 4), 15: (4, 6, 5), 16: (4, 4, 4, 4), 19: (4, 4, 4, 4, 3)}
GAPS = (" ", "-", "\u00a0", ".", "\u2013", "\u2011", "\u202f")
_BARE = 2
SAID = (
    "{}",
    "({})",
    "{} 12/27 123",
    "{} exp 09/28",
    "my card is {}, thanks",
    "Card number: {}",
    "Visa {}",
    "paid with {} yesterday",
    "Karte {} gültig bis 11/27",
    "num\u00e9ro de carte {}",
    '"pan": "{}"',
    "card={}&exp=1227",
    "PAN{}",
)


def a_card(random: Random, brand: str) -> str:
    """Return a number of a brand that passes the Luhn check, and is no EAN: of 13 digits, that is what it would be."""
    prefixes, length = BRANDS[brand]
    start = random.choice(prefixes.split())
    number = with_luhn(f"{start}{some_digits(random, length - 1 - len(start))}")
    return a_card(random, brand) if length == EAN and with_gs1(number[:-1]) == number else number


def printed(number: str, gap: str) -> str:
    """Write a number in the groups that are printed on a card of its length."""
    ends = [sum(GROUPS[len(number)][:count]) for count in range(len(GROUPS[len(number)]) + 1)]
    return gap.join(number[start:end] for start, end in pairwise(ends))


def forms(random: Random, number: str) -> Iterator[str]:
    """Yield a number in one piece and, where cards of its length are printed in groups, in those."""
    yield number
    if len(number) in GROUPS:
        yield printed(number, random.choice(GAPS))


def plant(random: Random, document: str, written: str) -> str:
    """Return a document with a line that holds a card, or with the card at the end of a line, at a random place.

    Not right behind a heading and not bare in the list under one: there nobody could tell it from the numbers it names.
    """
    lines, headed = document.split("\n"), document.startswith("Tracking numbers:")
    said = random.choice(SAID[_BARE:] if headed else SAID).format(written)
    place = random.randrange(len(lines) + 1)
    if place < len(lines) and not headed and lines[place].strip() and random.random() < 0.5:
        return "\n".join((*lines[:place], f"{lines[place]} {said}", *lines[place + 1 :]))
    return "\n".join((*lines[:place], said, *lines[place:]))
