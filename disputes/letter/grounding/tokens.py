"""Tokens of a text that can be compared with facts: figures, dates, times, amounts, addresses and names.

Each has one form for all its spellings: `38.00 USD`, `$38.00` and `USD 38` are one amount, `14 March 2026` and
`2026-03-14` one day, `9:12 pm` and `21:12` one time, `1,234` and `1234` one number. A time with a zone has its
offset from UTC in minutes as a third part (`zones.py`).
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple

from disputes import money
from disputes.evidence import Fact, read_time, render
from disputes.evidence.kinds import form
from disputes.letter.grounding import folding, places, zones
from disputes.money import Money

Token = tuple[str, ...]
_CLOCK = re.compile(r"T?\d{1,2}(?::\d{2}){0,2}(?:\s?[AaPp]\.?[Mm]\b)?")

MONTHS = "January February March April May June July August September October November December".split()
_SHORT = [name[:3] for name in MONTHS]
_MONTH = rf"(?:{'|'.join((*MONTHS, 'Sept', *_SHORT))})\b(?:\.(?=,?\s\d))?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_SIGNS = (
    {"$": "", "€": "eur", "£": "gbp", "¥": "jpy", "us$": "usd", "ca$": "cad", "a$": "aud", "nz$": "nzd", "hk$": "hkd"}
    | {"dollar": "", "us dollar": "usd", "canadian dollar": "cad", "australian dollar": "aud"}
    | {"euro": "eur", "pound": "gbp", "pound sterling": "gbp", "pounds sterling": "gbp", "yen": "jpy"}
)
_DOLLARS = frozenset("usd cad aud nzd sgd hkd mxn".split())
# A postcode beside a figure (`OR 97205`, `LDN 4`) is no amount, so only currencies are units.
_CODE = (
    "(?:AED|ALL|AMD|ARS|AUD|AZN|BAM|BDT|BGN|BHD|BIF|BND|BOB|BRL|BWP|BYN|CAD|CDF|CHF|CLP|CNY|COP|CRC|CZK|DJF|DKK|DOP|"
    "DZD|EGP|ETB|EUR|FJD|GBP|GEL|GHS|GMD|GNF|GTQ|HKD|HNL|HTG|HUF|IDR|ILS|INR|ISK|JMD|JOD|JPY|KES|KGS|KHR|KMF|KRW|KWD|"
    "KZT|LAK|LBP|LKR|LSL|MAD|MDL|MGA|MKD|MMK|MNT|MOP|MUR|MVR|MWK|MXN|MYR|MZN|NAD|NGN|NIO|NOK|NPR|NZD|OMR|PAB|PEN|PGK|"
    "PHP|PKR|PLN|PYG|QAR|RON|RSD|RUB|RWF|SAR|SCR|SEK|SGD|SOS|SZL|THB|TJS|TND|TRY|TTD|TWD|TZS|UAH|UGX|USD|UYU|UZS|VND|"
    "VUV|XAF|XCD|XOF|XPF|YER|ZAR|ZMW)"
)
# Every part that may be tried again at each character has a maximum length, or a hostile text would take hours.
_NUMBER = r"\d[\d,]{0,40}(?:\.\d+)?"
_MINUS = r"(?:(?<!\S)-)?"
_UNIT = r"(?:(?:US|Canadian|Australian)\s)?[Dd]ollars?|[Ee]uros?|[Pp]ounds?(?:\ssterling)?|yen"
_END = r"(?![\w/#-]|:\w|\.\d)"

_PATTERNS = re.compile(
    rf"""
    (?P<url>(?i:\b[a-z][a-z0-9+.-]{{0,40}}://|\bwww\.)\S+)
  | (?P<email>[\w.+'-]{{1,64}}@[\w-]+(?:\.[\w-]+)+)
  | (?P<iso>\b\d{{4}}-\d{{2}}-\d{{2}}(?=\b|T))
  | (?P<from>\b\d{{1,2}}{_ORDINAL}(?=\s?(?:-|\u2013|to|and|or|until|through)\s?(?:on\s)?(?:the\s)?
      \d{{1,2}}{_ORDINAL}\s(?P<till>(?:of\s)?{_MONTH}(?:,?\s\d{{4}}\b)?)))
  | (?P<day>\b\d{{1,2}}{_ORDINAL}\s(?:of\s)?{_MONTH}(?:,?\s\d{{4}}\b)?)
  | (?P<us>\b{_MONTH}\s(?:the\s)?\d{{1,2}}(?!\d){_ORDINAL}(?:,?\s\d{{4}}\b)?)
  | (?P<month>\b{_MONTH},?\s(?:of\s)?\d{{4}}\b)
  | (?P<time>(?:(?:\b|(?<=\d)T)\d{{1,2}}:\d{{2}}(?::\d{{2}})?(?:\s?[AaPp]\.?[Mm]\b)?|\b\d{{1,2}}\s?[AaPp]\.?[Mm]\b)
      (?:(?<=[Mm])\.(?=\s[A-Z+(]))?{zones.PATTERN}(?!\d))
  | (?P<after>{_MINUS}{_NUMBER}\s?(?:{_CODE}(?!\w)|€|(?:{_UNIT})\b))
  | (?P<before>{_MINUS}(?:\b{_CODE}\s?|(?:\b(?:US|CA|A|NZ|HK))?[$€£¥]\s?){_NUMBER}{_END})
  | (?P<percent>{_MINUS}{_NUMBER}\s?(?:%|per\s?cent\b))
  | (?P<number>(?<![\w.:/#-])\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?{_END})
  | (?P<mark>[\w.:/#-]{{0,200}}\d(?:[\w.:/#-]*[\w/#])?)
  | (?P<domain>(?:[^\W_]{{1,63}}(?:-[^\W_]{{1,63}}){{0,20}}\.){{1,20}}[^\W\d_]{{2,}}\b)
  | (?P<word>[^\W\d_]+(?:['\u2019-][^\W\d_]+)*)
    """,
    re.VERBOSE,
)


class TextToken(NamedTuple):
    """One token of a text, with its first and last character (the last excluded)."""

    value: Token
    text: str
    start: int
    end: int


def read(text: str) -> Iterator[TextToken]:
    """Yield every token of a folded text in order; a plain word is a token of the kind `word`."""
    for match in _PATTERNS.finditer(text):
        spelling = f"{match[0]} {match['till']}" if match["till"] else match[0]
        yield TextToken(_fold(str(match.lastgroup), spelling), match[0], match.start(), match.end())


def find_links(text: str) -> Iterator[TextToken]:
    """Return every link of a folded text."""
    return (token for token in read(text) if token.value[0] == "url")


def tokenize_facts(facts: Iterable[Fact]) -> Counter[Token]:
    """Return every token that these facts back, and how often."""
    return Counter(token for fact in facts for token in _tokenize(fact))


def collect_words(facts: Iterable[Fact]) -> set[str]:
    """Return every word of these facts and the months of their times, folded."""
    words = {part for fact in facts for part in collect_own_words(fact)}
    times = [time for fact in facts if (time := read_moment(fact))]
    return words | {name.casefold() for time in times for name in (f"{time:%B}", f"{time:%b}")}


def collect_own_words(fact: Fact) -> set[str]:
    """Return the words of a fact's value, folded, and other ways of writing those of a place."""
    return {*split_words(render_folded(fact)), *places.find_other_words(fact)}


def split_words(text: str) -> list[str]:
    """Return the words of a text, folded; a hyphenated word is several, and a possessive one is without its `'s`."""
    return [part.casefold() for part in re.findall(r"[^\W\d_]+", re.sub(r"(?<=\w)['\u2019]s\b", "", text))]


def render_folded(fact: Fact) -> str:
    """Return a fact's value as letters show it, folded."""
    return folding.fold(render(fact)).text


def read_moment(fact: Fact) -> datetime | None:
    """Return the time that a fact's value is, or else the time the fact is of; None when it has none."""
    return read_time(fact) if form(fact.kind) == "time" else fact.at


def _tokenize(fact: Fact) -> Iterator[Token]:
    if time := read_moment(fact):
        yield from _tokenize_time(time.astimezone(UTC))
    if isinstance(fact.value, Money):
        yield from tokenize_amount(fact.value)
    elif form(fact.kind) != "time":
        text = render_folded(fact)
        parts = [token.value for token in read(text)]
        whole = ("mark", text.casefold())
        yield from parts if whole in parts else (*parts, whole)


def _tokenize_time(time: datetime) -> Iterator[Token]:
    yield from (("date", f"{time:%Y-%m-%d}"), ("date", f"--{time:%m-%d}"), ("month", f"{time:%Y-%m}"))
    yield from (("time", f"{time:%H:%M}"), ("time", f"{time:%H:%M:%S}"), ("mark", f"{time:%Y}"))


def tokenize_amount(amount: Money) -> Iterator[Token]:
    """Yield the tokens that write an amount."""
    figure = str(money.to_major_units(amount).normalize())
    yield ("money", figure, amount.currency)
    if amount.currency in _DOLLARS:
        yield ("money", figure, "")


def _fold(kind: str, text: str) -> Token:
    return _FOLDS[kind](text) if kind in _FOLDS else (kind, text.casefold().strip(".:/#-'"))


def _fold_mark(text: str) -> Token:
    mark = text.casefold().strip(".:/#-")
    negative = text[:1] == "-" and re.fullmatch(_NUMBER, mark)
    return ("mark", ("-" if negative else "") + (mark.replace(",", "") if re.fullmatch(_NUMBER, mark) else mark))


def _fold_money(text: str) -> Token:
    figure = re.findall(_NUMBER, text)[0]
    sign = text.replace(figure, "").replace("-", "").strip().lower()
    unit = sign if sign in _SIGNS else sign.removesuffix("s")
    return ("money", _fold_figure(text, figure), _SIGNS.get(unit, sign))


def _fold_percent(text: str) -> Token:
    return ("percent", _fold_figure(text, re.findall(_NUMBER, text)[0]))


def _fold_figure(text: str, figure: str) -> str:
    return ("-" if text[:1] == "-" else "") + str(Decimal(figure.replace(",", "")).normalize())


def _fold_day(text: str) -> Token:
    day, *year = _find_figures(text)
    return ("date", "-".join((*(year or ["-"]), _fold_month(text), f"{int(day):02}")))


def _fold_month(text: str) -> str:
    names = (part[:3].title() for part in re.findall(r"[^\W\d_]+", text))
    return f"{next(_SHORT.index(name) for name in names if name in _SHORT) + 1:02}"


def _find_figures(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _fold_time(text: str) -> Token:
    clock = _CLOCK.match(text)
    hour, *rest = _find_figures(clock[0] if clock else text)
    half = re.search(r"[ap]", clock[0].lower()) if clock else None
    hours = int(hour) % 12 + (12 if half[0] == "p" else 0) if half else int(hour)
    zone = zones.fold(text[clock.end() :] if clock else "")
    written = ":".join((f"{hours:02}", *(rest or ["00"])))
    return ("time", written, zone) if zone else ("time", written)


_FOLDS: dict[str, Callable[[str], Token]] = {
    "iso": lambda text: ("date", text),
    "from": _fold_day,
    "day": _fold_day,
    "us": _fold_day,
    "month": lambda text: ("month", f"{_find_figures(text)[0]}-{_fold_month(text)}"),
    "time": _fold_time,
    "after": _fold_money,
    "before": _fold_money,
    "percent": _fold_percent,
    "number": _fold_mark,
    "mark": _fold_mark,
    "domain": _fold_mark,
}
