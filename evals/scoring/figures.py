"""A second and simpler look at figures, which shares no code with `disputes/letter/grounding`.

Every amount, day, hour and number of a sentence is looked for among those of the facts it cites. Sums and differences
of cited amounts, and days between cited times, count as well. Names and words are none of its business.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from itertools import combinations

from disputes.evidence import Fact, render
from disputes.evidence.kinds import form
from disputes.money import Money

Figure = tuple[str, ...]

_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name[:3]: number for number, name in enumerate(_NAMES, 1)}
_MONTH = "|".join((*_NAMES, *(name[:3] for name in _NAMES)))
_FOUND = re.compile(
    rf"""
    (?P<iso>\b\d{{4}}-\d\d-\d\d)
  | (?P<dmy>\b\d{{1,2}}(?:st|nd|rd|th)?\s(?:of\s)?(?:{_MONTH})\b\.?(?:,?\s\d{{4}})?)
  | (?P<mdy>\b(?:{_MONTH})\b\.?\s\d{{1,2}}(?:st|nd|rd|th)?(?:,?\s\d{{4}})?)
  | (?P<clock>\b\d{{1,2}}:\d\d(?:\s?[ap]\.?m\b)?)
  | (?P<after>\d[\d,]*(?:\.\d+)?\s?(?-i:[A-Z]{{3}})\b)
  | (?P<before>(?-i:\b[A-Z]{{3}})\s?\d[\d,]*(?:\.\d+)?)
  | (?P<sign>[$€£¥]\s?\d[\d,]*(?:\.\d+)?)
  | (?P<number>\d+(?:,\d{{3}})*(?:\.\d+)?)
    """,
    re.VERBOSE | re.IGNORECASE,
)
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY"}
_SECURE = re.compile(r"\b3-?D\b")


def unsupported(text: str, cited: Iterable[Fact]) -> tuple[str, ...]:
    """Give every figure of a text that no cited fact holds, as it is written there."""
    facts = list(cited)
    known = {figure for fact in facts for _, figure in read(render(fact))} | set(_derived(facts))
    return tuple(said for said, figure in read(text) if not _is_known(figure, known))


def read(text: str) -> Iterator[tuple[str, Figure]]:
    """Give every figure of a text, as written and folded: a day, an hour, an amount, or a plain number."""
    for found in _FOUND.finditer(_SECURE.sub("", text)):
        yield found[0], _fold(str(found.lastgroup), found[0])


def _fold(kind: str, text: str) -> Figure:
    numbers = re.findall(r"\d[\d,]*(?:\.\d+)?", text)
    match kind:
        case "iso":
            return ("day", *(str(int(part)) for part in text.split("-")))
        case "dmy" | "mdy":
            day, *year = (number.replace(",", "") for number in numbers)
            return ("day", *(year or ["?"]), str(_month(text)), str(int(day)))
        case "clock":
            return _clock(text)
        case "after" | "before" | "sign":
            return ("amount", _plain(numbers[0]), _currency(text))
        case _:
            return ("number", _plain(numbers[0]))


def _month(text: str) -> int:
    words = (word[:3].lower() for word in re.findall(r"[A-Za-z]+", text))
    return next(_MONTHS[word] for word in words if word in _MONTHS)


def _clock(text: str) -> Figure:
    hour, minute = map(int, re.findall(r"\d+", text))
    half = re.search(r"[ap]", text.lower())
    return ("clock", str(hour % 12 + (12 if half[0] == "p" else 0) if half else hour), str(minute))


def _currency(text: str) -> str:
    sign = next((_SIGNS.get(c, "$") for c in text if c in "$€£¥"), "")
    return sign or "".join(c for c in text if c.isalpha()).upper()


def _plain(number: str) -> str:
    return f"{Decimal(number.replace(',', '')).normalize():f}"


def _is_known(figure: Figure, known: set[Figure]) -> bool:
    kind, *rest = figure
    if kind == "day" and rest[0] == "?":
        return any(other[0] == "day" and other[2:] == tuple(rest[1:]) for other in known)
    if kind == "amount" and rest[1] == "$":
        return any(other[:2] == ("amount", rest[0]) for other in known)
    return figure in known


def _derived(facts: list[Fact]) -> Iterator[Figure]:
    """Give what follows from the cited facts: sums and differences, days between, years, and how many they are."""
    amounts = [fact.value for fact in facts if isinstance(fact.value, Money)]
    for one, other in combinations(amounts, 2):
        if one.currency == other.currency:
            for minor in (one.amount + other.amount, abs(one.amount - other.amount)):
                yield from (figure for _, figure in read(_shown(Money(amount=minor, currency=one.currency))))
    times = [_at(fact) for fact in facts if form(fact.kind) == "time"]
    yield from (("number", str(time.year)) for time in times)
    for first, then in combinations(times, 2):
        yield from (("number", str(number)) for number in _between(first, then))


def _between(one: datetime, other: datetime) -> Iterator[int]:
    span = abs(one - other)
    yield from (span.days, span.days + 1, abs((one.date() - other.date()).days), span.days // 7)
    yield int(span.total_seconds() // 3600)
    yield int(span.total_seconds() // 60)


def _shown(amount: Money) -> str:
    return render(Fact(id="derived", kind="amount_paid", value=amount, source="derived"))


def _at(fact: Fact) -> datetime:
    return datetime.fromisoformat(str(fact.value)).astimezone(UTC)
