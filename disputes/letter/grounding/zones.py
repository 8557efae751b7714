"""Time zones as letters write them, and their offsets from UTC. Pure.

Only names of one offset are known: `ET` has two by season, and `IST` is used in three countries.
"""

import re

_OFFSETS: dict[str, float] = (
    {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "BST": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
    | {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8}
    | {"HST": -10, "NST": -3.5, "ADT": -3, "BRT": -3, "SAST": 2, "PKT": 5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9}
    | {"AWST": 8, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13}
)
_NAMES = "|".join(sorted(_OFFSETS, key=len, reverse=True))
PATTERN = rf"(?:\s?\(?(?:(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|(?:{_NAMES})\b)\)?)?"
"""A regular expression of a zone after a time, or of nothing."""

_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")


def parse_offset(zone: str) -> int:
    """Return how many minutes a zone is ahead of UTC; 0 for no zone, which is read as UTC."""
    if offset := _OFFSET.search(zone):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return minutes if offset[1] == "+" else -minutes
    return int(_OFFSETS.get(zone.strip(" ()."), 0) * 60)
