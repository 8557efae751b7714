"""Single changes to a letter that a record no longer backs."""

import re

from disputes.money import Money
from disputes.tokens import MONTHS

_OTHER = str.maketrans("0123456789", "1234567890")
_CODES = {"USD": "EUR", "EUR": "GBP", "JPY": "KRW", "KWD": "BHD"}
_PLAIN = re.compile(r"\b(The|Our|We|IP|AVS|CVC|UTC|ARN|Secure|D)\b")


def mutants(text, facts):
    """Give each letter with one digit, month, currency or name changed."""
    yield from _digits(text)
    yield from (text[: m.start()] + _next_month(m[0]) + text[m.end() :] for m in re.finditer("|".join(MONTHS), text))
    for fact in facts:
        if isinstance(fact.value, Money):
            code = fact.value.currency.upper()
            yield text.replace(f" {code}", f" {_CODES[code]}", 1)
    yield from _names(text)


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
