"""Numbers that could be a card by their digits and prove by their shape that they are something else."""

import re

from stdnum import ean

# A Stripe id names a record even when all of it is digits; `card_` and `tok_` are what people write before a card.
_STRIPE = "acct ch cs cus dp du evt fee file ii in li pi pm po price prod py re req seti si src sub trr txn"
# Carriers write these before the digits of a number: Amazon, Cainiao, Correos, DHL, Evri, La Poste, LaserShip, PostNL,
# SF Express, Sunyou, UniUni, YunExpress.
_CARRIERS = "JJD JD JVGL GM TBA TBC TBM LP LX 1LS CX PK PQ H 3S 6A SF SY UJ UUS YT YW CNSG"
_IN_FRONT = re.compile(
    rf"(?:(?<![^\W_])(?:{'|'.join(_STRIPE.split())})_[A-Za-z0-9]{{0,24}}"
    rf"|(?<![^\W_])(?:{'|'.join(_CARRIERS.split())})|\d\.|\+|\(0[01]\) ?)\Z"
)
_LONGEST_IN_FRONT = 32
_HEX = re.compile(
    r"(?<![0-9a-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{24})"
    r"(?![0-9a-z])",
    re.IGNORECASE,
)
_LONGEST_HEX = 64
_UPS, _UPS_LENGTH = re.compile(r"1Z[0-9A-Z]{6}[0-9]{10}"), 18
# USPS, and the serial shipping container codes of GS1.
_POSTAL = re.compile(r"(?:420\d{5}(?:\d{4})?)?9[1-5]\d{18,20}|7\d{19}|00\d{18}")
_MOST_DIGITS = 34


def is_other(text: str, solid: re.Match[str]) -> bool:
    """Check whether a number in one piece is an id or a part of one, a decimal, a phone, a parcel or an article."""
    start, end = solid.span()
    front = text[max(0, start - _LONGEST_IN_FRONT) : start]
    if _IN_FRONT.search(front) or _proves_ups(text[max(0, end - _UPS_LENGTH) : end].upper()):
        return True
    around = max(0, start - _LONGEST_HEX)
    ids = _HEX.finditer(text[around : end + _LONGEST_HEX])
    return any(i.start() <= start - around < i.end() for i in ids) or _is_article(solid[0])


def is_parcel(text: str, printed: re.Match[str]) -> bool:
    """Check whether groups as on a card are part of a longer number that proves itself a parcel's."""
    gap = re.escape(printed["gap"])
    before = re.search(rf"(?:\d{{1,8}}{gap}){{0,5}}\Z", text[max(0, printed.start() - _MOST_DIGITS) : printed.start()])
    after = re.compile(rf"(?:{gap}\d{{1,4}}(?!\d)){{0,5}}").match(text, printed.end())
    whole = f"{before[0] if before else ''}{printed[0]}{after[0] if after else ''}"
    number = "".join(c for c in whole if c.isdecimal())
    return bool(_POSTAL.fullmatch(number)) and number.isascii() and ean.calc_check_digit(number[:-1]) == number[-1]


def _is_article(number: str) -> bool:
    """Check whether these are the digits of an EAN."""
    return len(number) == len("4006381333931") and number.isascii() and ean.is_valid(number)


def _proves_ups(written: str) -> bool:
    """Check whether this is a UPS number; a letter of its shipper counts as a digit, A as 2, and after 9 from 0."""
    if not _UPS.fullmatch(written):
        return False
    *body, check = (int(c) if c.isdecimal() else (ord(c) - ord("A") + 2) % 10 for c in written.removeprefix("1Z"))
    return (sum(body[0::2]) + 2 * sum(body[1::2]) + check) % 10 == 0
