"""Single changes to a letter after which its facts no longer back it."""

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


def mutate(text, facts):
    """Yield each letter with one digit, month, currency or name changed."""
    yield from _mutate_digits(text)
    yield from (text[: m.start()] + _next_month(m[0]) + text[m.end() :] for m in re.finditer("|".join(MONTHS), text))
    for fact in facts:
        if isinstance(fact.value, Money):
            code = fact.value.currency.upper()
            yield text.replace(f" {code}", f" {_CODES[code]}", 1)
    yield from _mutate_names(text)


def mutate_by_kind(text: str, facts: tuple[Fact, ...]) -> Iterator[tuple[str, str]]:
    """Return every single change to a claim, and the kind of thing it changes."""
    by_kind = {
        "day": (_replace(text, m, str(int(m[0]) % 28 + 1).zfill(len(m[0]))) for m in _DAY.finditer(text)),
        "month": (_replace(text, m, _next_month(m[0])) for m in re.finditer("|".join(MONTHS), text)),
        "weekday": _mutate_weekdays(text),
        "digit": _mutate_digits(text),
        "zone": (_replace(text, m, _ZONES[m[0]]) for m in _ZONE.finditer(text)),
        "name": _mutate_people(text, facts),
        "currency": _mutate_currencies(text),
        "e-mail": mutate_emails(text),
        "derived": _mutate_derived(text),
        "exhibit": (_replace(text, m, "QXZ"[at % 3]) for at, m in enumerate(_EXHIBIT.finditer(text))),
    }
    return ((kind, mutant) for kind, mutants in by_kind.items() for mutant in mutants if mutant != text)


def _replace(text, match, other):
    return text[: match.start()] + other + text[match.end() :]


def _mutate_weekdays(text):
    for match in re.finditer("|".join(day.title() for day in WEEKDAYS), text):
        day = WEEKDAYS[(WEEKDAYS.index(match[0].lower()) + 1) % 7].title()
        yield _replace(text, match, day)


def _mutate_people(text, facts):
    """Change each word of a name, of a person or a place, for another and by one letter."""
    kinds = {"customer_name", "shipping_name", "delivery_signature", "shipping_address", "billing_address", "carrier"}
    words = {word for fact in facts if fact.kind in kinds for word in re.findall(r"[^\W\d_]{2,}", str(fact.value))}
    for word in sorted(words):
        for match in re.finditer(rf"\b{word}\b", text):
            if word[0].isupper():
                yield _replace(text, match, "Quentin")
                yield _replace(text, match, word[:-1] + ("q" if word[-1].islower() else "Q"))


def _mutate_currencies(text):
    for match in re.finditer(r"\b(?:" + "|".join(_CODES) + r")\b|[$\u20ac\u00a3]|\bdollars\b|\beuros\b", text):
        yield _replace(text, match, _CODES.get(match[0]) or _SIGNS[match[0]])


def _mutate_derived(text):
    """Change each number in words, and each word that says which way a length of time runs."""
    for numeral in numerals.read(text):
        other = (
            _NUMBERS[(_NUMBERS.index(numeral.text.lower()) + 1) % len(_NUMBERS)]
            if numeral.text.lower() in _NUMBERS
            else "nine"
        )
        yield text[: numeral.start] + other + text[numeral.end :]
    for word, other in _RELATIVE.items():
        if word in text and (word != "later" or "days later" in text):
            yield text.replace(word, other, 1)


def mutate_emails(text):
    """Yield each letter with one letter of an e-mail address changed."""
    for match in re.finditer(r"\S+@\S+\w", text):
        for at in range(match.start(), match.end()):
            if text[at].isalpha():
                yield text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :]


def _mutate_digits(text):
    for match in re.finditer(r"\d", text):
        if not text[match.start() :].startswith("3-D"):
            yield text[: match.start()] + match[0].translate(_OTHER) + text[match.end() :]


def _next_month(name):
    return MONTHS[(MONTHS.index(name) + 1) % 12]


def _mutate_names(text):
    for match in re.finditer(r"\b[^\W\d_a-z][^\W\d_]*\b", text):
        if not _PLAIN.fullmatch(match[0]) and match[0] not in MONTHS:
            yield text[: match.start()] + "Quentin" + text[match.end() :]
            yield text[: match.end() - 1] + ("q" if match[0][-1].islower() else "Q") + text[match.end() :]
