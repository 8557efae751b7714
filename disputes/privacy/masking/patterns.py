"""Where secret numbers stand in a text: beside their names, or in a shape that nothing else has."""

import re

from disputes.privacy.masking.keywords import ACCOUNTS, BANKS, CODES, DOCUMENTS, LINK, SOCIAL

_DASH = r"[\s.\u2010-\u2015-]"
_END = r"(?!\d)(?![.,:/-]\d)"
_CODE = rf"(?P<secret>\d{{3,4}}{_END}|\d(?:[\s.-]\d){{2,3}}{_END})"
_MY = r"(?:(?:is|as|ist|est|es)\s)?(?:(?:my|the|mein|mon|mi)\s)?"
_ROUTE = rf"(?P<secret>\d(?:{_DASH}{{0,2}}\d){{5,8}}(?!\d))"
_ACCOUNT = rf"\d(?:{_DASH}{{0,2}}\d){{5,23}}(?!\d)"
_HOLDER = rf"{LINK}(?:account|acct?|konto|a/c)?{LINK}"
_DATE_OR_AMOUNT = r"(?!\d{4}-\d\d-\d\d(?!\d)|\d{1,2}[./]\d{1,2}[./]\d{4}|[\d,.]*[.,]\d\d(?!\d))"
_FIVE_DIGITS = r"(?=(?:[A-Z .-]{0,8}\d){5})"
_DOCUMENT_NUMBER = (
    r"(?:[A-Z]{1,3}[\s.-](?=\d)|(?=[A-Z]{0,8}\d))[A-Z\d]{1,20}(?:[\s./-]{1,2}\d[A-Z\d]{0,11}){0,4}(?![A-Z\d])"
)
_SSN = rf"(?!000|666|9)\d{{3}}(?P<dash>{_DASH})(?!00)\d\d(?P=dash)(?!0000)\d{{4}}"


def _any_case(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


CODE = (
    _any_case(rf"{CODES}{LINK}{_CODE}"),
    # After a card and its expiry stands its code.
    _any_case(rf"\[card ending \d{{4}}\]\W{{0,3}}\d{{1,2}}\W\d{{2,4}}\W{{1,3}}{_CODE}"),
    _any_case(
        rf"(?<![\w.,:/-])(?P<secret>\d{{3,4}})[\s\"'(]{{1,3}}{_MY}{CODES}"
        r"(?!\W{0,3}(?:check|match|result|pass|fail|\[|\d))"
    ),
)
BANK = (
    _any_case(rf"{BANKS}{LINK}{_ROUTE}(?:{_HOLDER}(?P<other>{_ACCOUNT}))?"),
    _any_case(rf"{ACCOUNTS}{LINK}(?P<secret>(?:[A-Z]{{2}})?{_ACCOUNT})"),
)
DOCUMENT = (
    _any_case(rf"{SOCIAL}{LINK}(?P<secret>\d(?:{_DASH}{{0,2}}\d){{3,8}}(?!\d))"),
    re.compile(rf"(?<![\d-])(?<!\d[\s.])(?P<secret>{_SSN})(?![\d-]|\.\d)"),
    # Italy's codice fiscale and, spaced, Britain's national insurance number.
    _any_case(r"\b(?P<secret>[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z])\b"),
    re.compile(r"\b(?P<secret>[A-Z]{2}\s\d\d\s\d\d\s\d\d\s[A-D])\b"),
    _any_case(rf"{DOCUMENTS}{LINK}{_DATE_OR_AMOUNT}(?P<secret>{_FIVE_DIGITS}{_DOCUMENT_NUMBER})"),
)
CPF = re.compile(r"(?<![\d.])(?P<secret>\d{3}\.\d{3}\.\d{3}-\d\d)(?!\d)")
