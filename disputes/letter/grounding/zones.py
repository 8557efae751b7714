"""Time zones as letters name them, and how far from UTC each is. Pure.

Only names that stand for one distance: `ET` moves with the season, and `IST` is three countries.
"""

import re

_HOURS: dict[str, float] = (
    {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "BST": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
    | {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8}
    | {"HST": -10, "NST": -3.5, "ADT": -3, "BRT": -3, "SAST": 2, "PKT": 5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9}
    | {"AWST": 8, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13}
)
_NAMES = "|".join(sorted(_HOURS, key=len, reverse=True))
PATTERN = rf"(?:\s?\(?(?:(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|(?:{_NAMES})\b)\)?)?"
"""A zone behind a time, or nothing."""

_SHIFT = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")


def minutes(said: str) -> int:
    """Give how many minutes ahead of UTC a zone is; 0 for none, which is read as UTC."""
    if shift := _SHIFT.search(said):
        ahead = int(shift[2]) * 60 + int(shift[3] or 0)
        return ahead if shift[1] == "+" else -ahead
    return int(_HOURS.get(said.strip(" ()."), 0) * 60)
