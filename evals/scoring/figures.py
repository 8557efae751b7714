"""A second, simpler check of figures, which shares no code with `disputes/letter/grounding`.

Every amount, day, time and number of a sentence is looked up among those of the facts it cites. Sums and differences
of cited amounts, and days between cited times, count as well. Names and words are not checked.
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

_MONTH_NAMES = "january february march april may june july august september october november december".split()
_MONTHS = {name[:3]: number for number, name in enumerate(_MONTH_NAMES, 1)}
_MONTH = "|".join((*_MONTH_NAMES, *(name[:3] for name in _MONTH_NAMES)))
_FIGURE = re.compile(
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
_THREE_D = re.compile(r"\b3-?D\b")


def unsupported(text: str, cited: Iterable[Fact]) -> tuple[str, ...]:
    """Return every figure of a text that is in no cited fact, as it is written in the text."""
    facts = list(cited)
    supported = {figure for fact in facts for _, figure in read(render(fact))} | set(_derive(facts))
    return tuple(written for written, figure in read(text) if not _is_supported(figure, supported))


def read(text: str) -> Iterator[tuple[str, Figure]]:
    """Yield every figure of a text as written and normalized: a day, a time, an amount, or a plain number."""
    for match in _FIGURE.finditer(_THREE_D.sub("", text)):
        yield match[0], _normalize(str(match.lastgroup), match[0])


def _normalize(kind: str, text: str) -> Figure:
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
            return ("amount", _plain_number(numbers[0]), _currency(text))
        case _:
            return ("number", _plain_number(numbers[0]))


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


def _plain_number(number: str) -> str:
    return f"{Decimal(number.replace(',', '')).normalize():f}"


def _is_supported(figure: Figure, supported: set[Figure]) -> bool:
    kind, *rest = figure
    if kind == "day" and rest[0] == "?":
        return any(fact[0] == "day" and fact[2:] == tuple(rest[1:]) for fact in supported)
    if kind == "amount" and rest[1] == "$":
        return any(fact[:2] == ("amount", rest[0]) for fact in supported)
    return figure in supported


def _derive(facts: list[Fact]) -> Iterator[Figure]:
    """Yield what follows from the cited facts: sums and differences of amounts, spans between times, and years."""
    amounts = [fact.value for fact in facts if isinstance(fact.value, Money)]
    for first, second in combinations(amounts, 2):
        if first.currency == second.currency:
            for minor in (first.amount + second.amount, abs(first.amount - second.amount)):
                yield from (figure for _, figure in read(_render_amount(Money(amount=minor, currency=first.currency))))
    times = [_time(fact) for fact in facts if form(fact.kind) == "time"]
    yield from (("number", str(time.year)) for time in times)
    for start, end in combinations(times, 2):
        yield from (("number", str(number)) for number in _spans(start, end))


def _spans(first: datetime, second: datetime) -> Iterator[int]:
    span = abs(first - second)
    yield from (span.days, span.days + 1, abs((first.date() - second.date()).days), span.days // 7)
    yield int(span.total_seconds() // 3600)
    yield int(span.total_seconds() // 60)


def _render_amount(amount: Money) -> str:
    return render(Fact(id="derived", kind="amount_paid", value=amount, source="derived"))


def _time(fact: Fact) -> datetime:
    return datetime.fromisoformat(str(fact.value)).astimezone(UTC)
