"""How a letter writes the values of facts into the slots of its templates. Pure.

What others wrote stands in quotation marks, as what it is: words that are not ours. Without them stand the words of the
policy and of code, and a value whose form holds no words: a number, an IP address, a carrier or card that is known.
"""

import ipaddress
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date

from disputes.evidence import Fact, read_system, read_time, render
from disputes.evidence.kinds import form
from disputes.evidence.relations import identity
from disputes.letter import plain_values
from disputes.money import Money
from disputes.reading import carrier_names

LONGEST_IN_DAYS = 60
_MONTHS_A_YEAR = 12
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
_FIGURES, _LETTERS, _LETTERS_IN_A_ROW = 4, 4, 2
_CARD = re.compile(r"(?P<brand>.+) ending (?P<last>[0-9]{4})")
_BRANDS = frozenset(
    "Visa,Mastercard,American Express,Discover,Diners Club,JCB,UnionPay,Cartes Bancaires,eftpos,Interac,Girocard,"
    "Maestro".split(",")
)
_SINGLE = "'`\u00b4\u2018-\u201b\u2032\u2035"
_DOUBLE = (
    '"\u00ab\u00bb\u02ba\u02dd\u02ee\u05f4\u201c-\u201f\u2033\u2034\u2036\u2037\u275d\u275e\u2760\u2e42'
    "\u3003\u300c-\u300f\u301d-\u301f\uff02"
)
_QUOTES = re.compile(f"[{_SINGLE}]*[{_DOUBLE}][{_SINGLE}{_DOUBLE}]*|[{_SINGLE}]{{2,}}")
"""Marks that a reader may take for the end of a quotation, two single ones in a row among them."""

_OF_THE_DISPUTE = {"network_claim": ":network_reason_code", "other_claim": ":reason"}
"""Kinds whose words code writes from the dispute at Stripe, and how the source of such a fact ends."""


def write(facts: Sequence[Fact], wanted: str) -> str | None:
    """Return the value of a slot of one kind, of each fact once; None where it cannot be written in this format."""
    written = [_write_one(fact, wanted) for fact in facts]
    if not written or any(value is None for value in written):
        return None
    values = list(dict.fromkeys(value for value in written if value))
    return join(values) or None


def write_distance(start: Fact, end: Fact, wanted: str = "after") -> str | None:
    """Return how long after one time another lies, as `four days after`; None where it lies before it.

    `wanted` is `after`, or `before` for how long the first lies before the other.
    """
    earlier, later = read_time(start), read_time(end)
    days = (later.astimezone(UTC).date() - earlier.astimezone(UTC).date()).days
    if later < earlier and (days < 0 or (start.has_hour and end.has_hour)):
        return None
    if days <= 1:
        return ("on the same day as", f"on the day {wanted}")[days]
    if days <= LONGEST_IN_DAYS:
        return f"{write_number(days)} days {wanted}"
    return f"{write_number(_count_months(earlier.date(), later.date()))} months {wanted}"


def write_number(number: int) -> str:
    """Return a number as a sentence holds it: in words up to twelve, in figures above."""
    return _NUMBERS[number] if 0 <= number < len(_NUMBERS) else f"{number:,}"


def join(values: Sequence[str]) -> str:
    """Return a list as a sentence holds it: `A, B and C`."""
    return " and ".join(filter(None, [", ".join(values[:-1]), *values[-1:]]))


def quote(value: str) -> str:
    """Return a value in quotation marks, its own turned into a single one so that it cannot end them."""
    return f'"{_QUOTES.sub(chr(39), value)}"'


def _write_one(fact: Fact, wanted: str) -> str | None:
    if isinstance(fact.value, Money):
        return render(fact)
    if form(fact.kind) == "time":
        return render(fact) if wanted == "moment" else _write_day(fact)
    if isinstance(fact.value, int) and not isinstance(fact.value, bool):
        return _write_count(fact.value, wanted)
    return None if isinstance(fact.value, bool) else _FORMATS.get(wanted, _write_text)(fact)


def _write_day(fact: Fact) -> str:
    day = read_time(fact).astimezone(UTC)
    return f"{day.day} {day:%B %Y}"


def _write_count(number: int, wanted: str) -> str:
    one, _, many = wanted.partition("/")
    noun = one if number == 1 or not many else many
    return f"{write_number(number)} {noun}".strip()


def _write_text(fact: Fact) -> str:
    value = ", ".join(filter(None, map(str.strip, render(fact).splitlines())))
    return value if _is_ours(fact, value) or not _holds_words(fact.kind, value) else quote(value)


def _is_ours(fact: Fact, value: str) -> bool:
    """Check that the policy or code wrote these words."""
    if fact.kind in {"merchant_name", "merchant_contact"}:
        return read_system(fact) == "policy"
    if fact.kind == "linked_by":
        return set(value.split(" and ")) <= set(identity.WORDS.values())
    end = _OF_THE_DISPUTE.get(fact.kind)
    return end is not None and fact.source.startswith("stripe:dispute/") and fact.source.endswith(end)


def _holds_words(kind: str, value: str) -> bool:
    """Check whether a value that others wrote could say something."""
    if kind == "carrier":
        return value.casefold() not in carrier_names.NAMES
    if kind == "customer_ip":
        return not _is_ip_address(value)
    return kind not in plain_values.CODE_KINDS or not _is_number(value)


def _is_ip_address(value: str) -> bool:
    try:
        return bool(ipaddress.ip_address(value)) and "%" not in value
    except ValueError:
        return False


def _is_number(value: str) -> bool:
    """Check that a code is figures without a gap, among which too few letters stand to say a word."""
    words = re.findall("[A-Za-z]+", re.sub("[^A-Za-z0-9]", "", value))
    few = sum(map(len, words)) <= _LETTERS and all(len(word) <= _LETTERS_IN_A_ROW for word in words)
    figures = sum(map(str.isdigit, value))
    return value.isascii() and " " not in value and few and figures >= (_FIGURES if words else 1)


def _write_card(fact: Fact) -> str:
    match = _CARD.fullmatch(render(fact))
    if match is None:
        return f"card {quote(render(fact))}"
    brand = f"{match['brand']} " if match["brand"] in _BRANDS else ""
    return f"{brand}card ending {match['last']}"


def _count_months(start: date, end: date) -> int:
    months = (end.year - start.year) * _MONTHS_A_YEAR + end.month - start.month
    return months - (end.day < start.day)


_FORMATS: dict[str, Callable[[Fact], str]] = {"quote": lambda fact: quote(render(fact)), "card": _write_card}
