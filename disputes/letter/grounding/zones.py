"""Time zones as letters write them, and their offsets from UTC. Pure.

`IST` is used in three countries and is no known name. `ET` has two offsets by season, either of which a time may have,
and `local time` has that of a place that no fact names: a time in it is compared at every whole hour from UTC.
"""

import re

_OFFSETS: dict[str, float] = (
    {"Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "CET": 1, "BST": 1, "WEST": 1, "CEST": 2, "EET": 2, "EEST": 3, "MSK": 3}
    | {"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8}
    | {"HST": -10, "NST": -3.5, "ADT": -3, "BRT": -3, "SAST": 2, "PKT": 5, "SGT": 8, "HKT": 8, "JST": 9, "KST": 9}
    | {"AWST": 8, "ACST": 9.5, "AEST": 10, "ACDT": 10.5, "AEDT": 11, "NZST": 12, "NZDT": 13}
)
_LONG: dict[str, tuple[int, ...]] = {
    "local time": tuple(range(-12 * 60, 15 * 60, 60)),
    "coordinated universal time": (0,),
    "greenwich mean time": (0,),
    "british summer time": (60,),
    "central european summer time": (120,),
    "central european time": (60, 120),
    "eastern time": (-300, -240),
    "central time": (-360, -300),
    "mountain time": (-420, -360),
    "pacific time": (-480, -420),
    "et": (-300, -240),
    "ct": (-360, -300),
    "mt": (-420, -360),
    "pt": (-480, -420),
}
_NAMES = "|".join(sorted(_OFFSETS, key=len, reverse=True))
_WORDS = "|".join(rf"(?i:{name})".replace(" ", r"\s") if " " in name else name.upper() for name in _LONG)
PATTERN = rf"(?:\s?\(?(?:(?:UTC|GMT)?[+-]\d{{1,2}}(?::?\d{{2}})?|(?:{_NAMES}|{_WORDS})\b)\)?)?"
"""A regular expression of a zone after a time, or of nothing."""

_OFFSET = re.compile(r"([+-])(\d{1,2}):?(\d{2})?")


def fold(zone: str) -> str:
    """Return how many minutes a zone is ahead of UTC, `-300/-240` where it may be either; nothing for UTC."""
    offsets = _LONG.get(" ".join(zone.lower().strip(" ().").split())) or (_parse_offset(zone),)
    return "" if offsets == (0,) else "/".join(map(str, offsets))


def read_offsets(folded: str) -> tuple[int, ...]:
    """Return the offsets in minutes that a folded zone may have."""
    return tuple(map(int, folded.split("/"))) if folded else (0,)


def _parse_offset(zone: str) -> int:
    if offset := _OFFSET.search(zone):
        minutes = int(offset[2]) * 60 + int(offset[3] or 0)
        return minutes if offset[1] == "+" else -minutes
    return int(_OFFSETS.get(zone.strip(" ()."), 0) * 60)
