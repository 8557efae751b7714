"""How a letter writes the values of facts into the slots of its templates. Pure.

What an outsider wrote stands in quotation marks, as what it is: words that are not ours. Only a value whose form holds
no words stands without them: a number, an address of the internet, a carrier that is known.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date

from disputes.evidence import Fact, read_time, render
from disputes.evidence.kinds import form
from disputes.letter import plain_values
from disputes.money import Money
from disputes.reading import carrier_names

LONGEST_IN_DAYS = 60
_MONTHS_A_YEAR = 12
_NUMBERS = "no one two three four five six seven eight nine ten eleven twelve".split()
_FIGURES, _LETTERS = 4, 4
_CARD = re.compile(r"(?P<brand>[A-Za-z ]{2,30}) ending (?P<last>\d{4})")
_QUOTES = re.compile('["\u201c\u201d\u201e]')


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
    """Return a value in quotation marks, its own turned into single ones so that it cannot end them."""
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
    return quote(value) if fact.kind in plain_values.OUTSIDER_KINDS and _holds_words(fact.kind, value) else value


def _holds_words(kind: str, value: str) -> bool:
    """Check whether a value that an outsider wrote could say something."""
    if kind == "carrier":
        return value.casefold() not in carrier_names.NAMES
    return kind not in plain_values.CODE_KINDS or not _is_number(value)


def _is_number(value: str) -> bool:
    """Check that a code is one run without a gap, in which figures outweigh what letters could say."""
    letters, figures = sum(map(str.isalpha, value)), sum(map(str.isdigit, value))
    run = value.isascii() and value.isalnum() and figures >= _FIGURES
    return run or (letters <= _LETTERS and bool(figures) and " " not in value)


def _write_card(fact: Fact) -> str:
    match = _CARD.fullmatch(render(fact))
    return f"{match['brand']} card ending {match['last']}" if match else f"card {quote(render(fact))}"


def _count_months(start: date, end: date) -> int:
    months = (end.year - start.year) * _MONTHS_A_YEAR + end.month - start.month
    return months - (end.day < start.day)


_FORMATS: dict[str, Callable[[Fact], str]] = {"quote": lambda fact: quote(render(fact)), "card": _write_card}
