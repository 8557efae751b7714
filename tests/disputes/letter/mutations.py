"""Single changes to a letter that a record no longer backs."""

import re
from collections.abc import Iterator

from disputes.evidence import Fact
from disputes.letter.grounding import numerals
from disputes.letter.grounding.moments import WEEKDAYS
from disputes.letter.grounding.tokens import MONTHS
from disputes.money import Money

_OTHER = str.maketrans("0123456789", "1234567890")
_CODES = {"USD": "EUR", "EUR": "GBP", "JPY": "KRW", "KWD": "BHD"}
_SIGNS = {"$": "\u20ac", "\u20ac": "\u00a3", "\u00a3": "$", "dollars": "euros", "euros": "dollars"}
_PLAIN = re.compile(r"\b(The|Our|We|IP|AVS|CVC|UTC|ARN|Secure|D)\b")
_DAY = re.compile(rf"\b(\d{{1,2}})(?=(?:st|nd|rd|th)?\s(?:of\s)?(?:{'|'.join(MONTHS)}))|(?<=-\d\d-)\d\d\b")
_ZONE = re.compile(r"(?<=\d )(?:UTC|PST|CEST|EDT)\b|(?<=[ap]m )(?:UTC|PST|CEST|EDT)\b")
_ZONES = {"UTC": "CET", "PST": "EST", "CEST": "EEST", "EDT": "CDT"}
_NUMBERS = "two three four five six seven eight nine ten eleven twelve thirteen".split()
_RELATIVE = {"later": "earlier", "same day": "next day", "a day after": "a week after", "total of": "total of 1"}
_EXHIBIT = re.compile(r"(?<=Exhibit )[A-Z]\b")


def mutants(text, facts):
    """Give each letter with one digit, month, currency or name changed."""
    yield from _digits(text)
    yield from (text[: m.start()] + _next_month(m[0]) + text[m.end() :] for m in re.finditer("|".join(MONTHS), text))
    for fact in facts:
        if isinstance(fact.value, Money):
            code = fact.value.currency.upper()
            yield text.replace(f" {code}", f" {_CODES[code]}", 1)
    yield from _names(text)


def by_kind(text: str, facts: tuple[Fact, ...]) -> Iterator[tuple[str, str]]:
    """Give every single change to a claim, and the kind of thing it changes."""
    found = {
        "day": (_put(text, m, str(int(m[0]) % 28 + 1).zfill(len(m[0]))) for m in _DAY.finditer(text)),
        "month": (_put(text, m, _next_month(m[0])) for m in re.finditer("|".join(MONTHS), text)),
        "weekday": _weekdays(text),
        "digit": _digits(text),
        "zone": (_put(text, m, _ZONES[m[0]]) for m in _ZONE.finditer(text)),
        "name": _people(text, facts),
        "currency": _currencies(text),
        "e-mail": emails(text),
        "derived": _worked_out(text),
        "exhibit": (_put(text, m, "QXZ"[at % 3]) for at, m in enumerate(_EXHIBIT.finditer(text))),
    }
    return ((kind, mutant) for kind, mutants in found.items() for mutant in mutants if mutant != text)


def _put(text, found, other):
    return text[: found.start()] + other + text[found.end() :]


def _weekdays(text):
    for found in re.finditer("|".join(day.title() for day in WEEKDAYS), text):
        day = WEEKDAYS[(WEEKDAYS.index(found[0].lower()) + 1) % 7].title()
        yield _put(text, found, day)


def _people(text, facts):
    """Change each word of a name, of a person or a place, for another and by one letter."""
    kinds = {"customer_name", "shipping_name", "delivery_signature", "shipping_address", "billing_address", "carrier"}
    words = {word for fact in facts if fact.kind in kinds for word in re.findall(r"[^\W\d_]{2,}", str(fact.value))}
    for word in sorted(words):
        for found in re.finditer(rf"\b{word}\b", text):
            if word[0].isupper():
                yield _put(text, found, "Quentin")
                yield _put(text, found, word[:-1] + ("q" if word[-1].islower() else "Q"))


def _currencies(text):
    for found in re.finditer(r"\b(?:" + "|".join(_CODES) + r")\b|[$\u20ac\u00a3]|\bdollars\b|\beuros\b", text):
        yield _put(text, found, _CODES.get(found[0]) or _SIGNS[found[0]])


def _worked_out(text):
    """Change each number in words, and each word that says which way a length of time runs."""
    for found in numerals.read(text):
        other = (
            _NUMBERS[(_NUMBERS.index(found.text.lower()) + 1) % len(_NUMBERS)]
            if found.text.lower() in _NUMBERS
            else "nine"
        )
        yield text[: found.start] + other + text[found.end :]
    for word, other in _RELATIVE.items():
        if word in text and (word != "later" or "days later" in text):
            yield text.replace(word, other, 1)


def emails(text):
    """Give each letter with one letter of an e-mail address changed."""
    for found in re.finditer(r"\S+@\S+\w", text):
        for at in range(found.start(), found.end()):
            if text[at].isalpha():
                yield text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]


def _digits(text):
    for found in re.finditer(r"\d", text):
        if not text[found.start() :].startswith("3-D"):
            yield text[: found.start()] + found[0].translate(_OTHER) + text[found.end() :]


def _next_month(name):
    return MONTHS[(MONTHS.index(name) + 1) % 12]


def _names(text):
    for found in re.finditer(r"\b[^\W\d_a-z][^\W\d_]*\b", text):
        if not _PLAIN.fullmatch(found[0]) and found[0] not in MONTHS:
            yield text[: found.start()] + "Quentin" + text[found.end() :]
            yield text[: found.end() - 1] + ("q" if found[0][-1].islower() else "Q") + text[found.end() :]
